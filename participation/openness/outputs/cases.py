"""Contributions with everything that was made of them, some hundred at a time, with as many queries for each go."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from participation.accounts.models import Person
from participation.contributions.counts import columns_for
from participation.contributions.intake_models import Intake
from participation.contributions.models import Anchor, Contribution
from participation.evaluation.case_models import Argument, ArgumentVersion, Keyword, Recommendation, Tag
from participation.evaluation.models import Response, ResponseTo, ResponseVersion
from participation.evaluation.passages import place_of
from participation.kernel.db import db
from participation.moderation.redaction import BLACK
from participation.openness.outputs.changes import changes_of
from participation.openness.outputs.scope import Scope
from participation.procedures.models import Activity, Participant, Phase

C, P, A, R, V, T = Contribution, Participant, Argument, Response, ResponseVersion, ResponseTo
ABOVE = aliased(Contribution)
RATINGS = ("agree", "neutral", "disagree")
Key = tuple[int, int | None]  # a contribution, and its argument or none


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the authority answers; `state` is published, or proposed where only staff know it."""

    response_id: int
    decision: str
    text: str
    state: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """A contribution, or one of its arguments, with what became of it."""

    row: Any  # the columns of the contribution
    person: dict[str, str]  # author, organisation, and with names what is known of them
    number: int | None  # of the argument
    text: str
    keywords: Sequence[str]
    recommendation: str  # of a department; staff only
    answer: Answer | None
    changes: Sequence[tuple[str, str]]  # the text before and after


def cases_of(scope: Scope) -> Iterator[Case]:
    """Every line of the procedure in the order of the text; below a contribution that was split its arguments."""
    for numbers in scope.batches():
        yield from cases_in(scope, numbers)


def cases_in(scope: Scope, numbers: Sequence[int]) -> Iterator[Case]:
    """The lines of some contributions, in their order."""
    return _Batch(scope, numbers).cases()


class _Batch:
    """Some hundred contributions and everything that hangs on them."""

    def __init__(self, scope: Scope, numbers: Sequence[int]) -> None:
        self.scope, self.numbers = scope, numbers
        self.rows = {row.id: row for row in db.session.execute(_columns(scope).where(C.id.in_(numbers)))}
        self.arguments = self._arguments()
        self.tags = self._tags() if not scope.is_public else {}
        self.recommended = self._recommended() if not scope.is_public else {}
        self.answers = self._answers()
        self.changed = changes_of({answer.response_id for answer in self.answers.values()}, public=scope.is_public)

    def cases(self) -> Iterator[Case]:
        """The lines, in the order of the numbers."""
        for number in self.numbers:
            row = self.rows.get(number)
            if row is None:
                continue
            person = person_of(self.scope, row)
            split = self.arguments.get(number, ())
            yield self._case(row, person, None, row.source)
            for argument, words in split:
                yield self._case(row, person, argument, words)

    def _case(self, row: Any, person: dict[str, str], argument: Any, text: str) -> Case:
        key = (row.id, argument.id if argument else None)
        answer = self.answers.get(key)
        return Case(
            row=row,
            person=person,
            number=argument.number if argument else None,
            text=text,
            keywords=self.tags.get(key, []),
            recommendation=self.recommended.get(key, ""),
            answer=answer,
            changes=self.changed.get(answer.response_id, ()) if answer else (),
        )

    def _arguments(self) -> dict[int, list[tuple[Any, str]]]:
        """The single arguments with the words that may be told."""
        query = (
            select(A.id, A.contribution_id, A.number, A.start, A.source, ArgumentVersion.source.label("marked"))
            .join(ArgumentVersion, and_(ArgumentVersion.argument_id == A.id, ArgumentVersion.number == 1))
            .where(A.contribution_id.in_(self.numbers), A.removed_at.is_(None))
        )
        found: dict[int, list[tuple[Any, str]]] = defaultdict(list)
        for row in db.session.execute(query.order_by(A.contribution_id, A.number)):
            if row.contribution_id in self.rows:
                found[row.contribution_id].append((row, self._words(row)))
        return found

    def _words(self, argument: Any) -> str:
        """Of a redacted text only words that still stand there; for everybody the words that were sent, no others."""
        whole = self.rows[argument.contribution_id]
        stands = place_of(argument.marked, argument.start, whole.source) is not None
        if self.scope.is_public:
            return str(argument.marked) if stands else BLACK if whole.redacted else "…"
        return BLACK if whole.redacted and not stands else str(argument.source)

    def _tags(self) -> dict[Key, list[str]]:
        query = select(Tag.contribution_id, Tag.argument_id, Keyword.title).join(Keyword, Keyword.id == Tag.keyword_id)
        found: dict[Key, list[str]] = defaultdict(list)
        for contribution, argument, title in db.session.execute(
            query.where(Tag.contribution_id.in_(self.numbers)).order_by(Keyword.title)
        ):
            found[contribution, argument].append(title)
        return found

    def _recommended(self) -> dict[Key, str]:
        """The newest recommendation for each."""
        columns = (Recommendation.contribution_id, Recommendation.argument_id, Recommendation.source)
        query = select(*columns).where(Recommendation.contribution_id.in_(self.numbers)).order_by(Recommendation.id)
        return {(contribution, argument): source for contribution, argument, source in db.session.execute(query)}

    def _answers(self) -> dict[Key, Answer]:
        """What is public; for staff also what was only proposed."""
        public = V.number == R.published_number
        newest = and_(R.published_number.is_(None), V.number == R.number)
        query = (
            select(
                T.contribution_id, T.argument_id, R.id, V.decision, V.source, R.published_number, R.published_at
            )
            .join(R, R.id == T.response_id)
            .join(V, and_(V.response_id == R.id, public if self.scope.is_public else or_(public, newest)))
            .where(T.contribution_id.in_(self.numbers))
        )  # fmt: skip
        return {
            (row[0], row[1]): Answer(
                response_id=row[2],
                decision=row[3],
                text=row[4],
                state="proposed" if row[5] is None else "published",
                at=row[6],
            )
            for row in db.session.execute(query)
        }


def _columns(scope: Scope) -> Any:
    """What is told of a contribution; counts that a phase holds back are empty in public."""
    places = scope.places
    counts = columns_for() if scope.is_public else {name: getattr(C, name) for name in RATINGS}
    query = (
        select(
            C.id, C.reference, C.type, C.place, C.title, C.source, C.language, C.state, C.late, C.redacted, C.work,
            C.decision, C.intake_channel, C.district, C.received_at, C.edited_at, C.versions, C.replies,
            C.participant_id, P.pseudonym, P.organisation_name, P.badge, Activity.title.label("activity"),
            Activity.module, Phase.title.label("phase"), Phase.round, Anchor.exact.label("passage"),
            ABOVE.reference.label("parent"), places.c.citation,
            *(counts[name].label(name) for name in RATINGS), *_known(scope),
        )
        .join(P, P.id == C.participant_id)
        .join(Activity, Activity.id == C.activity_id)
        .join(Phase, Phase.id == C.phase_id)
        .outerjoin(Anchor, Anchor.contribution_id == C.id)
        .outerjoin(ABOVE, ABOVE.id == C.parent_id)
        .outerjoin(places, places.c.key == C.place)
    )  # fmt: skip
    if scope.names != "names":
        return query
    return query.outerjoin(Person, Person.id == P.person_id).outerjoin(Intake, Intake.contribution_id == C.id)


def _known(scope: Scope) -> Sequence[Any]:
    """What the platform knows of people; not even read where it is not told."""
    if scope.names != "names":
        return ()
    return (Person.display_name, Person.email, Intake.sender_name, Intake.sender_address, Intake.sender_email)


def person_of(scope: Scope, row: Any) -> dict[str, str]:
    """Who it was, as far as the output tells."""
    said = {"organisation": row.organisation_name, "badge": row.badge}
    if scope.is_public:
        return {"author": row.pseudonym} | said
    if scope.names == "pseudonymised":
        return {"author": scope.number_of(row.participant_id)} | said
    name = row.sender_name or row.display_name or row.pseudonym
    email = row.sender_email or row.email or ""
    return {"author": name} | said | {"email": email, "address": row.sender_address or ""}
