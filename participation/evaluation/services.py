"""Answering contributions and their arguments: one person proposes a decision with its reason, a second one publishes
it. A contribution that was split is answered through its arguments alone."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from participation.contributions.models import Contribution
from participation.evaluation.case_models import Argument
from participation.evaluation.decisions import DECISIONS
from participation.evaluation.events import ResponseDiscarded, ResponsePublished, ResponseWritten
from participation.evaluation.models import Response, ResponseTo, ResponseVersion
from participation.evaluation.settling import settle
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.events import emit
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.kernel.text import normalise, render_rich
from participation.kernel.versions import raise_version
from participation.procedures.models import Procedure

ANSWERABLE = ("published", "pending", "hidden", "filed")  # withdrawn gets no answer, merged that of its target
LONGEST = 20_000  # characters
MOST = 500  # contributions in one go
CHANGED = _l("Diese Antwort wurde inzwischen geändert. Unten stehen beide Fassungen. Nichts ist verloren.")


def answer(
    procedure: Procedure,
    contributions: Sequence[Contribution],
    *,
    decision: str,
    source: str,
    actor_id: int,
    arguments: Sequence[Argument] = (),
) -> Response:
    """Propose one answer to some contributions and arguments of a procedure.

    Raises Invalid, also for a contribution that was split, and Conflict where one has an answer.
    """
    text = checked(decision, source)
    if not 0 < len(contributions) + len(arguments) <= MOST:
        raise Invalid(_l("Bitte wählen Sie mindestens einen Beitrag und höchstens %(most)s.", most=MOST))
    _require_open(procedure, contributions, arguments)
    response = Response(tenant_id=procedure.tenant_id, procedure_id=procedure.id, number=0)
    db.session.add(response)
    db.session.flush()
    targets = [(entry.id, None) for entry in contributions] + [(one.contribution_id, one.id) for one in arguments]
    for contribution_id, argument_id in targets:
        db.session.add(
            ResponseTo(
                tenant_id=procedure.tenant_id,
                response_id=response.id,
                contribution_id=contribution_id,
                argument_id=argument_id,
            )
        )
    db.session.flush()
    _begin_work({contribution_id for contribution_id, _argument in targets})
    _keep_version(response, decision, text, actor_id)
    return response


def change(response: Response, *, decision: str, source: str, number: int, actor_id: int) -> None:
    """Write a new version on top of `number`; what is public stays until it is published. Raises Conflict, Invalid.

    A release for a day is taken back: what is read then is not what was released.
    """
    text = checked(decision, source)
    db.session.refresh(response, with_for_update=True)
    if response.number != number:
        raise Conflict(CHANGED)
    response.publish_on = response.released_number = response.released_by_id = None
    _keep_version(response, decision, text, actor_id)


def discard(response: Response, *, actor_id: int) -> None:
    """Throw away an answer that was never public; what it was for has none again. Raises Conflict."""
    db.session.refresh(response, with_for_update=True)
    if response.published_number is not None:
        raise Conflict(_l("Diese Antwort ist schon veröffentlicht. Sie lässt sich nur noch ändern."))
    where = {"tenant_id": response.tenant_id, "procedure_id": response.procedure_id}
    emit(ResponseDiscarded(**where, actor_id=actor_id, response_id=response.id))
    db.session.delete(response)


def publish(response: Response, *, number: int, actor_id: int) -> None:
    """Make an answer public and tell those who are answered. Raises Refused (not a second person), Conflict."""
    publish_many([(response, number)], actor_id=actor_id)


def publish_many(seen: Sequence[tuple[Response, int]], *, actor_id: int) -> None:
    """Make answers public, each in the version that was read; all or, with an error, none. Raises as `publish`.

    Whoever is answered through several of them hears of it once.
    """
    for response, number in seen:
        require_second(response, number, actor_id)
        go_public(response, actor_id)
    settle(answered_by_arguments([response.id for response, _number in seen]), actor_id=actor_id)


def require_second(response: Response, number: int, actor_id: int) -> None:
    """Hold an answer for a second person who read its version `number`. Raises Refused, Conflict."""
    db.session.refresh(response, with_for_update=True)
    if response.number != number:
        raise Conflict(CHANGED)
    if not response.waits:
        raise Conflict(_l("Diese Antwort ist schon veröffentlicht."))
    if version_of(response, number).author_id == actor_id:
        raise Refused(_l("Das entscheidet eine zweite Person. Sie haben die Antwort selbst geschrieben."))


def go_public(response: Response, actor_id: int | None) -> None:
    """Publish the newest version, which a second person has agreed to; the caller settles what has arguments."""
    response.published_number, response.published_at, response.published_by_id = response.number, now(), actor_id
    response.publish_on = response.released_number = response.released_by_id = None
    db.session.flush()
    _set_decision(response, version_of(response, response.number).decision)
    raise_version(f"procedure:{response.procedure_id}")
    emit(
        ResponsePublished(
            tenant_id=response.tenant_id,
            procedure_id=response.procedure_id,
            actor_id=actor_id,
            response_id=response.id,
            number=response.number,
        )
    )


def answered_by_arguments(response_ids: Sequence[int]) -> set[int]:
    """The contributions whose arguments some responses answer."""
    query = select(ResponseTo.contribution_id).where(
        ResponseTo.response_id.in_(response_ids), ResponseTo.argument_id.is_not(None)
    )
    return set(db.session.scalars(query))


def checked(decision: str, source: str) -> str:
    """The reason as it is stored. Raises Invalid for an unknown decision, no reason, too long a one."""
    if decision not in DECISIONS:
        raise Invalid(_l("Bitte wählen Sie eine Entscheidung."), field="decision")
    text = normalise(source).strip()
    if not text:
        raise Invalid(_l("Bitte begründen Sie die Entscheidung."), field="source")
    if len(text) > LONGEST:
        raise Invalid(_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST), field="source")
    return text


def version_of(response: Response, number: int) -> ResponseVersion:
    """One state of an answer."""
    query = select(ResponseVersion).where(ResponseVersion.response_id == response.id, ResponseVersion.number == number)
    return db.session.scalars(query).one()


def _require_open(procedure: Procedure, contributions: Sequence[Contribution], arguments: Sequence[Argument]) -> None:
    whole, single = [entry.id for entry in contributions], [one.id for one in arguments]
    ids = {*whole, *(one.contribution_id for one in arguments)}
    query = select(Contribution).where(Contribution.id.in_(ids)).order_by(Contribution.id).with_for_update()
    found = db.session.scalars(query).all()
    if any(entry.procedure_id != procedure.id or entry.state not in ANSWERABLE for entry in found):
        raise Invalid(
            _l("Ein Beitrag davon lässt sich nicht beantworten: Er ist zurückgezogen oder gehört nicht hierher.")
        )
    active = select(Argument.id).where(Argument.removed_at.is_(None))
    if db.session.scalar(active.where(Argument.contribution_id.in_(whole)).limit(1)) is not None:
        raise Invalid(
            _l("Ein Beitrag davon ist in Argumente zerlegt. Beantworten Sie seine Argumente einzeln oder gemeinsam.")
        )
    if len(db.session.scalars(active.where(Argument.id.in_(single))).all()) != len(set(single)):
        raise Invalid(_l("Ein Argument davon gibt es nicht mehr. Bitte sehen Sie sich den neuen Stand an."))
    taken = (ResponseTo.argument_id.is_(None) & ResponseTo.contribution_id.in_(whole)) | ResponseTo.argument_id.in_(
        single
    )
    if db.session.scalar(select(ResponseTo.id).where(taken).limit(1)) is not None:
        raise Conflict(_l("Einer der Beiträge hat inzwischen eine Antwort. Bitte sehen Sie sich den neuen Stand an."))


def _keep_version(response: Response, decision: str, source: str, actor_id: int) -> None:
    response.number += 1
    version = ResponseVersion(
        tenant_id=response.tenant_id,
        response_id=response.id,
        number=response.number,
        decision=decision,
        source=source,
        html=render_rich(source),
        author_id=actor_id,
        at=now(),
    )
    db.session.add(version)
    db.session.flush()
    emit(
        ResponseWritten(
            tenant_id=response.tenant_id,
            procedure_id=response.procedure_id,
            actor_id=actor_id,
            response_id=response.id,
            number=response.number,
        )
    )


def _begin_work(contribution_ids: set[int]) -> None:
    statement = update(Contribution).where(Contribution.id.in_(contribution_ids)).values(work="in_progress")
    db.session.execute(statement, execution_options={"synchronize_session": "fetch"})


def _set_decision(response: Response, decision: str) -> None:
    """The decision stands beside each contribution and argument, so that lists need not look for it."""
    here = select(ResponseTo.contribution_id).where(ResponseTo.response_id == response.id)
    whole = here.where(ResponseTo.argument_id.is_(None))
    single = select(ResponseTo.argument_id).where(ResponseTo.response_id == response.id)
    statements = (
        update(Contribution).where(Contribution.id.in_(whole)).values(decision=decision, work="processed"),
        update(Argument).where(Argument.id.in_(single)).values(decision=decision),
    )
    for statement in statements:
        db.session.execute(statement, execution_options={"synchronize_session": False})
