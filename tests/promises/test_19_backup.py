"""Backups restore: while people write, on both databases; damaged ones are named; the erased stay erased."""

import threading
import time
from base64 import b64encode
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import insert, select, update

from participation.accounts.models import LoginSession, Person
from participation.accounts.sessions import open_session
from participation.contributions.models import Contribution
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.erased import erasure_list
from participation.kernel.events import EventRow, emit
from participation.kernel.files import file_store
from participation.kernel.outbox import work_off
from participation.kernel.seal import seal_events
from participation.moderation.models import BarrierReport
from participation.testing.world import World
from participation.voting.leaving import leave
from tests.promises.backups import (
    DAMAGES,
    count_of,
    damaged,
    installation,
    references,
    refusal,
    run,
    stored,
    table_counts,
    the_backup,
)
from tests.promises.chains import Noted

WRITERS = 4
MOVING = {"lease", "event", "event_seal", "event_delivery", "login_session"}  # the restore itself is an event


@pytest.fixture
def site(database, tmp_path):
    """The world of an installation of its own with a procedure, a contribution, a stored file, and a sealed log."""
    with installation(database, tmp_path / "site") as app:
        world = World(app)
        world.contribution(world.procedure())
        file_store().put(b"a plan of the playground")
        seal_events()
        yield world


def test_what_was_there_is_back_and_whoever_was_erased_since_stays_erased(site, tmp_path, figure):
    leaver, stayer = site.person("Lea"), site.person("Uwe")
    procedure = site.procedure()
    gone = site.contribution(procedure, leaver, "Bitte löschen.").id
    site.contribution(procedure, stayer)
    work_off()
    with transaction():
        open_session(db.session.get_one(Person, stayer.id), device="", staff=False)
    before, files, numbers = table_counts(), stored(), references()
    leaver_id, stayer_id = leaver.id, stayer.id
    run(site.app, "backup", "create", tmp_path / "kept")
    backup = the_backup(tmp_path / "kept")
    assert "can be restored" in run(site.app, "backup", "verify", backup)

    with transaction():
        leave(db.session.get_one(Person, leaver_id), withdraw_all=True)
    work_off()
    site.contribution(procedure, stayer, "Nach der Sicherung.")
    for name in files:
        file_store().delete(name)
    assert erasure_list().read_text().count("withdrawn") == 1

    said = run(site.app, "backup", "restore", backup, "--replace")
    after = table_counts()
    differing = {name for name in before if before[name] != after[name]} - MOVING
    lost = f"{len(numbers - references())} contributions and {len(files - stored())} files lost"
    figure(f"round trip: {lost}, the erased person is {'gone' if 'again: 1.' in said else 'back'}")
    assert "Erased again: 1." in said
    assert references() == numbers
    assert stored() == files
    assert db.session.get(Person, leaver_id) is None
    assert db.session.get(Person, stayer_id) is not None
    assert db.session.get_one(Contribution, gone).state == "withdrawn"
    assert count_of(LoginSession) == 0
    assert differing <= {"person", "contribution_version", "search_entry", "scope_version", "mailing"}, differing
    assert "BROKEN" not in run(site.app, "audit", "verify")


def test_every_damage_is_named(site, tmp_path, figure):
    run(site.app, "backup", "create", tmp_path / "kept")
    backup = the_backup(tmp_path / "kept")
    named = {damage: refusal(site.app, "backup", "verify", damaged(backup, tmp_path, damage)) for damage in DAMAGES}
    figure(f"{len(named)} of {len(DAMAGES)} damages named")
    assert all("Error" in said for said in named.values())
    assert "changed since it was backed up" in named["file changed"]
    assert "missing" in named["file removed"]
    assert "not named in manifest.json" in named["file put in"]
    assert "lacks link" in named["later end of the log"]
    assert "no name a backup gives" in named["name outside"]
    with transaction():
        db.session.execute(update(EventRow).values(actor_id=4711))
    run(site.app, "backup", "create", tmp_path / "tampered")
    tampered = refusal(site.app, "backup", "verify", the_backup(tmp_path / "tampered"))
    assert "is broken at link 1" in tampered, "hashes fit, the chain in the copy does not"
    left = refusal(site.app, "backup", "restore", tmp_path / "file-changed", "--replace")
    assert "do not rely on it" in left


@contextmanager
def writers(app, rate):
    """People write so many rows a second, each with its event; yields when each was confirmed, by its number."""
    confirmed, stop, begun, numbers = {}, threading.Event(), time.monotonic(), count()

    def write():
        with app.app_context():
            while not stop.is_set():
                number = next(numbers)
                stop.wait(max(begun + number / rate - time.monotonic(), 0))
                with transaction():
                    db.session.add(BarrierReport(page="/", note=str(number), at=now()))
                    emit(Noted(thing_id=number))
                confirmed[number] = time.monotonic()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield confirmed
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


@pytest.mark.waits
def test_a_backup_under_writes_holds_whatever_was_confirmed_before_it_began(site, database, tmp_path, figure, sized):
    rounds, rate = sized(test=1, quick=3, full=10), 20
    lost, wrong, begun = 0, 0, []
    with writers(site.app, rate * 1.5) as confirmed:
        time.sleep(2)
        for number in range(rounds):
            for _ in range(20):
                file_store().put(b"x" * 200_000)
            begun.append(time.monotonic())
            run(site.app, "backup", "create", tmp_path / f"kept-{number}")
            time.sleep(1)
        ended = time.monotonic()
    speed = len([at for at in confirmed.values() if begun[0] <= at <= ended]) / (ended - begun[0])
    for number, start in enumerate(begun):
        backup = the_backup(tmp_path / f"kept-{number}")
        wrong += "can be restored" not in run(site.app, "backup", "verify", backup)
        with installation(database, tmp_path / f"again-{number}", migrated=False) as other:
            run(other, "backup", "restore", backup, "--no-erased-list")
            present = {int(note) for note in db.session.scalars(select(BarrierReport.note))}
            lost += len({number for number, at in confirmed.items() if at < start} - present)
            wrong += "BROKEN" in run(other, "audit", "verify")
    figure(
        f"{rounds} backups under {speed:.0f} writes/s, {len(confirmed)} confirmations: {lost} of those before "
        f"the start lost, {wrong} errors found by the checker"
    )
    assert (lost, wrong) == (0, 0)
    assert speed >= rate


@pytest.mark.waits
def test_a_large_backup_is_back_in_five_minutes(site, database, tmp_path, figure, sized, chance):
    megabytes: int = sized(test=10, quick=150, full=1024)
    begun = time.monotonic()
    made = 0
    while made < megabytes * 0.7 * 2**20:
        data = chance.randbytes(4 * 2**20)
        file_store().put(data)
        made += len(data)
    fill_the_database(chance, int(megabytes * 0.3 * 2**20))
    made_in = time.monotonic() - begun
    run(site.app, "backup", "create", tmp_path / "kept")
    backup = the_backup(tmp_path / "kept")
    size = sum(path.stat().st_size for path in backup.rglob("*") if path.is_file())
    with installation(database, tmp_path / "again", migrated=False) as other:
        begun = time.monotonic()
        run(other, "backup", "restore", backup, "--no-erased-list")
        seconds = time.monotonic() - begun
        assert count_of(Contribution) == 1
    figure(f"{size / 2**20:.0f} MB back in {seconds:.0f} s (made in {made_in:.0f} s)")
    assert size >= megabytes * 0.9 * 2**20
    assert timedelta(seconds=seconds) <= timedelta(minutes=5)


def fill_the_database(chance, number_of_bytes):
    """Rows that nobody can compress well make the database large."""
    each, together = 8_000, 500
    for _ in range(number_of_bytes // (each * together)):
        notes = [b64encode(chance.randbytes(each * 3 // 4)).decode() for _ in range(together)]
        with transaction():
            db.session.execute(insert(BarrierReport), [{"page": "/", "note": note, "at": now()} for note in notes])
