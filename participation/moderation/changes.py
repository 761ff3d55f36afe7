"""What is new between two versions of a text, word by word, so that a moderator need not read everything again."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from sqlalchemy import func, select

from participation.contributions.models import ContributionVersion
from participation.kernel.db import db
from participation.moderation.models import ModerationAct, Redaction

WORDS = re.compile(r"\s*\S+|\s+$")
MOST = 1_500  # words that are compared one by one; more are shown as replaced as a whole
CONTEXT = 8  # words that stay on both sides of a change


class Part(NamedTuple):
    """A piece of text: same, added, removed, or skipped (unchanged words left out)."""

    kind: str
    text: str


def changes(before: str, after: str, *, whole: bool = True) -> list[Part]:
    """The parts of a text that are the same, came in or went; unless `whole`, long unchanged parts are left out."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    parts = [
        Part("same", "".join(new[:head])),
        *_middle(middle_old, middle_new),
        Part("same", "".join(new[len(new) - tail :])),
    ]
    found = [part for part in parts if part.text]
    return found if whole else _shortened(found)


def _alike(one: list[str], other: list[str]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _middle(old: list[str], new: list[str]) -> list[Part]:
    if max(len(old), len(new)) > MOST:
        return [Part("removed", "".join(old)), Part("added", "".join(new))]
    parts = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(Part("same", "".join(new[c:d])))
        else:
            parts += [Part("removed", "".join(old[a:b])), Part("added", "".join(new[c:d]))]
    return parts


def _shortened(parts: list[Part]) -> list[Part]:
    """Only some words before and after what changed."""
    found: list[Part] = []
    for number, part in enumerate(parts):
        words = WORDS.findall(part.text)
        first, last = number == 0, number == len(parts) - 1
        if part.kind != "same" or len(words) <= (CONTEXT if first or last else 2 * CONTEXT):
            found.append(part)
            continue
        found += [] if first else [Part("same", "".join(words[:CONTEXT]))]
        found.append(Part("skipped", "…"))
        found += [] if last else [Part("same", "".join(words[-CONTEXT:]))]
    return found


def latest_changes(waiting: dict[int, int], *, whole: bool = False) -> dict[int, list[Part]]:
    """For contributions (id → number of versions) what is new since a human last agreed; one query, none for none.

    A text that nobody has read yet is new as a whole and not in here. Below a redaction it is compared with the
    redacted text: the original stays where it is.
    """
    edited = [number for number, versions in waiting.items() if versions > 1]
    if not edited:
        return {}
    decided = select(func.max(ModerationAct.at)).where(
        ModerationAct.contribution_id == ContributionVersion.contribution_id,
        ModerationAct.act.in_(("publish", "restore", "redact")),
        ModerationAct.undone_at.is_(None),
    )
    covered = select(Redaction.source_after).where(
        Redaction.contribution_id == ContributionVersion.contribution_id,
        Redaction.version == ContributionVersion.number,
        Redaction.lifted_at.is_(None),
    )
    V = ContributionVersion  # noqa: N806
    agreed_at = decided.correlate(V).scalar_subquery()
    black_on_top = covered.order_by(Redaction.id.desc()).limit(1).correlate(V).scalar_subquery()
    query = select(V.contribution_id, V.number, V.at, V.source, agreed_at, black_on_top)
    query = query.where(V.contribution_id.in_(edited))
    versions: dict[int, list[tuple[str, bool]]] = {}
    for number, _version, at, source, agreed, black in db.session.execute(query.order_by(V.contribution_id, V.number)):
        versions.setdefault(number, []).append((black or source, agreed is not None and at <= agreed))
    compared = {number: pair for number, found in versions.items() if (pair := _compared(found))}
    return {number: changes(*pair, whole=whole) for number, pair in compared.items()}


def _compared(versions: list[tuple[str, bool]]) -> tuple[str, str] | None:
    """The text a human agreed to last, and the newest; None where nobody has read any of it."""
    agreed = [source for source, seen in versions[:-1] if seen]
    return (agreed[-1], versions[-1][0]) if agreed else None
