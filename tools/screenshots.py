"""The pictures of the documentation: plants the demo, serves it, and takes the pages worth the most care.

make screenshots        → docs/screenshots/<page>-<width>-<scheme>.png
"""

import os
import subprocess
import sys
import tempfile
import threading
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from app import create_app

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
LAW = "/digitalministerium/onlinezugangsgesetz/"
PAGES = {
    "front": "/",
    "procedure": LAW,
    "reading": LAW + "text/entwurf/",
    "place": LAW + "text/entwurf/at/p2-abs4#p2-abs4",
    "search": "/-/search?q=Nutzerkonto",
}
PERSONAL = {
    "participation": ("/digitalministerium/-/participation", "mitmachen@uebung.example", "waldweg-zitrone-schaukel"),
    "moderation": ("/digitalministerium/-/moderation", "moderation@uebung.example", "regenschirm-bibliothek-moos"),
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
        page.goto(base + path)
        keep(page.screenshot(), f"{name}-{width}-{scheme}")
    for name, (path, email, password) in PERSONAL.items():
        page = new_page(browser, width, height, scheme)
        page.goto(f"{base}/digitalministerium/-/log-in")
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
        page.goto(base + path)
        keep(page.screenshot(), f"{name}-{width}-{scheme}")


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
