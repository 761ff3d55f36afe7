"""Organisations with several people: members draft, the coordination releases and submits."""

import re

import pytest

from participation.access.queries import viewer_for
from participation.accounts.models import Organisation
from participation.accounts.organisations import add_member, members_of, memberships, remove_member, vouch_for
from participation.contributions.drafts import draft_at, keep_draft
from participation.contributions.handing_over import hand_over
from participation.contributions.models import Contribution, Draft
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Invalid, Refused
from participation.procedures.participants import participant_for
from participation.procedures.queries import procedure_by_id

pytestmark = pytest.mark.requirement("RA-3-19")
NAME = "Stadtwerke am Fluss"


@pytest.fixture
def procedure(world):
    return world.procedure(world.tenant("stadt"))


@pytest.fixture
def people(world, procedure):
    """Who coordinates, who drafts, and somebody else."""
    lead, member, stranger = (world.person(name) for name in ("Leitung", "Fachfrau", "Fremder"))
    with transaction():
        organisation = vouch_for(procedure.tenant_id, NAME, lead.email, actor_id=None)
        add_member(organisation, member.email, coordinates=False, actor_id=None)
    return lead, member, stranger


def token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def drafted(procedure, person, **fields):
    whole = procedure_by_id(procedure.id)
    values = {"text": "Die Leitung liegt im Weg.", "for_organisation": "organisation", "organisation": NAME} | fields
    with transaction():
        return keep_draft(
            whole.activities[0],
            cookie="x" * 20,
            person_id=person.id,
            kind="probe.note",
            place="here",
            parent=None,
            fields=values,
        )


def address(procedure, draft):
    return f"/stadt/{procedure.slug}/-/drafts/{draft.key}"


def press(client, url, act, **fields):
    page = client.get(url).text
    data = {"csrf_token": token(page), "do": act, "text": "Die Leitung liegt im Weg.", "organisation": NAME}
    return client.post(url, data=data | {"for_organisation": "organisation"} | fields)


def test_only_the_coordination_writes_under_a_name_an_authority_vouches_for(world, procedure, people):
    lead, member, stranger = people
    whole = procedure_by_id(procedure.id)
    for person, words in ((member, "sendet die Koordination ab"), (stranger, "nur Menschen, die die Organisation")):
        with pytest.raises(Refused) as refused, transaction():
            participant_for(whole, person, f" {NAME.upper()} ")
        assert words in str(refused.value.sentence)
    with transaction():
        participant = participant_for(whole, lead, NAME)
    assert (participant.organisation_name, db.session.query(Organisation).count()) == (NAME, 1)


def test_a_draft_goes_to_the_coordination_which_submits_it(world, procedure, people, client, mails):
    lead, member, _stranger = people
    draft = drafted(procedure, member)
    url = address(procedure, draft)
    world.log_in(client, member)
    assert press(client, url, "send").status_code == 409
    assert press(client, url, "hand-over").status_code == 303
    assert "liegt der Koordination vor" in client.get(url).text
    assert press(client, url, "keep", text="Anders.").status_code == 409
    assert [mail["To"] for mail in mails()] == [lead.email]
    world.log_in(client, lead)
    assert "Die Leitung liegt im Weg." in client.get("/stadt/-/organisation").text
    assert press(client, url, "send", text="Die Leitung liegt im Weg. Bitte verlegen.").status_code == 303
    sent = db.session.query(Contribution).one()
    assert sent.source.endswith("Bitte verlegen.")
    assert db.session.query(Draft).count() == 0
    assert sent.reference in client.get("/stadt/-/organisation").text


def test_a_draft_comes_back_with_what_is_missing(world, procedure, people, client, mails):
    lead, member, _stranger = people
    draft = drafted(procedure, member)
    url = address(procedure, draft)
    with transaction():
        hand_over(db.session.get_one(Draft, draft.id), member, NAME)
    world.log_in(client, lead)
    assert press(client, url, "give-back").status_code == 422
    assert press(client, url, "give-back", note="Bitte mit Plan.").status_code == 303
    assert "Bitte mit Plan." in str(mails()[-1])
    assert client.get(url).status_code == 404
    world.log_in(client, member)
    assert "Bitte mit Plan." in client.get(url).text


def test_a_draft_can_be_taken_back_until_it_is_submitted(world, procedure, people, client):
    _lead, member, _stranger = people
    draft = drafted(procedure, member)
    url = address(procedure, draft)
    world.log_in(client, member)
    press(client, url, "hand-over")
    assert press(client, url, "take-back").status_code == 303
    assert db.session.get_one(Draft, draft.id).handed_over_at is None


def test_drafts_are_found_by_their_author_and_the_coordination_alone(world, procedure, people):
    lead, member, stranger = people
    draft = drafted(procedure, member)
    with transaction():
        hand_over(db.session.get_one(Draft, draft.id), member, NAME)
    ids = [entry.id for entry in procedure_by_id(procedure.id).activities]
    found = {person.id: draft_at(ids, draft.key, cookie=None, person_id=person.id) for person in people}
    assert [person.id for person in people if found[person.id]] == [lead.id, member.id]
    assert stranger.id not in [person.id for person in people if found[person.id]]


def test_an_unconfirmed_address_gives_nothing(world, procedure):
    person = world.person(confirmed=False)
    with transaction():
        vouch_for(procedure.tenant_id, NAME, person.email, actor_id=None)
    assert not memberships(person)
    assert not viewer_for(person).grants


def test_the_last_who_coordinates_stays(world, procedure, people):
    organisation = db.session.query(Organisation).one()
    with pytest.raises(Refused), transaction():
        remove_member(organisation, members_of(organisation)[0].id, actor_id=None)
    with pytest.raises(Invalid), transaction():
        vouch_for(procedure.tenant_id, NAME.lower(), "a@b.example", actor_id=None)


def test_the_authority_makes_and_closes_it_in_the_browser(world, procedure, client):
    world.log_in(client, world.staff(procedure.tenant, Role.MANAGER))
    page = client.get("/stadt/-/organisations").text
    data = {"csrf_token": token(page), "name": NAME, "email": "amt@werke.example"}
    assert client.post("/stadt/-/organisations", data=data | {"email": "kein"}).status_code == 422
    shown = client.post("/stadt/-/organisations", data=data)
    page = client.get(shown.location).text
    assert "amt@werke.example" in page
    base = shown.location.partition("?")[0]
    more = {"csrf_token": token(page), "email": "frau@werke.example"}
    assert client.post(base, data=more).status_code == 303
    assert "schreibt Entwürfe" in client.get(base).text
    assert client.post(f"{base}/close", data={"csrf_token": token(page)}).status_code == 303
    assert NAME not in client.get("/stadt/-/organisations").text


def test_the_coordination_names_members_and_others_do_not(world, procedure, people, client):
    lead, member, _stranger = people
    number = db.session.query(Organisation).one().id
    world.log_in(client, member)
    assert client.get(f"/stadt/-/organisation/{number}").status_code == 404
    world.log_in(client, lead)
    page = client.get(f"/stadt/-/organisation/{number}").text
    data = {"csrf_token": token(page), "email": "neu@werke.example", "coordinates": "y"}
    assert client.post(f"/stadt/-/organisation/{number}", data=data).status_code == 303
    assert "neu@werke.example" in client.get(f"/stadt/-/organisation/{number}").text
