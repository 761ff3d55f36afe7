"""Lists of people and access codes: all or nothing, nothing readable is kept of a code, one participant each."""

import threading

import pytest
from sqlalchemy import select

from participation.accounts.erasure import erase
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Invalid, Refused, Unknown
from participation.procedures import codes, lists
from participation.procedures.audience_models import AccessCode, GuestSession, ListEntry, PersonList
from participation.procedures.guests import guest_for, open_guest_session
from participation.procedures.models import Participant


@pytest.fixture
def procedure(world):
    return world.procedure(tenant=world.tenant("stadt"), slug="plan")


@pytest.fixture
def made(world, procedure):
    def make(kind="members", name="Jury"):
        with transaction():
            return lists.make_list(world.again(procedure), name, kind)

    return make


def some_codes(found, number=1):
    with transaction():
        return codes.make_codes(db.session.get(PersonList, found.id), number)


def used(found, code):
    with transaction():
        return codes.use_code(found.tenant_id, code).id


@pytest.mark.parametrize(
    ("name", "kind", "field"), [("", "members", "name"), ("x" * 81, "members", "name"), ("A", "b", "kind")]
)
def test_a_list_needs_a_name_and_a_kind(procedure, made, name, kind, field):
    with pytest.raises(Invalid) as caught:
        made(kind, name)
    assert caught.value.field == field


def test_two_lists_of_a_procedure_have_two_names(made):
    made()
    with pytest.raises(Invalid):
        made("codes", " Jury ")


@pytest.mark.parametrize(
    "text",
    [
        "Anna@Uebung.example; Anna A\nbert@uebung.example",
        "E-Mail;Name\nanna@uebung.example;Anna A\n\nbert@uebung.example;\n",
        "\ufeffName,E-Mail\nAnna A,anna@uebung.example\n,bert@uebung.example",
        'anna@uebung.example\t"Anna A"\nbert@uebung.example\t',
    ],
)
def test_tables_are_read_whatever_their_separator_and_headings(text):
    rows = lists.read_rows(text)
    assert [(row.email, row.name, row.problem) for row in rows] == [
        ("anna@uebung.example", "Anna A", ""),
        ("bert@uebung.example", "", ""),
    ]


def test_a_bad_row_is_named_and_nothing_is_taken_over(made):
    found = made()
    rows = lists.read_rows("anna@uebung.example\nbert@\ncarla@uebung.example")
    assert [row.number for row in rows if row.problem] == [2]
    with pytest.raises(Invalid) as caught, transaction():
        lists.add_people(db.session.get(PersonList, found.id), rows)
    assert "2" in str(caught.value.sentence)
    assert db.session.query(ListEntry).count() == 0


def test_the_same_address_stands_on_a_list_once(made):
    found = made()
    for _ in range(2):
        with transaction():
            lists.add_people(
                db.session.get(PersonList, found.id), lists.read_rows("a@uebung.example; A\nA@uebung.example; Aa")
            )
    assert [(entry.email) for entry in lists.entries_of(found.id)] == ["a@uebung.example"]


def test_events_about_lists_hold_numbers_and_no_address(made):
    found = made()
    with transaction():
        lists.add_people(db.session.get(PersonList, found.id), lists.read_rows("geheim@uebung.example; Geheim"))
    query = select(EventRow.data).where(EventRow.name == "procedures.list_changed").order_by(EventRow.id)
    said = list(db.session.scalars(query))
    assert [entry["what"] for entry in said] == ["made", "added"]
    assert "eheim" not in str(said)


def test_who_deletes_the_account_leaves_the_lists(world, made):
    found, person = made(), world.person()
    with transaction():
        lists.add_people(db.session.get(PersonList, found.id), lists.read_rows(person.email))
    with transaction():
        erase(person, rename=lambda: "x")
    assert db.session.query(ListEntry).count() == 0


@pytest.mark.requirement("LP-19")
def test_of_a_code_only_a_keyed_hash_is_kept(made):
    found = made("codes")
    new = some_codes(found, 3)
    assert len({entry.code for entry in new}) == 3
    rows = list(db.session.scalars(select(AccessCode)))
    for entry in new:
        plain = codes.normalised(entry.code)
        assert len(plain) == 12
        assert all(plain not in row.code_hash.upper() and entry.code not in row.code_hash for row in rows)


@pytest.mark.requirement("LP-19")
def test_a_code_is_one_participant_however_often_it_is_used_and_however_it_is_typed(made):
    found = made("codes")
    (new,) = some_codes(found)
    first = used(found, new.code)
    assert used(found, new.code.lower().replace("-", " ")) == first
    participant = db.session.get(Participant, first)
    assert (participant.identity, participant.person_id) == ("code", None)


@pytest.mark.requirement("RA-5.1.7-02")
def test_nobody_is_told_who_used_a_code(made):
    found = made("codes")
    (new,) = some_codes(found)
    used(found, new.code)
    names = set(db.session.scalars(select(EventRow.name)))
    assert "procedures.participant_joined" not in names


def test_two_first_uses_at_the_same_moment_make_one_participant(app, made):
    found = made("codes")
    (new,) = some_codes(found)
    tenant_id, gate, results = found.tenant_id, threading.Barrier(2), []

    def enter():
        with app.app_context():
            gate.wait()
            with transaction():
                results.append(codes.use_code(tenant_id, new.code).id)
            db.session.remove()

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # look anew
    assert len(results) == 2
    assert len(set(results)) == 1
    assert db.session.query(Participant).count() == 1


def test_a_code_of_another_authority_is_unknown_here(world, made):
    found = made("codes")
    (new,) = some_codes(found)
    other = world.tenant().id
    with pytest.raises(Invalid), transaction():
        codes.use_code(other, new.code)


def test_a_revoked_code_refuses_and_whoever_is_in_is_out(made):
    found = made("codes")
    (new,) = some_codes(found)
    number = used(found, new.code)
    with transaction():
        key, _csrf = open_guest_session(db.session.get(Participant, number))
    assert guest_for(key) is not None
    with transaction():
        codes.revoke(db.session.get(PersonList, found.id), new.number)
    assert guest_for(key) is None
    with pytest.raises(Refused), transaction():
        codes.use_code(found.tenant_id, new.code)
    assert db.session.query(GuestSession).count() == 0


def test_a_number_that_is_not_there_cannot_be_revoked(made):
    found = made("codes")
    with pytest.raises(Unknown), transaction():
        codes.revoke(db.session.get(PersonList, found.id), 1)


@pytest.mark.parametrize("number", [0, -1, 501])
def test_codes_are_made_by_the_sheet(made, number):
    found = made("codes")
    with pytest.raises(Invalid), transaction():
        codes.make_codes(db.session.get(PersonList, found.id), number)


def test_a_second_lot_goes_on_counting(made):
    found = made("codes")
    some_codes(found, 2)
    assert [entry.number for entry in some_codes(found, 2)] == [3, 4]


def test_only_codes_of_the_list_are_printed_again(made):
    one, other = made("codes", "A"), made("codes", "B")
    first, second = some_codes(one), some_codes(other)
    again = codes.printed_again(one, [first[0].code, second[0].code, "FALSCH"])
    assert again == first


def test_a_list_that_somebody_took_part_with_stays(made):
    found = made("codes")
    (new,) = some_codes(found)
    used(found, new.code)
    with pytest.raises(Invalid), transaction():
        lists.delete_list(db.session.get(PersonList, found.id))


CASES = [
    ("public", None, ("form_token", "email"), "commenting", None),
    ("public", None, ("form_token",), "voting", "identity"),
    ("members", None, ("form_token",), "commenting", "identity"),
    ("friends", None, ("email",), "commenting", "audience"),
    ("public", "members", ("email",), "commenting", "list_id"),
    ("members", "members", ("email",), "voting", None),
    ("members", "members", ("code",), "voting", "identity"),
    ("members", "institutions", ("email",), "commenting", "list_id"),
    ("institutions", "institutions", ("account",), "commenting", None),
    ("members", "codes", ("code",), "voting", None),
    ("members", "codes", ("code", "email"), "voting", "identity"),
]


@pytest.mark.requirement("RA-3-05")
@pytest.mark.parametrize(("audience", "kind", "ways", "step", "field"), CASES, ids=str)
def test_audience_list_and_identity_of_a_phase_fit_together(procedure, made, audience, kind, ways, step, field):
    number = made(kind).id if kind else None
    asked = {"audience": audience, "list_id": number, "identity": ways}
    if field is None:
        lists.check_audience(procedure.id, step, **asked)
        return
    with pytest.raises(Invalid) as caught:
        lists.check_audience(procedure.id, step, **asked)
    assert caught.value.field == field


def test_a_list_of_another_procedure_fits_no_phase(world, made):
    with pytest.raises(Invalid):
        lists.check_audience(
            world.procedure().id, "commenting", audience="members", list_id=made().id, identity=("email",)
        )
