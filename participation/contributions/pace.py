"""What is looked at before it is shown: very much, very fast, many links, copies. Nobody is refused, ever."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from participation.contributions.models import Contribution
from participation.contributions.similar import is_copied, is_late, is_repeated
from participation.contributions.trust import Step, step_of
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.procedures.models import Participant

DAY: Final = timedelta(days=1)
AT_FIRST: Final = 5  # contributions a day of somebody new
LATER: Final = 30
GAP: Final = timedelta(seconds=60)  # between two contributions of somebody new
LINKS: Final = 2  # in a contribution of somebody new
SAME_HOST: Final = 3  # contributions of a day that lead to one host, before one more of somebody new is looked at
MOST_LINKED: Final = 200  # texts with links that are read for that
HOST: Final = re.compile(r"(?:https?://|\bwww\.)([^\s/?#<>()\"']+)", re.IGNORECASE)

# Why a contribution waits: `held_for` holds these codes, the desk says them in words.
REASONS: Final = ("phase", "hours", "proof", "network", "pace", "gap", "links", "alike", "redacted")


def reasons_to_look(by: Participant, procedure_id: int, text: str, *, calm: bool = True) -> list[str]:
    """Why one more contribution is looked at first; empty for most people. Four short queries.

    Not `calm`: very much came from this network; it counts against those alone whom nobody knows.
    """
    step = _step(by)
    return [*_by_number(by, step, calm), *_by_text(text, procedure_id, step)]


def reasons_in_text(by: Participant, procedure_id: int, text: str, *, besides: int) -> list[str]:
    """Why a changed text is looked at first; `besides` is the contribution it stands in."""
    return list(_by_text(text, procedure_id, _step(by), besides))


def _step(by: Participant) -> Step:
    return step_of(by.person_id, [by.id], by.tenant_id)


def _by_number(by: Participant, step: Step, calm: bool) -> Iterator[str]:
    same = Participant.person_id == by.person_id if by.person_id is not None else Participant.id == by.id
    mine = (
        select(func.count(), func.max(Contribution.received_at))
        .join(Participant, Participant.id == Contribution.participant_id)
        .where(same, Contribution.tenant_id == by.tenant_id, Contribution.received_at > now() - DAY)
    )
    today, last = db.session.execute(mine).one()
    if today >= (LATER if step > Step.NEW else AT_FIRST):
        yield "pace"
    if step == Step.NEW and today and last > now() - GAP:
        yield "gap"
    if step == Step.NEW and not calm:
        yield "network"


def _by_text(text: str, procedure_id: int, step: Step, besides: int | None = None) -> Iterator[str]:
    hosts = hosts_in(text) if step == Step.NEW else []
    if len(hosts) > LINKS or any(_is_crowded(host, procedure_id, besides) for host in set(hosts)):
        yield "links"
    if is_repeated(text, procedure_id, besides) or is_copied(text, procedure_id, besides):
        yield "alike"


def hosts_in(text: str) -> list[str]:
    """The host of each link in a text, as often as it is there."""
    return [found.rpartition("@")[2].casefold().rstrip(".,;:!") for found in HOST.findall(text)]


def _is_crowded(host: str, procedure_id: int, besides: int | None) -> bool:
    """Whether much of what came in today leads to this host, and no human has agreed to any of it."""
    lately = (Contribution.procedure_id == procedure_id, Contribution.received_at > now() - DAY, is_late())
    query = select(Contribution.source, Contribution.state, Contribution.held_for)
    query = query.where(
        *lately, Contribution.id != (besides or 0), Contribution.source.icontains(host, autoescape=True)
    )
    rows = db.session.execute(query.order_by(Contribution.id.desc()).limit(MOST_LINKED))
    leading = [row for row in rows if host in hosts_in(row.source)]
    accepted = any(row.state == "published" and row.held_for for row in leading)
    return len(leading) >= SAME_HOST and not accepted
