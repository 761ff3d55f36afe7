"""Promise 14: whatever is sent twice counts once, and the same form with other words is refused with the words kept."""

import importlib
import pkgutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from flask_wtf import FlaskForm
from sqlalchemy import delete

import participation.pages
from participation.kernel.config import ROOT
from participation.kernel.db import db, transaction
from participation.kernel.limits import LimitBucket
from tests.promises.doors import DOORS, OF_FORMS, Doors, Opened

TAKEN = {200, 201, 302, 303}
MOST = 50  # copies; a server has fewer threads than connections, and each may need a second one for the books
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


def test_whatever_is_sent_twice_counts_once(app, world, sized, chance: Random, figure, monkeypatch):
    monkeypatch.setattr(db.engine.pool, "_max_overflow", MOST)
    rounds, most = sized(test=6, quick=50, full=500), sized(test=6, quick=MOST, full=MOST)
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
    for module in pkgutil.iter_modules(participation.pages.__path__, "participation.pages."):
        importlib.import_module(module.name)
    keyed = {form.__name__ for form in subclasses(FlaskForm) if hasattr(form, "form_key") and not form.__subclasses__()}
    assert keyed == set(OF_FORMS)
    assert set(OF_FORMS.values()) <= set(DOORS)
    noting = ("note_key(", "is_first(", "FormKey(")
    found = {path.name for path in sources() if any(call in path.read_text("utf-8") for call in noting)}
    assert found | {"intake_import.py"} == KEEPERS | {"models.py"}


def test_what_a_stranger_sends_to_people_carries_a_key(app, world):
    """Every form with a trap for machines is one that anybody may send to an authority: none is without a key."""
    trapped = {form for form in subclasses(FlaskForm) if hasattr(form, "homepage")}
    assert {form.__name__ for form in trapped} >= {"ReportForm", "BarrierForm"}
    assert [form.__name__ for form in trapped if not hasattr(form, "form_key")] == []


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
