// Suggests names of places while somebody types where: a combobox with a list below it. Without this script the button
// beside the field leads to a page with the same places.

const PAUSE = 250; // milliseconds after the last letter
const SHORTEST = 2; // letters

for (const [number, box] of document.querySelectorAll("[data-places]").entries()) suggest(box, number);

/** Turn the first text field of a box into a combobox; `position` of its form is filled in with what is chosen. */
function suggest(box, number) {
  const input = box.querySelector("input[type=text], input:not([type])");
  const find = box.querySelector("button[value=find-place]");
  const list = made("ul", { id: `orte-${number}`, className: "place-search__list", hidden: true });
  const said = made("p", { className: "place-search__said" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.suggestions);
  said.setAttribute("role", "status");
  const around = made("div", { className: "place-search__field" }); // the list hangs below the field
  input.replaceWith(around);
  around.append(input, list);
  box.append(said);
  const states = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" };
  for (const [name, value] of Object.entries(states)) input.setAttribute(name, value);
  let timer = null;
  let asked = 0;
  let current = -1;

  async function look(everywhere) {
    clearTimeout(timer);
    const mine = ++asked;
    const words = input.value.trim();
    if (words.length < SHORTEST) return close("");
    const query = new URLSearchParams({ q: words, ...(everywhere ? { ask: 1 } : {}) });
    const found = await fetch(`${box.dataset.places}?${query}`).then((answer) => (answer.ok ? answer.json() : null), () => null);
    if (mine !== asked || !found) return; // somebody typed on; or the words are kept as they are
    if (found.places.length === 0) return close(everywhere ? found.sentence : "");
    show(found);
  }

  function show(found) {
    list.replaceChildren(...found.places.map(option));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    said.textContent = found.sentence;
    move(-1);
  }

  function option(place, position) {
    const item = made("li", { id: `${list.id}-${position}`, textContent: place.name });
    item.setAttribute("role", "option");
    item.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    item.addEventListener("click", () => choose(place));
    item.place = place;
    return item;
  }

  function close(sentence) {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    said.textContent = sentence;
    move(-1);
  }

  function move(to) {
    current = to;
    for (const [position, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(position === to));
    const item = list.hidden ? null : list.children[to];
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }

  function choose(place) {
    asked += 1; // what is still on its way comes too late
    input.value = place.name;
    close(place.name);
    const field = input.form?.elements.position;
    if (field) {
      field.value = place.position;
      field.closest("details")?.setAttribute("open", "");
      field.dispatchEvent(new Event("change", { bubbles: true })); // a map follows
    }
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function key(event) {
    const many = list.children.length;
    if (list.hidden) {
      if (event.key === "ArrowDown") look(false);
      return;
    }
    if (event.key === "ArrowDown") move((current + 1) % many);
    else if (event.key === "ArrowUp") move((current <= 0 ? many : current) - 1);
    else if (event.key === "Enter" && current >= 0) choose(list.children[current].place);
    else if (event.key === "Escape") close("");
    else return;
    event.preventDefault();
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    asked += 1;
    timer = setTimeout(() => look(false), PAUSE);
  });
  input.addEventListener("keydown", key);
  input.addEventListener("blur", () => close(""));
  if (!find) return;
  find.type = "button"; // so that Enter in another field sends the form, as everywhere
  find.addEventListener("click", async () => {
    input.focus();
    await look(true);
  });
}

function made(tag, values) {
  return Object.assign(document.createElement(tag), values);
}
