// Shows at once how a colour can be read; the server does the sums, so they are the same without script.
for (const part of document.querySelectorAll("[data-colour]")) {
  const field = part.querySelector("input");
  part.querySelector("button")?.remove();
  let last = 0;
  field.addEventListener("input", async () => {
    const turn = ++last;
    if (!/^#[0-9a-f]{6}$/i.test(field.value)) return;
    const answer = await fetch(`${part.dataset.colour}?value=${encodeURIComponent(field.value)}`).catch(() => null);
    if (!answer?.ok || turn !== last) return;
    const shown = await answer.json();
    for (const shape of part.querySelectorAll("[data-fill]")) shape.setAttribute("fill", shown[shape.dataset.fill]);
    part.querySelectorAll("[data-word]").forEach((item, at) => { item.textContent = shown.words[at]; });
  });
}
