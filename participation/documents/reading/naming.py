"""Keys and citations, given block after block in reading order.

A key is made of what the text itself says ("§ 2", "(4)", "1.") wherever it says something, so that a
paragraph put in elsewhere renames nothing; only what carries no number is counted within its section.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from participation.documents.reading.headings import KEY_LENGTH, Heading, heading_of
from participation.documents.reading.nodes import Kind

TITLE_KEY: Final = "titel"
_OTHER: Final = {
    Kind.TABLE: ("tabelle", "Tabelle"),
    Kind.QUOTE: ("zitat", "Zitat"),
    Kind.IMAGE: ("bild", "Bild"),
    Kind.FOOTNOTE: ("fn", "Fußnote"),
}
_NUMBER = re.compile(r"\(?(\d+[a-z]{0,2})[.)]?$")
_LETTER = re.compile(r"\(?([a-z]{1,3})\)$")


@dataclass(frozen=True)
class Name:
    """The key of a node and the words to cite it; `part` is the last step of each, for what follows it."""

    key: str
    citation: str
    part: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Section:
    """A heading that is open while its text is read."""

    level: int
    name: Name
    heading: Heading


class Namer:
    """Gives each block its name; call it in reading order."""

    def __init__(self, is_law: bool) -> None:
        self._is_law = is_law
        self._taken: set[str] = set()
        self._seen: Counter[str] = Counter()
        self._sections: list[Section] = []
        self._absatz: Name | None = None
        self._items: list[Name] = []

    @property
    def section_key(self) -> str:
        """The key of the section that is open."""
        return self._sections[-1].name.key

    def title(self) -> Name:
        """The name of the title, which opens the text before the first heading."""
        key = self._unique(TITLE_KEY)
        self._sections = [Section(0, Name(key, "Vorspann"), Heading("", key, ""))]
        return Name(key, "Titel")

    def heading(self, level: int, text: str) -> tuple[Name, str, str]:
        """The name of a heading below the title, its label, and the key of the section around it."""
        self._sections = [open_ for open_ in self._sections if open_.level < level]
        parent, heading = self._sections[-1], heading_of(text)
        name = self._section_name(heading, text)
        self._sections.append(Section(level, name, heading))
        self._absatz, self._items = None, []
        return name, heading.label, parent.name.key

    def absatz(self, number: str) -> Name:
        """The name of a numbered Absatz."""
        self._absatz = self._below(self._sections[-1].name, f"abs{number}", f"Absatz {number}")
        self._items = []
        return self._absatz

    def paragraph(self, level: int) -> Name:
        """The name of a paragraph without a number, `level` lists deep."""
        if level == 0 and not self._sections[-1].heading.is_law:
            self._seen[self.section_key] += 1
            return self.absatz(str(self._seen[self.section_key]))
        container, children = self._around(level), self._items[level:]
        self._items = self._items[: level + 1]
        if not children:
            return self._below(container, "text", "Text", comma=True)
        key, words = children[0].part
        return self._below(container, f"nach-{key}", f"Text nach {words}", comma=True)

    def item(self, level: int, label: str) -> Name:
        """The name of a list item, `level` (1 or more) lists deep."""
        depth = min(level, len(self._items) + 1)
        container = self._around(depth - 1)
        name = self._below(container, *self._part(container, label))
        self._items = [*self._items[: depth - 1], name]
        return name

    def other(self, kind: Kind, number: str = "") -> Name:
        """The name of a table, quotation, picture or footnote, counted in its section; `number` is shown."""
        key, words = _OTHER[kind]
        counter = f"{self.section_key} {kind}"
        self._seen[counter] += 1
        shown = number or str(self._seen[counter])
        return self._below(self._sections[-1].name, f"{key}{self._seen[counter]}", f"{words} {shown}", comma=True)

    def _around(self, level: int) -> Name:
        depth = min(level, len(self._items))
        return self._items[depth - 1] if depth else self._absatz or self._sections[-1].name

    def _part(self, container: Name, label: str) -> tuple[str, str]:
        if found := _NUMBER.match(label):
            return f"nr{found[1]}", f"Nummer {found[1]}"
        if found := _LETTER.match(label):
            return found[1], ("Doppelbuchstabe " if len(set(found[1])) < len(found[1]) else "Buchstabe ") + found[1]
        self._seen[f"{container.key} items"] += 1
        number = self._seen[f"{container.key} items"]
        return f"pkt{number}", f"Punkt {number}"

    def _below(self, container: Name, key: str, words: str, comma: bool = False) -> Name:
        law = self._sections[-1].heading.is_law
        full = self._unique(f"{container.key}-{key}")
        again = full.removeprefix(f"{container.key}-{key}-")
        citation = words if again == full else f"{words} ({again})"
        return Name(full, f"{container.citation}{' ' if law and not comma else ', '}{citation}", (key, words))

    def _section_name(self, heading: Heading, text: str) -> Name:
        around, counted = self._prefix(heading), self._counted_citation(text)
        citation = heading.citation or counted
        if around is None:
            return Name(self._unique(heading.key), citation)
        joined = f"{around.citation} {citation}" if heading.is_law else f"{around.citation}, {citation}"
        return Name(self._unique(f"{around.key}-{heading.key}"), joined)

    def _prefix(self, heading: Heading) -> Name | None:
        """A § belongs to its article, an Abschnitt to its Teil: both numbers may come again elsewhere."""
        for section in reversed(self._sections[1:]):
            if (heading.is_law and section.heading.is_law) or (heading.is_division and section.heading.is_division):
                return section.name
        return None

    def _counted_citation(self, text: str) -> str:
        if self._is_law:
            return text if len(text) <= 60 else text[:59].rstrip() + "…"
        path = "/".join(str(section.name.key) for section in self._sections)
        self._seen[f"{path} sections"] += 1
        parent = self._sections[-1].name.citation if len(self._sections) > 1 else ""
        number = str(self._seen[f"{path} sections"])
        return f"{parent}.{number}" if re.fullmatch(r"Abschnitt [\d.]+", parent) else f"Abschnitt {number}"

    def _unique(self, key: str) -> str:
        short, number = key[:KEY_LENGTH].rstrip("-"), 1
        unique = short
        while unique in self._taken:
            number += 1
            ending = f"-{number}"
            unique = short[: KEY_LENGTH - len(ending)] + ending
        self._taken.add(unique)
        return unique
