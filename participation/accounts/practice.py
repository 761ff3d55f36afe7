"""Second factors of the people of a practice portal: planted, and their codes shown to whoever tries it out."""

from typing import NamedTuple

import pyotp
from sqlalchemy import select

from participation.accounts.models import Person, SecondFactor
from participation.accounts.second_factor import STEP, closed, opened
from participation.kernel.clock import now
from participation.kernel.db import db

INVENTED = ".example"  # addresses that belong to nobody (RFC 2606)


class PracticeCode(NamedTuple):
    """A person of the practice, and the code that will be taken next; None until the next half minute."""

    name: str
    email: str
    code: str | None


def plant_factor(person: Person) -> None:
    """Give an invented person a second factor without a telephone."""
    if not person.email.endswith(INVENTED):
        raise ValueError("Only invented people get a second factor planted.")
    db.session.add(SecondFactor(person_id=person.id, secret=closed(pyotp.random_base32()), set_at=now()))
    db.session.flush()


def practice_codes() -> list[PracticeCode]:
    """The present codes of all invented people with a second factor, by address."""
    query = select(Person, SecondFactor).join(SecondFactor, SecondFactor.person_id == Person.id)
    invented = (Person.email.endswith(INVENTED), SecondFactor.set_at.is_not(None))
    rows = db.session.execute(query.where(*invented).order_by(Person.email))
    return [PracticeCode(person.display_name, person.email, _code(row)) for person, row in rows]


def _code(row: SecondFactor) -> str | None:
    """The code of this step; where it was used the next one, which is taken already."""
    at = int(now().timestamp()) // STEP
    step, key = max(at, row.last_counter + 1), opened(row.secret)
    return pyotp.HOTP(key).at(step) if key is not None and step <= at + 1 else None
