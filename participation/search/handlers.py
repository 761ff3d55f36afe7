"""What the index does when something happens. Each handler looks at the rows as they are, so it may run again."""

from participation.accounts.events import PersonErased
from participation.contributions.events import (
    ContributionEdited,
    ContributionSent,
    ContributionsImported,
    ContributionStateChanged,
    ContributionWithdrawn,
    ContributionWordsReplaced,
)
from participation.documents.events import DocumentVersionAdded, DraftPublished
from participation.kernel.events import Delivery, Event, Handler
from participation.procedures.events import ProcedureAdvanced, ProcedureChanged, ProcedureCreated
from participation.procedures.queries import procedure_by_id
from participation.search.services import forget_removed_words, index_contribution, index_contributions, index_procedure


def _contribution(delivery: Delivery) -> None:
    index_contribution(delivery.event.contribution_id)


def _contributions(delivery: Delivery) -> None:
    index_contributions(delivery.event.activity_id, delivery.event.first, delivery.event.last)


def _words(_delivery: Delivery) -> None:
    forget_removed_words()


def _procedure(delivery: Delivery) -> None:
    procedure = procedure_by_id(delivery.event.procedure_id)
    if procedure is not None:
        index_procedure(procedure)


CONTRIBUTION = (Handler(name="search.contribution", run=_contribution),)
PROCEDURE = (Handler(name="search.procedure", run=_procedure),)

HANDLERS: dict[type[Event], tuple[Handler, ...]] = {
    ContributionSent: CONTRIBUTION,
    ContributionsImported: (Handler(name="search.contributions", run=_contributions),),
    ContributionEdited: CONTRIBUTION,
    ContributionWithdrawn: CONTRIBUTION,
    ContributionWordsReplaced: CONTRIBUTION,
    ContributionStateChanged: CONTRIBUTION,
    PersonErased: (Handler(name="search.erased", run=_words),),
    ProcedureCreated: PROCEDURE,
    ProcedureChanged: PROCEDURE,
    ProcedureAdvanced: PROCEDURE,
    DocumentVersionAdded: PROCEDURE,
    DraftPublished: PROCEDURE,
}
