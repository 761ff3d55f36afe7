// The layers of a plan between the ground and the signs; each is switched by a checkbox in the legend.

const LINES = 6; // that differ in colour and in stroke, as plan.css and the legend number them
const LONGEST = 30; // characters of a name on the map

export async function begin(box, sheet) {
  const { plan, signs, switch: words } = box.dataset;
  const found = await fetch(plan).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));
  const stack = found.layers.map((layer, index) => drawn(sheet, layer, `map-drawn layer--${(index % LINES) + 1}`));
  found.layers.forEach((layer, index) => offer(sheet, layer, stack, index, words));
  frame(sheet, found.layers);
  const { begin: beginSigns } = await import(signs);
  return beginSigns(box, sheet);
}

/** A layer, ready to be shown between the ground and the signs. */
function drawn({ L }, layer, className) {
  const options = { interactive: false };
  const [west, south, east, north] = layer.bounds ?? [];
  if (layer.kind === "picture") return L.imageOverlay(layer.url, [[south, west], [north, east]], { ...options, opacity: 0.8, alt: "" });
  if (layer.kind === "wms") {
    return L.tileLayer.wms(layer.url, { ...options, layers: layer.layers, format: "image/png", transparent: true, version: "1.3.0" });
  }
  const pointToLayer = (_feature, at) => L.circleMarker(at, { ...options, radius: 6, className });
  return L.geoJSON(layer.shapes, { ...options, pointToLayer, style: ({ geometry }) => ({ className: geometry.type === "LineString" ? `${className} map-drawn--line` : className }), onEachFeature: named });
}

/** What the legend calls an area or a point; names of lines would lie across them. */
function named({ geometry, properties: { name } }, shape) {
  if (name && geometry.type !== "LineString") shape.bindTooltip(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name, { permanent: true, direction: "center", className: "map-name" });
}

/** A checkbox at the legend of a layer. What is shown again takes its old place in the stack. */
function offer({ map }, layer, stack, index, words) {
  const place = document.querySelector(`[data-layer="${CSS.escape(layer.key)}"]`);
  const show = () => {
    stack[index].addTo(map);
    for (const above of stack.slice(index)) if (map.hasLayer(above)) above.bringToFront();
  };
  if (layer.shown) show();
  if (!place || place.querySelector("input")) return;
  const input = Object.assign(document.createElement("input"), { type: "checkbox", checked: layer.shown, id: `layer-${layer.key}` });
  const label = Object.assign(document.createElement("label"), { htmlFor: input.id, className: "kern-label", textContent: words });
  const about = Object.assign(document.createElement("span"), { className: "kern-sr-only", textContent: `: ${layer.title}` });
  const row = Object.assign(document.createElement("div"), { className: "kern-form-check" });
  input.className = "kern-form-check__checkbox";
  input.addEventListener("change", () => (input.checked ? show() : stack[index].remove()));
  label.append(about);
  row.append(input, label);
  place.append(row);
}

/** Look at the plan, where its layers say where that is. */
function frame({ map }, layers) {
  const known = layers.map((layer) => layer.bounds ?? []).filter((bounds) => bounds.length === 4);
  if (!known.length) return;
  const [west, south] = [0, 1].map((side) => Math.min(...known.map((bounds) => bounds[side])));
  const [east, north] = [2, 3].map((side) => Math.max(...known.map((bounds) => bounds[side])));
  map.fitBounds([[south, west], [north, east]], { padding: [16, 16] });
}
