"""Access codes: made in lots for a list, handed out on paper, one participant each."""

import re
import secrets
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from participation.kernel.clock import now
from participation.kernel.db import db
from participation.kernel.keys import keyed_hash, keyed_hashes
from participation.kernel.refusal import Invalid, Refused, Unknown
from participation.procedures.audience_models import AccessCode, PersonList
from participation.procedures.guests import end_guest_sessions
from participation.procedures.lifecycle import INTERNAL
from participation.procedures.lists import note
from participation.procedures.models import Participant, Procedure
from participation.procedures.participants import ALPHABET, join
from participation.procedures.queries import procedure_by_id, stage_of

LENGTH = 12  # of 30 signs: 58 bits
AT_ONCE = 500
NO_SIGN = re.compile(r"[^A-Z0-9]")


class NewCode(NamedTuple):
    """A code as it is printed, the only time it is known."""

    number: int
    code: str  # "K7QX-2MPA-9TRB"


def make_codes(found: PersonList, number: int, *, actor_id: int | None = None) -> list[NewCode]:
    """Make so many new codes for a list; nobody can show them again. Raises Invalid."""
    if found.kind != "codes":
        raise Invalid(_l("Auf dieser Liste stehen Adressen, keine Zugangscodes."))
    if not 1 <= number <= AT_ONCE:
        raise Invalid(_l("Möglich sind 1 bis 500 Codes auf einmal."), field="number")
    db.session.execute(select(PersonList.id).where(PersonList.id == found.id).with_for_update())
    first = (db.session.scalar(select(func.max(AccessCode.number)).where(AccessCode.list_id == found.id)) or 0) + 1
    made = [NewCode(first + index, _fresh()) for index in range(number)]
    db.session.add_all(
        AccessCode(
            tenant_id=found.tenant_id,
            list_id=found.id,
            number=entry.number,
            code_hash=_hash(found.tenant_id, normalised(entry.code)),
        )
        for entry in made
    )
    db.session.flush()
    note(found, "added", number=number, actor_id=actor_id)
    return made


def _fresh() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def normalised(text: str) -> str:
    """A code as it is compared: small letters, blanks and strokes do not matter."""
    return NO_SIGN.sub("", text.upper())


def _hash(tenant_id: int, code: str) -> str:
    """Keyed, because a code is short enough to be guessed from a plain hash."""
    return keyed_hash(f"code|{tenant_id}|{code}")


def _hashes(tenant_id: int, text: str) -> list[str]:
    """As what a code may be stored: printed codes outlive a change of the server's key."""
    return keyed_hashes(f"code|{tenant_id}|{normalised(text)}")


def knows(tenant_id: int, text: str) -> bool:
    """Whether a text is a code of this authority; revoked ones are known too."""
    hashes = _hashes(tenant_id, text)
    query = select(AccessCode.id).where(AccessCode.tenant_id == tenant_id, AccessCode.code_hash.in_(hashes))
    return db.session.scalar(query) is not None


def printed_again(found: PersonList, codes: list[str]) -> list[NewCode]:
    """Those of these texts that are codes of this list, with their numbers: for the table right after the printing."""
    by_hash = {_hash(found.tenant_id, normalised(code)): code for code in codes[:AT_ONCE]}
    query = select(AccessCode.number, AccessCode.code_hash).where(
        AccessCode.list_id == found.id, AccessCode.code_hash.in_(by_hash)
    )
    return [
        NewCode(number, by_hash[hashed]) for number, hashed in db.session.execute(query.order_by(AccessCode.number))
    ]


def use_code(tenant_id: int, text: str) -> Participant:
    """The participant a code stands for, made with the first use. Of two first uses at once one waits.

    Raises Invalid for an unknown code, Refused for one that was revoked.
    """
    hashes = _hashes(tenant_id, text)
    query = select(AccessCode).where(AccessCode.tenant_id == tenant_id, AccessCode.code_hash.in_(hashes))
    code = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if code is None:
        raise Invalid(_l("Diesen Code kennen wir nicht. Bitte vergleichen Sie ihn mit Ihrem Blatt."), field="code")
    if code.revoked_at is not None:
        raise Refused(_l("Dieser Code gilt nicht mehr. Bitte fragen Sie die Stelle, von der Sie ihn haben."))
    procedure = _procedure_of(code)
    if stage_of(procedure) in INTERNAL:
        raise Refused(_l("Das Verfahren ist noch nicht angekündigt. Ihr Code bleibt gültig."))
    if code.participant_id is None:  # quietly: who votes is nobody's affair
        code.participant_id = join(procedure, quietly=True, identity="code").id
        code.used_at = now()
    return db.session.scalars(select(Participant).where(Participant.id == code.participant_id)).one()


def _procedure_of(code: AccessCode) -> Procedure:
    found = db.session.get(PersonList, code.list_id)
    procedure = procedure_by_id(found.procedure_id) if found else None
    if procedure is None:
        raise Unknown
    return procedure


def revoke(found: PersonList, number: int, *, actor_id: int | None = None) -> None:
    """Let a code end; whoever is in with it is out. What was done with it stays. Raises Unknown."""
    query = select(AccessCode).where(AccessCode.list_id == found.id, AccessCode.number == number)
    code = db.session.scalar(query.with_for_update())
    if code is None:
        raise Unknown
    if code.revoked_at is None:
        code.revoked_at = now()
        note(found, "revoked", number=number, actor_id=actor_id)
    if code.participant_id is not None:
        end_guest_sessions(code.participant_id)
