"""Promise 14: whatever is sent twice counts once, and the same form with other words is refused with the words kept."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from flask_wtf import FlaskForm
from sqlalchemy import delete

from participation.kernel.config import ROOT
from participation.kernel.db import db, transaction
from participation.kernel.limits import LimitBucket
from participation.pages import intake_forms, report_forms
from tests.promises.doors import DOORS, Doors, Opened

TAKEN = {200, 201, 302, 303}
SLOW = 429  # a limit may stop a copy; the first of them is in
REFUSED = {409, 422}
KEEPERS = {"drafts.py", "form_keys.py", "intake.py", "intake_import.py", "reports.py"}  # who notes keys in the core


def forget_limits() -> None:
    """Each round is as if nobody had sent anything in the last hour."""
    with transaction():
        db.session.execute(delete(LimitBucket))


def sent_in_copies(door: Opened, text: str, copies: int, *, at_once: bool) -> list[int]:
    """What each copy was answered."""
    if not at_once:
        return [door.send(text).status_code for _ in range(copies)]
    db.session.rollback()
    with ThreadPoolExecutor(copies) as pool:
        return list(pool.map(lambda _: door.send(text).status_code, range(copies)))


def test_whatever_is_sent_twice_counts_once(app, world, sized, chance: Random, figure):
    rounds, most = sized(test=6, quick=50, full=500), sized(test=6, quick=50, full=50)
    doors, sent, wrong = Doors(world), 0, []
    for number in range(rounds):
        name, copies = DOORS[number % len(DOORS)], most if number == 0 else chance.randint(2, most)
        forget_limits()
        door, text = getattr(doors, name)(), f"Worte der Runde {number}, nur einmal."
        answers = sent_in_copies(door, text, copies, at_once=bool(number % 2 == 0))
        sent += copies
        times = door.times(text)
        if times != 1 or not set(answers) & TAKEN or set(answers) - TAKEN - {SLOW}:
            wrong.append((number, name, copies, times, sorted(answers)))
        wrong += other_words(door, number, name)
    figure(f"{rounds} rounds over {len(DOORS)} doors, {sent} copies (2 to {most} each), {len(wrong)} not exactly once")
    assert wrong == []


def other_words(door: Opened, number: int, name: str) -> list[tuple]:
    """The same form with other words: refused, not stored, and every word is on the page (a program has its own)."""
    other = f"Ganz andere Worte der Runde {number}."
    forget_limits()
    answer = door.send(other)
    kept = name == "program" or other in answer.text
    fine = answer.status_code in REFUSED and kept and door.times(other) == 0
    return [] if fine else [(number, name, "other words", answer.status_code, kept, door.times(other))]


def test_each_form_with_a_key_is_a_door_of_this_test(app):
    keyed = {form.__name__ for form in subclasses(FlaskForm) if hasattr(form, "form_key")}
    assert keyed == {intake_forms.RecordForm.__name__, report_forms.ReportForm.__name__}
    assert {path.name for path in sources() if "note_key(" in path.read_text() or "FormKey(" in path.read_text()} | {
        "intake_import.py"
    } == KEEPERS | {"models.py"}


def test_no_ballot_has_a_form_key(app):
    voting = [*(ROOT / "participation" / "voting").rglob("*.py"), *(ROOT / "modules" / "ballot").rglob("*.py")]
    assert voting
    assert not [path for path in voting if "form_key" in path.read_text() or "FormKey" in path.read_text()]


def subclasses(cls: type) -> Iterator[type]:
    """Every class below a class."""
    for below in cls.__subclasses__():
        yield below
        yield from subclasses(below)


def sources() -> list[Path]:
    """The code of the core and the modules."""
    folders = (ROOT / "participation", ROOT / "modules")
    return [path for folder in folders for path in folder.rglob("*.py") if "migrations" not in path.parts]
