"""What the source of a module says: texts without a translation, hosts that are not ours."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
LOADED = re.compile(
    r"""(?:src|href|action)=["'](?:https?:)?//|url\(["']?(?:https?:)?//|(?:fetch|import)\(["']https?://"""
)
FILES = ("templates/**/*.html", "static/**/*.css", "static/**/*.js")
KEY = re.compile(r"[a-z_]+(\.[a-z_]+)*")


def untranslated(folder: Path, language: str) -> list[str]:
    """The texts below a folder that its catalogue has not in a language; keys of `words.md` stand in the core's."""
    if not folder.is_dir():
        return []
    path = folder / "translations" / language / "LC_MESSAGES" / "messages.po"
    known: set[str] = set()
    if path.exists():
        with path.open("rb") as file:
            known = {
                _first(entry.id) for entry in read_po(file) if entry.id and all(_all(entry.string)) and not entry.fuzzy
            }
    found = (_first(message) for _, _, message, _, _ in extract_from_dir(folder, METHODS, keywords=KEYWORDS) if message)
    return sorted({message for message in found if message not in known and not KEY.fullmatch(message)})


def _first(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _all(translation: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(translation) if isinstance(translation, (tuple, list)) else (translation or "",)


def foreign_hosts(folder: Path) -> list[str]:
    """Files that load something from an address outside."""
    paths = [path for pattern in FILES for path in sorted(folder.glob(pattern))]
    return [str(path.relative_to(folder)) for path in paths if LOADED.search(path.read_text("utf-8"))]
