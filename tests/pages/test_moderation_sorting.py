"""The pages that sort: doubles side by side, places, answered elsewhere, questions to authors, log, digest."""

import re
from datetime import timedelta

import pytest

from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.moderation.acts import UNDO

DESK = "/musterstadt/-/moderation"
SAME = "Die Radwege an der Hauptstraße sind viel zu schmal."
NEAR = "Die Radwege an der Hauptstraße sind leider viel zu schmal."


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)


@pytest.fixture
def tenant(world):
    return world.tenant("musterstadt", name="Musterstadt")


@pytest.fixture
def procedure(world, tenant):
    return world.procedure(tenant, slug="plan", title="Ein Plan")


@pytest.fixture
def moderator(world, client, tenant):
    person = world.staff(tenant, Role.MODERATOR)
    world.log_in(client, person, staff=True)
    return person


def fresh(contribution):
    return db.session.get(Contribution, contribution.id, populate_existing=True)


def press(client, url, **fields):
    """Open a page and send its form."""
    return client.post(url, data={"csrf_token": token(client.get(url)), **fields})


@pytest.mark.requirement("RA-4.1-08")
def test_repeated_texts_are_merged_from_the_page_beside_each_other(world, client, procedure, moderator, mails):
    author = world.person()
    first = world.contribution(procedure, source=SAME)
    double = world.contribution(procedure, author, source=SAME)
    near = world.contribution(procedure, source=NEAR)
    assert f"{DESK}/{first.reference}/similar" in client.get(f"{DESK}/repeated").text
    url = f"{DESK}/{first.reference}/similar"
    page = client.get(url)
    for words in ("1 Beitrag mit denselben Wörtern", "Wort für Wort gleich", "1 fast gleicher Text", "leider"):
        assert words in page.text
    chosen = [f"{entry.reference}:published:1" for entry in (double, near)]
    answer = client.post(f"{DESK}/{first.reference}/merge", data={"csrf_token": token(page), "chosen": chosen})
    assert answer.status_code == 302
    after = client.get(answer.location).text
    assert "2 Beiträge zusammengeführt" in after
    assert "2 Beiträge sind hier zusammengeführt" in after
    world.log_in(client, author)
    own = client.get(f"/musterstadt/plan/-/contributions/{double.reference}").text
    assert f"Zusammengeführt mit „{SAME}“" in own
    assert f"/contributions/{first.reference}" in own
    assert "Ein anderer Beitrag sagt dasselbe" in client.get("/musterstadt/-/participation").text


@pytest.mark.requirement("RA-4.1-08")
def test_all_with_the_same_words_go_in_one_press_and_a_missing_choice_is_said(world, client, procedure, moderator):
    first, *others = [world.contribution(procedure, source=SAME) for _ in range(4)]
    url = f"{DESK}/{first.reference}"
    page = client.get(f"{url}/similar")
    assert client.post(f"{url}/merge", data={"csrf_token": token(page)}).status_code == 422
    assert client.post(f"{url}/merge", data={"csrf_token": token(page), "all": "same"}).status_code == 302
    assert {fresh(entry).state for entry in others} == {"merged"}
    item = f"{DESK}/{others[0].reference}"
    page = client.get(item)
    assert "Trennen" in page.text
    split = {"csrf_token": token(page), "state": "merged", "version": "1"}
    assert client.post(f"{item}/split", data=split).status_code == 302
    assert fresh(others[0]).state == "published"


def test_the_author_of_a_merged_one_is_told_after_ten_minutes(world, client, procedure, moderator, mails, at):
    author = world.person()
    first, double = world.contribution(procedure, source=SAME), world.contribution(procedure, author, source=SAME)
    page = client.get(f"{DESK}/{first.reference}/similar")
    client.post(f"{DESK}/{first.reference}/merge", data={"csrf_token": token(page), "all": "same"})
    told = [mail for mail in mails() if "zusammengeführt" in mail["Subject"]]
    assert told == []
    with at(now() + UNDO + timedelta(minutes=1)):
        told = [mail for mail in mails() if "zusammengeführt" in mail["Subject"]]
    assert [mail["To"] for mail in told] == [author.email]
    assert SAME in told[0].get_body(("plain",)).get_content()
    assert double.reference in told[0]["Subject"]


@pytest.mark.requirement("RA-4.1-10")
def test_a_comment_is_moved_to_the_section_it_speaks_of_and_back(world, client, tenant, moderator):
    law = "# Gesetz\n\n## § 1 Zweck\n\n(1) Dies ist der Zweck.\n\n## § 5 Radwege\n\n(1) Radwege sind breit.\n".encode()
    procedure = world.procedure(tenant, slug="gesetz", module="text")
    activity = world.activity(procedure)
    with transaction():
        world.app.extensions["registry"].get("text").imports[0].run(activity, law, "gesetz.md")
    comment = world.contribution(procedure, source="Zu den Radwegen.", place="p1-abs1")
    reply = world.contribution(procedure, source="Genau.", parent=comment)
    url = f"{DESK}/{comment.reference}/move"
    page = client.get(f"{url}?q=§ 5")
    assert "Radwege sind breit." in page.text
    assert "Dies ist der Zweck." not in page.text
    fields = {"csrf_token": token(page), "state": "published", "version": "1", "place": "p5-abs1"}
    answer = client.post(f"{url}?q=§ 5", data=fields)
    assert "done=moved" in answer.location
    assert {fresh(comment).place, fresh(reply).place} == {"p5-abs1"}
    after = client.get(answer.location)
    assert "1 Beitrag verschoben" in after.text
    undo = re.search(r'action="([^"]+/undo)"', after.text).group(1)
    assert client.post(undo, data={"csrf_token": token(after)}).status_code == 302
    assert {fresh(comment).place, fresh(reply).place} == {"p1-abs1"}


@pytest.mark.requirement("RA-4.1-08")
def test_marked_as_answered_is_public_and_can_be_taken_off(world, client, procedure, moderator):
    asked, said = world.contribution(procedure, source="Wann beginnt der Bau?"), world.contribution(procedure)
    item, public = f"{DESK}/{asked.reference}", f"/musterstadt/plan/-/contributions/{asked.reference}"
    seen = {"state": "published", "version": "1", "sentence": "Der Bau beginnt im Mai."}
    for wrong in ("AB3DE-7XK2M", "javascript:alert(1)", "//anderswo.example", "http://ohne.example"):
        assert press(client, f"{item}/answered", where=wrong, **seen).status_code == 422
    assert press(client, f"{item}/answered", where=said.reference.lower(), **seen).status_code == 302
    assert "Beantwortet: Der Bau beginnt im Mai." in client.get(public).text
    page = client.get(item)
    taken = {"csrf_token": token(page), "state": "published", "version": "1"}
    assert client.post(f"{item}/answered/remove", data=taken).status_code == 302
    assert "Beantwortet:" not in client.get(public).text


@pytest.mark.requirement("RA-3-30")
def test_a_question_reaches_the_author_by_mail_and_its_answer_stays_in_the_office(
    world, client, procedure, moderator, mails
):
    author = world.person()
    mine = world.contribution(procedure, author, source="Dort ist es gefährlich.")
    assert press(client, f"{DESK}/{mine.reference}/ask", question="Wo genau ist „dort“?").status_code == 302
    mail = next(mail for mail in mails() if mail["Subject"].startswith("Rückfrage"))
    assert mail["To"] == author.email
    link = re.search(r"http://\S+/-/inquiries/\S+", mail.get_body(("plain",)).get_content()).group()
    path = "/" + link.split("/", 3)[3]
    world.log_in(client, author)
    assert "Wo genau ist „dort“?" in client.get("/musterstadt/-/participation").text
    client.delete_cookie(world.app.config["SESSION_COOKIE_NAME"])
    assert press(client, path, answer="An der Ecke Parkweg.").status_code == 302
    assert "An der Ecke Parkweg." not in client.get(path).text
    public = client.get(f"/musterstadt/plan/-/contributions/{mine.reference}").text
    assert "Parkweg" not in public
    assert "Wo genau" not in public
    world.log_in(client, moderator, staff=True)
    assert "An der Ecke Parkweg." in client.get(f"{DESK}/{mine.reference}/ask").text
    assert "Beantwortet, wartet auf Sie" in client.get(f"{DESK}/inquiries").text
    assert [mail["To"] for mail in mails() if "beantwortet" in mail["Subject"]] == [moderator.email]
