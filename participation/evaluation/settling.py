"""What the answers to the arguments of a contribution mean for the contribution as a whole."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.evaluation.case_models import Argument
from participation.evaluation.events import ContributionAnswered
from participation.kernel.db import db
from participation.kernel.events import emit

AGREED = {"followed", "already_followed", "done"}
SOME = AGREED | {"partly_followed"}
OTHERWISE = ("not_followed", "declined", "elsewhere", "not_responsible", "noted")  # the weightiest first


def overall(decisions: Collection[str]) -> str:
    """One decision for several: the same for all, or what is true of the whole. "" where there is none.

    Everything followed or contained already: followed. Something of it: partly followed. Nothing of it: not followed
    before elsewhere before noted.
    """
    found = set(decisions)
    if len(found) <= 1:
        return next(iter(found), "")
    if found <= AGREED:
        return "followed"
    if found & SOME:
        return "partly_followed"
    return next(name for name in OTHERWISE if name in found)


def settle(contribution_ids: Iterable[int], *, actor_id: int | None) -> None:
    """Bring contributions that are answered through their arguments up to date, and tell of those that are through.

    Once every argument has a public answer, the contribution has its decision; until then it has none. What has no
    argument is left alone.
    """
    ids = set(contribution_ids)
    if not ids:
        return
    query = select(Argument.contribution_id, Argument.decision).where(
        Argument.contribution_id.in_(ids), Argument.removed_at.is_(None)
    )
    found: dict[int, list[str]] = {}
    for contribution_id, decision in db.session.execute(query):
        found.setdefault(contribution_id, []).append(decision)
    for contribution in db.session.scalars(select(Contribution).where(Contribution.id.in_(found))):
        _settle_one(contribution, found[contribution.id], actor_id)


def _settle_one(contribution: Contribution, decisions: list[str], actor_id: int | None) -> None:
    if not all(decisions):
        contribution.decision = ""
        contribution.work = "in_progress" if contribution.work in ("new", "processed") else contribution.work
        return
    contribution.decision, contribution.work = overall(decisions), "processed"
    emit(
        ContributionAnswered(
            tenant_id=contribution.tenant_id,
            procedure_id=contribution.procedure_id,
            actor_id=actor_id,
            contribution_id=contribution.id,
        )
    )
