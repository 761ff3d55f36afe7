"""Who takes part: the participant behind a viewer, whatever way of identity they came by."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from participation.access.rules import Viewer
from participation.kernel.db import db
from participation.kernel.refusal import Refused
from participation.procedures.models import Participant, Procedure
from participation.procedures.participants import participant_for


def participant_of(who: Viewer, procedure: Procedure, organisation: str = "", *, quietly: bool = False) -> Participant:
    """The participant a known viewer is in a procedure, made if there is none. Raises Refused for nobody known.

    Locks whoever acts: the same person or guest acting twice at once waits here (on SQLite all writers wait).
    """
    if who.guest is not None and who.guest.procedure_id == procedure.id:
        locked = select(Participant).where(Participant.id == who.guest.id).with_for_update(key_share=True)
        return db.session.scalars(locked).one()
    if who.person is None:
        raise Refused(_l("refuse.login"))
    return participant_for(procedure, who.person, organisation, quietly=quietly)
