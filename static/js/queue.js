// Lists one works through (moderation, work list): keys, counting what is ticked, text blocks. Every act is a form that works without this.

const STORE = "moderation-keys";

/** The rows of the list, and the one that has the focus (or had it last). */
class Rows {
  constructor(list) {
    this.all = [...list.querySelectorAll("tr[data-row]")];
    this.last = null;
    list.addEventListener("focusin", (event) => {
      this.last = event.target.closest("tr[data-row]") ?? this.last;
    });
  }

  /** Go up or down; the first time to the first row. */
  move(by) {
    const at = this.all.indexOf(this.last);
    const row = this.all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), this.all.length - 1)];
    row?.querySelector("a").focus();
    row?.scrollIntoView({ block: "nearest" });
  }

  get box() {
    return this.last?.querySelector("input[type=checkbox]");
  }

  get boxes() {
    return this.all.map((row) => row.querySelector("input[type=checkbox]")).filter(Boolean);
  }

  get ticked() {
    return this.boxes.filter((box) => box.checked);
  }
}

/** Say how many are ticked, and keep the bar in sight while there are some. */
function countTicked(rows, form, tickAll) {
  const title = form.querySelector("#decide-title");
  const show = () => {
    const number = rows.ticked.length;
    const words = number === 0 ? title.dataset.none : number === 1 ? title.dataset.one : title.dataset.many;
    title.textContent = words.replace("#", number);
    form.toggleAttribute("data-follows", number > 0);
    tickAll.checked = number > 0 && number === rows.boxes.length;
    tickAll.indeterminate = number > 0 && number < rows.boxes.length;
  };
  document.addEventListener("change", show);
  tickAll.addEventListener("change", () => {
    for (const box of rows.boxes) box.checked = tickAll.checked;
    show();
  });
  show();
  return show;
}

/** A box above the list that ticks everything on this page. */
function addTickAll(list) {
  const row = document.createElement("div");
  row.className = "kern-form-check";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.id = "tick-all";
  box.className = "kern-form-check__checkbox";
  const label = document.createElement("label");
  label.className = "kern-label";
  label.htmlFor = box.id;
  label.textContent = list.dataset.all;
  row.append(box, label);
  list.prepend(row);
  return box;
}

/** A chosen text block becomes words that can be changed; its reason is chosen with it. */
function insertTextBlocks() {
  for (const select of document.querySelectorAll("select[name=block]")) {
    select.addEventListener("change", () => {
      const { text, reason } = select.selectedOptions[0].dataset;
      const form = select.form;
      if (!text) return;
      const field = form.elements.sentence;
      field.value = field.value ? `${text} ${field.value}` : text;
      if (form.elements.reason) form.elements.reason.value = reason;
      select.selectedIndex = 0;
      field.focus();
    });
  }
}

/** One key, one act; on what is ticked, or on the row where one stands. What a form can do names its own keys. */
function listen(rows, form, show) {
  const acts = {
    j: () => rows.move(1),
    k: () => rows.move(-1),
    x: () => rows.box?.click(),
    o: () => rows.last?.querySelector("a").click(),
    z: () => document.querySelector("form[data-undo]")?.requestSubmit(),
    "?": () => toggleHelp(),
  };
  for (const target of form?.querySelectorAll("[data-key]") ?? []) {
    acts[target.dataset.key] = () => tick(rows, show) && (target.matches("details") ? unfold(target) : press(target));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !isOn() || isTyping(event.target)) return;
    const act = Object.hasOwn(acts, event.key) ? acts[event.key] : null;
    if (act) {
      event.preventDefault();
      act();
    }
  });
}

function press(button) {
  button.form.requestSubmit(button);
}

function tick(rows, show) {
  if (rows.ticked.length === 0 && rows.box) rows.box.checked = true;
  show?.();
  return rows.ticked.length > 0;
}

/** Open one part of a form, close the others, and begin to fill it in. */
function unfold(details) {
  for (const other of details.closest("form").querySelectorAll("details[data-key]")) other.open = other === details;
  details.querySelector("select, input, textarea").focus();
}

function toggleHelp() {
  const panel = document.querySelector("[data-keys]");
  panel.open = !panel.open;
  if (panel.open) panel.querySelector("summary").focus();
}

function isTyping(target) {
  return target.matches("textarea, select, input:not([type=checkbox])") || target.isContentEditable;
}

function isOn() {
  return localStorage.getItem(STORE) !== "off";
}

function offerKeys() {
  const panel = document.querySelector("[data-keys]");
  if (!panel) return;
  panel.hidden = false;
  const box = panel.querySelector("[data-keys-on]");
  box.checked = isOn();
  box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "on" : "off"));
}

insertTextBlocks();
offerKeys();
const list = document.querySelector("[data-queue]");
const form = document.querySelector("form[data-many]");
if (document.querySelector("[data-keys]")) {
  const rows = new Rows(list ?? document.createElement("div"));
  const show = list && form ? countTicked(rows, form, addTickAll(list)) : null;
  listen(rows, form, show);
}
