// Shows what is there already while somebody types something new. Without script the page that checks it shows the same.

const PAUSE = 900; // milliseconds after the last letter
const SHORTEST = 5; // letters of title and text together
const ASKED = ["module", "activity", "type", "title", "text", "position"];

for (const section of document.querySelectorAll("[data-similar]")) lookWhileTyping(section);

/** Ask with what the form around a section holds, and list the answer in it. */
function lookWhileTyping(section) {
  const form = section.closest("form");
  const said = section.parentElement.querySelector("[data-similar-said]");
  let timer = null;
  let before = "";

  async function look() {
    const data = new URLSearchParams([...new FormData(form)].filter(([name]) => ASKED.includes(name)));
    const asked = data.toString();
    if (asked === before || (`${data.get("title")}${data.get("text")}`.trim().length < SHORTEST && !data.get("position"))) return;
    before = asked;
    const found = await fetch(section.dataset.similar, { method: "POST", body: data })
      .then((answer) => (answer.ok ? answer.json() : null), () => null);
    if (found && asked === before) show(found);
  }

  function show(found) {
    section.querySelector("ul").replaceChildren(...found.items.map(entry));
    section.hidden = found.items.length === 0;
    if (said.textContent !== found.sentence) said.textContent = found.sentence;
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
}

/** A link in a line of its own; what was typed is kept as a draft when somebody follows it. */
function entry(item) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  const about = document.createElement("span");
  Object.assign(link, { href: item.url, textContent: item.title });
  Object.assign(about, { className: "muted", textContent: `(${item.about})` });
  line.append(link, " ", about);
  return line;
}
