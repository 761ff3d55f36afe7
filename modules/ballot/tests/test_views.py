"""The pages: what stands before the first question, choosing, checking, casting, and every clear no."""

from datetime import timedelta

import html5lib
import pytest
from sqlalchemy import func, select

from modules.ballot.tests.conftest import CHOICES, make_vote
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.procedures.advancing import advance
from participation.procedures.lifecycle import MANAGERS
from participation.procedures.models import Participant


def page(answer):
    """The main part of a page."""
    return html5lib.parse(answer.get_data(as_text=True), namespaceHTMLElements=False).find(".//main")


def words_of(element):
    return " ".join(" ".join(element.itertext()).split())


def said(answer):
    return words_of(page(answer))


def field(answer, name):
    return page(answer).find(f".//input[@name='{name}']").get("value")


def token(answer):
    return field(answer, "csrf_token")


def chosen(answer):
    return {(box.get("name"), box.get("value")) for box in page(answer).iter("input") if box.get("checked") is not None}


@pytest.fixture
def voter(world, vote, client):
    person = world.person()
    world.log_in(client, person)
    return person


@pytest.fixture
def press(client, root):
    """`press(vote, CHOICES)`: choose, check, press the last button; the answers of the three pages."""

    def do(vote, choices=CHOICES):
        checked = client.post(f"{root(vote)}/review", data=choices)
        return client.post(f"{root(vote)}/cast", data=choices | {"csrf_token": token(checked)})

    return do


@pytest.mark.requirement("LP-12")
def test_before_the_first_question_the_page_says_who_until_when_to_what_effect_and_how_secret(client, vote, root):
    answer = client.get(f"{root(vote)}/")
    before = said(answer).partition("Frage 1 von 3")[0]
    for words in (
        "Noch nicht abgegeben",
        "Öffentlichkeit, mit Konto. Jede Person hat eine Stimme.",
        "bis einschließlich",
        "Empfehlung an den Rat der Stadt",
        "Mit Ihrem Konto verknüpft",
        "Ihre Auswahl wird zusammen mit Ihrem Konto gespeichert. Andere Teilnehmende sehen sie nicht. "
        "Bis zum Ende können Sie sie ändern. Wer die Technik betreibt, könnte sie einsehen.",
        "Eine Person könnte mit mehreren E-Mail-Adressen mehrfach teilnehmen.",
        "Bis zum Ende zeigt das Portal niemandem einen Zwischenstand, auch der Behörde nicht.",
    ):
        assert words in before
    assert "Set-Cookie" not in answer.headers


def test_a_commitment_is_shown_with_its_day_and_its_link(world, client, root):
    settings = {"effect": "commitment", "body": "Der Rat", "decided_on": "2026-09-17", "link": "https://rat.example/84"}
    answer = client.get(f"{root(make_vote(world, settings=settings))}/")
    assert "Der Rat hat zugesagt, dem Ergebnis zu folgen, Beschluss vom 17. September 2026." in said(answer)
    assert page(answer).find(".//a[@href='https://rat.example/84']") is not None


@pytest.mark.requirement("RA-3-05")
def test_a_resident_chooses_checks_and_casts_and_the_receipt_says_that_and_not_how(
    voter, client, vote, root, press, urn
):
    checked = client.post(f"{root(vote)}/review", data=CHOICES)
    assert "Noch nicht abgegeben" in said(checked)
    assert "Pflaster" in said(checked)
    assert urn() == [], "checking casts nothing"
    answer = press(vote)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{root(vote)}/receipt")
    receipt = client.get(f"{root(vote)}/receipt")
    assert words_of(page(receipt).find(".//h1")) == "Ihre Stimme ist abgegeben"
    assert "Sie zeigt nicht, wie Sie abgestimmt haben." in said(receipt)
    for option in ("Pflaster", "Spielplatz", "Trinkbrunnen"):
        assert option not in said(receipt)
    assert urn() == [CHOICES]


def test_the_choice_can_be_changed_until_the_end(voter, client, vote, root, press, urn):
    press(vote)
    index = client.get(f"{root(vote)}/")
    assert "Ihre Stimme ist abgegeben" in said(index)
    assert page(index).find(".//form") is None, "the form opens by a link, so that nobody reads over a shoulder"
    change = client.get(f"{root(vote)}/change")
    assert chosen(change) == {(key, value) for key, values in CHOICES.items() for value in values}
    assert "Änderung noch nicht abgegeben" in said(change)
    press(vote, {"q1": ["no"]})
    assert urn() == [{"q1": ["no"]}]
    assert "Zuletzt geändert am" in said(client.get(f"{root(vote)}/receipt"))


def test_questions_may_be_left_out_and_the_check_says_so(voter, client, vote, root):
    checked = client.post(f"{root(vote)}/review", data={"q1": "yes", "q2": ""})
    assert said(checked).count("Ausgelassen.") == 2


FOREIGN = {
    "a strange option": ({"q2": "o9"}, "Diese Auswahl passt nicht zu den Fragen."),
    "a strange question": (CHOICES | {"q9": "yes"}, "Diese Auswahl passt nicht zu den Fragen."),
    "too many": ({"q3": ["o1", "o2", "o3"]}, "Hier können Sie höchstens 2 Möglichkeiten wählen. Sie haben 3 gewählt."),
    "two of one": ({"q1": ["yes", "no"]}, "Hier können Sie nur 1 Möglichkeit wählen. Sie haben 2 gewählt."),
    "nothing": ({}, "Sie haben noch nichts gewählt."),
    "odd bytes": ({"q1": "\x01\ud7ff"}, "Diese Auswahl passt nicht zu den Fragen."),
}


@pytest.mark.parametrize("where", ["review", "cast"])
@pytest.mark.parametrize(("data", "words"), FOREIGN.values(), ids=FOREIGN)
def test_choices_that_do_not_fit_get_a_sentence_and_nothing_is_lost(voter, client, vote, root, urn, where, data, words):
    csrf = token(client.post(f"{root(vote)}/review", data=CHOICES))
    answer = client.post(f"{root(vote)}/{where}", data=data | {"csrf_token": csrf})
    assert answer.status_code == 422
    assert words in said(answer)
    if "q3" in data:
        known = {(key, value) for key in CHOICES for value in data.get(key, ())}
        assert known <= chosen(answer)
    assert urn() == []


def test_after_the_end_the_choice_is_shown_and_was_not_taken(world, client, root, urn, at):
    vote = make_vote(world, lasts=timedelta(days=5, hours=1))
    world.log_in(client, world.person())
    csrf = token(client.post(f"{root(vote)}/review", data=CHOICES))
    with at(now() + timedelta(hours=1)):
        answer = client.post(f"{root(vote)}/cast", data=CHOICES | {"csrf_token": csrf})
        assert answer.status_code == 409
        assert "Ihre Auswahl wurde nicht mehr abgegeben." in said(answer)
        assert "Pflaster" in said(answer)
        assert "Die Abstimmung ist zu Ende" in said(client.get(f"{root(vote)}/"))
    assert urn() == []
    assert db.session.scalar(select(func.count(Participant.id))) == 0


def test_before_the_begin_questions_can_be_read_and_the_page_says_from_when(client, coming, root):
    answer = client.get(f"{root(coming)}/")
    assert "Abstimmen können Sie ab" in said(answer)
    assert "Welcher Belag soll auf die Hauptwege?" in said(answer)
    assert page(answer).find(".//form") is None


def test_while_paused_the_page_says_why_and_the_ballot_stays(world, voter, client, vote, root, press, urn):
    press(vote)
    with transaction():
        advance(world.again(vote), "pause", actor_id=voter.id, roles=MANAGERS, reason="Ein Fehler in Frage 1.")
    assert "Ihre Stimme ist abgegeben" in said(client.get(f"{root(vote)}/"))
    answer = client.post(f"{root(vote)}/review", data={"q1": "no"})
    assert answer.status_code == 409
    assert "Ein Fehler in Frage 1" in said(answer)
    assert urn() == [CHOICES]


def test_a_cancelled_vote_says_that_nothing_is_counted(world, voter, client, vote, root, press):
    press(vote)
    with transaction():
        advance(world.again(vote), "cancel", actor_id=voter.id, roles=MANAGERS, reason="Rechtsfehler.")
    assert "Die Stimmen werden nicht ausgezählt." in said(client.get(f"{root(vote)}/"))


def test_after_the_end_the_page_says_when_the_result_comes(world, client, root, at):
    vote = make_vote(world, answers_by=(now() + timedelta(days=90)).date())
    with at(now() + timedelta(days=60)):
        assert "Das Ergebnis kommt voraussichtlich bis" in said(client.get(f"{root(vote)}/"))


def test_a_visitor_logs_in_without_losing_the_choice(world, client, vote, root, urn):
    checked = client.post(f"{root(vote)}/review", data=CHOICES)
    assert "Zum Abgeben melden Sie sich an." in said(checked)
    link = next(a.get("href") for a in page(checked).iter("a") if "Anmelden und abgeben" in words_of(a))
    assert not any(value in link for values in CHOICES.values() for value in values), "never in an address"
    assert chosen(client.get(f"{root(vote)}/")) == {(key, value) for key in CHOICES for value in CHOICES[key]}
    world.log_in(client, world.person())
    back = client.get(f"{root(vote)}/review")
    assert "Pflaster" in said(back)
    client.post(f"{root(vote)}/cast", data=CHOICES | {"csrf_token": token(back)})
    assert urn() == [CHOICES]
    assert client.get_cookie("c") is None, "once cast, the browser forgets it"


def test_what_somebody_chose_logged_in_is_not_shown_to_the_next_at_this_browser(world, voter, client, vote, root):
    client.post(f"{root(vote)}/review", data=CHOICES)
    world.log_in(client, world.person())
    assert chosen(client.get(f"{root(vote)}/")) == set()
    assert client.get(f"{root(vote)}/review").status_code == 302


def test_choices_are_never_taken_from_an_address(voter, client, vote, root):
    assert chosen(client.get(f"{root(vote)}/?q1=yes&q2=o1")) == set()
    assert client.get(f"{root(vote)}/review?q1=yes").status_code == 302
    assert client.get(f"{root(vote)}/cast?q1=yes").status_code == 405


def test_a_forged_or_broken_cookie_counts_as_none(client, vote, root):
    for value in ("x", "e30.x.y", "a" * 3_000):
        client.set_cookie("c", value)
        assert chosen(client.get(f"{root(vote)}/")) == set()


def test_casting_without_a_log_in_or_a_token_casts_nothing(client, vote, root, urn, world):
    assert client.post(f"{root(vote)}/cast", data=CHOICES).status_code in (400, 401)
    world.log_in(client, world.person())
    assert client.post(f"{root(vote)}/cast", data=CHOICES).status_code in (400, 401)
    assert urn() == []


def test_somebody_with_an_address_only_is_told_that_an_account_is_needed(world, client, vote, root, urn):
    world.log_in(client, world.person(account=False))
    answer = client.post(f"{root(vote)}/review", data=CHOICES)
    assert "brauchen Sie ein Konto mit Passwort" in said(answer)
    assert not [a for a in page(answer).iter("a") if "Anmelden und abgeben" in words_of(a)], "that would lead in a ring"
    assert urn() == []


def test_very_many_changes_are_slowed_down(voter, client, vote, root, press, urn, monkeypatch):
    monkeypatch.setattr("modules.ballot.views.OFTEN", 1)
    press(vote)
    answer = press(vote, {"q1": ["no"]})
    assert answer.status_code == 429
    assert urn() == [CHOICES]


@pytest.mark.requirement("RA-3-02")
def test_staff_write_the_questions_in_the_browser(world, client, coming, root):
    world.log_in(client, world.staff(coming.tenant, Role.EDITOR), staff=True)
    setup = client.get(f"{root(coming)}/setup")
    data = {"csrf_token": token(setup), "title": "Neue Frage?", "kind": "single", "text": ""}
    rows = {"options-0-title": "Kies", "options-1-title": "Sand", "options-2-title": ""}
    more = client.post(f"{root(coming)}/setup", data=data | rows | {"do": "more"})
    assert more.status_code == 200
    assert (
        len(
            [
                name
                for name in more.get_data(as_text=True).split()
                if name.startswith('id="options-') and name.endswith('-title"')
            ]
        )
        == 6
    )
    bad = client.post(f"{root(coming)}/setup", data=data | {"options-0-title": "Kies"})
    assert bad.status_code == 422
    assert "2 bis 30 verschiedene Möglichkeiten" in said(bad)
    assert field(bad, "title") == "Neue Frage?"
    saved = client.post(f"{root(coming)}/setup", data=data | rows, follow_redirects=True)
    assert "Ihre Änderungen sind gespeichert." in said(saved)
    assert "Neue Frage?" in said(saved)
    edited = client.get(f"{root(coming)}/setup?question=q4")
    assert field(edited, "options-1-title") == "Sand"
    client.post(f"{root(coming)}/setup/q4/remove", data={"csrf_token": token(setup)})
    assert "Neue Frage?" not in said(client.get(f"{root(coming)}/setup"))
    assert client.get(f"{root(coming)}/setup?question=q4").status_code == 404


def change(client, address, **values):
    """Open a question, let `between` happen, and send what was typed with what the page holds."""
    between = values.pop("between", lambda: None)
    form = client.get(address)
    held = {name: field(form, name) for name in ("csrf_token", "seen")}
    between()
    return client.post(address, data=held | {"kind": "yes_no_abstain", "text": ""} | values)


def test_of_two_who_change_a_question_the_second_sees_both_and_nothing_is_overwritten(world, client, coming, root):
    world.log_in(client, world.staff(coming.tenant, Role.EDITOR), staff=True)
    address = f"{root(coming)}/setup?question=q1"

    def faster():
        change(client, address, title="Die Fassung von nebenan?")

    late = change(client, address, title="Meine Fassung?", between=faster)
    assert late.status_code == 409
    assert "Jemand anderes hat diese Frage inzwischen geändert" in said(late)
    assert "Die Fassung von nebenan?" in said(late)
    assert field(late, "title") == "Meine Fassung?"
    assert "Meine Fassung?" not in said(client.get(f"{root(coming)}/setup"))
    held = {name: field(late, name) for name in ("csrf_token", "seen", "title")}
    meant = client.post(address, data=held | {"kind": "yes_no_abstain"}, follow_redirects=True)
    assert "Meine Fassung?" in said(meant)
    assert "Die Fassung von nebenan?" not in said(meant)


def test_a_question_that_somebody_took_out_comes_back_only_when_it_is_meant(world, client, coming, root):
    world.log_in(client, world.staff(coming.tenant, Role.EDITOR), staff=True)
    address = f"{root(coming)}/setup?question=q1"
    csrf = token(client.get(address))

    def faster():
        client.post(f"{root(coming)}/setup/q1/remove", data={"csrf_token": csrf})

    late = change(client, address, title="Noch da?", between=faster)
    assert late.status_code == 409
    assert field(late, "title") == "Noch da?"
    assert "Die Frage ist entfernt" in said(late)
    held = {name: field(late, name) for name in ("csrf_token", "seen", "title")}
    back = client.post(f"{root(coming)}/setup", data=held | {"kind": "yes_no_abstain"}, follow_redirects=True)
    assert "Noch da?" in said(back)


def test_a_question_is_not_taken_out_by_somebody_who_saw_another_one(world, client, coming, root):
    world.log_in(client, world.staff(coming.tenant, Role.EDITOR), staff=True)
    data = {"csrf_token": token(client.get(f"{root(coming)}/setup")), "seen": "somethingelse"}
    assert client.post(f"{root(coming)}/setup/q1/remove", data=data).status_code == 409
    assert client.get(f"{root(coming)}/setup?question=q1").status_code == 200


def test_after_the_opening_the_questions_are_shown_and_locked(world, client, vote, root):
    world.log_in(client, world.staff(vote.tenant, Role.MANAGER), staff=True)
    setup = client.get(f"{root(vote)}/setup")
    assert "Die Abstimmung hat begonnen" in said(setup)
    assert page(setup).find(".//form") is None
    csrf = token(client.post(f"{root(vote)}/review", data=CHOICES))
    data = {"csrf_token": csrf, "title": "Anders?", "kind": "yes_no_abstain"}
    assert client.post(f"{root(vote)}/setup?question=q1", data=data).status_code == 409


def test_my_participation_lists_the_vote_and_not_the_choice(voter, client, vote, root, press):
    press(vote)
    answer = client.get("/-/participation")
    assert "Meine Abstimmungen" in said(answer)
    assert page(answer).find(f".//a[@href='{root(vote)}/']") is not None
    assert "Pflaster" not in said(answer)
