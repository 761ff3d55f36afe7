// A button below a field that copies what stands in it; without script people mark and copy it themselves.
for (const field of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "kern-btn kern-btn--secondary";
  const label = document.createElement("span");
  label.className = "kern-label";
  label.textContent = field.dataset.copy;
  button.append(label);
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  field.parentElement.after(button, said);
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard?.writeText(field.value).then(
      () => { said.textContent = field.dataset.copied; },
      () => document.execCommand("copy"),
    );
  });
}
