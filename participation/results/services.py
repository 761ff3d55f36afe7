"""Making a result public: compute, write, submit; a second person publishes. Corrections are further versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import db
from participation.kernel.events import Event, emit
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.kernel.text import normalise, normalise_name, render_rich
from participation.procedures.advancing import advance
from participation.procedures.lifecycle import MANAGERS, Stage
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_by_id, stage_of
from participation.procedures.services import note_change
from participation.results.events import (
    ResultApproved,
    ResultComputed,
    ResultPublished,
    ResultSubmitted,
    ResultTakenBack,
)
from participation.results.freezing import Frozen, require_over
from participation.results.models import Result
from participation.results.queries import in_preparation, next_number, published
from participation.results.records import basis_of

WORDS = ("decision", "changed", "changed_html", "next_steps", "annex", "annex_url", "press")
LONGEST = {"decision": 400, "changed": 20_000, "annex": 4_000, "press": 4_000, "sentence": 300}  # characters
MOST_STEPS = 6
FASTER = _l("Jemand anderes war schneller. Bitte sehen Sie sich den neuen Stand an.")
REASON_NEEDED = _l("Bitte nennen Sie den Grund der Berichtigung. Alle lesen ihn.")
CHANGED_SINCE = _l(
    "Seit dem Berechnen haben sich Beiträge oder Antworten geändert. Bitte berechnen Sie das Ergebnis neu."
)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What people write for a result; `next_steps` are (day or None, sentence)."""

    decision: str
    changed: str
    next_steps: Sequence[tuple[date | None, str]] = ()
    annex: str = ""
    annex_url: str = ""
    press: str = ""
    publish_on: date | None = None


def compute(procedure: Procedure, frozen: Frozen, *, actor_id: int | None) -> Result:
    """Keep a frozen package for the version in preparation; computing again replaces the one before.

    Raises Refused (too early, submitted already), Invalid (a correction without reason), Conflict (another version).
    """
    hold(procedure)
    require_over(procedure)
    if frozen.number != next_number(procedure):
        raise Conflict(FASTER)
    before = published(procedure.id)
    if before is not None and not frozen.reason:
        raise Invalid(REASON_NEEDED, field="reason")
    result = in_preparation(procedure.id) or _begun(procedure, before)
    if result.state != "draft":
        raise Refused(_l("Das Ergebnis liegt zur Veröffentlichung vor. Nehmen Sie es zuerst zurück."), status=409)
    set_package(result, frozen)
    db.session.flush()
    _tell(ResultComputed, result, actor_id)
    return result


def hold(procedure: Procedure) -> None:
    """Two who make a version at the same moment wait for each other."""
    db.session.execute(select(Procedure.id).where(Procedure.id == procedure.id).with_for_update())


def _begun(procedure: Procedure, before: Result | None) -> Result:
    result = Result(tenant_id=procedure.tenant_id, procedure_id=procedure.id, computed_at=now(), state="draft")
    for name in WORDS if before is not None else ():
        setattr(result, name, getattr(before, name))
    db.session.add(result)
    return result


def set_package(result: Result, frozen: Frozen) -> None:
    """Let a version stand on a package; the file of the one before is swept later."""
    for name in ("number", "reason", "stored_name", "size", "package_hash", "root", "figures", "answers", "basis"):
        setattr(result, name, getattr(frozen, name))
    result.computed_at = now()


def write(result: Result, words: Words, *, version: int) -> None:
    """Write the words of a version in preparation, on top of `version`. Raises Conflict, Refused, Invalid."""
    _lock(result)
    if result.version != version:
        raise Conflict(_l("Das Ergebnis wurde inzwischen geändert. Unten stehen beide Fassungen. Nichts ist verloren."))
    if result.state != "draft":
        raise Refused(_l("Das Ergebnis liegt zur Veröffentlichung vor. Nehmen Sie es zuerst zurück."), status=409)
    result.decision = _short("decision", normalise_name(words.decision))
    result.changed = _short("changed", normalise(words.changed).strip())
    result.changed_html = render_rich(result.changed)
    result.next_steps = [
        {"on": day.isoformat() if day else "", "sentence": _short("sentence", normalise_name(sentence))}
        for day, sentence in words.next_steps[:MOST_STEPS]
        if sentence.strip()
    ]
    result.annex = _short("annex", normalise(words.annex).strip())
    result.annex_url = _web_address(words.annex_url.strip())
    result.press = _short("press", normalise(words.press).strip())
    result.publish_on = words.publish_on


def _short(name: str, text: str) -> str:
    if len(text) > LONGEST[name]:
        raise Invalid(_l("Bitte kürzen Sie auf höchstens %(longest)s Zeichen.", longest=LONGEST[name]), field=name)
    return text


def _web_address(url: str) -> str:
    if url and (not url.startswith(("https://", "http://")) or len(url) > 500 or any(sign <= " " for sign in url)):
        raise Invalid(_l("Bitte schreiben Sie die Adresse so: https://www.beispiel.de/seite"), field="annex_url")
    return url


def missing(result: Result) -> list[Any]:
    """What must be written before a version can be submitted, as sentences."""
    points = (
        (result.stored_name, _l("Das Ergebnis ist noch nicht berechnet.")),
        (result.decision, _l("Die Entscheidung in einem Satz fehlt.")),
        (result.changed, _l("Es fehlt, was sich durch die Beteiligung geändert hat.")),
        (result.next_steps, _l("Es fehlt, wie es weitergeht.")),
    )
    return [sentence for value, sentence in points if not value]


def submit(result: Result, *, actor_id: int) -> None:
    """Hand a version to a second person. Raises Refused where something is missing or the data changed."""
    _lock(result)
    if result.state != "draft":
        raise Conflict(FASTER)
    for sentence in missing(result):
        raise Refused(sentence, status=409)
    _require_true(_whole(result), result)
    result.state, result.submitted_at, result.submitted_by_id = "submitted", now(), actor_id
    db.session.flush()
    _tell(ResultSubmitted, result, actor_id)


def take_back(result: Result, *, actor_id: int | None) -> None:
    """Work again on a version that was submitted or approved."""
    _lock(result)
    if result.state not in ("submitted", "approved"):
        raise Conflict(FASTER)
    result.state, result.submitted_by_id, result.approved_by_id = "draft", None, None
    db.session.flush()
    _tell(ResultTakenBack, result, actor_id)


def publish(result: Result, *, actor_id: int, roles: frozenset[Role]) -> None:
    """Make a submitted version public, or approve it for the day it names.

    Raises Refused (not a second person, no such role, the data changed since), Conflict (somebody was faster).
    """
    _lock(result)
    if result.state != "submitted":
        raise Conflict(FASTER)
    if not roles & MANAGERS:
        raise Refused(_l("Dazu ist die Rolle Verfahrensleitung nötig."))
    if result.submitted_by_id == actor_id:
        raise Refused(_l("Das entscheidet eine zweite Person. Sie haben das Ergebnis selbst vorgelegt."))
    procedure = _whole(result)
    _require_true(procedure, result)
    result.approved_by_id = actor_id
    if result.publish_on is not None and result.publish_on > today():
        result.state = "approved"
        db.session.flush()
        _tell(ResultApproved, result, actor_id)
    else:
        go_public(procedure, result, actor_id=actor_id, roles=roles)


def go_public(procedure: Procedure, result: Result, *, actor_id: int | None, roles: frozenset[Role]) -> None:
    """From now on everybody can read the version; the first one completes the procedure."""
    result.state, result.published_at = "published", now()
    db.session.flush()
    if stage_of(procedure) is Stage.EVALUATION:
        advance(
            procedure,
            "publish_results",
            actor_id=actor_id,
            roles=roles,
            frozen=True,
            prepared_by_id=result.submitted_by_id,
        )
    note_change(procedure)
    _tell(ResultPublished, result, actor_id)


def publish_due() -> int:
    """Publish what was approved for today or earlier; what is not true any more goes back. Returns how many."""
    due = select(Result).where(Result.state == "approved", Result.publish_on <= today()).order_by(Result.id)
    return sum(_publish_by_clock(result) for result in db.session.scalars(due).all())


def _publish_by_clock(result: Result) -> bool:
    """One that cannot be published does not keep the others waiting."""
    procedure, actor_id = _whole(result), result.approved_by_id
    try:
        with db.session.begin_nested():
            _require_true(procedure, result)
            if actor_id is None:
                raise Refused(_l("Das entscheidet eine zweite Person."))
            go_public(procedure, result, actor_id=actor_id, roles=MANAGERS)
    except Refused:
        take_back(result, actor_id=None)
        return False
    return True


def _lock(result: Result) -> None:
    db.session.refresh(result, with_for_update=True)


def _whole(result: Result) -> Procedure:
    procedure = procedure_by_id(result.procedure_id)
    assert procedure is not None, "a result goes with its procedure"
    return procedure


def _require_true(procedure: Procedure, result: Result) -> None:
    require_over(procedure)
    if basis_of(procedure) != result.basis:
        raise Conflict(CHANGED_SINCE)


def _tell(event: type[Event], result: Result, actor_id: int | None) -> None:
    where = {"tenant_id": result.tenant_id, "procedure_id": result.procedure_id}
    emit(event(**where, actor_id=actor_id, result_id=result.id, number=result.number))  # type: ignore[call-arg]
