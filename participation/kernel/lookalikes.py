"""Names that look like others: letters of other alphabets, signs and marks change nothing of what people read.

After the idea of UTS 39, for the letters that a German reader takes for Latin ones.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

_LOOK = {
    "a": "аɑαӑᴀ",
    "b": "ЬƄвʙ",
    "c": "сϲᴄ",
    "d": "ԁɗᴅ",
    "e": "еёєэҽᴇε",
    "g": "ɡցɢ",
    "h": "һнʜ",
    "i": "іїıɩιӏⅰ",
    "j": "јϳᴊ",
    "k": "кκᴋ",
    "l": "ⅼӏ|1ʟ",
    "m": "мᴍⅿ",
    "n": "пոηɴ",
    "o": "оοσօ0ᴏө",
    "p": "рρᴘ",
    "q": "ԛ",
    "r": "гᴦʀ",
    "s": "ѕꜱ$5",
    "t": "тτᴛ",
    "u": "υսцᴜ",
    "v": "ѵνᴠⅴ",
    "w": "ԝшᴡω",
    "x": "хχⅹ",
    "y": "уүγʏ",
    "z": "ᴢ",
}
_LATIN: Final = {ord(sign): letter for letter, signs in _LOOK.items() for sign in signs.lower() + signs}
_SAME: Final = str.maketrans({"l": "i", "ß": "ss"})  # a small L, a capital I and the figure 1 look alike
OFFICES: Final = (
    "Verwaltung",
    "Behörde",
    "Amt",
    "Moderation",
    "Moderator",
    "Moderatorin",
    "Redaktion",
    "Administrator",
    "Administration",
    "Admin",
    "Portalverwaltung",
    "Stadtverwaltung",
    "Antwort der Verwaltung",
    "Antwort der Behörde",
    "Amtlich",
    "Offiziell",
)


def skeleton(name: str) -> str:
    """What a name looks like: two names with the same skeleton are taken for each other."""
    known = unicodedata.normalize("NFKD", name).casefold().translate(_LATIN)
    decomposed = unicodedata.normalize("NFKD", known).casefold()
    return "".join(sign for sign in decomposed if sign.isalnum()).translate(_SAME)


def looks_like(name: str, others: Iterable[str]) -> bool:
    """Whether a name is taken for one of the others."""
    seen = skeleton(name)
    return any(seen == skeleton(other) for other in others)


def looks_official(name: str, authority: str = "") -> bool:
    """Whether a name is taken for the badge of the authority, or for the authority itself."""
    return looks_like(name, (*OFFICES, *([authority] if authority else [])))
