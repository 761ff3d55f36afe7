// Opens maps when somebody asks for them; until then nothing of a map is loaded. Without this script there are lists
// and fields that say the same.

for (const box of document.querySelectorAll("[data-map]")) offer(box);

/** Show the button that opens a map; one of our own pictures also opens with what it is folded into. */
function offer(box) {
  const folded = box.closest("details");
  box.hidden = false;
  box.querySelector(".map__open").addEventListener("click", () => open(box, { asked: true }));
  if (folded && !box.dataset.host) {
    const follow = () => folded.open && open(box, {});
    folded.addEventListener("toggle", follow);
    follow();
  } else if (wasOpen(box)) open(box, {});
}

/** Load what a map needs and let its own script begin; after a failure the button is there again. */
async function open(box, { asked = false }) {
  if (box.dataset.state) return;
  const ask = box.querySelector(".map__ask");
  const status = box.querySelector("[role=status]");
  const words = JSON.parse(box.dataset.words);
  box.dataset.state = "opening";
  status.textContent = words.loading;
  try {
    const { leaflet, ground, code, styles } = box.dataset;
    const [{ lay }, { begin }] = await Promise.all([import(ground), import(code), import(leaflet), ...styles.split(" ").map(styled)]);
    ask.hidden = true;
    for (const part of box.querySelectorAll("[data-with-map]")) part.hidden = false;
    const sheet = await lay(box, words);
    await begin(box, sheet);
    box.dataset.state = "open";
    if (status.textContent === words.loading) status.textContent = "";
    if (asked) sheet.map.getContainer().focus();
    if (asked && "remember" in box.dataset) sessionStorage.setItem("map", box.dataset.host);
  } catch (error) {
    delete box.dataset.state;
    ask.hidden = false;
    for (const part of box.querySelectorAll("[data-with-map]")) part.hidden = true;
    status.textContent = words.failed;
    console.warn(error);
  }
}

/** Whether a map with pictures from the same place was opened in this tab before: a filter is a new page. */
function wasOpen(box) {
  return "remember" in box.dataset && sessionStorage.getItem("map") === box.dataset.host;
}

/** A style sheet, once. */
function styled(address) {
  if (document.querySelector(`link[href="${CSS.escape(address)}"]`)) return null;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  return new Promise((done, failed) => {
    link.addEventListener("load", done);
    link.addEventListener("error", failed);
    document.head.append(link);
  });
}
