// A place by tap, by "where I am", by keyboard, or drawn. It fills the field of coordinates, and follows what is typed there.

const LINE = /^\s*(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*[,;\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*$/;
const DIGITS = 6;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CLOSE_UP = 16; // zoom

export async function begin(box, sheet) {
  const picker = new Picker(box, sheet);
  picker.follow();
  sheet.map.on("click", ({ latlng }) => !picker.drawer && box.dataset.drawn.includes("Point") && picker.set(latlng));
  for (const kind of ["input", "change"]) {
    picker.field.addEventListener(kind, () => !picker.isWriting && picker.follow());
  }
  const press = (name, act) => box.querySelector(`[data-press=${name}]`)?.addEventListener("click", act);
  press("here", () => picker.findMe());
  press("middle", () => picker.set(sheet.map.getCenter()));
  press("away", () => picker.clear());
  press("line", () => picker.draw("linestring"));
  press("area", () => picker.draw("polygon"));
  press("corner", () => picker.drawer?.corner());
  press("finish", () => picker.drawer?.finish());
}

class Picker {
  constructor(box, sheet) {
    this.box = box;
    this.sheet = sheet;
    this.field = document.getElementById(box.dataset.field);
    this.marker = null;
    this.shape = null;
    this.drawer = null;
  }

  /** Show what stands in the field. */
  follow() {
    const { L, map } = this.sheet;
    const at = typed(this.field.value);
    this.take();
    if (!at.length) return;
    if (at.length === 1) this.place(L.latLng(at[0]));
    else {
      const isArea = at.length > 3 && String(at[0]) === String(at.at(-1));
      this.shape = L[isArea ? "polygon" : "polyline"](at, { interactive: false, className: isArea ? "map-drawn" : "map-drawn map-drawn--line" }).addTo(map);
    }
    const bounds = L.latLngBounds(at);
    if (!map.getBounds().contains(bounds)) map.fitBounds(bounds, { padding: [24, 24], maxZoom: Math.max(map.getZoom(), 14) });
  }

  /** Take everything off the map. */
  take() {
    this.drawer?.stop();
    this.marker?.remove();
    this.shape?.remove();
    this.drawer = this.marker = this.shape = null;
    this.box.classList.remove("map--drawing");
  }

  clear() {
    this.take();
    this.write([]);
    this.sheet.say(this.sheet.words.empty);
  }

  /** Put the sign at a position, and say so. */
  set(at) {
    if (this.shape || this.drawer) this.take();
    this.place(at);
    this.tell(at);
  }

  tell(at) {
    this.write([[at.lng, at.lat]]);
    this.sheet.say(this.sheet.words.set.replace("{at}", `${at.lat.toFixed(5)}, ${at.lng.toFixed(5)}`));
  }

  place(at) {
    const { L, map, words, icon } = this.sheet;
    if (this.marker) {
      this.marker.setLatLng(at);
      return;
    }
    const looks = icon("map-sign--chosen", "", 40);
    looks.options.iconAnchor = [20, 40];
    this.marker = L.marker(at, { icon: looks, draggable: true, autoPan: true }).addTo(map);
    this.marker.on("dragend", () => this.tell(this.marker.getLatLng()));
    const element = this.marker.getElement();
    element.setAttribute("role", "application"); // arrows are its own, not those of a screen reader
    element.setAttribute("aria-label", words.sign);
    element.addEventListener("keydown", (event) => this.step(event));
  }

  /** Arrows move the sign by ten pixels, with Shift by one. */
  step(event) {
    const { map, L } = this.sheet;
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const by = L.point(step).multiplyBy(event.shiftKey ? 1 : 10);
    const at = map.unproject(map.project(this.marker.getLatLng()).add(by));
    this.set(at);
    if (!map.getBounds().contains(at)) map.panInside(at, { padding: [40, 40] });
  }

  /** Ask the device, once and only when somebody pressed. */
  findMe() {
    const { L, map, words, say } = this.sheet;
    if (!navigator.geolocation) return say(words.nowhere);
    say(words.asking);
    const found = ({ coords }) => {
      const at = L.latLng(coords.latitude, coords.longitude);
      map.setView(at, Math.max(map.getZoom(), CLOSE_UP));
      if (this.box.dataset.drawn.includes("Point")) this.set(at);
    };
    return navigator.geolocation.getCurrentPosition(found, () => say(words.nowhere), { timeout: 15_000, maximumAge: 60_000 });
  }

  /** Draw a line or an area, by pointer or corner by corner from the middle of the map. */
  async draw(mode) {
    const { words, say, map } = this.sheet;
    const [{ Drawer }, drawing] = await Promise.all([import(this.box.dataset.drawer), import(this.box.dataset.drawing)]);
    this.take();
    this.write([]);
    this.box.classList.add("map--drawing");
    this.drawer = new Drawer(this.sheet, drawing, mode, (at) => {
      this.write(at);
      say(words.drawn.replace("{number}", at.length));
    });
    say(words[mode]);
    map.getContainer().focus();
  }

  /** Fill the field as if somebody had typed: one line "latitude longitude" for each point. */
  write(at) {
    this.isWriting = true;
    this.field.value = at.map(([east, north]) => `${north.toFixed(DIGITS)} ${east.toFixed(DIGITS)}`).join("\n");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.isWriting = false;
  }
}

/** The points in the field, latitude first; none where it cannot be read. */
function typed(text) {
  if (text.trim().startsWith("{")) return ofGeoJson(text);
  const lines = text.split("\n").filter((line) => line.trim()).map((line) => LINE.exec(line));
  return lines.every(Boolean) ? lines.map((line) => [degrees(line[1]), degrees(line[2])]) : [];
}

function degrees(text) {
  return Number(text.replace(",", "."));
}

function ofGeoJson(text) {
  try {
    const { type, coordinates } = JSON.parse(text);
    const at = { Point: [coordinates], LineString: coordinates, Polygon: coordinates[0] }[type];
    return at.map(([east, north]) => [Number(north), Number(east)]);
  } catch {
    return [];
  }
}
