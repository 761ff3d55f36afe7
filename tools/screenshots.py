"""The pictures of the documentation: plants the demo, serves it, and takes the pages worth the most care.

make screenshots        → docs/screenshots/<page>-<width>-<scheme>.png
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from app import create_app

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
LAW = "/digitalministerium/onlinezugangsgesetz/"
LOOP = "/digitalministerium/servicepunkte/"
PAGES = {
    "front": "/",
    "procedure": LAW,
    "reading": LAW + "text/entwurf/",
    "place": LAW + "text/entwurf/at/p2-abs4#p2-abs4",
    "search": "/-/search?q=Nutzerkonto",
    "compare": LOOP + "text/entwurf/",
    "fate": LOOP + "text/entwurf/",
    "vote": "/digitalministerium/dienste-zuerst/ballot/abstimmung/",
    "result": "/beispielhausen/marktplatz/-/result",
}
LEAD = ("leitung@uebung.example", "segelboot-kamille-fahrrad")
PERSONAL = {
    "participation": ("/digitalministerium/-/participation", "mitmachen@uebung.example", "waldweg-zitrone-schaukel"),
    "moderation": ("/digitalministerium/-/moderation", "moderation@uebung.example", "regenschirm-bibliothek-moos"),
    "checklist": (LAW + "-/manage/", *LEAD),
    "schedule": (LAW + "-/manage/schedule", *LEAD),
    "worklist": (LOOP + "-/manage/worklist", *LEAD),
    "case": (LOOP + "-/manage/worklist?words=Sonntag&answer=all", *LEAD),
    "dashboard": (LOOP + "-/manage/dashboard", *LEAD),
}
COMPARE = "main a[href*='/-/versions/']"
FOLLOW = {  # numbers of contributions are drawn by lot: from a fixed page along these links
    "compare": (COMPARE,),
    "fate": (COMPARE, "#oeffnungszeiten-abs1 a[href*='/-/contributions/']"),
    "case": ("main a[href*='/manage/cases/']",),
}
SIZES = ((1280, 900), (360, 640))
SCHEMES = ("light", "dark")


def main() -> None:
    """Take every page at both widths in both schemes."""
    base = serve()
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width, height in SIZES:
            for scheme in SCHEMES:
                take(browser, base, width, height, scheme)
        browser.close()


def serve() -> str:
    """A planted portal in a folder of its own; returns its address."""
    folder = tempfile.mkdtemp()
    os.environ |= {
        "PARTICIPATION_DATA_FOLDER": folder,
        "PARTICIPATION_DATABASE_URL": f"sqlite:///{folder}/demo.db",
        "PARTICIPATION_EMBEDDED_WORKER": "false",
    }
    for command in ("db upgrade", "demo plant"):
        subprocess.run([sys.executable, "-m", "flask", "--app", "app", *command.split()], check=True, cwd=ROOT)
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def take(browser: Browser, base: str, width: int, height: int, scheme: str) -> None:
    """All pages at one width in one scheme."""
    page = new_page(browser, width, height, scheme)
    for name, path in PAGES.items():
        open_page(page, base, name, path)
        keep(page.screenshot(), f"{name}-{width}-{scheme}")
    for name, (path, email, password) in PERSONAL.items():
        page = new_page(browser, width, height, scheme)
        log_in(page, f"{base}/digitalministerium/-/log-in", email, password)
        open_page(page, base, name, path)
        keep(page.screenshot(), f"{name}-{width}-{scheme}")


def open_page(page: Page, base: str, name: str, path: str) -> None:
    """Go to a page, and on from there where its address is not known before."""
    page.goto(base + path)
    for link in FOLLOW.get(name, ()):
        href = page.locator(link).first.get_attribute("href")
        page.goto(urljoin(page.url, href))


def log_in(page: Page, address: str, email: str, password: str) -> None:
    """By password, and for staff by the code that the practice portal shows; two fit into half a minute."""
    page.goto(address)
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()
    if page.locator("input[name=code]").count():
        asked = page.url
        while True:
            page.goto(urljoin(address, "/-/development/codes"))
            code = page.get_by_role("row").filter(has_text=email).locator("code")
            if code.count():
                break
            time.sleep(5)
        number = code.inner_text()
        page.goto(asked)
        page.fill("input[name=code]", number)
        page.press("input[name=code]", "Enter")
        page.wait_for_load_state()


def new_page(browser: Browser, width: int, height: int, scheme: str) -> Page:
    """A browser without a past."""
    viewport = {"width": width, "height": height}
    return browser.new_context(viewport=viewport, color_scheme=scheme).new_page()  # type: ignore[arg-type]


def keep(picture: bytes, name: str) -> None:
    """Store a picture with few colours: small enough for a repository."""
    image = Image.open(BytesIO(picture)).convert("RGB").quantize(96)
    image.save(TARGET / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
