"""What a page is for people who cannot see it, cannot point, or need it large: axe-core, focus, accessibility tree."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RUN_AXE = f"""axe.run(document, {{
  runOnly: {{type: "tag", values: {list(RULES)}}}, resultTypes: ["violations"], preload: false}})
.then((found) => found.violations.map((rule) => `${{rule.id}} (${{rule.impact}}): ${{rule.help}}\\n`
  + rule.nodes.map((node) => `    ${{node.target.join(" ")}}  ${{node.html.slice(0, 160)}}\\n`
    + `      ${{node.failureSummary}}`).join("\\n")))"""


def check(page: Page) -> None:
    """No violation of WCAG 2.2 A and AA that axe-core finds, one h1, and nothing to scroll sideways."""
    page.wait_for_load_state()
    found = violations(page)
    assert not found, f"{page.url}\n" + "\n".join(found)
    assert page.locator("h1").count() == 1, f"{page.url} has {page.locator('h1').count()} h1"
    assert_fits(page)


def violations(page: Page) -> list[str]:
    """What axe-core finds, each with the places. It runs through the debugger, so the page's policy does not matter."""
    if page.evaluate("matchMedia('(scripting: none)').matches"):
        with _twin(page) as twin:
            return violations(twin)
    debugger = page.context.new_cdp_session(page)
    try:
        debugger.send("Runtime.evaluate", {"expression": AXE})
        question = {"expression": RUN_AXE, "awaitPromise": True, "returnByValue": True}
        answer = debugger.send("Runtime.evaluate", question)
    finally:
        debugger.detach()
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    found: list[str] = answer["result"]["value"]
    return found


@contextmanager
def _twin(page: Page) -> Iterator[Page]:
    """The same document with the same styles in a window that lets axe run, but none of the page's own scripts."""
    html, address = page.content(), page.url.partition("#")[0]

    assert page.context.browser is not None
    context = page.context.browser.new_context(viewport=page.viewport_size)
    try:
        context.route("**/*.js*", lambda route: route.abort())
        context.route(
            lambda url: url == address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
        )
        twin = context.new_page()
        twin.goto(address)
        yield twin
    finally:
        context.close()


def assert_fits(page: Page) -> None:
    """The page is not wider than the window, so nobody has to scroll sideways."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window, f"{page.url} is {wide} wide in a window of {window}: {', '.join(_too_wide(page))}"


def _too_wide(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)"
        ".slice(0, 8).map((e) => `${e.tagName.toLowerCase()}.${e.className}`)"
    )
    return found


def focused(page: Page) -> dict[str, Any]:
    """Name, tag, id and text of what has the focus, and whether one sees that (outline or shadow)."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const here = document.activeElement;
          const rings = (e) => {
            const style = getComputedStyle(e);
            return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
          };
          const around = [here, here.closest(".card")].filter(Boolean);  // a card shows the focus of its title
          return {tag: here.tagName.toLowerCase(), id: here.id, name: here.getAttribute("name") || "",
            value: here.getAttribute("value") || "", text: (here.innerText || "").replace(/\\s+/g, " ").trim(),
            href: here.getAttribute("href") || "", visible: around.some(rings)};
        }"""
    )
    return found


def accessibility_tree(page: Page) -> list[dict[str, Any]]:
    """What the browser tells a screen reader, in reading order: role, name, description, and states that are set."""
    debugger = page.context.new_cdp_session(page)
    try:
        nodes = debugger.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        debugger.detach()
    return [_spoken(node) for node in _in_order(nodes) if not node.get("ignored")]


def _in_order(nodes: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    by_id = {node["nodeId"]: node for node in nodes}
    waiting = [nodes[0]["nodeId"]]
    while waiting:
        node = by_id.get(waiting.pop())
        if node is not None:
            yield node
            waiting += reversed(node.get("childIds", []))


def _spoken(node: dict[str, Any]) -> dict[str, Any]:
    words = {name: str(node.get(name, {}).get("value", "")) for name in ("role", "name", "description")}
    return words | {entry["name"]: entry["value"].get("value") for entry in node.get("properties", [])}
