"""Outputs as jobs: asked for, made once, failed honestly, taken away with a line in the log, gone after a week."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from participation.contributions import services as contributions
from participation.contributions.models import Contribution
from participation.kernel.clock import standing_at
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow, EventRow
from participation.kernel.files import file_store
from participation.kernel.outbox import LEASE, claim, deliver, work_off
from participation.kernel.refusal import Invalid, Refused
from participation.kernel.seal import seal_events
from participation.openness.outputs import kinds, making, services
from participation.openness.outputs.models import Output
from participation.openness.outputs.queries import offered_in, outputs_of
from participation.openness.outputs.verifying import NoArchive, faults_of, manifest_of

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def ask(procedure, person, **values):
    what = {"kind": "synopsis", "format_": "csv", "names": "pseudonymised"} | values
    with transaction():
        return services.request_output(procedure, **what, actor_id=person.id).id


def output(number):
    db.session.rollback()
    return db.session.get_one(Output, number)


def stored():
    return list(file_store().root.glob("??/??/*"))


def names_of_events():
    return list(
        db.session.scalars(select(EventRow.name).where(EventRow.name.startswith("openness.")).order_by(EventRow.id))
    )


@pytest.fixture(autouse=True)
def empty_store(app):
    """Files of other tests are no business of these."""
    for path in stored():
        path.unlink()


@pytest.fixture
def place(world):
    """A procedure with a contribution, and somebody who works on it."""
    procedure = world.procedure()
    world.contribution(procedure, source="Mehr Bäume.")
    with transaction():
        db.session.execute(delete(DeliveryRow))  # also what is due later: only the output is to be claimed
    return world.again(procedure), world.person()


@pytest.mark.requirement("RA-4.1-09", "RA-3-29")
def test_an_output_is_made_by_the_worker_and_can_be_fetched_for_a_week(place):
    procedure, person = place
    with standing_at(START):
        number = ask(procedure, person)
        assert output(number).state == "waiting"
        work_off()
        made = output(number)
        assert (made.state, made.done, made.total, made.expires_at) == ("done", 1, 1, START + timedelta(days=7))
        with transaction():
            name = services.fetch(output(number), actor_id=person.id)
    with file_store().open(name) as file:
        assert "Mehr Bäume." in file.read().decode()
    assert names_of_events() == ["openness.output_requested", "openness.output_fetched"]
    with standing_at(START + timedelta(days=7)):
        with pytest.raises(Refused), transaction():
            services.fetch(output(number), actor_id=person.id)
        assert services.forget_old_outputs() == 1
    assert (output(number).state, stored()) == ("expired", [])


def test_asking_twice_makes_one_file(place):
    procedure, person = place
    assert ask(procedure, person) == ask(procedure, person)
    assert ask(procedure, person, format_="json") != ask(procedure, person)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "everything"},
        {"format_": "exe"},
        {"kind": "archive", "format_": "zip", "names": "public"},
        {"names": "names"},
        {"names": "names", "reason": "  kurz "},
        {"names": "names", "reason": "x" * 501},
    ],
)
def test_what_there_is_not_and_names_without_a_reason_are_refused(place, wrong):
    with pytest.raises(Invalid):
        ask(*place, **wrong)
    assert names_of_events() == []


def test_too_many_contributions_for_a_document_are_refused_with_what_to_take(place, monkeypatch):
    monkeypatch.setitem(kinds.FORMATS, "pdf", kinds.Format(name="pdf", title="PDF", media_type="x", most=0))
    with pytest.raises(Invalid) as refused:
        ask(*place, format_="pdf")
    assert "CSV oder JSON oder XLSX" in str(refused.value.sentence)


def test_a_killed_worker_leaves_nothing_half_and_the_file_is_made_once(place, monkeypatch):
    procedure, person = place

    class Killed(BaseException):
        pass

    def die(_path):
        raise Killed

    with standing_at(START):
        number = ask(procedure, person)
        claimed = claim()
        with monkeypatch.context() as patch:
            patch.setattr(making, "keep", die)
            with pytest.raises(Killed):
                deliver(claimed[0])
        assert (output(number).state, stored()) == ("running", [])
        assert work_off() == 0, "the lease holds"
    with standing_at(START + LEASE + timedelta(minutes=1)):
        assert work_off() == 1
        assert work_off() == 0
    made = output(number)
    assert (made.state, made.attempts, [path.name for path in stored()]) == ("done", 2, [made.stored_name])


def test_a_worker_that_was_thought_dead_throws_its_file_away(place, monkeypatch):
    number = ask(*place)
    keep = making.keep

    def late(path):
        with transaction():
            db.session.get_one(Output, number).attempts += 1
        return keep(path)

    monkeypatch.setattr(making, "keep", late)
    making.make(number)
    assert (output(number).state, stored()) == ("running", [])


def test_long_work_says_that_it_goes_on_and_holds_nothing_else_up(place, world):
    procedure, person = place
    with standing_at(START):
        ask(procedure, person)
        with transaction():
            row = db.session.scalars(select(DeliveryRow).where(DeliveryRow.handler == "outputs.make")).one()
            db.session.add(DeliveryRow(event_id=row.event_id, handler="somebody.else", run_at=row.run_at))
        first, second = claim(), claim()
        assert [db.session.get_one(DeliveryRow, one[0]).handler for one in (first, second)] == [
            "somebody.else", "outputs.make"
        ]  # fmt: skip
    with standing_at(START + LEASE - timedelta(seconds=1)):
        db.session.rollback()
        making.renew(second[0])
    with standing_at(START + LEASE + timedelta(seconds=30)):
        assert second[0] not in claim(), "the lease was renewed"


def test_what_cannot_be_made_fails_with_a_sentence_and_can_be_tried_again(place, monkeypatch, caplog):
    procedure, person = place

    def broken(*_):
        raise ValueError("Geheimnis")

    with monkeypatch.context() as patch:
        patch.setattr(making, "write_output", broken)
        with standing_at(START):
            number = ask(procedure, person)
            work_off()
            assert output(number).state == "waiting"
        for minutes in (2, 5):
            with standing_at(START + timedelta(minutes=minutes)):
                work_off()
    failed = output(number)
    assert (failed.state, failed.attempts, stored()) == ("failed", 3, [])
    assert "nicht erstellen" in failed.sentence
    assert "Geheimnis" not in failed.sentence
    assert "openness.output_failed" in names_of_events()
    with transaction():
        services.try_again(output(number), actor_id=person.id)
    work_off()
    assert output(number).state == "done"


def test_a_full_disk_is_said_at_once(place, monkeypatch, caplog):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "write_output", full)
    number = ask(*place)
    work_off()
    assert output(number).state == "failed"
    assert "nicht genug Platz" in output(number).sentence


def test_a_worker_that_dies_each_time_ends_in_a_failure(place):
    number = ask(*place)
    with transaction():
        found = db.session.get_one(Output, number)
        found.state, found.attempts = "running", kinds.TRIES
    making.make(number)
    assert output(number).state == "failed"


def test_what_is_offered_with_a_result_is_only_offered_while_it_is_true(scene):
    procedure = scene.whole()
    with standing_at(START):
        with transaction():
            services.offer(procedure, "synopsis", "csv")
        work_off()
        assert [row.format for row in offered_in(procedure.id)] == ["csv"]
        with transaction():
            contributions.change_state(db.session.get_one(Contribution, scene.evil.id), "hidden", actor_id=None)
        assert offered_in(procedure.id) == [], "a hidden text is in the old file"
    with standing_at(START + timedelta(minutes=6)):
        with transaction():
            assert services.renew_offered() == 1
        work_off()
        assert services.forget_old_outputs() == 1
        (offered,) = offered_in(procedure.id)
    with file_store().open(offered.stored_name) as file:
        assert "HYPERLINK" not in file.read().decode()
    assert [row.state for row in outputs_of(procedure.id)] == ["done", "expired"]


@pytest.mark.requirement("RA-4.4-09")
def test_an_archive_is_whole_and_every_change_is_found(scene, tmp_path):
    seal_events()
    number = ask(
        scene.whole(), scene.first, kind="archive", format_="zip", names="names", reason="Abgabe an das Archiv"
    )
    work_off()
    path = file_store()._path(output(number).stored_name)
    manifest = manifest_of(path)
    assert (list(faults_of(path)), manifest["missing"], manifest["left_out"]) == ([], [], [])
    assert {"ereignisse.jsonl", "ausgaben/synopse.pdf", "ausgaben/verfahren.json"} <= set(manifest["files"])
    whole = path.read_bytes()
    changed = tmp_path / "changed.zip"
    changed.write_bytes(whole.replace(b"LIESMICH.txt", b"LIESNICH.txt"))
    assert sorted(fault.split(":")[0] for fault in faults_of(changed)) == ["LIESMICH.txt", "LIESNICH.txt"]
    with pytest.raises(NoArchive):
        manifest_of(no_package(tmp_path))


def no_package(folder):
    path = folder / "no.zip"
    path.write_bytes(b"nothing")
    return path
