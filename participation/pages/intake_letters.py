"""What goes back on paper: the receipt, the answer as a letter, and the series of letters that still have to go out."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.rules import ANSWER
from participation.contributions import intake, intake_queries
from participation.contributions.intake_models import Intake
from participation.contributions.models import Contribution
from participation.evaluation.public_answers import answers_to
from participation.kernel.clock import today
from participation.kernel.db import writing
from participation.kernel.refusal import Unknown
from participation.pages.intake_forms import actor
from participation.pages.intake_routes import bp, number_of, recorded
from participation.pages.paper import public_address
from participation.pages.procedures import qr_code
from participation.web.guard import access

Records = list[tuple[Contribution, Intake]]


@bp.get("/<int:number>/receipt")
@access(ANSWER)
def receipt(number: int) -> ResponseReturnValue:
    """The confirmation of receipt to print: number, and where or how the answer will come."""
    contribution, record = recorded(number)
    is_public = contribution.state == "published"
    address = public_address("contributions.show", reference=contribution.reference) if is_public else ""
    return _printed(
        "pages/intake/receipt.html",
        contribution=contribution,
        record=record,
        address=address,
        code=qr_code(address) if address else "",
        place=_places([(contribution, record)]).get(contribution.id, ""),
        today=today(),
    )


@bp.get("/<int:number>/letter")
@access(ANSWER)
def letter(number: int) -> ResponseReturnValue:
    """The public answer to one record as a letter. Unknown while there is none."""
    return _letters(intake_queries.letters_for(g.procedure, [recorded(number)[0].id]), single=True)


@bp.get("/letters")
@access(ANSWER)
def letters() -> ResponseReturnValue:
    """All letters that still have to go out, to be printed in one go."""
    return _letters(intake_queries.letters_to_send(g.procedure), single=False)


def _letters(rows: Records, *, single: bool) -> ResponseReturnValue:
    answers = answers_to([contribution.id for contribution, _record in rows])
    found = [(*row, answers[row[0].id]) for row in rows if row[0].id in answers]
    if single and not found:
        raise Unknown
    address = public_address("procedures.show")
    more: dict[str, Any] = {"single": single, "address": address, "today": today(), "places": _places(rows)}
    return _printed("pages/intake/letters.html", letters=found, **more)


def _places(rows: Records) -> dict[int, str]:
    """Where each contribution stands, as people cite it; no query where none has a place."""
    if not any(contribution.place for contribution, _record in rows):
        return {}
    names = intake_queries.places_in(g.procedure)
    return {contribution.id: names.get(contribution.place, "") for contribution, _record in rows}


def _printed(name: str, **values: Any) -> ResponseReturnValue:
    return render_template(name, **values), 200, {"Cache-Control": "no-store"}


@bp.post("/letters/sent")
@access(ANSWER)
def sent() -> ResponseReturnValue:
    """Note that the letters named in the form went out."""
    numbers = [number_of(typed) for typed in request.form.getlist("number")]
    rows, by = intake_queries.letters_for(g.procedure, numbers), actor()
    if not rows:
        return redirect(url_for("intake.index", done="nothing-chosen"), 303)
    with writing():
        intake.note_answered_on_paper([contribution for contribution, _record in rows], actor_id=by)
    return redirect(url_for("intake.index", done="letters-noted"), 303)
