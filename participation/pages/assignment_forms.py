"""The forms beside a contribution: who works on it, a recommendation, handing one back, a note.

They stand on one page, so each has names of its own. `discussion_values` makes everything that
`pages/cases/_discussion.html` needs.
"""

from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from participation.contributions.models import Contribution
from participation.evaluation.assigned import Tray, tray_of
from participation.evaluation.departments import open_departments, people_for
from participation.evaluation.discussion import Discussion, Given, Part, discussion_of
from participation.kernel.clock import today
from participation.pages.answer_forms import decision_choices
from participation.web.numbers import number_in


class PartForm(FlaskForm):  # type: ignore[misc]
    """About a contribution as a whole, or the argument with this number; and where it was typed."""

    class Meta:
        csrf = False  # the page has several forms and one token, which the app checks before the view

    argument = HiddenField()
    back = HiddenField()

    @property
    def argument_id(self) -> int | None:
        """The argument that is meant, None for the whole; a number that cannot be is as good as an unknown one."""
        return number_in(self.argument.data)


class AssignForm(PartForm):
    """Who works on it until when."""

    department = SelectField(_l("Zuständige Stelle"), default="")
    person = SelectField(_l("Person"), default="")
    due_on = DateField(_l("Bis einschließlich"), [Optional()])

    def offer(self, tenant_id: int, procedure_id: int, given: Given | None) -> None:
        """What can be chosen, with what is chosen now."""
        departments, people = open_departments(tenant_id), people_for(tenant_id, procedure_id)
        if given is not None:
            departments = _with(departments, given.department_id, given.department)
            people = _with(people, given.person_id, given.person)
        nobody = SelectChoice("", _l("keine"))
        self.department.choices = [nobody, *(SelectChoice(str(number), title) for number, title in departments)]
        self.person.choices = [nobody, *(SelectChoice(str(number), name) for number, name in people)]
        self.due_on.render_kw = {"min": today().isoformat()}

    @property
    def values(self) -> dict[str, Any]:
        """What `assigning.assign` takes."""
        chosen = {"department_id": self.department.data, "person_id": self.person.data}
        return {name: number_in(value) for name, value in chosen.items()} | {"due_on": self.due_on.data}


def _with(choices: list[tuple[int, str]], number: int | None, title: str | None) -> list[tuple[int, str]]:
    there = number is None or number in dict(choices)
    return choices if there else [*choices, (number or 0, title or "")]


class RecommendForm(PartForm):
    """A decision that is proposed, and its reason."""

    decision = RadioField(
        _l("Empfohlene Entscheidung"),
        choices=decision_choices,
        validate_choice=False,  # the service says it in a sentence
    )
    source = TextAreaField(
        _l("Begründung"),
        description=_l("So, wie die Antwort lauten könnte: in den Worten der Frage."),
        render_kw={"rows": 8},
    )


class HandBackForm(PartForm):
    """Why another recommendation is needed."""

    recommendation = HiddenField()
    text = TextAreaField(_l("Was fehlt noch?"), render_kw={"rows": 3})

    @property
    def number(self) -> int:
        """The number of the recommendation."""
        typed = str(self.recommendation.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


class NoteForm(PartForm):
    """An internal note."""

    text = TextAreaField(_l("Notiz"), render_kw={"rows": 3})


PREFIXES = {AssignForm: "assign-", RecommendForm: "recommend-", HandBackForm: "back-", NoteForm: "note-"}


def form_of(kind: type[PartForm]) -> Any:
    """A form of the page, with what was typed into it."""
    return kind(prefix=PREFIXES[kind])


@dataclass(frozen=True, kw_only=True)
class Forms:
    """The forms of a page, for one part of a contribution; None where it is not this viewer's to do."""

    part: Part
    assign: AssignForm | None
    recommend: RecommendForm | None
    hand_back: HandBackForm | None
    note: NoteForm


def discussion_values(
    contribution: Contribution, argument_id: int | None = None, *, tray: Tray | None = None, typed: Any = None
) -> dict[str, Any]:
    """What `_discussion.html` needs: `discussion`, `forms` for one part of it, `may_answer`.

    `typed` is the form that was sent and has errors. Without a part that fits, the first one is taken.
    """
    tray = tray or tray_of(g.viewer, g.procedure)
    discussion = discussion_of(contribution, tray)
    part = discussion.part(argument_id) or discussion.parts[0]
    return {"discussion": discussion, "forms": _forms(discussion, part, tray, typed), "may_answer": tray.everything}


def _forms(discussion: Discussion, part: Part, tray: Tray, typed: Any) -> Forms:
    def made(kind: type[PartForm], **values: Any) -> Any:
        if isinstance(typed, kind):
            return typed
        back = "case" if request.blueprint == "cases" else ""
        return kind(formdata=None, prefix=PREFIXES[kind], argument=part.argument_id or "", back=back, **values)

    assign = made(AssignForm, **_as_given(part.given)) if tray.everything else None
    if assign is not None:
        assign.offer(discussion.contribution.tenant_id, discussion.contribution.procedure_id, part.given)
    newest = part.recommendations[0].id if part.recommendations else ""
    hand_back = tray.everything and (part.may_hand_back or isinstance(typed, HandBackForm))
    return Forms(
        part=part,
        assign=assign,
        recommend=made(RecommendForm) if _recommends(part, tray) or isinstance(typed, RecommendForm) else None,
        hand_back=made(HandBackForm, recommendation=newest) if hand_back else None,
        note=made(NoteForm),
    )


def _recommends(part: Part, tray: Tray) -> bool:
    """Whoever was given a part recommends on it until its answer is public."""
    given = part.given
    mine = given is not None and (given.person_id == tray.person_id or given.department_id in tray.departments)
    return mine and not part.decision


def _as_given(given: Given | None) -> dict[str, Any]:
    if given is None:
        return {}
    return {"department": str(given.department_id or ""), "person": str(given.person_id or ""), "due_on": given.due_on}
