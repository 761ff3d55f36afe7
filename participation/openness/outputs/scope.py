"""What an output may tell: one procedure at one moment, how far it names people, which contributions are in it."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, literal, select, tuple_

from participation.contributions.models import Contribution
from participation.contributions.visible import public_contributions
from participation.documents.models import Document, Node
from participation.kernel.db import db
from participation.kernel.refusal import Refused
from participation.procedures.lifecycle import INTERNAL
from participation.procedures.models import Activity, Participant, Procedure
from participation.procedures.queries import stage_of

AT_ONCE = 500
C = Contribution


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A procedure (with activities and phases), and who the output is for.

    `public`: what everybody may read now. `pseudonymised`: everything in the file of the authority, people as numbers,
    organisations by name. `names`: everything, with what the platform knows of people.
    """

    procedure: Procedure
    names: str
    tell: Any = field(default=lambda _count: None, compare=False)  # gets how many contributions more are written

    @property
    def is_public(self) -> bool:
        """Whether only what everybody may read is in it."""
        return self.names == "public"

    @cached_property
    def visible(self) -> ColumnElement[bool]:
        """The one filter of contributions."""
        if self.is_public:
            if stage_of(self.procedure) in INTERNAL or self.procedure.visible_to != "public":
                raise Refused(_("Das Verfahren ist nicht öffentlich. Eine öffentliche Ausgabe wäre leer."))
            return and_(C.procedure_id == self.procedure.id, public_contributions())
        return and_(C.procedure_id == self.procedure.id, C.state != "removed")

    @cached_property
    def people(self) -> "array[int]":
        """The participants in the order in which they joined; their place is their number. Eight bytes for each."""
        query = select(Participant.id).where(Participant.procedure_id == self.procedure.id).order_by(Participant.id)
        return array("q", db.session.scalars(query.execution_options(yield_per=AT_ONCE)))

    def number_of(self, participant_id: int) -> str:
        """Somebody without a name."""
        return str(_("Person %(number)s", number=bisect_left(self.people, participant_id) + 1))

    @cached_property
    def places(self) -> Any:
        """The current text as a table: key, place in the order of the text, how it is cited. One row a key."""
        return (
            select(
                Node.key.label("key"),
                func.min(Node.position).label("position"),
                func.min(Node.citation).label("citation"),
            )
            .join(Document, Document.current_version_id == Node.version_id)
            .where(Document.procedure_id == self.procedure.id)
            .group_by(Node.key)
            .subquery()
        )

    def count(self) -> int:
        """How many contributions are in it."""
        return db.session.scalar(select(func.count()).select_from(C).where(self.visible)) or 0

    @cached_property
    def order(self) -> tuple[Any, ...]:
        """What the order of the text is made of; the number makes it total."""
        position = func.coalesce(self.places.c.position, -1)
        return Activity.position, Activity.id, position, C.place, func.coalesce(C.root_id, C.id), C.path, C.id

    def _ordered(self, *columns: Any) -> Any:
        query = select(*(columns or (C.id,))).join(Activity, Activity.id == C.activity_id)
        query = query.outerjoin(self.places, self.places.c.key == C.place)
        return query.where(self.visible).order_by(*self.order)

    def page(self, after: int | None, size: int) -> list[int]:
        """The next contributions in that order; one that is not among them begins at the beginning."""
        query = self._ordered()
        if after is not None:
            key = db.session.execute(self._ordered(*self.order).where(C.id == after)).first()
            query = query.where(tuple_(*self.order) > tuple_(*map(literal, key))) if key else query
        return list(db.session.scalars(query.limit(size)))

    def batches(self) -> Iterator[Sequence[int]]:
        """The numbers of the contributions in the order of the text, some hundred at a time, telling how far it is.

        All numbers are read at once (eight bytes each), so that no long sorted query stays open.
        """
        query = self._ordered().execution_options(yield_per=AT_ONCE)
        numbers = iter(array("q", db.session.scalars(query)))
        while some := list(islice(numbers, AT_ONCE)):
            yield some
            self.tell(len(some))
