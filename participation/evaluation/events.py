"""Facts about answers."""

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ResponseWritten(Event):
    """An answer was proposed, or changed; nobody outside sees it yet."""

    name: ClassVar[str] = "evaluation.response_written"
    response_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ResponsePublished(Event):
    """An answer became public; those who are answered are told."""

    name: ClassVar[str] = "evaluation.response_published"
    response_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ResponseReleased(Event):
    """A second person released an answer for a day, or a change of it took that back (`number` 0)."""

    name: ClassVar[str] = "evaluation.response_released"
    response_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class KeywordsChanged(Event):
    """A keyword of a procedure was added, changed or removed."""

    name: ClassVar[str] = "evaluation.keywords_changed"
    keyword_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionTagged(Event):
    """A contribution, or one of its arguments, got a keyword."""

    name: ClassVar[str] = "evaluation.contribution_tagged"
    contribution_id: int
    argument_id: int | None
    keyword_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionUntagged(Event):
    """A keyword was taken off a contribution, or off one of its arguments."""

    name: ClassVar[str] = "evaluation.contribution_untagged"
    contribution_id: int
    argument_id: int | None
    keyword_id: int


@dataclass(frozen=True, kw_only=True)
class ArgumentChanged(Event):
    """A passage of a contribution became an argument of its own, or its working copy was edited."""

    name: ClassVar[str] = "evaluation.argument_changed"
    contribution_id: int
    argument_id: int
    number: int  # the version of the working copy


@dataclass(frozen=True, kw_only=True)
class ArgumentRemoved(Event):
    """An argument was joined again with the rest of its contribution."""

    name: ClassVar[str] = "evaluation.argument_removed"
    contribution_id: int
    argument_id: int


@dataclass(frozen=True, kw_only=True)
class ArgumentRestored(Event):
    """An argument that was joined again with the rest stands alone once more."""

    name: ClassVar[str] = "evaluation.argument_restored"
    contribution_id: int
    argument_id: int


@dataclass(frozen=True, kw_only=True)
class AnswerBlocksChanged(Event):
    """A text block of an authority was written, changed or thrown away."""

    name: ClassVar[str] = "evaluation.answer_blocks_changed"
    block_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionAssigned(Event):
    """A contribution or an argument of it was given to somebody, or until another day; they hear of it later."""

    name: ClassVar[str] = "evaluation.contribution_assigned"
    contribution_id: int
    assignment_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionUnassigned(Event):
    """Nobody in particular works on a contribution or an argument any more."""

    name: ClassVar[str] = "evaluation.contribution_unassigned"
    contribution_id: int
    argument_id: int | None


@dataclass(frozen=True, kw_only=True)
class AssignmentsReady(Event):
    """What is new for one person, or comes due, was collected; they are told by mail."""

    name: ClassVar[str] = "evaluation.assignments_ready"
    person_id: int
    why: str  # "new", "soon", "late"
    number: int
    assignment_ids: tuple[int, ...]  # the first of them


@dataclass(frozen=True, kw_only=True)
class RecommendationGiven(Event):
    """A department recommended an answer; those who decide are told."""

    name: ClassVar[str] = "evaluation.recommendation_given"
    contribution_id: int
    recommendation_id: int


@dataclass(frozen=True, kw_only=True)
class RecommendationHandedBack(Event):
    """A recommendation was handed back with a note; whoever gave it is told."""

    name: ClassVar[str] = "evaluation.recommendation_handed_back"
    contribution_id: int
    recommendation_id: int
    note_id: int


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Event):
    """Staff said something to each other about a contribution."""

    name: ClassVar[str] = "evaluation.note_written"
    contribution_id: int
    note_id: int


@dataclass(frozen=True, kw_only=True)
class DepartmentChanged(Event):
    """A department was made, renamed, closed or opened, or its members changed."""

    name: ClassVar[str] = "evaluation.department_changed"
    department_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionAnswered(Event):
    """Every argument of a contribution has a public answer; whoever sent it is told once, of all of them."""

    name: ClassVar[str] = "evaluation.contribution_answered"
    contribution_id: int


@dataclass(frozen=True, kw_only=True)
class ResponseDiscarded(Event):
    """An answer that was never public was thrown away."""

    name: ClassVar[str] = "evaluation.response_discarded"
    response_id: int
