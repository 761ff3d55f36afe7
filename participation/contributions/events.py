"""Facts about contributions."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ContributionEvent(Event):
    """What all of them name."""

    name: ClassVar[str] = "contributions.contribution"
    contribution_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionSent(ContributionEvent):
    """A contribution was received; `state` says whether it is shown or waits to be checked."""

    name: ClassVar[str] = "contributions.contribution_sent"
    state: str


@dataclass(frozen=True, kw_only=True)
class ContributionEdited(ContributionEvent):
    """Its author changed it; `number` is the new version."""

    name: ClassVar[str] = "contributions.contribution_edited"
    number: int


@dataclass(frozen=True, kw_only=True)
class ContributionWithdrawn(ContributionEvent):
    """Its author took it back: no longer published, kept in the authority's file."""

    name: ClassVar[str] = "contributions.contribution_withdrawn"


@dataclass(frozen=True, kw_only=True)
class ContributionStateChanged(ContributionEvent):
    """Moderation published, hid or restored it."""

    name: ClassVar[str] = "contributions.state_changed"
    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class ContributionWordsReplaced(ContributionEvent):
    """What is shown of it is no longer (or again) what its author wrote; its versions stay as they are."""

    name: ClassVar[str] = "contributions.words_replaced"


@dataclass(frozen=True, kw_only=True)
class ContributionMoved(ContributionEvent):
    """Staff put it, with the answers below it, at another place of its format."""

    name: ClassVar[str] = "contributions.contribution_moved"


@dataclass(frozen=True, kw_only=True)
class IntakeRecorded(ContributionEvent):
    """Staff recorded what came in by letter, e-mail, telephone, on record or at an event."""

    name: ClassVar[str] = "contributions.intake_recorded"


@dataclass(frozen=True, kw_only=True)
class IntakeCorrected(ContributionEvent):
    """Staff corrected what they had recorded."""

    name: ClassVar[str] = "contributions.intake_corrected"


@dataclass(frozen=True, kw_only=True)
class IntakeTakenBack(ContributionEvent):
    """Staff took a record back: the sender wished it, or it was recorded by mistake (`why`)."""

    name: ClassVar[str] = "contributions.intake_taken_back"
    why: str


@dataclass(frozen=True, kw_only=True)
class ScanOpened(ContributionEvent):
    """Staff opened the scanned original."""

    name: ClassVar[str] = "contributions.scan_opened"


@dataclass(frozen=True, kw_only=True)
class AnsweredOnPaper(ContributionEvent):
    """The answer went out as a letter."""

    name: ClassVar[str] = "contributions.answered_on_paper"


@dataclass(frozen=True, kw_only=True)
class IntakeImported(Event):
    """Staff took over a table of what had come in otherwise; so many rows."""

    name: ClassVar[str] = "contributions.intake_imported"
    rows: int


@dataclass(frozen=True, kw_only=True)
class ContributionsImported(Event):
    """What people had written elsewhere was taken over: so many rows of one activity, numbered `first` to `last`.

    Nobody who takes part is told and none has an event of its own; the index takes them in together.
    """

    name: ClassVar[str] = "contributions.contributions_imported"
    activity_id: int
    first: int
    last: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class ContributionsPassedOn(Event):
    """So many contributions of one format were given to another format of the procedure."""

    name: ClassVar[str] = "contributions.contributions_passed_on"
    source_id: int
    activity_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class DraftHandedOver(Event):
    """A member put a draft before those who coordinate the organisation; they are told."""

    name: ClassVar[str] = "contributions.draft_handed_over"
    draft_id: int
    organisation_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class DraftGivenBack(Event):
    """Who coordinates an organisation returned a draft; who wrote it is told."""

    name: ClassVar[str] = "contributions.draft_given_back"
    draft_id: int
    organisation_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class CountersRepaired(Event):
    """Kept counters differed from the rows they count, and were set right; that many."""

    name: ClassVar[str] = "contributions.counters_repaired"
    number: int
