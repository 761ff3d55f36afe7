// How many options are chosen where several may be: said at once; the server checks it anyway.

for (const question of document.querySelectorAll("fieldset[data-most]")) {
  const most = Number(question.dataset.most);
  const line = document.createElement("p");
  line.className = "ballot-count";
  line.setAttribute("role", "status");
  question.append(line);
  const count = () => {
    const chosen = question.querySelectorAll("input:checked").length;
    line.textContent = `${chosen} ${question.dataset.of} ${most} ${question.dataset.chosen}`;
    line.classList.toggle("ballot-count--over", chosen > most);
  };
  question.addEventListener("change", count);
  count();
}
