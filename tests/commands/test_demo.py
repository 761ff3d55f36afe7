"""The demo: planted through the services into an empty database; what its days promise is what is there."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.accounts.models import Person
from participation.accounts.passwords import is_right
from participation.commands.demo_stage import FOLDER, read
from participation.contributions.counters import recount
from participation.contributions.models import Anchor, Contribution, RatingRow
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow
from participation.kernel.mail import mail_folder
from participation.kernel.seal import tenants_with_events, verify
from participation.moderation.models import Report
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_by_id, stage_of
from participation.tenants.models import LegalPage, Tenant
from participation.testing.fixtures import fresh

CONTENT = read("demo.toml")
NEEDED = {activity["module"] for entry in CONTENT["procedures"] for activity in entry["activities"]}


def spoken(entries: list[dict], found: Counter | None = None) -> Counter:
    """How many comments, passages and ratings the file holds."""
    found = found if found is not None else Counter()
    for entry in entries:
        found.update(comments=1, passages="quote" in entry, ratings=sum(entry.get("ratings", {}).values()))
        spoken(entry.get("replies", []), found)
    return found


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture(scope="module")
def planted(server_app: Flask) -> Iterator[str]:
    """Planted once for all tests of this file, which only read; what the command printed."""
    with server_app.app_context():
        result = server_app.test_cli_runner().invoke(args=["demo", "plant"])
        assert result.exit_code == 0, result.output
        missing = NEEDED - {module.name for module in server_app.extensions["registry"]}
        assert result.output.count("stays a draft") == (len(CONTENT["procedures"]) if missing else 0)
        if missing:
            pytest.skip(f"the demo speaks of modules that are not installed: {', '.join(sorted(missing))}")
        yield result.output
        db.session.rollback()
    fresh(server_app)


def test_each_procedure_stands_where_its_entry_says(planted: str) -> None:
    procedures = [procedure_by_id(number) for number in db.session.scalars(select(Procedure.id)).all()]
    stages = {procedure.slug: str(stage_of(procedure)) for procedure in procedures if procedure}
    assert stages == {entry["slug"]: entry["stage"] for entry in CONTENT["procedures"]}
    assert set(db.session.scalars(select(Procedure.stage))) == set(stages.values())
    assert all(procedure.practice and procedure.summary for procedure in procedures if procedure)


def test_everything_that_was_said_is_there_with_its_passages_and_ratings(planted: str) -> None:
    wanted: Counter = Counter()
    for entry in CONTENT["procedures"]:
        for activity in entry["activities"]:
            spoken(activity.get("comments", []), wanted)
    extra = len(read("moderation.toml")["contributions"])
    assert count(Contribution) == wanted["comments"] + extra
    assert count(Anchor) == wanted["passages"]
    assert count(RatingRow) == wanted["ratings"]
    with transaction():
        assert recount() == 0


def test_nothing_lies_outside_its_phase_or_in_the_future(planted: str) -> None:
    for procedure_id in db.session.scalars(select(Procedure.id)).all():
        procedure = procedure_by_id(procedure_id)
        assert procedure is not None
        phases = {phase.id: phase for activity in procedure.activities for phase in activity.phases}
        for row in db.session.scalars(select(Contribution).where(Contribution.procedure_id == procedure_id)):
            assert phases[row.phase_id].is_on(row.created_at)
        ratings = select(RatingRow).where(RatingRow.phase_id.in_(phases))
        assert all(phases[row.phase_id].is_on(row.at) for row in db.session.scalars(ratings))


def test_the_desk_of_the_moderation_is_not_empty(planted: str) -> None:
    query = select(Contribution.state, func.count()).group_by(Contribution.state)
    states = {row[0]: row[1] for row in db.session.execute(query)}
    assert (states["hidden"], states["withdrawn"], states["pending"]) == (2, 1, 3)
    assert count(Report) == 2


def test_no_mail_is_written_and_nothing_waits(planted: str) -> None:
    assert list(mail_folder().glob("*.eml")) == []
    assert set(db.session.scalars(select(DeliveryRow.state))) == {"done"}


def test_its_log_is_sealed_and_whole(planted: str) -> None:
    chains = [verify(tenant_id) for tenant_id in tenants_with_events()]
    assert [(chain.broken_at, chain.unsealed) for chain in chains] == [(None, 0)] * len(chains)


def test_every_authority_has_all_its_legal_pages(planted: str) -> None:
    assert count(LegalPage) == 6 * (count(Tenant) + 1)


def test_the_table_of_log_ins_is_true(planted: str) -> None:
    accounts = [entry for entry in CONTENT["people"] if entry.get("password")]
    assert len(accounts) == 5
    for entry in accounts:
        person = db.session.scalar(select(Person).where(Person.email == entry["email"]))
        assert person is not None
        assert is_right(entry["password"], person.password_hash)
        assert f"{entry['email']} " in planted
        assert entry["password"] in planted


def test_its_pictures_and_texts_lie_in_the_project() -> None:
    named = {entry["picture"] for entry in CONTENT["procedures"] if entry["picture"]}
    assert named <= {path.name for path in (FOLDER / "pictures").iterdir()}
    texts = {activity["text"] for entry in CONTENT["procedures"] for activity in entry["activities"]}
    assert texts <= {path.name for path in Path(FOLDER / "texts").iterdir()}
