"""Cut a design system's style sheet down to the components our templates use.

The result depends only on the source sheet, the list of kept parts and the custom properties our own sheets
read, so two runs give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLASS = re.compile(r"\.(kern-[a-z0-9]+(?:-[a-z0-9]+)*)((?:__[a-z0-9-]+)?)(?:--([a-z0-9-]+))?")
_READ = re.compile(r"var\(\s*(--kern-[\w-]+)")
_DECLARED = re.compile(r"^\s*(--kern-[\w-]+)\s*:")
_DECLARATION = re.compile(r"""(?:"[^"]*"|'[^']*'|[^;"'])+""")
_BRACE = re.compile(r"[{}]")
_THEMES = ("[data-kern-theme", ".kern-light", ".kern-dark", ".kern-level-", ".kern-layer")
_NESTED = ("@media", "@supports")


@dataclass(frozen=True)
class Keep:
    """What stays: block names, and for some blocks the only modifiers that stay."""

    parts: frozenset[str]
    modifiers: Mapping[str, frozenset[str]]

    def selector(self, selector: str) -> bool:
        """Whether every class in the selector belongs to a kept part; selectors without classes stay."""
        if any(theme in selector for theme in _THEMES):
            return False
        return all(self._has(block, modifier) for block, _, modifier in _CLASS.findall(selector))

    def _has(self, block: str, modifier: str) -> bool:
        allowed = self.modifiers.get(block)
        return block in self.parts and (not modifier or allowed is None or modifier in allowed)


def pruned(source: str, parts: Sequence[str], modifiers: Mapping[str, Sequence[str]], own: str) -> str:
    """Kept rules only, one a line, less the custom properties that neither they nor `own` read."""
    keep = Keep(frozenset(parts), {block: frozenset(names) for block, names in modifiers.items()})
    kept = list(_rules(_COMMENT.sub("", source).replace('@charset "UTF-8";', ""), keep))
    return "\n".join(_without_unread(kept, own)) + "\n"


def _rules(source: str, keep: Keep) -> Iterator[str]:
    for head, body in _blocks(source):
        if head.startswith(_NESTED):
            inner = "\n".join(_rules(body, keep))
            if inner:
                yield f"{head}{{\n{inner}\n}}"
        elif head.startswith("@"):
            yield f"{head}{{{_squeezed(body)}}}"
        else:
            selectors = _kept(head, keep)
            if selectors and body.strip():
                yield f"{','.join(selectors)}{{{_squeezed(body)}}}"


def _kept(head: str, keep: Keep) -> list[str]:
    if head.startswith(":is(body"):  # the page itself or a theme switch; we follow the system's setting only
        return ["body"]
    return [part for part in _split(head) if keep.selector(part)]


def _blocks(source: str) -> Iterator[tuple[str, str]]:
    position = 0
    while (opening := source.find("{", position)) >= 0:
        closing = _matching(source, opening)
        yield " ".join(source[position:opening].split()), source[opening + 1 : closing]
        position = closing + 1


def _matching(source: str, opening: int) -> int:
    depth = 0
    for match in _BRACE.finditer(source, opening):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.start()
    raise ValueError("a block of the style sheet is not closed")


def _split(head: str) -> list[str]:
    return [part.strip() for part in re.split(r",(?![^(]*\))", head)]


def _squeezed(body: str) -> str:
    return ";".join(re.sub(r"\s*:\s+", ":", " ".join(line.split()), count=1) for line in _declarations(body))


def _declarations(body: str) -> list[str]:
    """Declarations of a body; a semicolon inside quotes (a data address) ends none."""
    return [part.strip() for part in _DECLARATION.findall(body) if part.strip()]


def _without_unread(rules: list[str], own: str) -> list[str]:
    while True:
        read = set(_READ.findall("\n".join(rules))) | set(_READ.findall(own))
        smaller = [_unread_removed(rule, read) for rule in rules]
        if smaller == rules:
            return [rule for rule in rules if not rule.endswith("{}")]
        rules = smaller


def _unread_removed(rule: str, read: set[str]) -> str:
    def shorter(match: re.Match[str]) -> str:
        kept = [part for part in _declarations(match.group(1)) if _is_read(part, read)]
        return "{" + ";".join(kept) + "}"

    return re.sub(r"\{([^{}]*)\}", shorter, rule)


def _is_read(declaration: str, read: set[str]) -> bool:
    declared = _DECLARED.match(declaration)
    return declared is None or declared.group(1) in read
