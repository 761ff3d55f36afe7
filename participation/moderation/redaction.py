"""Redaction: passages are blacked out for everybody, the original is kept apart and every look at it is told.

Redactions lie on top of each other; each row holds the text as it was below it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.contributions.models import Contribution, ContributionVersion
from participation.contributions.replacing import replace_words
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Invalid, Refused, Unknown
from participation.kernel.text import normalise
from participation.moderation.acts import Seen, Verdict, carry_out, hold
from participation.moderation.events import ContributionRedacted, OriginalOpened, RedactionLifted
from participation.moderation.models import ModerationAct, Redaction
from participation.moderation.reasons import checked_note, checked_reason

BLACK = "[geschwärzt]"
MOST = 50  # passages in one go
BETWEEN = r"[\s*_>]+"  # what may stand between two words: blanks, line ends, marks for emphasis and quotes

REDACT = Verdict(act="redact", states=("published", "pending"), event=ContributionRedacted)
LIFT = Verdict(act="lift", states=("published", "pending"), event=RedactionLifted, undo=timedelta(0))
QUIET_LIFT = replace(LIFT, event=None)


class Original(NamedTuple):
    """What the author wrote, before anything was blacked out."""

    title: str
    source: str


def redact(
    contribution: Contribution, *, actor_id: int, seen: Seen, passages: str, reason: str, sentence: str = ""
) -> ModerationAct:
    """Black out passages (one a line), each wherever it stands. Raises Invalid (not found, no reason), Conflict."""
    wanted = _checked_passages(passages)
    reason, sentence = checked_reason(reason), checked_note(sentence, "sentence")
    hold(contribution, seen, REDACT)
    title, source = blacken(contribution.title, wanted), blacken(contribution.source, wanted)
    _require_all_found(wanted, f"{contribution.title}\n{contribution.source}")
    act = carry_out([contribution], REDACT, actor_id=actor_id, reason=reason, sentence=sentence)[0]
    row = Redaction(
        tenant_id=contribution.tenant_id,
        contribution_id=contribution.id,
        act_id=act.id,
        version=contribution.versions,
        title_before=contribution.title,
        source_before=contribution.source,
        source_after=source,
        passages=wanted,
    )
    db.session.add(row)
    replace_words(contribution, title=title, source=source, redacted=True, actor_id=actor_id)
    return act


def _checked_passages(typed: str) -> list[str]:
    found = [line.strip() for line in normalise(typed).split("\n") if line.strip()]
    if not found:
        raise Invalid(_l("Bitte nennen Sie mindestens eine Stelle."), field="passages")
    if len(found) > MOST:
        raise Invalid(_l("Bitte nennen Sie höchstens %(most)s Stellen auf einmal.", most=MOST), field="passages")
    return list(dict.fromkeys(found))


def _require_all_found(passages: list[str], text: str) -> None:
    missing = [passage for passage in passages if not _pattern(passage).search(text)]
    if missing:
        sentence = _l(
            "So steht es nicht im Text: „%(words)s“. Bitte kopieren Sie ganze Wörter aus dem Text.", words=missing[0]
        )
        raise Invalid(sentence, field="passages")


def blacken(text: str, passages: Sequence[str]) -> str:
    """The text with every occurrence of the passages blacked out, the longest first; upper and lower case alike."""
    for passage in sorted(passages, key=len, reverse=True):
        text = _pattern(passage).sub(BLACK, text)
    return text


def _pattern(passage: str) -> re.Pattern[str]:
    words = [re.escape(word) for word in re.split(BETWEEN, passage) if word] or [re.escape(passage)]
    return re.compile(rf"(?<!\w){BETWEEN.join(words)}(?!\w)", re.IGNORECASE)


def layers(contribution_id: int) -> list[Redaction]:
    """The redactions that lie on a contribution, the newest first."""
    query = select(Redaction).where(Redaction.contribution_id == contribution_id, Redaction.lifted_at.is_(None))
    return list(db.session.scalars(query.order_by(Redaction.id.desc())))


def peel(contribution: Contribution, act_id: int, *, actor_id: int | None) -> bool:
    """Take the newest redaction off again, if it is of this act and nobody changed the text since; whether it was."""
    found = layers(contribution.id)
    if not found or found[0].act_id != act_id or found[0].version != contribution.versions:
        return False
    _show(contribution, found[0], redacted=len(found) > 1, actor_id=actor_id)
    found[0].lifted_at = now()
    return True


def lift(
    contribution: Contribution, *, actor_id: int, seen: Seen, sentence: str = "", quietly: bool = False
) -> ModerationAct:
    """Show everything again as it was written. Raises Conflict, Refused where the author changed it since.

    `quietly` where the author is told otherwise.
    """
    sentence = checked_note(sentence, "sentence")
    hold(contribution, seen, LIFT)
    found = layers(contribution.id)
    if not found or {row.version for row in found} != {contribution.versions}:
        raise Refused(
            _l("Der Text wurde nach der Schwärzung geändert. Die Schwärzung lässt sich nicht mehr aufheben."),
            status=409,
        )
    act = carry_out([contribution], QUIET_LIFT if quietly else LIFT, actor_id=actor_id, sentence=sentence)[0]
    _show(contribution, found[-1], redacted=False, actor_id=actor_id)
    for row in found:
        row.lifted_at = now()
    return act


def _show(contribution: Contribution, below: Redaction, *, redacted: bool, actor_id: int | None) -> None:
    title, source = below.title_before, below.source_before
    replace_words(contribution, title=title, source=source, redacted=redacted, actor_id=actor_id)


def open_original(contribution: Contribution, *, actor_id: int) -> Original:
    """What the author wrote last; that somebody looked is written into the log. Raises Unknown without redaction."""
    found = layers(contribution.id)
    if not found:
        raise Unknown
    emit(
        OriginalOpened(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=actor_id,
            contribution_id=contribution.id,
        )
    )
    return Original(found[-1].title_before, found[-1].source_before)


def as_written(contribution: Contribution) -> str:
    """The text of the newest version as its author sent it; only for what is restricted itself."""
    number = ContributionVersion.number == contribution.versions
    query = select(ContributionVersion.source).where(ContributionVersion.contribution_id == contribution.id, number)
    return db.session.scalar(query) or contribution.source


def redacted_because(contribution_id: int) -> list[str]:
    """The reasons of the redactions on a contribution, each once; for everybody. One query."""
    query = select(ModerationAct.reason).join(Redaction, Redaction.act_id == ModerationAct.id)
    query = query.where(Redaction.contribution_id == contribution_id, Redaction.lifted_at.is_(None))
    return list(dict.fromkeys(db.session.scalars(query.order_by(Redaction.id))))
