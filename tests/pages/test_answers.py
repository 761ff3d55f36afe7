"""The pages of the case workers."""

import pytest
from sqlalchemy import select

from participation.accounts.models import Person
from participation.evaluation import queries, services
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.testing.queries import count_queries


@pytest.fixture
def desk(world, client):
    procedure = world.procedure()
    contributions = [world.contribution(procedure, source=f"Vorschlag {number}") for number in range(3)]
    writer = world.staff(procedure.tenant, Role.CASE_WORKER)
    world.log_in(client, writer, staff=True)
    return procedure, contributions, writer


def at(procedure, path=""):
    return f"/{procedure.tenant.slug}/{procedure.slug}/-/manage/answers{path}"


def send(client, url, **values):
    page = client.get(url.replace("/publish", "/waiting")).get_data(as_text=True)
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    return client.post(url, data={"csrf_token": token, **values})


@pytest.mark.requirement("RA-3-22", "RA-4.4-02")
def test_several_contributions_get_one_answer_and_a_second_person_publishes_it(desk, client, world):
    procedure, contributions, _writer = desk
    chosen = [entry.reference for entry in contributions[:2]]
    url = at(procedure, "/new?" + "&".join(f"reference={entry}" for entry in chosen))
    assert "Vorschlag 1" in client.get(url).get_data(as_text=True)
    answer = send(client, url, reference=chosen, decision="partly_followed", source="Zum Teil.")
    assert answer.status_code == 302
    waiting = queries.waiting(world.again(procedure))
    assert [row.contributions for row in waiting] == [2]
    refused = send(client, at(procedure, "/publish"), response=f"{waiting[0].id}:1")
    assert refused.status_code == 403
    assert "zweite Person" in refused.get_data(as_text=True)
    world.log_in(client, world.staff(procedure.tenant, Role.MANAGER), staff=True)
    assert send(client, at(procedure, "/publish"), response=f"{waiting[0].id}:1").status_code == 302
    client.delete_cookie("s")
    page = client.get(f"/{procedure.tenant.slug}/{procedure.slug}/-/contributions/{chosen[0]}").get_data(as_text=True)
    assert "Antwort der Verwaltung" in page
    assert "Wird teilweise übernommen" in page
    assert "Zum Teil." in page


def test_an_answer_without_a_reason_is_shown_again_with_what_was_chosen(desk, client):
    procedure, contributions, _writer = desk
    url = at(procedure, f"/new?reference={contributions[0].reference}")
    answer = send(client, url, reference=contributions[0].reference, decision="noted", source="")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Bitte begründen Sie die Entscheidung." in page
    assert "checked" in page


def test_of_two_who_change_an_answer_the_second_sees_both_texts(desk, client, world):
    procedure, contributions, writer = desk
    with transaction():
        response = services.answer(procedure, contributions, decision="noted", source="Alt.", actor_id=writer.id)
    with transaction():
        services.change(response, decision="followed", source="Von jemand anderem.", number=1, actor_id=writer.id)
    answer = send(client, at(procedure, f"/{response.id}"), decision="elsewhere", source="Mein Text.", number="1")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Von jemand anderem." in page
    assert "Mein Text." in page
    assert services.version_of(response, 2).source == "Von jemand anderem."


def test_nobody_without_the_role_answers(desk, client, world):
    procedure, _contributions, _writer = desk
    world.log_in(client, world.staff(procedure.tenant, Role.MODERATOR), staff=True)
    assert client.get(at(procedure)).status_code == 403
    client.delete_cookie("s")
    assert client.get(at(procedure)).status_code == 302


def test_the_list_stays_within_its_budget(desk, client, world):
    procedure, _contributions, _writer = desk
    client.get(at(procedure, "/waiting"))
    with count_queries() as sent:
        assert client.get(at(procedure, "/waiting")).status_code == 200
    assert len(sent) <= 10


def test_from_the_command_line_with_the_same_rules(desk, world, runner):
    procedure, contributions, writer = desk
    where = ["--tenant", procedure.tenant.slug, "--procedure", procedure.slug]
    reference = contributions[0].reference
    words = ["--decision", "followed", "--text", "Gern.", "--as", writer.email]
    written = runner.invoke(args=["answer", "write", reference, *where, *words])
    assert written.exit_code == 0, written.output
    number = str(queries.waiting(world.again(procedure))[0].id)
    own = runner.invoke(args=["answer", "publish", number, *where, "--as", writer.email])
    assert own.exit_code == 1
    assert "erson" in own.output
    other = world.staff(procedure.tenant, Role.MANAGER).email
    assert runner.invoke(args=["answer", "publish", number, *where, "--as", other]).exit_code == 0
    listed = runner.invoke(args=["answer", "list", *where, "--show", "answered"]).output
    assert reference in listed
    assert db.session.scalar(select(Person.id).where(Person.email == other))


def test_whoever_was_slower_keeps_what_was_typed(desk, client, world):
    procedure, contributions, _writer = desk
    url = at(procedure, f"/new?reference={contributions[0].reference}")
    page = client.get(url).get_data(as_text=True)
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    faster = world.staff(procedure.tenant, Role.CASE_WORKER)
    with transaction():
        services.answer(
            world.again(procedure), [world.again(contributions[0])], decision="noted", source="Ja.", actor_id=faster.id
        )
    typed = {"reference": contributions[0].reference, "decision": "followed", "source": "Eine lange Begründung."}
    answer = client.post(url, data={"csrf_token": token, **typed})
    assert answer.status_code == 409
    assert "Eine lange Begründung." in answer.text
    assert "hat inzwischen eine Antwort" in answer.text
