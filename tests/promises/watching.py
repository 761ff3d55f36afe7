"""Pages in Chromium under watch: what ran that should not, what broke the policy, which other host was asked."""

import json
from threading import Thread
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page
from werkzeug.serving import make_server

from participation.testing.browser import Quiet
from tests.promises.crawling import seen_as

HARMLESS = ("ch-", "cross-origin-isolated", "deferred-fetch", "aria-notify", "unload")  # nothing a page could spy with
LISTEN = """
  const tell = (what) => console.debug("WATCH " + what);
  document.addEventListener("securitypolicyviolation", (event) =>
    tell(`violation ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
  window.x9q = (...what) => tell("ran x9q " + what);
  for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
    window[name] = (what) => tell(`ran ${name} ${what}`);
  }
"""
MADE = """() => [...document.querySelectorAll(
    "x9q, [x9q], script:not([src]), base, object, embed, iframe, meta[http-equiv]")]
  .map((found) => found.outerHTML.slice(0, 120))
  .concat([...document.querySelectorAll("*")].filter((found) => [...found.attributes]
    .some((name) => name.name.startsWith("on") || name.name === "srcdoc"))
    .map((found) => found.outerHTML.slice(0, 120)))"""
FEATURES = "document.featurePolicy ? document.featurePolicy.allowedFeatures() : []"


class Watch:
    """Serves a planted portal and opens its pages one after the other."""

    def __init__(self, planted, browser: Browser) -> None:
        self.planted, self.browser = planted, browser
        self.found: list[str] = []
        self.views: set[str] = set()
        self.features: set[str] = set()
        self.opened = 0

    def __enter__(self):
        self.server = make_server("127.0.0.1", 0, self.planted.app, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def open_all(self, role: str, paths: list[str]) -> None:
        """Open each page as somebody with a role."""
        context = self.browser.new_context(base_url=self.url)
        context.add_init_script(LISTEN)
        cookies = self.planted.client(role)._cookies.values()
        context.add_cookies([{"name": each.key, "value": each.value, "url": self.url} for each in cookies])
        page = self._watched(context)
        for path in paths:
            self._open(page, path)
        context.close()

    def _watched(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("console", lambda said: self._said(page, said.type, said.text))
        page.on("dialog", lambda dialog: (self.found.append(f"{page.url}: dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self._asked(page, request.url))
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        return page

    def _said(self, page: Page, kind: str, text: str) -> None:
        is_ours = text.startswith("WATCH ")
        if is_ours or (kind == "error" and not text.startswith("Failed to load resource")):
            self.found.append(f"{page.url}: {text[:300]}")

    def _asked(self, page: Page, address: str) -> None:
        if not address.startswith((f"{self.url}/", "data:", "about:")):
            self.found.append(f"{page.url}: asked {address[:100]}")

    def _open(self, page: Page, path: str) -> None:
        try:
            page.goto(path, wait_until="load")
        except Error as error:
            if "Download is starting" not in str(error):
                self.found.append(f"{path}: {str(error)[:200]}")
            return
        self.opened += 1
        self.views.add(seen_as(self.planted.app, urlsplit(path).path)[0])
        self.found += [f"{path}: made {each}" for each in page.evaluate(MADE)]
        allowed = json.loads(json.dumps(page.evaluate(FEATURES)))
        self.features |= {name for name in allowed if not name.startswith(HARMLESS)}
