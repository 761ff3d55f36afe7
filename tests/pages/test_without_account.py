"""Taking part without an account: the proof, the queue, the edit link that is shown once, and coming back by it."""

import json
import re
from datetime import timedelta

import pytest
from altcha import Challenge, Payload, solve_challenge

from participation.contributions.models import Contribution, ContributionVersion, Draft, RatingRow
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.procedures.audience_models import GuestSession
from participation.procedures.models import Participant

TEXT = "Hier fehlt ein Radweg."
LINK = re.compile(r"http://localhost(/stadt/plan/-/mine/[^<\"]+)")


@pytest.fixture
def procedure(world):
    ways = ("form_token", "email")
    return world.procedure(tenant=world.tenant("stadt"), slug="plan", identity=ways, moderation="none")


def draft(client, text=TEXT, **more):
    fields = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here", "text": text}
    return client.post("/stadt/plan/-/drafts", data=fields | more).location


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def press(client, place, do="alone", text=TEXT, **more):
    csrf = token(client.get(place).get_data(as_text=True))
    return client.post(place, data={"csrf_token": csrf, "do": do, "text": text, "for_organisation": "self"} | more)


def proof(client, place):
    made = Challenge.from_dict(json.loads(client.get(f"{place}/challenge").get_data(as_text=True)))
    return Payload(made, solve_challenge(made)).to_base64()


def send(client, text=TEXT, *, proven=True, **more):
    """Send a text without account; returns the answer."""
    place = draft(client, text)
    return press(client, place, text=text, proof=proof(client, place) if proven else "", **more)


def link_in(answer):
    return LINK.search(answer.get_data(as_text=True))[1]


def come_back(client, link):
    csrf = token(client.get(link).get_data(as_text=True))
    return client.post(link, data={"csrf_token": csrf})


@pytest.mark.requirement("RA-3-05")
@pytest.mark.requirement("RA-4.2-09")
def test_with_a_proof_a_text_without_account_is_published_where_the_phase_says_so(client, procedure):
    answer = send(client)
    contribution = db.session.query(Contribution).one()
    guest = db.session.get(Participant, contribution.participant_id)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert (contribution.state, contribution.identity) == ("published", "form_token")
    assert (guest.person_id, guest.identity) == (None, "form_token")
    assert db.session.query(Draft).count() == 0


@pytest.mark.requirement("LP-15")
@pytest.mark.parametrize("payload", ["", "unsinn"])
def test_without_script_or_with_a_wrong_proof_it_is_taken_and_looked_at_first(client, procedure, payload):
    assert press(client, draft(client), proof=payload).status_code == 200
    assert db.session.query(Contribution).one().state == "pending"


@pytest.mark.parametrize("moderation", ["first", "always"])
def test_where_the_phase_is_moderated_a_proof_does_not_help(client, world, moderation):
    world.procedure(tenant=world.tenant("stadt"), slug="plan", identity=("form_token",), moderation=moderation)
    send(client)
    assert db.session.query(Contribution).one().state == "pending"


def test_a_proof_is_good_for_one_sending(client, procedure):
    first, second = draft(client, "Eins"), draft(client, "Zwei")
    payload = proof(client, first)
    press(client, second, text="Zwei", proof=payload)
    press(client, first, text="Eins", proof=payload)
    press(client, draft(client, "Drei"), text="Drei", proof=payload)
    states = {row.source: row.state for row in db.session.query(Contribution)}
    assert states == {"Eins": "published", "Zwei": "pending", "Drei": "pending"}


@pytest.mark.requirement("LP-15")
def test_very_many_texts_of_one_network_are_looked_at_first_and_none_is_refused(client, procedure):
    for number in range(12):
        assert send(client, f"Text {number}").status_code == 200
    states = [row.state for row in db.session.query(Contribution).order_by(Contribution.id)]
    assert states == ["published"] * 10 + ["pending"] * 2


@pytest.mark.requirement("RA-5.1.7-02")
def test_the_edit_link_is_shown_once_and_only_its_hash_is_kept(client, procedure):
    place = draft(client)
    answer = press(client, place, proof=proof(client, place))
    key = link_in(answer).rpartition("/")[2]
    assert len(key) == 43
    stored = db.session.query(Participant).one().token_hash
    assert key not in stored
    again = client.get(place)
    assert again.status_code == 200
    assert "schon abgesendet" in again.get_data(as_text=True)
    assert not LINK.search(again.get_data(as_text=True))


def test_the_second_press_of_the_button_shows_the_same_receipt(client, procedure, at):
    place = draft(client)
    page = client.get(place).get_data(as_text=True)
    fields = {"csrf_token": token(page), "do": "alone", "text": TEXT, "for_organisation": "self"}
    first, second = client.post(place, data=fields), client.post(place, data=fields)
    assert link_in(first) == link_in(second)
    assert db.session.query(Contribution).count() == 1
    with at(now() + timedelta(minutes=11)):
        assert not LINK.search(client.post(place, data=fields).get_data(as_text=True))


def test_another_browser_that_knows_the_address_of_the_draft_gets_no_link(app, client, procedure):
    place = draft(client)
    press(client, place)
    other = app.test_client()
    csrf = token(other.get("/stadt/-/log-in").get_data(as_text=True))
    answer = other.post(place, data={"csrf_token": csrf, "do": "alone", "text": TEXT})
    assert "schon abgesendet" in answer.get_data(as_text=True)
    assert not LINK.search(answer.get_data(as_text=True))
    assert other.get(f"{place}/challenge").status_code == 404


@pytest.mark.requirement("RA-5.1.7-02")
def test_each_sending_makes_a_new_guest_unless_it_goes_through_the_link(client, procedure):
    link = link_in(send(client, "Eins"))
    send(client, "Zwei")
    assert db.session.query(Participant).count() == 2
    assert come_back(client, link).status_code == 303
    answer = press(client, draft(client, "Drei"), "send", "Drei")
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    assert db.session.query(Participant).count() == 2
    by = {row.source: row.participant_id for row in db.session.query(Contribution)}
    assert by["Drei"] == by["Eins"] != by["Zwei"]


@pytest.mark.requirement("RA-4.2-09")
def test_opening_the_link_changes_nothing_and_one_button_lets_in(app, client, procedure):
    link = link_in(send(client))
    other = app.test_client()
    page = other.get(link)
    assert page.status_code == 200
    assert TEXT not in page.get_data(as_text=True)
    assert db.session.query(GuestSession).count() == 0
    assert other.get("/stadt/plan/-/mine").status_code == 302
    assert come_back(other, link).location.endswith("/stadt/plan/-/mine")
    assert TEXT in other.get("/stadt/plan/-/mine").get_data(as_text=True)


def test_with_the_link_one_changes_withdraws_downloads_and_leaves(client, procedure):
    come_back(client, link_in(send(client)))
    reference = db.session.query(Contribution).one().reference
    base = f"/stadt/plan/-/contributions/{reference}"
    page = client.get(f"{base}/edit").get_data(as_text=True)
    answer = client.post(f"{base}/edit", data={"csrf_token": token(page), "text": "Besser.", "version": "1"})
    assert answer.status_code == 303
    assert db.session.query(ContributionVersion).count() == 2
    assert client.get("/stadt/plan/-/mine/download").json["contributions"][0]["text"] == "Besser."
    assert "Eingangsbestätigung" in client.get(f"{base}/receipt").get_data(as_text=True)
    page = client.get(f"{base}/withdraw").get_data(as_text=True)
    client.post(f"{base}/withdraw", data={"csrf_token": token(page)})
    assert db.session.query(Contribution).one().state == "withdrawn"
    page = client.get("/stadt/plan/-/mine").get_data(as_text=True)
    client.post("/stadt/plan/-/mine/leave", data={"csrf_token": token(page)})
    assert db.session.query(GuestSession).count() == 0
    assert client.get("/stadt/plan/-/mine").status_code == 302


def test_with_the_link_one_rates_and_answers_as_the_same_guest(client, world, procedure):
    note = world.contribution(procedure, source="Von anderen.")
    come_back(client, link_in(send(client)))
    url = f"/stadt/plan/-/contributions/{note.reference}/rate"
    csrf = token(client.get(url).get_data(as_text=True))
    assert client.post(url, data={"csrf_token": csrf, "value": "agree"}).status_code == 303
    rating = db.session.query(RatingRow).one()
    assert rating.identity == "form_token"
    place = draft(client, "Stimmt.", parent=note.reference)
    assert press(client, place, "send", "Stimmt.").status_code == 303
    reply = db.session.query(Contribution).filter_by(source="Stimmt.").one()
    assert reply.participant_id == rating.participant_id


def test_after_the_end_of_the_phase_the_link_still_shows_and_withdraws_but_changes_nothing(client, procedure, at):
    link = link_in(send(client))
    reference = db.session.query(Contribution).one().reference
    with at(now() + timedelta(days=60)):
        come_back(client, link)
        assert client.get(f"/stadt/plan/-/contributions/{reference}/edit").status_code == 403
        assert client.get(f"/stadt/plan/-/contributions/{reference}/withdraw").status_code == 200


def test_a_session_by_link_ends_after_four_hours(client, procedure, at):
    come_back(client, link_in(send(client)))
    with at(now() + timedelta(hours=5)):
        assert client.get("/stadt/plan/-/mine").status_code == 302


def test_nobody_gets_in_with_a_link_that_was_not_given_out(client, procedure):
    send(client)
    csrf = token(client.get("/stadt/plan/-/mine/falsch").get_data(as_text=True))
    assert client.post("/stadt/plan/-/mine/falsch", data={"csrf_token": csrf}).status_code == 404
    for _ in range(60):
        answer = client.post("/stadt/plan/-/mine/falsch", data={"csrf_token": csrf})
    assert answer.status_code == 429


def test_a_guest_is_a_stranger_in_every_other_procedure(client, world, procedure):
    world.procedure(tenant=world.tenant("dorf"), slug="see", identity=("form_token",))
    come_back(client, link_in(send(client)))
    assert client.get("/dorf/see/-/mine").status_code == 302
    assert client.get("/dorf/see/").status_code == 200


def test_a_phase_that_wants_an_address_takes_nothing_without_account(client, world):
    world.procedure(tenant=world.tenant("stadt"), slug="plan", identity=("email",))
    place = draft(client)
    assert "Ohne Konto absenden" not in client.get(place).get_data(as_text=True)
    answer = press(client, place)
    assert answer.status_code == 409
    assert db.session.query(Contribution).count() == 0
    assert db.session.query(Participant).count() == 0
    assert db.session.query(Draft).one().fields["text"] == TEXT


def test_a_draft_that_belongs_to_somebody_cannot_be_sent_without_account(app, client, world, procedure):
    world.log_in(client, world.person())
    place = draft(client)
    page = client.get(place).get_data(as_text=True)
    assert "Ohne Konto absenden" not in page
    assert press(client, place).status_code in (404, 409)
    assert db.session.query(Contribution).count() == 0


def test_an_organisation_named_at_the_sending_stands_beside_the_text(client, procedure):
    send(client, for_organisation="organisation", organisation="ADFC")
    assert db.session.query(Participant).one().organisation_name == "ADFC"


def test_staff_see_a_text_without_account_in_their_queue(client, world, procedure):
    send(client, proven=False)
    world.log_in(client, world.staff(procedure.tenant, Role.MODERATOR), staff=True)
    assert TEXT in client.get("/stadt/-/moderation?list=waiting").get_data(as_text=True)


def test_the_page_says_before_sending_what_it_means(client, world):
    world.procedure(tenant=world.tenant("stadt"), slug="plan", identity=("form_token",), moderation="always")
    page = client.get(draft(client)).get_data(as_text=True)
    assert "Wir prüfen Ihren Text, bevor andere ihn sehen." in page
    assert "Wir prüfen kurz, dass hier ein Mensch schreibt" in page


def test_a_published_text_without_account_is_read_by_everybody_and_no_cookie_is_set(app, client, procedure):
    send(client)
    reference = db.session.query(Contribution).one().reference
    answer = app.test_client().get(f"/stadt/plan/-/contributions/{reference}")
    assert TEXT in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers


def test_logging_in_by_link_ends_the_log_in_of_this_browser(client, world, procedure):
    link = link_in(send(client))
    person = world.person()
    world.log_in(client, person)
    assert "Sie sind gerade angemeldet" in client.get(link).get_data(as_text=True)
    come_back(client, link)
    assert client.get("/stadt/-/participation").status_code == 302


def test_a_code_or_link_session_is_gone_with_its_participant(client, procedure):
    come_back(client, link_in(send(client)))
    with transaction():
        db.session.query(Contribution).delete()
        db.session.query(Participant).delete()
    assert client.get("/stadt/plan/-/mine").status_code == 302
