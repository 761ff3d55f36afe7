"""Where to go on after logging in: only to a page of ours."""

from typing import Any
from urllib.parse import unquote, urlsplit

from flask import request
from flask_babel import lazy_gettext as _l

LONGEST = 2_000


def local_path(value: str | None) -> str | None:
    """The address, if it is a path of this site; None for everything else, however it is spelled.

    Browsers read `/\\host`, `//host`, tabs and line breaks inside as another host; some proxies decode once more.
    """
    text = value or ""
    for _ in range(3):
        if not _is_path(text):
            return None
        text = unquote(text)
    return value if _is_path(text) else None


def _is_path(text: str) -> bool:
    if not text.startswith("/") or text.startswith("//") or len(text) > LONGEST:
        return False
    if "\\" in text or not text.isprintable() or text != text.strip():
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and not parts.path.startswith("//")


def reason_for(path: str | None) -> Any:
    """Why a log-in is asked for before the page one wanted to see, in one sentence; "" without such a page."""
    asked = (path or "").partition("?")[0]
    if asked.endswith("/rate"):
        return _l("Zum Bewerten melden Sie sich an. Danach kommen Sie hierher zurück.")
    if asked.endswith("/review"):
        return _l("Ihre Auswahl ist in diesem Browser gespeichert. Nach dem Anmelden geben Sie sie ab.")
    if "/-/drafts/" in asked:
        return _l("Ihr Text ist gespeichert. Nach dem Anmelden kommen Sie zu ihm zurück.")
    return _l("Nach dem Anmelden kommen Sie zu der Seite zurück, auf der Sie waren.") if path else ""


def in_this_language(path: str) -> str:
    """The path below /en where the page before was English: paths from the router do not repeat it."""
    root = request.script_root
    return path if not root or path == root or path.startswith(f"{root}/") else root + path
