// The sheet of a map: pictures of the ground, area and districts, buttons to zoom. What lies on it, others put there.

const CLOSEST = 19;
const FARTHEST = 3;

/** Lay the sheet into a box. Says, with `say`, what happens to people who do not see it. */
export async function lay(box, words) {
  const L = window.L;
  const place = box.querySelector(".map__sheet");
  const status = box.querySelector("[role=status]");
  const still = { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false };
  place.replaceChildren();
  const map = L.map(place, {
    ...still, attributionControl: false, zoomControl: false, scrollWheelZoom: false, minZoom: FARTHEST, maxZoom: CLOSEST,
  });
  map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false }); // by arrow keys, too
  try {
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", words.label);
    place.setAttribute("aria-describedby", box.querySelector(".map__keys").id);
    L.control.zoom({ zoomInText: "+", zoomOutText: "−", zoomInTitle: words.closer, zoomOutTitle: words.farther }).addTo(map);
    pictures(L, box.dataset).addTo(map);
    map.on("focus", () => map.scrollWheelZoom.enable()); // a wheel moves the page until somebody turns to the map
    map.on("blur", () => map.scrollWheelZoom.disable());
    const districts = await areas(L, map, box.dataset.areas);
    return { L, map, words, districts, icon, say: (text) => { status.textContent = text; } };
  } catch (error) {
    map.remove();
    throw error;
  }
}

/** Tiles of the service of the authority, or our own neutral one. */
function pictures(L, { tiles, tileKind, layers }) {
  const options = { maxZoom: CLOSEST, minZoom: FARTHEST, alt: "" };
  if (tileKind !== "wms") return L.tileLayer(tiles, options);
  return L.tileLayer.wms(tiles, { ...options, layers, format: "image/png", version: "1.3.0" });
}

/** Draw area and districts and look at them; districts by their name. */
async function areas(L, map, address) {
  const districts = new Map();
  if (!address) {
    map.setView([51.16, 10.45], 6);
    return districts;
  }
  const found = await fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));
  const [west, south, east, north] = found.bbox;
  map.fitBounds([[south, west], [north, east]], { padding: [16, 16], maxZoom: 17 });
  for (const feature of found.features) {
    const { kind, title } = feature.properties;
    const drawn = L.geoJSON(feature, { interactive: false, style: { className: `map-${kind}` } }).addTo(map);
    if (kind !== "district") continue;
    districts.set(title, drawn);
    drawn.bindTooltip(title, { permanent: true, direction: "center", className: "map-district__name", interactive: false });
  }
  return districts;
}

/** What a marker looks like; `inside` is an element or a text. */
function icon(className, inside, size) {
  const html = document.createElement("span");
  html.className = "map-sign__inside";
  html.append(inside);
  return window.L.divIcon({ className: `map-sign ${className}`, html, iconSize: [size, size] });
}
