"""After a restore: whoever was erased since the backup is erased again, as it was done then."""

from pathlib import Path

from sqlalchemy import select

from participation.accounts.models import Person
from participation.kernel.clock import standing_at
from participation.kernel.db import db
from participation.kernel.erased import Erased, erasure_list, read_erased
from participation.voting.leaving import leave


def replay_erasures(path: Path | None = None) -> int:
    """Erase everybody who is on the list (default: that of this installation) and still here; says how many.

    With the clock of that moment, so that a phase that was open then is open. Doing it again changes nothing.
    Raises FileNotFoundError where there is no list.
    """
    listed = read_erased(path or erasure_list())
    people = db.session.execute(select(Person.id, Person.created_at).order_by(Person.id)).all()
    found = [(number, line) for number, since in people if (line := listed.find(number, since)) is not None]
    for number, line in found:
        _erase_again(number, line)
    return len(found)


def _erase_again(number: int, line: Erased) -> None:
    person = db.session.get_one(Person, number)
    with standing_at(line.at):
        leave(person, withdraw_all=line.withdrawn)
