"""The pages of moderation: who may, what is shown, and what a decision does."""

import re

import pytest
from sqlalchemy import event, select

from participation.contributions.models import Contribution
from participation.contributions.threads import first_comments
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.moderation.models import BarrierReport, ModerationAct
from participation.moderation.reports import report_barrier, report_contribution

QUEUE = "/musterstadt/-/moderation"
SENTENCE = "Die Anschrift der Nachbarin gehört nicht hierher."


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)


@pytest.fixture
def tenant(world):
    return world.tenant("musterstadt", name="Musterstadt")


@pytest.fixture
def procedure(world, tenant):
    return world.procedure(tenant, slug="plan", title="Ein Plan")


@pytest.fixture
def contribution(world, procedure):
    made = world.contribution(procedure, source="Die Nachbarin wohnt im Hinterhaus.", place="here")
    with transaction():
        report_contribution(made.id, reason="personal_data", note="Steht im letzten Satz.")
    return made


@pytest.fixture
def moderator(world, client, tenant):
    person = world.staff(tenant, Role.MODERATOR)
    world.log_in(client, person, staff=True)
    return person


def decide(client, contribution, act, **fields):
    """Open the page and press a button, as a browser does."""
    url = f"{QUEUE}/{contribution.reference}"
    seen = {"state": "published", "version": "1", "list": "reported"}
    return client.post(f"{url}/{act}", data={"csrf_token": token(client.get(url)), **seen, **fields})


@pytest.mark.requirement("RA-3-15")
def test_the_queue_shows_what_was_reported_and_why(client, contribution, moderator):
    page = client.get(QUEUE)
    assert page.status_code == 200
    for words in ("Die Nachbarin wohnt im Hinterhaus.", "Ein Plan", "1 gemeldeter Beitrag", "1 Meldung"):
        assert words in page.text
    assert "Nichts wartet auf Prüfung" in client.get(f"{QUEUE}?list=waiting").text
    item = client.get(f"{QUEUE}/{contribution.reference}")
    for words in ("Steht im letzten Satz.", "Stelle here", "Beitrag ausblenden", "Meldungen erledigen"):
        assert words in item.text


def test_one_procedure_can_be_looked_at_with_its_own_numbers(world, client, tenant, contribution, moderator):
    other = world.procedure(tenant, slug="zweites")
    made = world.contribution(other, source="Aus dem zweiten.")
    with transaction():
        report_contribution(made.id, reason="insult")
    assert "2 gemeldete Beiträge" in client.get(QUEUE).text
    page = client.get(f"{QUEUE}?procedure=zweites").text
    assert "1 gemeldeter Beitrag" in page
    assert "Aus dem zweiten." in page
    assert "Hinterhaus" not in page


def test_nobody_but_moderators_gets_in(world, client, tenant, contribution):
    pages = (QUEUE, f"{QUEUE}/{contribution.reference}", "/musterstadt/-/barriers")
    assert {client.get(url).status_code for url in pages} == {302}
    assert client.post(f"{QUEUE}/{contribution.reference}/publish").status_code in (400, 401)
    other = world.tenant("anderswo")
    for person, told in (
        (world.person(), 403),
        (world.staff(tenant, Role.EDITOR), 403),
        (world.staff(other, Role.MODERATOR), 404),
    ):
        world.log_in(client, person)
        assert {client.get(url).status_code for url in pages} == {told}
    assert "Hinterhaus" not in client.get(pages[1]).text


def test_a_moderator_of_another_authority_changes_nothing(world, client, contribution):
    other = world.tenant("anderswo")
    world.log_in(client, world.staff(other, Role.MODERATOR))
    mine = client.get("/anderswo/-/moderation")
    fields = {"csrf_token": token(mine), "state": "published", "version": "1", "reason": "insult", "sentence": "x"}
    assert client.post(f"/anderswo/-/moderation/{contribution.reference}/hide", data=fields).status_code == 404
    assert client.post(f"{QUEUE}/{contribution.reference}/hide", data=fields).status_code == 404
    assert db.session.get(Contribution, contribution.id, populate_existing=True).state == "published"


def test_a_moderator_of_one_procedure_sees_only_that(world, client, tenant, procedure, contribution):
    other = world.procedure(tenant, slug="zweites", title="Zweites Verfahren")
    theirs = world.contribution(other, source="Nicht meine Sache.")
    world.log_in(client, world.staff(tenant, Role.MODERATOR, procedure))
    page = client.get(f"{QUEUE}?list=recent")
    assert "Hinterhaus" in page.text
    assert "Nicht meine Sache." not in page.text
    assert "Zweites Verfahren" not in page.text
    assert client.get(f"{QUEUE}/{theirs.reference}").status_code == 404
    assert client.get("/musterstadt/-/barriers").status_code == 403


@pytest.mark.requirement("RA-3-15")
def test_hiding_with_a_reason_takes_the_text_out_of_sight(world, client, procedure, contribution, moderator):
    answer = decide(client, contribution, "hide", reason="personal_data", sentence=SENTENCE)
    assert answer.location == f"{QUEUE}?list=reported&done=hidden"
    assert [item.html for item in first_comments(world.activity(procedure), None).items] == []
    assert "Keine offenen Meldungen" in client.get(QUEUE).text
    page = client.get(f"{QUEUE}/{contribution.reference}")
    assert SENTENCE in page.text
    assert moderator.display_name in page.text
    assert "Wieder veröffentlichen" in page.text


def test_a_hidden_text_with_answers_leaves_only_its_place(world, client, procedure, contribution, moderator):
    world.contribution(procedure, parent=db.session.get(Contribution, contribution.id), source="Eine Antwort.")
    decide(client, contribution, "hide", reason="personal_data", sentence=SENTENCE)
    found = first_comments(world.activity(procedure), None).items
    assert [item.is_gone for item in found] == [True]


def test_hiding_without_a_sentence_comes_back_with_the_choice(client, contribution, moderator):
    answer = decide(client, contribution, "hide", reason="rights", sentence=" ")
    assert answer.status_code == 422
    assert re.search(r'<input[^>]*checked[^>]*value="rights"', answer.text)
    answer = decide(client, contribution, "hide", sentence=SENTENCE)
    assert answer.status_code == 422
    assert SENTENCE in answer.text
    assert db.session.scalar(select(ModerationAct)) is None


def test_the_second_of_two_moderators_is_told_and_keeps_the_words(client, contribution, moderator):
    fields = {"reason": "personal_data", "sentence": SENTENCE}
    assert decide(client, contribution, "hide", **fields).status_code == 302
    answer = decide(client, contribution, "hide", **fields)
    assert answer.status_code == 409
    assert SENTENCE in answer.text


def test_restoring_and_closing_reports(world, client, procedure, contribution, moderator):
    assert decide(client, contribution, "close-reports").location.endswith("done=report-closed")
    assert decide(client, contribution, "close-reports").status_code == 409
    decide(client, contribution, "hide", reason="insult", sentence=SENTENCE)
    assert decide(client, contribution, "restore", state="hidden").location.endswith("done=restored")
    assert len(first_comments(world.activity(procedure), "here").items) == 1


def test_publishing_what_waits(world, client, tenant, moderator):
    procedure = world.procedure(tenant, moderation="always")
    waiting = world.contribution(procedure)
    assert waiting.reference in client.get(f"{QUEUE}?list=waiting").text
    assert decide(client, waiting, "publish", state="pending").location.endswith("done=published")
    assert db.session.get(Contribution, waiting.id, populate_existing=True).state == "published"


def test_a_decision_without_what_was_seen_is_a_conflict(client, contribution, moderator):
    for version in ("", "x", "2", "9" * 30):
        answer = decide(client, contribution, "hide", reason="insult", sentence=SENTENCE, version=version)
        assert answer.status_code == 409


def test_barriers_are_read_and_dealt_with(client, tenant, moderator):
    with transaction():
        number = report_barrier(tenant.id, note="Das Menü lässt sich nicht öffnen.").id
        report_barrier(None, note="Nur für den Betrieb.")
    page = client.get("/musterstadt/-/barriers")
    assert "Das Menü lässt sich nicht öffnen." in page.text
    assert "Nur für den Betrieb." not in page.text
    closed = client.post(f"/musterstadt/-/barriers/{number}/close", data={"csrf_token": token(page)})
    assert closed.status_code == 302
    assert db.session.get(BarrierReport, number, populate_existing=True).closed_at is not None


def test_barriers_of_the_central_portal_are_for_the_operator(world, client, moderator):
    with transaction():
        report_barrier(None, note="Nur für den Betrieb.")
    assert client.get("/-/barriers").status_code == 404
    world.log_in(client, world.person(operator=True))
    assert "Nur für den Betrieb." in client.get("/-/barriers").text


def test_the_pages_need_few_queries_however_full_they_are(world, client, procedure, moderator):
    for number in range(25):
        made = world.contribution(procedure, source=f"Beitrag {number}")
        with transaction():
            report_contribution(made.id, reason="insult")
    for url in (QUEUE, f"{QUEUE}?list=recent", f"{QUEUE}/{made.reference}", "/musterstadt/-/barriers"):
        assert count_queries(client, url) <= 13, url


def count_queries(client, url):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sum(1 for statement in statements if statement.startswith("SELECT"))
