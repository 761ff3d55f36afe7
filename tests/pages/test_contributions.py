"""From the draft door to the receipt, and what others may see of it."""

import re
from datetime import timedelta

import pytest

from participation.contributions import services
from participation.contributions.models import Contribution, ContributionVersion, Draft, RatingRow
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.testing.queries import count_queries

TEXT = "Hier fehlt ein Radweg."


@pytest.fixture
def procedure(world):
    return world.procedure(tenant=world.tenant("stadt"), slug="plan")


@pytest.fixture
def door(client, procedure):
    def post(text=TEXT, base="/stadt/plan", **more):
        fields = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here", "text": text}
        return client.post(f"{base}/-/drafts", data=fields | more)

    return post


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def press(client, place, do="send", text=TEXT, **more):
    csrf = token(client.get(place).get_data(as_text=True))
    return client.post(place, data={"csrf_token": csrf, "do": do, "text": text, "for_organisation": "self"} | more)


def log_in(world, client, person=None, **how):
    person = person or world.person()
    world.log_in(client, person, **how)
    return person


@pytest.mark.requirement("RA-4.1-07")
def test_the_door_only_keeps_the_text_and_gives_a_cookie(door, client):
    answer = door()
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    for part in ("d=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7776000"):
        assert part in cookie
    assert db.session.query(Draft).one().fields["text"] == TEXT
    assert db.session.query(Contribution).count() == 0
    assert client.get(answer.location).headers["Cache-Control"] == "no-store"


def test_reading_gives_no_cookie(world, client, procedure):
    note = world.contribution(procedure)
    answer = client.get(f"/stadt/plan/-/contributions/{note.reference}")
    assert "Set-Cookie" not in answer.headers
    assert "csrf_token" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("text", "status"), [("", 422), ("\x00", 422), ("x" * 20_001, 422), ("ä" * 500_000, 413)])
def test_a_text_that_cannot_be_kept_comes_back_with_a_sentence(door, text, status):
    answer = door(text)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert "Set-Cookie" not in answer.headers
    assert db.session.query(Draft).count() == 0
    assert "error-summary" in page
    assert text.strip("\x00") in page


def test_characters_that_cannot_be_stored_are_left_out_of_what_was_typed(door):
    door("Mit \x00 darin", quote="Wort\x00e", organisation="Verein\x00")
    fields = db.session.query(Draft).one().fields
    assert (fields["text"], fields["quote"], fields["organisation"]) == ("Mit  darin", "Worte", "Verein")


def test_a_second_text_for_the_same_place_leaves_the_first_alone_and_names_it(door, client):
    first, second = door("Text eins."), door("Text zwei.")
    assert door("Text eins.\r\n").location == first.location
    assert sorted(draft.fields["text"] for draft in db.session.query(Draft)) == ["Text eins.\r\n", "Text zwei."]
    page = client.get(second.location).get_data(as_text=True)
    assert "Sie haben hier noch einen Text, der nicht abgesendet ist" in page
    assert f'href="{first.location}"' in page
    assert "Text eins." in page


def test_a_new_quote_that_does_not_stand_there_is_said_before_sending_once(world, client, door, monkeypatch):
    log_in(world, client)
    monkeypatch.setattr("participation.pages.contribution_draft_page.passage_at", lambda *_parts: None)
    place = door(quote="falsch").location
    assert "Diese Wörter stehen nicht an der Stelle" in client.get(place).get_data(as_text=True)
    answer = press(client, place, quote="auch falsch", warned="falsch")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Dann geht Ihr Text ohne Zitat ein" in page
    assert 'name="warned" type="hidden" value="auch falsch"' in page
    assert press(client, place, quote="auch falsch", warned="auch falsch").status_code == 303


def test_a_form_of_another_site_is_refused(client, procedure):
    fields = {"module": "probe", "activity": "a", "type": "probe.note", "text": TEXT}
    answer = client.post("/stadt/plan/-/drafts", data=fields, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert db.session.query(Draft).count() == 0


def test_very_many_texts_from_one_network_come_back_with_429(door):
    statuses = [door().status_code for _ in range(31)]
    assert statuses == [303] * 30 + [429]
    assert TEXT in door().get_data(as_text=True)


@pytest.mark.parametrize(
    "change",
    [
        {"module": "nothing"},
        {"activity": "b"},
        {"type": "probe.other"},
        {"place": "nowhere"},
        {"parent": "AAAAA-AAAAA"},
        {"parent": "\x00"},
    ],
)
def test_a_target_that_is_not_there_is_404(door, change):
    assert door(**change).status_code == 404
    assert db.session.query(Draft).count() == 0


def test_another_tenants_ids_are_404_and_change_nothing(world, client, door, procedure):
    world.procedure(tenant=world.tenant("land"), slug="fremd")
    person = log_in(world, client)
    note = world.contribution(procedure, person)
    place = door().location.replace("/stadt/plan/", "/land/fremd/")
    assert client.get(place).status_code == 404
    for path in ("", "/receipt", "/edit", "/withdraw", "/rate"):
        assert client.get(f"/land/fremd/-/contributions/{note.reference}{path}").status_code == 404
    assert door(base="/land/fremd", parent=note.reference).status_code == 404
    assert db.session.query(Contribution).one().state == "published"


def test_the_text_survives_logging_in(world, client, door):
    place = door().location
    assert "Link zum Bestätigen senden" in client.get(place).get_data(as_text=True)
    person = log_in(world, client)
    with transaction():
        db.session.query(Draft).one().person_id = person.id
    page = client.get(place).get_data(as_text=True)
    assert TEXT in page
    assert "Kommentar absenden" in page


def test_confirming_an_address_sends_a_link_and_keeps_the_newest_text(client, door, mails, procedure):
    place = door().location
    answer = press(client, place, "confirm", "Noch besser.", email="neu@uebung.example")
    assert answer.status_code == 303
    [mail] = mails()
    assert (mail["To"], mail["Subject"]) == (
        "neu@uebung.example",
        "Bitte bestätigen Sie Ihre E-Mail-Adresse: Ihr Text wartet",
    )
    assert procedure.title in mail.get_body(("plain",)).get_content()
    page = client.get(place).get_data(as_text=True)
    assert "Noch besser." in page
    assert "Wir haben eine E-Mail an neu@uebung.example gesendet" in page
    assert "Link noch einmal senden" in page


def test_a_broken_address_is_said_at_its_field(client, door):
    answer = press(client, door().location, "confirm", email="keine adresse")
    assert answer.status_code == 422
    assert TEXT in answer.get_data(as_text=True)


def test_an_unknown_draft_leads_visitors_to_the_log_in_and_others_nowhere(world, client, procedure):
    place = "/stadt/plan/-/drafts/unbekannt"
    assert client.get(place).status_code == 302
    log_in(world, client)
    assert client.get(place).status_code == 404


@pytest.mark.requirement("RA-4.1-08")
def test_sending_gives_a_receipt_for_the_author_only(world, client, door):
    log_in(world, client)
    place = door().location
    receipt = press(client, place).location
    page = client.get(receipt).get_data(as_text=True)
    note = db.session.query(Contribution).one()
    assert note.reference in page
    assert "Prüfsumme" in page
    assert press_again(client, place, page).location == receipt
    log_in(world, client)
    assert client.get(receipt).status_code == 404


def press_again(client, place, page):
    return client.post(place, data={"csrf_token": token(page), "do": "send", "text": TEXT})


def test_keeping_and_discarding(world, client, door):
    log_in(world, client)
    place = door().location
    press(client, place, "keep", "Später.")
    assert db.session.query(Draft).one().fields["text"] == "Später."
    press(client, place, "discard")
    assert db.session.query(Draft).count() == 0


def test_a_phase_that_closes_meanwhile_keeps_the_text_and_says_so(world, client, door, at):
    person = log_in(world, client)
    place = door().location
    with at(now() + timedelta(days=60)):
        log_in(world, client, person)
        answer = press(client, place, text="Mein letzter Stand.")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert "Die Frist ist am" in page
        assert "Mein letzter Stand." in page
    assert db.session.query(Contribution).count() == 0


def test_an_organisation_needs_its_name(world, client, door):
    log_in(world, client)
    answer = press(client, door().location, for_organisation="organisation", organisation="")
    assert answer.status_code == 422
    assert "Bitte nennen Sie die Organisation" in answer.get_data(as_text=True)


def test_an_answer_goes_through_the_same_door(world, client, door, procedure):
    note = world.contribution(procedure, place="here")
    log_in(world, client)
    place = door(parent=note.reference, type="probe.note").location
    assert f"Beitrag {note.reference} von:" in client.get(place).get_data(as_text=True)
    press(client, place, text="Eine Antwort.")
    page = client.get(f"/stadt/plan/-/contributions/{note.reference}").get_data(as_text=True)
    assert "Eine Antwort." in page
    assert "1 Antwort" in page


def test_an_answer_to_something_hidden_meanwhile_keeps_its_text(world, client, door, procedure):
    note = world.contribution(procedure)
    log_in(world, client)
    place = door(parent=note.reference).location
    with transaction():
        services.change_state(db.session.get(Contribution, note.id), "hidden", actor_id=None)
    answer = press(client, place)
    assert answer.status_code == 409
    assert TEXT in answer.get_data(as_text=True)


def test_hidden_pending_and_unknown_are_404_alike_but_not_for_the_author(world, client, procedure):
    person = world.person()
    notes = [world.contribution(procedure, person) for _ in range(2)]
    with transaction():
        for note, state in zip(notes, ("hidden", "pending"), strict=True):
            services.change_state(db.session.get(Contribution, note.id), state, actor_id=None)
    places = [
        f"/stadt/plan/-/contributions/{reference}" for reference in [*(n.reference for n in notes), "00000-00000"]
    ]
    answers = [client.get(place) for place in places]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    pages = [answer.get_data(as_text=True).replace(place, "") for answer, place in zip(answers, places, strict=True)]
    assert "nicht mehr öffentlich" in pages[0]
    assert 'href="/stadt/plan/"' in pages[0]
    assert len(set(pages)) == 1
    log_in(world, client, person)
    assert [client.get(place).status_code for place in places] == [200, 200, 404]
    log_in(world, client, world.staff(procedure.tenant, Role.MODERATOR))
    assert [client.get(place).status_code for place in places] == [200, 200, 404]


def test_an_edit_conflict_shows_both_texts(world, client, procedure):
    person = log_in(world, client)
    note = world.contribution(procedure, person, "Fassung eins.")
    place = f"/stadt/plan/-/contributions/{note.reference}/edit"
    csrf = token(client.get(place).get_data(as_text=True))
    first = client.post(place, data={"csrf_token": csrf, "version": "1", "text": "Fassung zwei."})
    assert first.status_code == 303
    second = client.post(place, data={"csrf_token": csrf, "version": "1", "text": "Fassung drei."})
    page = second.get_data(as_text=True)
    assert second.status_code == 409
    assert "Fassung zwei." in page
    assert "Fassung drei." in page
    assert 'value="2"' in page
    third = client.post(place, data={"csrf_token": csrf, "version": "2", "text": "Fassung drei."})
    assert third.status_code == 303


def test_after_the_end_one_can_withdraw_but_not_edit(world, client, procedure, at):
    person = world.person()
    note = world.contribution(procedure, person)
    place = f"/stadt/plan/-/contributions/{note.reference}"
    with at(now() + timedelta(days=60)):
        log_in(world, client, person)
        assert client.get(f"{place}/edit").status_code == 403
        page = client.get(f"{place}/withdraw").get_data(as_text=True)
        assert "In der Akte der Behörde bleibt er erhalten" in page
        assert client.post(f"{place}/withdraw", data={"csrf_token": token(page)}).status_code == 303
    assert db.session.get(Contribution, note.id, populate_existing=True).state == "withdrawn"


def test_what_is_withdrawn_cannot_be_edited_and_its_receipt_does_not_promise_it(world, client, procedure):
    person = log_in(world, client)
    note = world.contribution(procedure, person)
    with transaction():
        services.withdraw(db.session.get(Contribution, note.id), who=world.viewer(person, procedure))
    place = f"/stadt/plan/-/contributions/{note.reference}"
    assert client.get(f"{place}/edit").location == place
    assert "Ändern und zurückziehen" not in client.get(f"{place}/receipt").get_data(as_text=True)


def test_the_receipt_of_a_changed_text_names_every_version(world, client, procedure):
    person = log_in(world, client)
    note = world.contribution(procedure, person, "Fassung eins.")
    place = f"/stadt/plan/-/contributions/{note.reference}"
    assert "Fassungen Ihres Textes" not in client.get(f"{place}/receipt").get_data(as_text=True)
    csrf = token(client.get(f"{place}/edit").get_data(as_text=True))
    client.post(f"{place}/edit", data={"csrf_token": csrf, "version": "1", "text": "Fassung zwei."})
    page = client.get(f"{place}/receipt").get_data(as_text=True)
    hashes = [row.text_hash for row in db.session.query(ContributionVersion)]
    assert len(hashes) == 2
    assert "Fassungen Ihres Textes" in page
    assert all(one in page for one in hashes)


def test_rating_leads_visitors_to_the_log_in_and_comes_back(world, client, procedure):
    note = world.contribution(procedure)
    place = f"/stadt/plan/-/contributions/{note.reference}/rate"
    answer = client.get(place)
    assert answer.status_code == 302
    assert "next=" in answer.location
    assert "Zum Bewerten melden Sie sich an" in client.get(answer.location).get_data(as_text=True)
    log_in(world, client)
    csrf = token(client.get(place).get_data(as_text=True))
    came_from = {"Referer": "http://localhost/stadt/plan/probe/a/?sort=newest&done=rated"}
    rated = client.post(place, data={"csrf_token": csrf, "value": "agree"}, headers=came_from)
    assert rated.location == f"/stadt/plan/probe/a/?sort=newest&done=rated#c-{note.reference}"
    assert db.session.query(RatingRow).one().value == "agree"
    elsewhere = client.post(
        place, data={"csrf_token": csrf, "value": "none"}, headers={"Referer": "http://localhost//evil.example/"}
    )
    assert elsewhere.location == f"/stadt/plan/-/contributions/{note.reference}?done=rating-taken"
    page = client.get(elsewhere.location).get_data(as_text=True)
    assert "Ihre Bewertung ist zurückgenommen." in page
    assert db.session.query(RatingRow).count() == 0


def test_rating_and_answering_end_with_the_phase(world, client, procedure, at):
    note = world.contribution(procedure)
    place = f"/stadt/plan/-/contributions/{note.reference}"
    with at(now() + timedelta(days=60)):
        log_in(world, client)
        assert "Die Frist ist am" in client.get(f"{place}/rate").get_data(as_text=True)
        page = client.get(place).get_data(as_text=True)
        assert "reply-text" not in page
        assert client.post(f"{place}/rate", data={"csrf_token": token(page), "value": "agree"}).status_code == 403
    assert db.session.query(RatingRow).count() == 0


def test_a_thread_page_keeps_its_budget_of_queries(world, client, procedure):
    note = world.contribution(procedure)
    for _index in range(3):
        world.contribution(procedure, parent=db.session.get(Contribution, note.id))
    place = f"/stadt/plan/-/contributions/{note.reference}"
    for limit in (5, 10):
        client.get(place)
        with count_queries() as seen:
            client.get(place)
        assert len([line for line in seen if not line.startswith("BEGIN")]) <= limit
        log_in(world, client)


def test_the_error_summary_names_the_field_in_the_language_of_the_page(door):
    page = door("x" * 20_001, base="/en/stadt/plan").get_data(as_text=True)
    assert "Your text: " in page
    assert "Ihr Text" not in page
