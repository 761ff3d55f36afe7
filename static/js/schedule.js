// While a phase is planned: what there is to say about it, without pressing a button.

const form = document.querySelector("form[data-check]");
const place = document.querySelector("[data-said]");
const signs = { error: "danger", warning: "warning", note: "info" };
let waiting;
let newest = 0;

/** One sentence with its sign and its word for screen readers. */
function item({ weight, sentence }) {
  const li = document.createElement("li");
  li.className = `finding finding--${weight}`;
  const icon = document.createElement("span");
  icon.className = `kern-icon kern-icon--${signs[weight]} kern-icon--small`;
  icon.setAttribute("aria-hidden", "true");
  const word = document.createElement("span");
  word.className = "kern-sr-only";
  word.textContent = `${place.dataset[weight]}: `;
  const text = document.createElement("span");
  text.append(word, sentence);
  li.append(icon, text);
  return li;
}

function show(findings) {
  const box = document.createElement(findings.length ? "ul" : "p");
  box.className = findings.length ? "findings" : "muted";
  if (findings.length) box.append(...findings.map(item));
  else box.textContent = place.dataset.nothing;
  if (box.textContent !== place.textContent.trim()) place.replaceChildren(box);
}

/** Ask the server, which knows the rules; an older answer never replaces a newer one. */
async function ask() {
  const number = ++newest;
  try {
    const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) });
    if (answer.ok && number === newest) show((await answer.json()).findings);
  } catch {
    // no connection: the button still works
  }
}

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 400);
});
