// Marking words with the pointer or the keyboard instead of copying them.

const text = document.querySelector("[data-redact-text]");
const field = document.querySelector("#passages");

if (text && field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "kern-btn kern-btn--secondary kern-btn--small";
  const label = document.createElement("span");
  label.className = "kern-label";
  label.textContent = text.dataset.button;
  button.append(label);
  button.addEventListener("click", () => {
    const marked = getSelection();
    const words = text.contains(marked.anchorNode) ? marked.toString().trim().replace(/\s+/g, " ") : "";
    if (words) field.value = field.value.trim() ? `${field.value.trimEnd()}\n${words}` : words;
    field.focus();
  });
  text.after(button);
}
