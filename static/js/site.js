// Small conveniences; every page works without them.

/** Move the focus to what must be read first, such as the summary of errors. */
function focusFirst() {
  document.querySelector("[data-focus]")?.focus();
}

/** A button beside each password field that shows and hides what was typed. */
function addPasswordToggles() {
  for (const input of document.querySelectorAll("input[type=password][data-show]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--secondary kern-btn--small";
    button.setAttribute("aria-controls", input.id);
    const label = document.createElement("span");
    label.className = "kern-label";
    button.append(label);
    const show = (visible) => {
      input.type = visible ? "text" : "password";
      label.textContent = visible ? input.dataset.hide : input.dataset.show;
    };
    button.addEventListener("click", () => show(input.type === "password"));
    const row = document.createElement("div");
    row.className = "field__with-button";
    input.replaceWith(row);
    row.append(input, button);
    show(false);
  }
}

/** Say at once that a form is on its way, and keep a second press from sending it again. */
function markSending() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    if (form.method !== "post" || event.defaultPrevented) return;
    form.dataset.sending = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
}

/** Unfold on wide screens what is folded only because a phone has no room for it. */
function unfoldWhereWide() {
  const wide = matchMedia("(min-width: 64rem)");
  const follow = () => {
    for (const details of document.querySelectorAll("details[data-open-wide]")) details.open = wide.matches;
  };
  wide.addEventListener("change", follow);
  follow();
}

focusFirst();
unfoldWhereWide();
addPasswordToggles();
markSending();
