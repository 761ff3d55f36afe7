"""People for tests and load data."""

from random import Random

from participation.accounts.models import Person
from participation.kernel.clock import now
from participation.kernel.db import db


def some_people(random: Random, number: int) -> list[Person]:
    """So many people with confirmed addresses and no password."""
    stamp = random.randrange(10**12)
    people = [
        Person(
            email=f"person-{stamp}-{index}@uebung.example",
            display_name=f"Person {index}",
            created_at=now(),
            confirmed_at=now(),
        )
        for index in range(number)
    ]
    db.session.add_all(people)
    db.session.flush()
    return people
