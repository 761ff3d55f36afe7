"""Which texts are made of the same words in the same order."""

import hashlib
import re
from typing import Any

_NO_WORD = re.compile(r"[\W_]+")


def words_of(text: str) -> str:
    """A text as it is compared: small letters and digits with single blanks between them."""
    return _NO_WORD.sub(" ", text.casefold()).strip()


def text_key(text: str) -> str:
    """The same for texts with the same words in the same order: 32 hexadecimal digits."""
    return hashlib.sha256(words_of(text).encode()).hexdigest()[:32]


def key_of_row(context: Any) -> str:
    """The key of a row that is written without an object: a column default."""
    return text_key(context.get_current_parameters()["source"])
