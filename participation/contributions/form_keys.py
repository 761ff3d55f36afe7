"""Form keys: a form that is sent twice counts once; with other words it is refused, so that none are lost.

They never cover secret ballots: a key would tie a person to a choice.
"""

import hashlib
import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from participation.contributions.models import Contribution, FormKey
from participation.kernel.clock import now
from participation.kernel.db import db, is_sqlite
from participation.kernel.refusal import Conflict

LONGEST = 100  # characters of a key that a browser sends back


def fresh_key() -> str:
    """A key for one showing of a form: 144 random bits."""
    return secrets.token_urlsafe(18)


def body_of(*values: object) -> str:
    """A hash of what a form says; line ends and blanks, which browsers change on the way, do not count."""
    said = "\n".join(" ".join(str(value).split()) for value in values)
    return hashlib.sha256(said.encode()).hexdigest()


def sent_before(key: str, person_id: int | None) -> FormKey | None:
    """What came of this form when it was sent before by the same person.

    Whoever sends a form at the same moment must wait at a lock of the caller's before asking.
    """
    if not key or len(key) > LONGEST:
        return None
    return db.session.scalar(select(FormKey).where(FormKey.key == key, FormKey.person_id == person_id))


def require_same(sent: FormKey, body: str) -> None:
    """The same form has the same body (or one that nobody noted). Raises Conflict."""
    if sent.body_hash not in ("", body):
        raise Conflict(
            _l(
                "Dieses Formular ist schon abgesendet, mit anderen Worten. Was Sie jetzt geschrieben haben, ist noch "
                "nicht abgesendet."
            )
        )


def note_key(key: str, contribution: Contribution, person_id: int | None, body: str) -> None:
    """Remember what came of a form, in the same transaction."""
    _note(key, tenant_id=contribution.tenant_id, contribution_id=contribution.id, person_id=person_id, body_hash=body)


def is_first(key: str, tenant_id: int, body: str) -> bool:
    """Whether a form that makes no contribution is sent for the first time; it is remembered in this transaction.

    Two copies at once wait for each other here. Raises Conflict for the same form with other words.
    """
    if key and not is_sqlite():  # SQLite writes one at a time; here the same key waits for itself
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))
    if (sent := sent_before(key, None)) is not None:
        require_same(sent, body)
        return False
    _note(key, tenant_id=tenant_id, contribution_id=None, person_id=None, body_hash=body)
    return True


def _note(key: str, **values: Any) -> None:
    if key and len(key) <= LONGEST:
        db.session.add(FormKey(key=key, at=now(), **values))
