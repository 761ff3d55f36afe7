// Keeps a text on the server while somebody types it; without script the buttons of the form do.

const PAUSE = 3_000; // milliseconds after the first letter that is not kept yet
const LONGEST = 20_000; // characters
const AGAIN = 5_000; // and after a try that failed

for (const form of document.querySelectorAll("form[data-autosave]")) keepWhileTyping(form);

/** Send what was typed to the form's own address, at most once at a time, until everything is kept. */
function keepWhileTyping(form) {
  const said = form.querySelector(".autosaved");
  const isDraft = form.dataset.autosave !== "";
  let timer = null;
  let sending = null;
  let changed = false;

  async function save() {
    changed = false;
    const data = new FormData(form);
    for (const input of form.querySelectorAll("input[type=file]")) data.delete(input.name);
    if (isDraft) data.set("do", "keep");
    const length = data.get("text").trim().length;
    if (length === 0 || length > LONGEST) return; // the page says what is wrong when it is sent
    const options = { method: "POST", body: data, headers: { Accept: "application/json" }, keepalive: document.hidden };
    const kept = await fetch(form.action, options).then((answer) => (answer.ok ? answer.json() : null), () => null);
    if (kept) continues(form, kept.draft);
    else later(AGAIN);
    say(kept ? kept.sentence : said.dataset.unsaved);
  }

  function saveNow() {
    stop();
    const mine = (sending ?? Promise.resolve()).then(save).finally(() => {
      if (sending === mine) sending = null; // else one more is on its way
    });
    sending = mine;
  }

  function stop() {
    clearTimeout(timer);
    timer = null;
  }

  function later(wait) {
    changed = true;
    timer ??= setTimeout(saveNow, wait);
  }

  function say(sentence) {
    if (said.textContent !== sentence) said.textContent = sentence;
  }

  form.addEventListener("input", () => later(PAUSE));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && changed) saveNow();
  });
  form.addEventListener("submit", (event) => {
    stop();
    if (!sending) return;
    event.preventDefault(); // what is on its way arrives first, so that both are one draft
    sending.finally(() => form.requestSubmit(event.submitter));
  });
  if (!isDraft) bringBack(form, say);
}

/** Name the draft that the next sending continues. */
function continues(form, key) {
  if (form.dataset.autosave !== "") return;
  const input = form.elements.draft ?? document.createElement("input");
  Object.assign(input, { type: "hidden", name: "draft", value: key });
  form.append(input);
}

/** Put a text back that was typed here before and never sent, unless something stands in the form. */
async function bringBack(form, say) {
  const named = [...new FormData(form)].filter(([name]) => ["module", "activity", "type", "place", "parent"].includes(name));
  const address = `${form.action}?${new URLSearchParams(named)}`;
  const kept = await fetch(address, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.status === 200 ? answer.json() : null), () => null);
  if (!kept || form.elements.text.value) return;
  for (const name of ["text", "title", "category", "where", "position"]) {
    if (form.elements[name] && kept[name]) form.elements[name].value = kept[name];
  }
  continues(form, kept.draft);
  say(kept.sentence);
}
