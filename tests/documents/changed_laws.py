"""The four laws and a next version of each, changed by hand, with where a reader expects each comment afterwards."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from participation.documents.parts import Part, parts_of
from participation.documents.reading import Reading, read

LAWS = Path(__file__).parents[1] / "data" / "laws"
NAMES = ("ozg", "egovg", "bgg", "plansig")
_WRAP = re.compile(r"(?<=\S)\n[ ]*(?=[^\s:])")  # a line of a paragraph that goes on


class Mark(NamedTuple):
    """A comment at a place, maybe on a quotation, and what is expected of it."""

    law: str
    place: str
    fate: str
    expected: str
    quote: str = ""
    passage: str = ""


@cache
def readings(name: str) -> tuple[Reading, Reading]:
    """The law as it is, and as it was changed."""
    head, text = (LAWS / f"{name}.md").read_text("utf-8").split("\n# ", 1)
    before = f"{head}\n# {_WRAP.sub(' ', text)}"
    after = before
    for edit in _changes(name)["edit"]:
        assert after.count(edit["find"]) == 1, f"{name}: {edit['find'][:60]}"
        after = after.replace(edit["find"], edit["put"])
    return read(before.encode(), f"{name}.md"), read(after.encode(), f"{name}.md")


@cache
def versions(name: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """The same as parts to be compared."""
    before, after = readings(name)
    return parts_of(before.nodes), parts_of(after.nodes)


def marks(name: str) -> list[Mark]:
    """What is expected of the comments on one law."""
    return [Mark(name, *row) for row in _changes(name)["marks"]["rows"]]


@cache
def _changes(name: str) -> dict:
    return tomllib.loads((LAWS / "changed" / f"{name}.toml").read_text("utf-8"))
