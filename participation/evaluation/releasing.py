"""Releasing answers for a day: a second person reads them now, the clock publishes them later."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.evaluation.events import ResponseReleased
from participation.evaluation.models import Response
from participation.evaluation.services import answered_by_arguments, go_public, publish_many, require_second
from participation.evaluation.settling import settle
from participation.kernel.clock import today
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid

AT_ONCE = 500  # answers of one run
FARTHEST = 366 * 2  # days


def release(seen: Sequence[tuple[Response, int]], *, on: date | None, actor_id: int) -> None:
    """Release answers, each in the version that was read, for a day; without one, or for today, publish them now.

    All of them or, with an error, none. Raises Invalid (a day that is over), Refused (not a second person), Conflict.
    """
    if on is not None and not 0 <= (on - today()).days <= FARTHEST:
        raise Invalid(_l("Bitte wählen Sie heute oder einen späteren Tag, höchstens zwei Jahre voraus."), field="on")
    if on is None or on == today():
        publish_many(seen, actor_id=actor_id)
        return
    for response, number in seen:
        require_second(response, number, actor_id)
        response.publish_on, response.released_number, response.released_by_id = on, number, actor_id
        _tell(response, number, actor_id)


def take_back(response: Response, *, actor_id: int | None) -> None:
    """An answer that was released waits for a second person again. Raises Conflict where it was not, or is public."""
    db.session.refresh(response, with_for_update=True)
    if response.publish_on is None:
        raise Conflict(
            _l("Diese Antwort ist nicht mehr für einen Tag freigegeben. Bitte sehen Sie nach, wie es steht.")
        )
    response.publish_on = response.released_number = response.released_by_id = None
    _tell(response, 0, actor_id)


def publish_due() -> int:
    """Publish what was released for today or earlier, in the version that was released. Returns how many.

    Safe to do again: what is public is not due any more. Some hundred a run; the next run does the rest.
    """
    due = (
        select(Response)
        .where(Response.publish_on <= today(), Response.released_number == Response.number)
        .order_by(Response.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = list(db.session.scalars(due))
    for response in found:
        go_public(response, response.released_by_id)
    settle(answered_by_arguments([response.id for response in found]), actor_id=None)
    return len(found)


def _tell(response: Response, number: int, actor_id: int | None) -> None:
    where = {"tenant_id": response.tenant_id, "procedure_id": response.procedure_id}
    emit(ResponseReleased(**where, actor_id=actor_id, response_id=response.id, number=number))
