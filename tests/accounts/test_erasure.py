"""Deleting the account: nothing of the person is left, in no table, with and without the module's folder."""

from datetime import timedelta

import pytest
from sqlalchemy import MetaData, func, inspect, select, text, update

from participation.accounts.models import Organisation, Person, Token
from participation.contributions.counters import recount
from participation.contributions.leaving import leave
from participation.contributions.models import Contribution, ContributionVersion, RatingRow
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import INSTALLATION
from participation.kernel.retention import PersonalData
from participation.kernel.seal import seal_events, verify
from participation.moderation.models import Report
from participation.procedures.models import Participant, Phase

MARK = "zqxmarke"  # stands in everything that the person of `lived_in` gave


def rows_with(mark: str) -> list[str]:
    """Every cell of the database that holds the mark, as table.column."""
    metadata = MetaData()
    names = [name for name in inspect(db.engine).get_table_names() if not name.startswith("fts_")]
    metadata.reflect(db.engine, only=names)
    found = []
    for table in metadata.sorted_tables:
        for row in db.session.execute(select(table)).mappings():
            found += [f"{table.name}.{column}" for column, value in row.items() if mark in str(value)]
    return found


@pytest.mark.requirement("RA-3-06")
@pytest.mark.parametrize("withdraw_all", [False, True])
def test_after_erasure_no_table_holds_anything_of_the_person(lived_in, withdraw_all):
    person, _, _ = lived_in
    assert len(set(rows_with(MARK))) >= 8
    person_id = person.id
    with transaction():
        leave(person, withdraw_all=withdraw_all)
    assert rows_with(MARK) == []
    assert db.session.get(Person, person_id) is None
    named = select(func.count(Organisation.id)).where(Organisation.verified_at.is_(None))
    assert db.session.scalar(named) == 0
    assert db.session.scalar(select(func.count()).select_from(Token)) == 0


@pytest.mark.requirement("RA-5.1.7-02")
def test_contributions_stay_under_a_fresh_name_in_each_procedure(lived_in):
    person, one, two = lived_in
    with transaction():
        leave(person, withdraw_all=False)
    query = select(Participant.pseudonym).join(Contribution, Contribution.participant_id == Participant.id)
    names = {
        procedure.id: set(
            db.session.scalars(query.where(Contribution.procedure_id == procedure.id, Participant.person_id.is_(None)))
        )
        for procedure in (one, two)
    }
    assert all(len(found) == 1 for found in names.values())
    assert names[one.id] != names[two.id]
    assert all(name.startswith("Teilnehmende ") for found in names.values() for name in found)
    assert set(db.session.scalars(select(Contribution.state))) == {"published"}


def test_contributions_are_withdrawn_on_request(lived_in):
    person, _, _ = lived_in
    with transaction():
        leave(person, withdraw_all=True)
    states = db.session.execute(select(Contribution.source, Contribution.state)).all()
    assert set(states) == {("Von jemand anderem.", "published"), ("", "withdrawn")}


def test_after_withdrawing_everything_the_counters_are_right(lived_in):
    person, _, _ = lived_in
    with transaction():
        recount()  # the rating of the fixture was written past its counter
    with transaction():
        leave(person, withdraw_all=True)
    with transaction():
        assert recount() == 0


def test_removed_texts_are_gone_but_their_checksums_prove_nothing_any_more(lived_in):
    person, _, _ = lived_in
    hashes = set(db.session.scalars(select(ContributionVersion.text_hash)))
    with transaction():
        leave(person, withdraw_all=True)
    rows = db.session.execute(select(ContributionVersion.source, ContributionVersion.salt)).all()
    assert [bool(salt) for source, salt in rows if not source] == [False] * 3
    assert set(db.session.scalars(select(ContributionVersion.text_hash))) == hashes
    assert {source for source, _ in rows} == {"", "Von jemand anderem."}


def test_the_file_of_a_formal_procedure_keeps_text_and_checksum(lived_in):
    person, _, _ = lived_in
    with transaction():
        db.session.execute(update(Phase).values(statutory=True))
    before = db.session.execute(select(ContributionVersion.salt, ContributionVersion.text_hash)).all()
    with transaction():
        leave(person, withdraw_all=True)
    assert db.session.execute(select(ContributionVersion.salt, ContributionVersion.text_hash)).all() == before


@pytest.mark.parametrize(("days", "left"), [(0, 0), (60, 1)], ids=["while rating goes on", "when it is over"])
def test_ratings_of_somebody_who_left_count_only_where_nobody_can_rate_again(lived_in, at, days, left):
    person, _, _ = lived_in
    with at(now() + timedelta(days=days)), transaction():
        leave(person, withdraw_all=False)
    assert db.session.scalar(select(func.count()).select_from(RatingRow)) == left


def test_nothing_of_anybody_else_is_touched(world, lived_in):
    person, one, _ = lived_in
    bystander = world.person(name="Unbeteiligt")
    written = world.contribution(one, bystander, "Bleibt.")
    reporter = Report(
        tenant_id=one.tenant_id, contribution_id=1, reason="insult", email="andere@uebung.example", at=now()
    )
    mine = select(Contribution.id).join(Participant, Participant.id == Contribution.participant_id)
    with transaction():
        reporter.contribution_id = db.session.scalars(mine.where(Participant.person_id == person.id)).first()
        db.session.add(reporter)
    with transaction():
        leave(person, withdraw_all=True)
    db.session.expire_all()
    assert reporter.email == "andere@uebung.example"
    assert (bystander.display_name, written.state) == ("Unbeteiligt", "published")


def test_what_a_moderator_did_stays_without_the_moderator(world, lived_in):
    from participation.moderation.models import ModerationAct

    person, one, _ = lived_in
    other = db.session.scalars(select(Contribution).where(Contribution.source == "Von jemand anderem.")).one()
    with transaction():
        row = {"tenant_id": one.tenant_id, "contribution_id": other.id, "act": "hide", "at": now()}
        db.session.add(ModerationAct(**row, actor_id=person.id))
    with transaction():
        leave(person, withdraw_all=False)
    assert set(db.session.execute(select(ModerationAct.act, ModerationAct.actor_id)).all()) == {("hide", None)}


def test_the_sealed_log_stays_right(lived_in):
    person, one, _ = lived_in
    seal_events()
    with transaction():
        leave(person, withdraw_all=False)
    seal_events()
    assert verify(one.tenant_id).broken_at is None
    assert verify(INSTALLATION).broken_at is None


@pytest.fixture
def removed_module(app):
    """Tables of a module whose folder is gone: one beside the contribution, one that hangs on it."""
    big = "BIGINT" if db.engine.dialect.name == "postgresql" else "INTEGER"
    statements = [
        f"CREATE TABLE gone__idea (id {big} PRIMARY KEY, tenant_id {big} NOT NULL, wish TEXT NOT NULL, "
        "FOREIGN KEY (tenant_id, id) REFERENCES contribution (tenant_id, id) ON DELETE CASCADE)",
        f"CREATE TABLE gone__photo (id {big} PRIMARY KEY, idea_id {big} NOT NULL REFERENCES gone__idea (id), "
        "caption TEXT)",
        f"CREATE TABLE gone__visit (id {big} PRIMARY KEY, person_id {big} NOT NULL REFERENCES person (id), note TEXT)",
    ]
    rules = [("gone__idea", "wish", "clear"), ("gone__photo", "caption", "clear"), ("gone__visit", "note", "delete")]
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    with transaction():
        for table, column, act in rules:
            on = {"purpose": "Probe", "legal_basis": "", "period": ""}
            db.session.add(PersonalData(table_name=table, column_name=column, on_erase=act, in_export=True, **on))
    yield
    db.session.rollback()
    with db.engine.begin() as connection:
        for name in ("gone__visit", "gone__photo", "gone__idea"):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("DELETE FROM personal_data WHERE table_name LIKE 'gone%'"))


def test_tables_of_a_module_that_is_gone_are_erased_too(removed_module, lived_in):
    person, one, _ = lived_in
    mine = select(Contribution.id).join(Participant, Participant.id == Contribution.participant_id)
    number = db.session.scalars(mine.where(Participant.person_id == person.id)).first()
    with transaction():
        values = {"id": number, "tenant": one.tenant_id, "mark": MARK, "person": person.id}
        db.session.execute(text("INSERT INTO gone__idea VALUES (:id, :tenant, :mark)"), values)
        db.session.execute(text("INSERT INTO gone__photo VALUES (1, :id, :mark)"), values)
        db.session.execute(text("INSERT INTO gone__visit VALUES (1, :person, :mark)"), values)
    with transaction():
        leave(person, withdraw_all=False)
    assert rows_with(MARK) == []
    assert db.session.execute(text("SELECT wish FROM gone__idea")).all() == [("",)]
    assert db.session.execute(text("SELECT caption FROM gone__photo")).all() == [(None,)]
    assert db.session.execute(text("SELECT count(*) FROM gone__visit")).scalar() == 0


def test_whoever_has_a_password_is_asked_for_it(world, client, post):
    person = world.person()
    person_id = person.id
    world.log_in(client, person)
    assert post(client, "/-/delete-account", contributions="keep", old="falsch-falsch").status_code == 422
    assert post(client, "/-/delete-account", old=world.password).status_code == 422
    assert db.session.get(Person, person_id) is not None
    answer = post(client, "/-/delete-account", contributions="keep", old=world.password)
    assert answer.location == "/?done=account-deleted"
    db.session.expire_all()
    assert db.session.get(Person, person_id) is None
    assert client.get("/-/settings").status_code == 302


def test_whoever_has_no_password_gets_a_link(world, client, post, letters):
    person = world.person(account=False)
    person_id = person.id
    world.log_in(client, person)
    assert post(client, "/-/delete-account", contributions="withdraw").location == "/-/mail-sent"
    [(_, subject, link)] = letters()
    assert subject == "Konto löschen"
    client.get(link)
    db.session.expire_all()
    assert db.session.get(Person, person_id) is not None
    assert post(client, link).location == "/?done=account-deleted"
    db.session.expire_all()
    assert db.session.get(Person, person_id) is None


def test_roles_go_with_the_account(world, client):
    from participation.access.team import team_of

    tenant = world.tenant()
    staff = world.staff(tenant, Role.MANAGER)
    with transaction():
        leave(staff, withdraw_all=False)
    assert team_of(tenant.id) == []
