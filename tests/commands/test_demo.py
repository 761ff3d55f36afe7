"""The demo: planted through the services into an empty database; what its days promise is what is there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.accounts.models import Person
from participation.accounts.passwords import is_right
from participation.commands.demo_stage import FOLDER, read
from participation.contributions.counters import recount
from participation.contributions.models import Anchor, Contribution, RatingRow
from participation.contributions.placement_models import Placement
from participation.documents.versions import comparison_of, documents_of, readable_versions
from participation.evaluation.case_models import Argument, Assignment, Keyword, Note, Recommendation
from participation.evaluation.causes import causes_of, changes_for
from participation.evaluation.models import Response
from participation.kernel.clock import today
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow
from participation.kernel.files import file_store
from participation.kernel.mail import mail_folder
from participation.kernel.seal import tenants_with_events, verify
from participation.moderation.models import Report
from participation.notices.models import Subscription
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_at, procedure_by_id, stage_of
from participation.results.models import Result
from participation.tenants.models import LegalPage, Tenant
from participation.testing import World
from participation.testing.fixtures import fresh
from participation.testing.lint import LintingClient

CONTENT = read("demo.toml")
LOOP = read("loop.toml")
NEEDED = {activity["module"] for entry in CONTENT["procedures"] for activity in entry["activities"]}


def spoken(entries: list[dict], found: Counter | None = None) -> Counter:
    """How many comments, passages and ratings the file holds."""
    found = found if found is not None else Counter()
    for entry in entries:
        found.update(comments=1, passages="quote" in entry, ratings=sum(entry.get("ratings", {}).values()))
        spoken(entry.get("replies", []), found)
    return found


def said(*which: object) -> Sequence[Contribution]:
    """What residents of the demo wrote; not what was taken over from files, which has days of its own."""
    query = select(Contribution).where(Contribution.intake_channel != "import", *which)
    return db.session.scalars(query.order_by(Contribution.id)).all()


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
    extra = len(read("moderation.toml")["contributions"]) + len(LOOP["received"])
    assert len(said()) == wanted["comments"] + extra
    assert count(Anchor) == wanted["passages"]
    assert count(RatingRow) == wanted["ratings"]
    with transaction():
        assert recount() == 0


def test_nothing_lies_outside_its_phase_or_in_the_future(planted: str) -> None:
    for procedure_id in db.session.scalars(select(Procedure.id)).all():
        procedure = procedure_by_id(procedure_id)
        assert procedure is not None
        phases = {phase.id: phase for activity in procedure.activities for phase in activity.phases}
        for row in said(Contribution.procedure_id == procedure_id):
            assert phases[row.phase_id].is_on(row.created_at) is not row.late
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


def test_a_published_result_can_be_counted_again(planted: str, server_app: Flask) -> None:
    entry = next(entry for entry in CONTENT["procedures"] if "result" in entry)
    found = db.session.scalars(select(Result).where(Result.decision == entry["result"]["decision"])).one()
    with file_store().open(found.stored_name) as package:
        counted = server_app.test_cli_runner().invoke(args=["recount", package.name])
    assert counted.exit_code == 0, counted.output
    assert found.root in counted.output


def test_its_log_is_sealed_and_whole(planted: str) -> None:
    chains = [verify(tenant_id) for tenant_id in tenants_with_events()]
    assert [(chain.broken_at, chain.unsealed) for chain in chains] == [(None, 0)] * len(chains)


def test_every_authority_has_all_its_legal_pages(planted: str) -> None:
    assert count(LegalPage) == 6 * (count(Tenant) + 1)


def test_the_table_of_log_ins_is_true(planted: str) -> None:
    accounts = [entry for entry in CONTENT["people"] if entry.get("password")]
    assert len(accounts) == 6
    for entry in accounts:
        person = db.session.scalar(select(Person).where(Person.email == entry["email"]))
        assert person is not None
        assert is_right(entry["password"], person.password_hash)
        assert f"{entry['email']} " in planted
        assert entry["password"] in planted


def test_its_pictures_and_texts_lie_in_the_project() -> None:
    named = {entry["picture"] for entry in CONTENT["procedures"] if entry["picture"]}
    assert named <= {path.name for path in (FOLDER / "pictures").iterdir()}
    texts = {
        activity["text"] for entry in CONTENT["procedures"] for activity in entry["activities"] if "text" in activity
    }
    texts.add(LOOP["version"]["text"])
    assert texts <= {path.name for path in Path(FOLDER / "texts").iterdir()}


def loop() -> Procedure:
    procedure = procedure_at(LOOP["tenant"], LOOP["procedure"])
    assert procedure is not None
    return procedure


def day(offset: int) -> date:
    return today() + timedelta(days=offset)


def in_loop(table: type, *which: object) -> int:
    """How many rows belong to contributions of the procedure."""
    query = select(func.count()).select_from(table).join(Contribution, Contribution.id == table.contribution_id)
    return db.session.scalar(query.where(Contribution.procedure_id == loop().id, *which)) or 0


def client_of(app: Flask, email: str) -> LintingClient:
    client = LintingClient(app, app.response_class, use_cookies=True)
    World(app).log_in(client, db.session.scalars(select(Person).where(Person.email == email)).one(), staff=True)
    return client


@pytest.mark.requirement("RA-4.4-01", "RA-4.4-02")
def test_one_procedure_shows_how_contributions_are_worked_on(planted: str) -> None:
    late = select(Contribution.intake_channel, Contribution.state).where(Contribution.late)
    assert [tuple(row) for row in db.session.execute(late)] == [("on_site", "published")]
    by_channel = select(Contribution.intake_channel, func.count()).where(Contribution.procedure_id == loop().id)
    channels = {row[0]: row[1] for row in db.session.execute(by_channel.group_by(Contribution.intake_channel))}
    assert channels == {"web": 37, "letter": 1, "telephone": 1, "on_site": 1}
    assert (count(Keyword), count(Note), count(Recommendation), count(Subscription)) == (4, 2, 1, 3)
    assert db.session.scalars(select(Argument.decision).order_by(Argument.number)).all() == ["followed", "not_followed"]
    dated = select(Assignment.due_on).where(Assignment.due_on.is_not(None))
    assert set(db.session.scalars(dated)) == {day(-2), day(1), day(9)}
    assert in_loop(Assignment, Assignment.done_at.is_(None)) > 5


@pytest.mark.requirement("RA-4.4-02")
def test_its_answers_are_public_or_wait_or_come_out_on_a_day(planted: str) -> None:
    answers = db.session.scalars(select(Response).where(Response.procedure_id == loop().id)).all()
    waiting = [answer for answer in answers if answer.published_number is None]
    assert (len(answers), len(waiting)) == (len(LOOP["answers"]), 3)
    assert [answer.publish_on for answer in waiting if answer.publish_on] == [day(2)]


@pytest.mark.requirement("RA-4.4-02")
def test_each_change_of_its_text_names_the_answers_behind_it(planted: str) -> None:
    document = documents_of(loop())[0]
    newest = next(version for version in readable_versions(document) if version.before_id)
    kinds = Counter(row.kind for row in comparison_of(newest).rows)
    assert (kinds["changed"], kinds["new"], kinds["gone"]) == (3, 1, 1)
    changes = {row.key for row in comparison_of(newest).rows if row.kind in ("changed", "new", "gone")}
    assert set(causes_of(newest.id)) == changes == {cause["row"] for cause in LOOP["version"]["causes"]}
    fates = Counter(db.session.scalars(select(Placement.fate)))
    assert (fates["moved"], fates["orphaned"]) == (2, 3)
    answered = db.session.scalars(select(Argument.contribution_id)).first() or 0
    assert [change.row_key for change in changes_for([answered])[answered]] == ["oeffnungszeiten-abs1"]


def test_a_real_dialogue_is_on_the_map_with_all_its_proposals_and_comments(planted: str, server_app: Flask) -> None:
    taken = select(Contribution.depth, func.count()).where(Contribution.intake_channel == "import")
    by_depth = {row[0]: row[1] for row in db.session.execute(taken.group_by(Contribution.depth))}
    assert (by_depth[0], sum(by_depth.values())) == (1_438, 1_438 + 1_418)
    page = server_app.test_client().get("/musterfurt/rad-dialog/ideas/vorschlaege/")
    assert page.status_code == 200
    assert "Übungsbezirk Mitte" in page.text
    about = server_app.test_client().get("/musterfurt/rad-dialog/").text
    assert "https://creativecommons.org/licenses/by/4.0/" in about
    reports = server_app.test_client().get("/musterfurt/maengelmelder/ideas/meldungen/")
    assert "Kanaldeckel klappert" in reports.text


STAFF_PAGES = ("", "worklist", "dashboard", "versions", "intake", "outputs", "assigned", "keywords", "answers")


def test_every_page_of_its_workspace_answers(planted: str, server_app: Flask) -> None:
    here = f"/{LOOP['tenant']}/{LOOP['procedure']}/-/manage/"
    references = db.session.scalars(select(Contribution.reference).where(Contribution.procedure_id == loop().id)).all()
    lead, office = (client_of(server_app, email) for email in ("leitung@uebung.example", "planung@uebung.example"))
    paths = [here + page for page in STAFF_PAGES] + [f"{here}cases/{reference}" for reference in references[:8]]
    assert {path: lead.get(path, follow_redirects=True).status_code for path in paths} == dict.fromkeys(paths, 200)
    given = office.get(here + "assigned")
    assert (given.status_code, "Ina mit Braillezeile" in given.text or "Sprachausgabe" in given.text) == (200, True)
    assert office.get(here + "worklist").status_code == 403


def test_planting_again_changes_nothing(planted: str, server_app: Flask) -> None:
    before = [count(table) for table in (Person, Contribution, Response, Assignment, Placement, Subscription)]
    again = server_app.test_cli_runner().invoke(args=["demo", "plant", "--if-empty"])
    assert (again.exit_code, "Planting" in again.output) == (0, False)
    assert [count(table) for table in (Person, Contribution, Response, Assignment, Placement, Subscription)] == before
