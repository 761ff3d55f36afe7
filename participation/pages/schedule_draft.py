"""A phase on the way to being planned: its form, what the rules say, and what somebody else saved meanwhile."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _

from participation.interfaces import PhaseKind, Step
from participation.kernel.clock import today
from participation.pages.schedule_forms import AUDIENCES, COUNTS, MODERATION, VISIBLE, PhaseForm, as_typed
from participation.procedures.lists import lists_of
from participation.procedures.models import Activity, Phase, Procedure
from participation.procedures.phases import frame_of, has_begun, plan_of, slice_of, slices_of
from participation.procedures.schedule import Finding, Slice, findings
from participation.web.procedure_words import identity_words
from participation.web.timeline import begin_words, end_words

TYPICAL = timedelta(days=28)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A phase that is planned: the activity and step it is of, its form, the stored row where there is one."""

    activity: Activity
    kind: str
    step: Step
    form: PhaseForm
    phase: Phase | None
    phase_id: int | None
    fixed: bool
    facts: list[tuple[str, str]]  # what can no longer change, in words

    @property
    def is_filled(self) -> bool:
        """Whether there are dates to judge."""
        return self.fixed or bool(self.form.first_day.data and self.form.last_day.data)

    def again(self, phase: Phase | None) -> "Draft":
        """The same form with the row as it is read now."""
        return replace(self, phase=phase, activity=phase.activity if phase else self.activity)


def draft_of(procedure: Procedure, activity: Activity, kind: PhaseKind | None, phase: Phase | None) -> Draft:
    """The form of a stored phase, or of a new one of a kind."""
    if phase is not None:
        step, opens, fixed = Step(phase.step), bool(phase.opens), has_begun(phase)
        values = as_typed(plan_of(phase)) | {"version": phase.version}
    else:
        assert kind is not None, "a new phase is of a kind"
        step, opens, fixed = kind.step, bool(kind.opens), False
        values = as_typed(_proposal(procedure)) | {"title": str(kind.title), "visible_to": kind.visible_to.value}
    form = PhaseForm(data=values)
    form.offer(lists_of(procedure.id))
    form.leave_out(step, opens=opens, fixed=fixed)
    return Draft(
        activity=activity,
        kind=phase.kind if phase else kind.name if kind else "",
        step=step,
        form=form,
        phase=phase,
        phase_id=phase.id if phase else None,
        fixed=fixed,
        facts=facts_of(phase) if phase and fixed else [],
    )


def _proposal(procedure: Procedure) -> dict[str, Any]:
    """Dates to begin with: four weeks, after everything that is planned."""
    ends = [datetime.fromisoformat(phase.ends_local) for entry in procedure.activities for phase in entry.phases]
    begins = max([*ends, datetime.combine(today() + timedelta(days=14), time())])
    begins = begins if begins.time() == time() else datetime.combine(begins.date() + timedelta(days=1), time())
    return {"begins": begins, "ends": begins + TYPICAL}


def findings_of(procedure: Procedure, draft: Draft) -> list[Finding]:
    """What there is to say about the phase as it is typed now, among all others."""
    key = str(draft.phase_id or "new")
    typed = draft.form.plan()
    own = slice_of(draft.phase, typed) if draft.phase else _new_slice(draft, typed)
    others = [entry for entry in slices_of(procedure) if entry.key != key]
    return [finding for finding in findings([*others, own], frame_of(procedure)) if finding.key == key]


def _new_slice(draft: Draft, typed: dict[str, Any]) -> Slice:
    names = ("title", "begins", "ends", "round", "audience", "statutory")
    planned = {name: typed[name] for name in names}
    return Slice(key="new", activity=str(draft.activity.id), kind=draft.kind, step=draft.step, **planned)


def facts_of(phase: Phase) -> list[tuple[str, str]]:
    """A phase in words, for what is fixed and for the table."""
    plan = plan_of(phase)
    return [
        (str(_("Beginn")), begin_words(plan["begins"])),
        (str(_("Ende")), end_words(plan["ends"])),
        *((str(label), words(plan[name])) for name, label, words in _WORDS if name != "moderation"),
    ]


def compared(phase: Phase, form: PhaseForm) -> list[tuple[str, str, str]]:
    """Where what was typed differs from what is stored: name, typed, stored; all of it in words."""
    stored, typed = plan_of(phase), form.plan()
    rows = [("title", _("Name der Phase"), str), ("begins", _("Beginn"), begin_words), ("ends", _("Ende"), end_words)]
    return [
        (str(label), words(typed[name]), words(stored[name]))
        for name, label, words in [*rows, *_WORDS]
        if name in typed and _plain(typed[name]) != _plain(stored[name])
    ]


def list_name(number: int | None) -> str:
    """The name of a list in words."""
    return str(number or _("Keine Liste"))


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, (list, tuple)) else value


def _yes(value: bool) -> str:
    return str(_("ja") if value else _("nein"))


_WORDS: list[tuple[str, Any, Any]] = [
    ("round", PhaseForm.round.args[0], str),
    ("statutory", PhaseForm.statutory.args[0], _yes),
    ("audience", PhaseForm.audience.args[0], lambda value: str(AUDIENCES[value])),
    ("identity", PhaseForm.identity.args[0], identity_words),
    ("moderation", PhaseForm.moderation.args[0], lambda value: str(MODERATION[value])),
    ("visible_to", PhaseForm.visible_to.args[0], lambda value: str(VISIBLE[value])),
    ("counts_visible", PhaseForm.counts_visible.args[0], lambda value: str(COUNTS[value])),
]
