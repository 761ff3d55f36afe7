"""Text as XML 1.0 can hold it."""

import re

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """The text without the characters that XML cannot hold at all, however they are written."""
    return _UNWRITABLE.sub("", text)
