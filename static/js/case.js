// The file of a contribution: marking words, text blocks at the cursor, keys. All of it is forms that work without this.

const STORE = "moderation-keys"; // one switch for all shortcuts

/** Selected words of the original become the passage of the form, with their offsets in code points. */
function markPassages() {
  const text = document.querySelector("[data-original]");
  const box = document.querySelector("[data-split]");
  const form = box?.querySelector("form");
  if (!text || !form) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "kern-btn kern-btn--primary kern-btn--small split-here";
  const label = document.createElement("span");
  label.className = "kern-label";
  label.textContent = text.dataset.button;
  button.append(label);
  let chosen = null;
  document.addEventListener("selectionchange", () => {
    chosen = passageIn(text) ?? (document.activeElement === button ? chosen : null);
    if (!chosen) return button.remove();
    document.body.append(button);
    const around = chosen.range.getBoundingClientRect();
    const left = Math.min(Math.max(around.left, 8), innerWidth - button.offsetWidth - 8);
    button.style.left = `${left + scrollX}px`;
    button.style.top = `${around.bottom + scrollY + 8}px`;
  });
  button.addEventListener("click", () => {
    if (!chosen) return;
    form.elements.quote.value = chosen.words;
    form.elements.start.value = chosen.start;
    form.elements.end.value = chosen.end;
    form.requestSubmit();
  });
  form.elements.quote.addEventListener("input", () => {
    form.elements.start.value = form.elements.end.value = "";
  });
}

/** The selection inside a text: its words, and from where to where, counted in code points. */
function passageIn(text) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(range.startContainer, range.startOffset);
  const words = range.toString();
  if (!words.trim()) return null;
  const start = [...before.toString()].length;
  return { range, words, start, end: start + [...words].length };
}

/** A text block goes in where the cursor stands, and brings its decision where none is chosen. */
function insertBlocks() {
  for (const button of document.querySelectorAll("button[data-block]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const field = button.form.elements.source;
      const at = field.selectionStart === undefined || !field.value ? field.value.length : field.selectionEnd;
      const before = field.value.slice(0, at);
      const gap = before && !before.endsWith("\n") ? "\n\n" : "";
      field.setRangeText(gap + button.dataset.block, at, at, "end");
      const decisions = button.form.elements.decision;
      if (button.dataset.decision && !decisions.value) decisions.value = button.dataset.decision;
      field.focus();
    });
  }
}

/** A box above the list that ticks everything. */
function tickAll() {
  for (const list of document.querySelectorAll("[data-tick-all]")) {
    const boxes = [...list.querySelectorAll("input[type=checkbox]")];
    if (boxes.length < 2) continue;
    const row = document.createElement("div");
    row.className = "kern-form-check";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.id = "tick-all";
    box.className = "kern-form-check__checkbox";
    const label = document.createElement("label");
    label.className = "kern-label";
    label.htmlFor = box.id;
    label.textContent = list.dataset.tickAll;
    row.append(box, label);
    list.prepend(row);
    box.addEventListener("change", () => {
      for (const one of boxes) one.checked = box.checked;
    });
  }
}

/** j and k lead to the next and the previous open contribution, where shortcuts are on. */
function followKeys() {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches?.("textarea, select, input:not([type=checkbox], [type=radio])");
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping || localStorage.getItem(STORE) === "off") return;
    if (event.key === "j" || event.key === "k") document.querySelector(`a[data-key=${event.key}]`)?.click();
  });
}

markPassages();
insertBlocks();
tickAll();
followKeys();
