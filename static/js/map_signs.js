// Signs of contributions: one or many at a place, put together by the server. Each opens by click, Enter or space.

const TILE = 256; // pixels; views are asked for in whole tiles, so that many readers ask for the same ones
const MOST_TILES = 9;
const LISTED = 12; // a sign for so many names them instead of going closer
const NEARLY = 0.00002; // degrees: two metres

export async function begin(box, sheet) {
  const signs = new Signs(box, sheet);
  look(box, sheet);
  if (box.dataset.shape) return one(box, sheet);
  await signs.load();
  sheet.map.on("moveend", () => signs.load().catch(() => sheet.say(sheet.words.failed)));
  return null;
}

/** Turn to the circle or the district that the list is narrowed to. */
function look(box, { L, map, districts }) {
  const { near, radius, district } = box.dataset;
  if (near) {
    const circle = L.circle(near.split(",").map(Number), { radius: Number(radius), interactive: false, className: "map-near" });
    map.fitBounds(circle.addTo(map).getBounds());
  } else if (districts.has(district)) {
    const chosen = districts.get(district);
    chosen.eachLayer((layer) => layer.getElement()?.classList.add("map-district--chosen"));
    map.fitBounds(chosen.getBounds(), { padding: [16, 16] });
  }
}

/** A single geometry that is read, not chosen. */
function one(box, { L, map, words, icon }) {
  const pointToLayer = (_feature, at) =>
    L.marker(at, { icon: icon("map-sign--one", "", 32), keyboard: false, interactive: false, alt: words.label });
  const style = ({ geometry }) => ({ className: geometry.type === "LineString" ? "map-drawn map-drawn--line" : "map-drawn" });
  const shape = L.geoJSON(JSON.parse(box.dataset.shape), { pointToLayer, interactive: false, style });
  map.fitBounds(shape.addTo(map).getBounds(), { padding: [24, 24], maxZoom: 16 });
}

class Signs {
  constructor(box, sheet) {
    this.box = box;
    this.sheet = sheet;
    this.markers = new Map(); // what is told of a sign → its marker
    this.asked = "";
    this.popup = sheet.L.popup({ closeButton: false, maxWidth: 280, minWidth: 200, autoPanPadding: [8, 8], className: "map-popup" });
    sheet.map.on("popupclose", () => this.back());
  }

  /** What is told of a view; `frame` is west, south, east, north. */
  async ask(frame) {
    const address = new URL(this.box.dataset.points, document.baseURI);
    address.searchParams.set("bbox", frame.map((number) => number.toFixed(5)).join(","));
    address.searchParams.set("zoom", this.sheet.map.getZoom());
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${answer.status} ${address}`);
    return (await answer.json()).features;
  }

  /** Show the signs of what the map shows now; those that stay are not touched. */
  async load() {
    const frame = this.frame();
    const asked = `${frame} ${this.sheet.map.getZoom()}`;
    if (asked === this.asked) return;
    this.asked = asked;
    const found = await this.ask(frame);
    if (asked !== this.asked) return; // the map was moved on meanwhile
    const wanted = new Map(found.map((sign) => [JSON.stringify(sign), sign]));
    const hadFocus = [...this.markers.values()].some((marker) => marker.getElement() === document.activeElement);
    for (const [told, marker] of this.markers) {
      if (wanted.has(told)) continue;
      marker.remove();
      this.markers.delete(told);
    }
    for (const [told, sign] of wanted) if (!this.markers.has(told)) this.markers.set(told, this.put(sign));
    if (hadFocus && !this.markers.size) this.sheet.map.getContainer().focus();
    if (hadFocus && document.activeElement === document.body) this.sheet.map.getContainer().focus();
    this.count(found);
  }

  /** The view in whole tiles. */
  frame() {
    const { L, map } = this.sheet;
    const { min, max } = map.getPixelBounds();
    const from = min.divideBy(TILE).floor();
    const to = max.divideBy(TILE).ceil();
    const until = L.point(Math.min(to.x, from.x + MOST_TILES), Math.min(to.y, from.y + MOST_TILES));
    const northWest = map.unproject(from.multiplyBy(TILE));
    const southEast = map.unproject(until.multiplyBy(TILE));
    const whole = (number, most) => Math.max(-most, Math.min(most, number));
    return [whole(northWest.lng, 180), whole(southEast.lat, 85.06), whole(southEast.lng, 180), whole(northWest.lat, 85.06)];
  }

  count(found) {
    const { map, words, say } = this.sheet;
    const inside = found.filter(({ geometry: { coordinates } }) => map.getBounds().contains([coordinates[1], coordinates[0]]));
    const number = inside.reduce((sum, sign) => sum + sign.properties.number, 0);
    say(number === 1 ? words.one : words.many.replace("{number}", number.toLocaleString(document.documentElement.lang)));
  }

  /** A marker for a sign; the server sends them from west to east, and so the keyboard reaches them. */
  put({ geometry: { coordinates }, properties }) {
    const { L, map, words, icon } = this.sheet;
    const { number, named } = properties;
    const [first] = named;
    const looks = number === 1
      ? icon("map-sign--one", this.sign(first.kind), 34)
      : icon("map-sign--many", number.toLocaleString(document.documentElement.lang), number < 10 ? 36 : number < 100 ? 42 : 50);
    const marker = L.marker([coordinates[1], coordinates[0]], { icon: looks, keyboard: true }).addTo(map);
    const element = marker.getElement();
    const kind = this.title(first.kind);
    const name = number === 1 ? [first.title, kind].filter(Boolean).join(", ") : words.several.replace("{number}", number);
    element.setAttribute("aria-label", name);
    element.title = name;
    const act = () => this.act(marker, properties).catch(() => this.sheet.say(words.failed));
    marker.on("click", act);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      act();
    });
    return marker;
  }

  /** Name what is here, or go closer where it is too much to name. */
  async act(marker, { number, named, box }) {
    const { map, words } = this.sheet;
    if (number === 1) return this.open(marker, named, 0);
    const [west, south, east, north] = box;
    const isClosest = map.getZoom() === map.getMaxZoom() || (east - west < NEARLY && north - south < NEARLY);
    if (number > LISTED && !isClosest) {
      map.fitBounds([[south, west], [north, east]], { padding: [24, 24] });
      return map.getContainer().focus();
    }
    const found = await this.ask([west - NEARLY, south - NEARLY, east + NEARLY, north + NEARLY]);
    const all = found.flatMap((sign) => sign.properties.named);
    const left = found.reduce((sum, sign) => sum + sign.properties.number, 0) - all.length;
    return this.open(marker, all, left, words.several.replace("{number}", all.length + left));
  }

  open(marker, named, left, heading = "") {
    const { map, words } = this.sheet;
    const content = document.createElement("div");
    content.setAttribute("role", "dialog");
    content.setAttribute("aria-label", heading || named[0].title);
    if (heading) content.append(made("p", "map-popup__heading", heading));
    const list = made("ul", "map-popup__list");
    for (const entry of named) list.append(this.entry(entry));
    content.append(list);
    if (left > 0) content.append(made("p", "muted", words.left.replace("{number}", left)));
    const close = made("button", "map-popup__close", words.close);
    close.type = "button";
    close.addEventListener("click", () => map.closePopup());
    content.append(close);
    content.addEventListener("keydown", (event) => event.key === "Escape" && map.closePopup());
    this.from = null;
    this.popup.setLatLng(marker.getLatLng()).setContent(content).openOn(map);
    this.from = marker;
    content.querySelector("a").focus();
  }

  entry({ title, kind, url }) {
    const item = made("li", "");
    const link = made("a", "", title);
    link.href = url;
    item.append(this.sign(kind), link);
    const words = this.title(kind);
    if (words) item.append(made("span", "map-popup__kind muted", words));
    return item;
  }

  /** Back to the sign that was opened, where it is still there. */
  back() {
    const element = this.from?.getElement();
    const inside = this.popup.getElement()?.contains(document.activeElement) || document.activeElement === document.body;
    if (this.from && inside) (element ?? this.sheet.map.getContainer()).focus();
    this.from = null;
  }

  /** A copy of the sign of a category, from the legend. */
  sign(kind) {
    return this.legend(kind)?.querySelector(".sign")?.cloneNode(true) ?? made("span", "map-sign__dot");
  }

  title(kind) {
    return this.legend(kind)?.textContent.trim() ?? "";
  }

  legend(kind) {
    return kind ? this.box.querySelector(`[data-kind="${CSS.escape(kind)}"]`) : null;
  }
}

function made(tag, className, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
