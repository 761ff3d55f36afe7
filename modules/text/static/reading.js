// Two conveniences of the reading view; without them every link works as it stands.

const KEPT = "text.offset";

/** Opening the comments at a paragraph leaves it where it is on the screen. */
function keepPlace() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.count-link, .panel__head a");
    if (!link) return;
    const hash = decodeURIComponent(new URL(link.href).hash.slice(1));
    const node = link.closest(".node") ?? document.getElementById(hash);
    if (node) sessionStorage.setItem(KEPT, JSON.stringify([node.id, node.getBoundingClientRect().top]));
  });
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  const node = kept && document.getElementById(kept[0]);
  if (!node || innerWidth < 1100) return;
  if (location.hash !== `#${kept[0]}` && !node.classList.contains("node--open")) return;
  const settle = () => scrollBy(0, node.getBoundingClientRect().top - Math.min(Math.max(kept[1], 0), innerHeight / 2));
  requestAnimationFrame(() => requestAnimationFrame(settle));
}

/** Selected words of one paragraph can be commented on: a link with the words in its address. */
function offerPassage() {
  const text = document.querySelector(".document[data-comment-here]");
  if (!text?.dataset.commentHere) return;
  const link = document.createElement("a");
  link.className = "kern-btn kern-btn--primary kern-btn--small comment-here";
  const label = document.createElement("span");
  label.className = "kern-label";
  label.textContent = text.dataset.commentHere;
  link.append(label);
  document.addEventListener("selectionchange", () => {
    const chosen = chosenPassage(text);
    if (!chosen) return link.remove();
    link.href = chosen.url;
    document.body.append(link);
    const box = chosen.range.getBoundingClientRect();
    const left = Math.min(Math.max(box.left, 8), innerWidth - link.offsetWidth - 8);
    link.style.left = `${left + scrollX}px`;
    link.style.top = `${box.bottom + scrollY + 8}px`;
  });
}

/** The selected words and the address of the page to comment on them; nothing where they span two paragraphs. */
function chosenPassage(text) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const node = closestNode(range.startContainer);
  const words = selection.toString().replace(/\s+/g, " ").trim();
  if (!node || node !== closestNode(range.endContainer) || !text.contains(node)) return null;
  const place = node.querySelector(".count-link");
  if (words.length < 3 || words.length > 1500 || !place) return null;
  const url = new URL(place.href);
  url.searchParams.set("quote", words);
  url.hash = "schreiben";
  return { range, url: url.href };
}

function closestNode(start) {
  const element = start.nodeType === Node.ELEMENT_NODE ? start : start.parentElement;
  return element?.closest(".node[data-place]");
}

keepPlace();
offerPassage();
