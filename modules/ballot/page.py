"""What the templates show, made ready: the questions with what was chosen, where the vote stands, what it is for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext as _

from modules.ballot.actions import VOTE
from modules.ballot.choosing import Reading
from modules.ballot.kinds import YES_NO, YES_NO_TITLES
from modules.ballot.queries import OptionItem, QuestionItem, questions_of
from participation.access.rules import Viewer, can
from participation.interfaces import Decision
from participation.kernel.clock import last_day, now
from participation.kernel.dates import day, day_with_weekday
from participation.procedures.models import Activity, Phase
from participation.voting.embargo import voting_span
from participation.voting.queries import OwnBallot, own_ballot
from participation.voting.sentences import Moment, moment_of
from participation.web.procedure_words import audience_words, days_left, identity_words


class Label(NamedTuple):
    """What the summary of errors reads of a field."""

    text: str


class Row(NamedTuple):
    """An option on the page."""

    key: str
    id: str
    title: Any
    text: str
    chosen: bool
    origin: str = ""  # the number of the contribution it comes from


@dataclass(frozen=True)
class Field:
    """A question on the page, with what was chosen and what is wrong with it."""

    question: QuestionItem
    number: int = 1
    chosen: Sequence[str] = ()
    errors: Sequence[Any] = ()
    type: str = "Question"

    @property
    def id(self) -> str:
        """Where links lead: search results, the summary of errors."""
        return f"frage-{self.question.key}"

    @property
    def label(self) -> Label:
        """How the summary of errors calls it."""
        return Label(str(_("Frage %(number)s", number=self.number)))

    @property
    def rows(self) -> list[Row]:
        """The options in order."""
        return [
            Row(
                option.key,
                f"{self.id}-{option.key}",
                option.title,
                option.text,
                option.key in self.chosen,
                option.origin,
            )
            for option in options_of(self.question)
        ]

    @property
    def takes_several(self) -> bool:
        """Whether more than one option may be chosen."""
        return self.question.most > 1


@dataclass(frozen=True)
class Sheet:
    """All questions as a form; `errors`, `form_errors` and the order are what the summary of errors asks for."""

    fields: Sequence[Field]
    form_errors: Sequence[Any] = ()

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    @property
    def errors(self) -> list[Any]:
        """Everything that is wrong."""
        return [*self.form_errors, *(error for entry in self.fields for error in entry.errors)]


def options_of(question: QuestionItem) -> Sequence[Any]:
    """The options with their words in the language of the page."""
    if question.kind == YES_NO:
        return [OptionItem(key, str(title)) for key, title in YES_NO_TITLES.items()]
    return question.options


def sheet(
    questions: Sequence[QuestionItem], chosen: Mapping[str, Sequence[str]], reading: Reading | None = None
) -> Sheet:
    """The questions with what was chosen; after reading, with what is wrong."""
    problems = reading.problems if reading else {}
    fields = [
        Field(entry, number, chosen.get(entry.key, ()), [problems[entry.key]] if entry.key in problems else [])
        for number, entry in enumerate(questions, 1)
    ]
    return Sheet(fields, reading.general if reading else ())


@dataclass(frozen=True, kw_only=True)
class VotePage:
    """Where the vote stands, for everybody and for this viewer."""

    activity: Activity
    decision: Decision
    moment: Moment
    own: OwnBallot | None
    questions: list[QuestionItem] = field(default_factory=list)

    @property
    def may_choose(self) -> bool:
        """Whether the form is there: also before a log-in, because what is chosen is kept."""
        return self.decision.allowed or (self.decision.login_helps and self.moment is Moment.OPEN)

    @property
    def phase(self) -> Phase | None:
        """The phase that decides, else the next, else the last."""
        phases = sorted((p for p in self.activity.phases if VOTE.name in p.opens), key=lambda p: p.ends_at)
        return self.decision.phase or next((p for p in phases if p.ends_at > now()), phases[-1] if phases else None)

    @property
    def days(self) -> int | None:
        """Whole days until the last one while the vote is open."""
        return days_left(self.phase.ends_at) if self.phase and self.moment is Moment.OPEN else None

    @property
    def begins(self) -> str:
        """The first day."""
        return day_with_weekday(self.phase.begins_at) if self.phase else ""

    @property
    def until(self) -> str:
        """The last day on which a ballot is taken."""
        return day_with_weekday(last_day(self.phase.ends_at)) if self.phase else ""

    @property
    def over_since(self) -> str:
        """The last day of the whole vote."""
        span = voting_span(self.activity)
        return day_with_weekday(last_day(span.ends_at)) if span else ""

    @property
    def electorate(self) -> str:
        """Who may vote, and how they show who they are."""
        if self.phase is None:
            return ""
        ways = identity_words(self.phase.identity)
        words = {"audience": audience_words(self.phase.audience), "ways": ways[:1].lower() + ways[1:]}
        return str(_("%(audience)s, %(ways)s. Jede Person hat eine Stimme.", **words))

    @property
    def takes_accounts(self) -> bool:
        """Whether logging in is a way to vote."""
        return self.phase is not None and bool({"account", "email"} & set(self.phase.identity))

    @property
    def takes_codes(self) -> bool:
        """Whether an access code is a way to vote."""
        return self.phase is not None and "code" in self.phase.identity

    @property
    def secrecy_of_codes(self) -> str:
        """How secret a vote by access code is; a code is handed out by somebody."""
        return str(
            _(
                "Ihre Auswahl wird zusammen mit Ihrem Zugangscode gespeichert, ohne Namen. Andere Teilnehmende sehen "
                "sie nicht. Bis zum Ende können Sie sie mit dem Code ändern. Wer die Technik betreibt, könnte sie "
                "einsehen. Wer weiß, welcher Code Ihnen gehört, könnte sie Ihnen zuordnen."
            )
        )

    @property
    def is_by_email_only(self) -> bool:
        """Whether one person could come with several addresses."""
        return self.phase is not None and self.phase.audience == "public"

    @property
    def decided_on(self) -> str:
        """The day of a commitment in words; as it was typed where it is no date."""
        typed = str(self.activity.settings.get("decided_on", ""))
        try:
            return day(date.fromisoformat(typed))
        except ValueError:
            return typed


def page_of(activity: Activity, viewer: Viewer) -> VotePage:
    """The page of a vote for a viewer; three queries at most."""
    return VotePage(
        activity=activity,
        decision=can(viewer, VOTE, activity),
        moment=moment_of(activity, VOTE),
        own=own_ballot(activity, viewer),
        questions=questions_of(activity),
    )
