// The clock of the kiosk: without input everything is wiped. Any key, touch or movement begins it anew.

const WARN = 30; // seconds before the end from which the clock is seen
const wipe = document.querySelector("form[data-wipe]");
const clock = document.querySelector("[data-clock]");

/** A page that the browser kept shows nothing of somebody before: the device begins anew. */
window.addEventListener("pageshow", (event) => {
  if (event.persisted && wipe) location.replace(wipe.dataset.start);
});

if (wipe && clock) {
  const all = Number(wipe.dataset.wipe);
  const words = clock.querySelector("p");
  let end = Date.now() + all * 1000;
  let said = 0;

  const again = () => {
    end = Date.now() + all * 1000;
    clock.hidden = true;
    said = 0;
  };

  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0) {
      clearInterval(timer);
      wipe.submit();
    } else if (left <= WARN) {
      clock.hidden = false;
      const now = left > 10 ? Math.ceil(left / 10) * 10 : left; // read out every ten seconds, then each
      if (now !== said) words.textContent = clock.dataset.clock.replace("{seconds}", String(now));
      said = now;
    }
  };

  for (const name of ["keydown", "pointerdown", "input", "scroll"]) {
    document.addEventListener(name, again, { passive: true, capture: true });
  }
  const timer = setInterval(tick, 500);
}
