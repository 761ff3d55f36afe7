"""Lists and codes in the browser: for managers only; addresses on request; codes shown once; entering with a code."""

import html
import re

import pytest
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.procedures import codes, lists
from participation.procedures.audience_models import AccessCode, ListEntry, PersonList
from participation.procedures.models import Participant

BASE = "/stadt/plan/-/manage/people"
TEXT = "Der Schulhof braucht Schatten."


@pytest.fixture
def procedure(world):
    return world.procedure(tenant=world.tenant("stadt"), slug="plan")


@pytest.fixture
def manager(world, client, procedure):
    person = world.staff(procedure.tenant, Role.MANAGER)
    world.log_in(client, person, staff=True)
    return person


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def post(client, path, page=BASE, **fields):
    csrf = token(client.get(page).get_data(as_text=True))
    return client.post(path, data={"csrf_token": csrf} | fields)


def listed(procedure, kind="members", name="Jury"):
    with transaction():
        return lists.make_list(procedure, name, kind).id


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR, Role.CASE_WORKER, Role.PLANNING_OFFICE])
def test_lists_are_for_those_who_set_the_procedure_up(world, client, procedure, role):
    number = listed(procedure)
    world.log_in(client, world.staff(procedure.tenant, role), staff=True)
    for path in (BASE, f"{BASE}/{number}"):
        assert client.get(path).status_code == 403


def test_a_manager_of_another_authority_finds_nothing(world, client, procedure):
    world.log_in(client, world.staff(world.tenant(), Role.MANAGER), staff=True)
    assert client.get(BASE).status_code == 404


def test_a_list_of_another_procedure_is_not_here(world, client, procedure, manager):
    number = listed(world.procedure(tenant=procedure.tenant))
    assert client.get(f"{BASE}/{number}").status_code == 404


def test_a_list_is_made_and_filled_and_the_numbers_stand_on_the_overview(client, procedure, manager):
    assert "noch keine Liste" in client.get(BASE).get_data(as_text=True)
    answer = post(client, BASE, name="Netzwerk Rad", kind="members")
    assert answer.status_code == 303
    page = answer.location.partition("?")[0]
    answer = post(client, f"{page}/add", page, people="a@uebung.example; Anna\nb@uebung.example")
    assert answer.status_code == 303
    overview = client.get(BASE).get_data(as_text=True)
    assert "Netzwerk Rad" in overview
    assert '<td class="number" data-head="Anzahl">2</td>' in overview


def test_a_name_that_is_taken_comes_back_with_a_sentence(client, procedure, manager):
    listed(procedure)
    answer = post(client, BASE, name="Jury", kind="codes")
    assert answer.status_code == 422
    assert "gibt es hier schon" in answer.get_data(as_text=True)


def test_bad_rows_are_named_what_was_typed_stays_and_nothing_is_taken_over(client, procedure, manager):
    page = f"{BASE}/{listed(procedure)}"
    answer = post(client, f"{page}/add", page, people="a@uebung.example\nkaputt\nb@uebung.example")
    said = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "kaputt" in said
    assert "b@uebung.example" in said
    assert db.session.query(ListEntry).count() == 0


def test_a_file_is_read_whatever_its_code(client, procedure, manager):
    page = f"{BASE}/{listed(procedure)}"
    for data in ("E-Mail;Name\nj@uebung.example;Jürgen".encode("cp1252"), "k@uebung.example;Käthe".encode("utf-8-sig")):
        csrf = token(client.get(page).get_data(as_text=True))
        from io import BytesIO

        answer = client.post(f"{page}/add", data={"csrf_token": csrf, "file": (BytesIO(data), "liste.csv")})
        assert answer.status_code == 303
    assert {entry.name for entry in db.session.query(ListEntry)} == {"Jürgen", "Käthe"}


@pytest.mark.requirement("RA-5.1.7-02")
def test_addresses_are_shown_on_request_and_the_log_says_who_looked(client, procedure, manager):
    page = f"{BASE}/{listed(procedure)}"
    post(client, f"{page}/add", page, people="geheim@uebung.example; Anna")
    assert "geheim@uebung.example" not in client.get(page).get_data(as_text=True)
    answer = post(client, f"{page}/addresses", page)
    assert "geheim@uebung.example" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    said = [
        (row.actor_id, row.data["what"])
        for row in db.session.scalars(
            select(EventRow).where(EventRow.name == "procedures.list_changed").order_by(EventRow.id)
        )
    ]
    assert (manager.id, "read") in said


def test_an_address_is_taken_off(client, procedure, manager):
    page = f"{BASE}/{listed(procedure)}"
    post(client, f"{page}/add", page, people="a@uebung.example")
    entry = db.session.query(ListEntry).one().id
    assert post(client, f"{page}/remove/{entry}", page).status_code == 303
    assert post(client, f"{page}/remove/{entry}", page).status_code == 404
    assert db.session.query(ListEntry).count() == 0


def test_a_list_that_a_phase_is_for_stays(world, client, procedure, manager):
    number = listed(procedure)
    with transaction():
        phase = world.phase(procedure)
        phase.audience, phase.list_id = "members", number
    answer = post(client, f"{BASE}/{number}/delete", f"{BASE}/{number}")
    assert answer.status_code == 409
    assert db.session.query(PersonList).count() == 1


@pytest.mark.requirement("LP-19")
def test_codes_are_shown_once_with_a_qr_code_each_and_as_a_table(client, procedure, manager):
    page = f"{BASE}/{listed(procedure, 'codes', 'Klasse 8b')}"
    answer = post(client, f"{page}/codes", page, number="3")
    sheet = answer.get_data(as_text=True)
    found = re.findall(r'code-sheet__code">([A-Z0-9-]{14})<', sheet)
    assert len(set(found)) == 3
    assert sheet.count("data:image/svg+xml") == 3
    assert "localhost" in sheet
    assert answer.headers["Cache-Control"] == "no-store"
    hidden = html.unescape(re.search(r'name="codes" value="([^"]+)"', sheet)[1])
    answer = client.post(f"{page}/codes.csv", data={"csrf_token": token(sheet), "codes": hidden})
    assert all(code in answer.get_data(as_text=True) for code in found)
    later = client.get(page).get_data(as_text=True)
    assert not any(code in later for code in found)
    assert client.post(f"{page}/codes.csv", data={"csrf_token": token(sheet), "codes": "FALSCH"}).status_code == 404


@pytest.mark.parametrize("number", ["0", "501", "viele", ""])
def test_a_number_of_codes_that_cannot_be_made_comes_back(client, procedure, manager, number):
    page = f"{BASE}/{listed(procedure, 'codes')}"
    assert post(client, f"{page}/codes", page, number=number).status_code == 422
    assert db.session.query(AccessCode).count() == 0


def test_a_code_is_revoked_by_its_number(client, procedure, manager):
    page = f"{BASE}/{listed(procedure, 'codes')}"
    post(client, f"{page}/codes", page, number="1")
    assert post(client, f"{page}/revoke", page, revoked="7").status_code == 422
    assert post(client, f"{page}/revoke", page, revoked="1").status_code == 303
    assert db.session.query(AccessCode).one().revoked_at is not None


# taking part with a code


@pytest.fixture
def code(world, procedure):
    """A code for a phase that only codes open."""
    number = listed(procedure, "codes", "Klasse 8b")
    with transaction():
        phase = world.phase(procedure)
        phase.audience, phase.list_id, phase.identity = "members", number, ["code"]
        return codes.make_codes(db.session.get(PersonList, number), 1)[0].code


def enter(client, code, path="/stadt/-/code"):
    csrf = token(client.get(path).get_data(as_text=True))
    return client.post("/stadt/-/code", data={"csrf_token": csrf, "code": code})


@pytest.mark.requirement("LP-19")
@pytest.mark.requirement("RA-3-01")
@pytest.mark.requirement("RA-3-05")
def test_with_a_code_one_writes_changes_withdraws_and_comes_back_as_the_same(app, client, code):
    assert enter(client, code).location.startswith("/stadt/plan/?done=code-accepted")
    fields = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here", "text": TEXT}
    place = client.post("/stadt/plan/-/drafts", data=fields).location
    csrf = token(client.get(place).get_data(as_text=True))
    sending = {"csrf_token": csrf, "do": "send", "text": TEXT, "for_organisation": "self"}
    receipt = client.post(place, data=sending).location
    assert client.get(receipt).status_code == 200
    note = db.session.query(Contribution).one()
    assert (note.identity, note.state) == ("code", "published")
    other = app.test_client()
    enter(other, code.lower())
    assert TEXT in other.get("/stadt/plan/-/mine").get_data(as_text=True)
    assert other.get(f"/stadt/plan/-/contributions/{note.reference}/edit").status_code == 200
    page = other.get(f"/stadt/plan/-/contributions/{note.reference}/withdraw").get_data(as_text=True)
    other.post(f"/stadt/plan/-/contributions/{note.reference}/withdraw", data={"csrf_token": token(page)})
    assert db.session.query(Contribution).one().state == "withdrawn"
    assert db.session.query(Participant).count() == 1


def test_the_qr_code_leads_to_a_page_with_one_button_and_opening_it_changes_nothing(client, code):
    page = client.get(f"/stadt/-/code/{code}")
    said = page.get_data(as_text=True)
    assert code in said
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert db.session.query(AccessCode).one().used_at is None
    assert enter(client, code, f"/stadt/-/code/{code}").status_code == 303


def test_somebody_with_a_draft_enters_the_code_and_sends_it(client, code):
    fields = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here", "text": TEXT}
    place = client.post("/stadt/plan/-/drafts", data=fields).location
    said = client.get(place).get_data(as_text=True)
    way = html.unescape(re.search(r'href="(/stadt/-/code\?next=[^"]+)"', said)[1])
    csrf = token(client.get(way).get_data(as_text=True))
    answer = client.post(way, data={"csrf_token": csrf, "code": code})
    assert answer.location == place
    assert 'value="send"' in client.get(place).get_data(as_text=True)


@pytest.mark.requirement("LP-15")
def test_guessing_codes_comes_to_an_end_but_a_right_one_still_lets_in(client, code):
    csrf = token(client.get("/stadt/-/code").get_data(as_text=True))

    def guess(text):
        return client.post("/stadt/-/code", data={"csrf_token": csrf, "code": text}).status_code

    assert [guess(f"FALSCH{number:06}") for number in range(22)] == [422] * 20 + [429] * 2
    assert guess(code) == 303


def test_however_many_codes_are_right_a_network_has_six_hundred_tries(client, code, monkeypatch):
    monkeypatch.setattr("participation.pages.codes.TRIES", 2)
    csrf = token(client.get("/stadt/-/code").get_data(as_text=True))
    tries = [client.post("/stadt/-/code", data={"csrf_token": csrf, "code": "X"}).status_code for _ in range(3)]
    assert tries == [422, 422, 429]


@pytest.mark.parametrize("text", ["", "x" * 400, "' OR 1=1", "K7QX"])
def test_what_is_no_code_comes_back_with_a_sentence(client, code, text):
    assert enter(client, text).status_code == 422


def test_a_revoked_code_says_whom_to_ask(client, procedure, code):
    with transaction():
        codes.revoke(db.session.scalars(select(PersonList)).one(), 1)
    answer = enter(client, code)
    assert answer.status_code == 403
    assert "gilt nicht mehr" in answer.get_data(as_text=True)


def test_the_page_of_the_procedure_says_who_takes_part_and_how(client, code):
    said = client.get("/stadt/plan/").get_data(as_text=True)
    assert "Eingeladene Personen, mit Zugangscode" in said
    assert "/stadt/-/code" in said


def test_nobody_is_led_anywhere_else_after_entering_a_code(client, code):
    csrf = token(client.get("/stadt/-/code").get_data(as_text=True))
    for target in ("https://boese.example/", "//boese.example", "/\\boese.example"):
        answer = client.post("/stadt/-/code", query_string={"next": target}, data={"csrf_token": csrf, "code": code})
        csrf = token(client.get("/stadt/-/code").get_data(as_text=True))
        assert "boese" not in answer.location


def test_a_code_for_a_procedure_nobody_may_know_of_yet_waits(world, client, procedure, code):
    with transaction():
        world.again(procedure).stage = "draft"
    answer = enter(client, code)
    assert answer.status_code == 403
    assert db.session.query(Participant).count() == 0
