"""The forms of an answer, and what it is for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import g, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from participation.contributions.models import Contribution
from participation.evaluation import case_file, queries
from participation.evaluation.alike import Alike, alike_arguments, alike_contributions, looks_alone
from participation.evaluation.answer_blocks import block_of, with_block
from participation.evaluation.case_models import Argument
from participation.evaluation.decisions import offered_in
from participation.kernel.refusal import Invalid
from participation.web.fields import fields


def decision_choices() -> list[SelectChoice]:
    """What answers of this procedure may decide."""
    return [SelectChoice(name, _l(f"decision.{name}")) for name in offered_in(g.procedure)]


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """A decision, its reason, and the version it was written on."""

    decision = RadioField(
        _l("Entscheidung"),
        choices=decision_choices,
        validate_choice=False,  # the service says it in a sentence
    )
    source = TextAreaField(
        _l("Begründung"),
        description=_l("In den Worten der Frage. Sagen Sie, was geschieht, und wenn nichts geschieht, warum."),
        render_kw={"rows": 8},
    )
    number = HiddenField()

    @property
    def seen(self) -> int:
        """The number of the version that was on the page."""
        typed = str(self.number.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


class ReleaseForm(FlaskForm):  # type: ignore[misc]
    """When chosen answers become public."""

    when = RadioField(
        _l("Wann werden die Antworten veröffentlicht?"),
        choices=[SelectChoice("now", _l("Sofort")), SelectChoice("day", _l("An einem Tag"))],
        default="now",
        validate_choice=False,
    )
    on = DateField(
        _l("Tag der Veröffentlichung"),
        [Optional()],
        description=_l("Früh an diesem Tag sehen alle die Antworten, und wer gefragt hat, bekommt eine E-Mail."),
    )

    @property
    def day(self) -> date | None:
        """The day that was chosen; None for now. Raises Invalid where a day is wanted and none is there."""
        if self.when.data != "day":
            return None
        found: date | None = self.on.data
        if found is None:
            raise Invalid(_l("Bitte schreiben Sie den Tag so: 14.12.2026"), field="on")
        return found


@dataclass(frozen=True)
class Chosen:
    """What one answer is for."""

    contributions: Sequence[Contribution]
    arguments: Sequence[Argument] = field(default=())

    def __len__(self) -> int:
        return len(self.contributions) + len(self.arguments)

    @property
    def references(self) -> dict[int, str]:
        """The reference of each contribution whose arguments are meant."""
        return queries.references_for([one.contribution_id for one in self.arguments])

    @property
    def copies(self) -> dict[int, str]:
        """The working copy of each argument; "" where its words are covered by now."""
        return case_file.copies_to_show([one.id for one in self.arguments])

    @property
    def alike(self) -> Sequence[Alike]:
        """Others that say the same as the single one that was chosen, and may get the same answer."""
        if len(self) != 1:
            return ()
        near = looks_alone(g.procedure.id)
        if self.arguments:
            return alike_arguments(self.arguments[0], near=near)
        return alike_contributions(self.contributions[0], near=near)

    def keywords(self) -> set[int]:
        """The keywords of all of it: they bring text blocks."""
        return case_file.keywords_of([one.id for one in self.contributions], [one.id for one in self.arguments])


def chosen_now() -> Chosen:
    """The contributions (by reference) and arguments (by id) that the request names."""
    typed = fields().getlist("argument")
    ids = [int(entry) for entry in typed if entry.isdecimal() and len(entry) < 19]
    return Chosen(
        queries.named(g.procedure, fields().getlist("reference")),
        case_file.arguments_named(g.procedure, ids) if ids else [],
    )


def inserted(form: AnswerForm) -> bool:
    """Whether the button of a text block was pressed: then its words stand in the form, and nothing is sent."""
    number = request.form.get("insert", "")
    if not (number.isdecimal() and len(number) < 19):
        return False
    block = block_of(g.tenant.id, int(number))
    form.source.data = with_block(block, form.source.data or "")
    form.decision.data = form.decision.data or block.decision or None
    return True
