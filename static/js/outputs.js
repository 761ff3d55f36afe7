// Follows outputs that are being made. Without this script the link "Stand neu laden" does the same.

const EVERY = 3000;
const list = document.querySelector("[data-outputs]");
const rows = () => [...list.querySelectorAll("[data-output]")];

async function look() {
  if (document.visibilityState === "hidden") return wait();
  let known;
  try {
    const answer = await fetch(list.dataset.outputs, { headers: { Accept: "application/json" } });
    if (!answer.ok) return undefined;
    known = await answer.json();
  } catch {
    return wait(); // the line is gone; the next look may find it again
  }
  for (const row of rows()) {
    const now = known[row.dataset.output];
    if (!now) continue;
    if (now.state !== row.dataset.state) return location.replace(`${location.pathname}${location.search}`);
    const bar = row.querySelector("progress");
    if (bar) {
      bar.value = now.percent;
      row.querySelector("[data-percent]").textContent = `${now.percent} %`;
    }
  }
  return wait();
}

const wait = () => setTimeout(look, EVERY);
const isWorking = (row) => row.dataset.state === "waiting" || row.dataset.state === "running";

if (list && rows().some(isWorking)) wait();
