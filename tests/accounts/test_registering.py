"""Registering, confirming, logging in by mail, forgotten passwords."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.accounts import services
from participation.accounts.house_words import is_made_of
from participation.accounts.models import Consent, Person, Token
from participation.accounts.passwords import checked_password
from participation.accounts.queries import person_by_email
from participation.accounts.tokens import LinkOver, read_token, sign, take_token
from participation.contributions.drafts import keep_draft
from participation.contributions.models import Draft
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.forgetting import forget_due
from participation.kernel.refusal import Invalid
from participation.tenants.services import write_legal_page

NEW = {"name": "Uferläuferin", "email": "neu@uebung.example", "password": "drei bunte Kiesel", "rules": "y"}


def registers(client, post, url="/-/register", **values):
    return post(client, url, **NEW | values)


def is_in(client) -> bool:
    return client.get("/-/settings").status_code == 200


def a_draft(world, procedure):
    """Somebody without a log-in typed something in one browser."""
    with transaction():
        draft = keep_draft(
            world.activity(procedure), cookie="c" * 32, person_id=None, kind="probe.note", place="here", parent=None,
            fields={"text": "Mein Satz"},
        )  # fmt: skip
    return draft.key


@pytest.mark.requirement("RA-3-06")
def test_an_account_comes_into_being_with_the_link_and_logs_in(world, client, post, letters):
    assert registers(client, post).location == "/-/mail-sent"
    assert person_by_email(NEW["email"]) is None
    [(to, subject, link)] = letters()
    assert to == NEW["email"]
    assert subject == "Bitte bestätigen Sie Ihr Konto"
    assert NEW["name"] in client.get(link).get_data(as_text=True)
    answer = post(client, link)
    assert answer.location.startswith("/-/participation")
    assert is_in(client)
    person = person_by_email(NEW["email"])
    assert (person.display_name, person.has_account) == (NEW["name"], True)
    assert person.confirmed_at is not None


def test_opening_the_link_does_nothing_until_the_button_is_pressed(world, client, post, letters):
    registers(client, post)
    link = letters()[0][2]
    for _ in range(3):
        assert client.get(link).status_code == 200
        client.head(link)
    assert person_by_email(NEW["email"]) is None
    assert not is_in(client)


def test_a_link_works_once(world, app, client, post, letters):
    registers(client, post)
    link = letters()[0][2]
    assert post(client, link).status_code == 302
    other = app.test_client()
    assert other.get(link).status_code == 410
    assert "Dieser Link gilt nicht mehr" in other.get(link).get_data(as_text=True)


def test_two_who_press_at_the_same_time_are_one(app):
    with transaction():
        services.request_confirmation("a@uebung.example", None, "", "de")
    signed = sign(db.session.scalars(select(Token)).one())
    with transaction():
        take_token(signed, None, "log_in")
    with pytest.raises(LinkOver), transaction():
        take_token(signed, None, "log_in")


def test_an_old_link_is_refused(world, client, post, letters, at):
    registers(client, post)
    link = letters()[0][2]
    with at(now() + timedelta(days=2, seconds=1)):
        assert client.get(link).status_code == 410


@pytest.mark.requirement("RA-3-06")
def test_a_link_of_one_authority_is_refused_by_every_other(world, client, post, letters):
    one, other = world.tenant(), world.tenant()
    registers(client, post, f"/{one.slug}/-/register")
    link = letters()[0][2]
    assert link.startswith(f"/{one.slug}/-/confirm/")
    foreign = link.replace(one.slug, other.slug)
    assert client.get(foreign).status_code == 410
    assert client.get(link.replace(f"/{one.slug}", "")).status_code == 410
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("page", ["confirm", "new-password", "new-email", "invitation", "delete-account"])
def test_a_link_opens_no_other_door(world, client, post, letters, page):
    registers(client, post)
    link = letters()[0][2]
    expected = 200 if page == "confirm" else 410
    assert client.get(link.replace("/confirm/", f"/{page}/")).status_code == expected
    assert client.get(f"/-/{page}/nonsense").status_code == 410


def test_the_answer_is_the_same_bytes_for_a_known_and_an_unknown_address(world, app, post):
    known = world.person()
    for url, values in (
        ("/-/register", NEW),
        ("/-/forgotten", {}),
        ("/-/log-in-link", {}),
    ):
        answers = []
        for email in (known.email, "unbekannt@uebung.example"):
            answer = post(app.test_client(), url, **{**values, "email": email})
            kept = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
            answers.append((answer.status_code, kept, answer.data))
        assert answers[0] == answers[1]
        assert answers[0][0] == 302


def test_whoever_has_an_account_is_told_so_by_mail(world, client, post, letters):
    person = world.person(name="Altbekannt")
    before = person.password_hash
    registers(client, post, email=person.email)
    [(to, subject, link)] = letters()
    assert (to, subject) == (person.email, "Sie haben schon ein Konto")
    post(client, link)
    db.session.expire_all()
    assert is_in(client)
    assert (person.display_name, person.password_hash) == ("Altbekannt", before)


def test_a_registration_that_comes_later_does_not_change_the_password(world, app, post, letters):
    first, second = app.test_client(), app.test_client()
    registers(first, post)
    registers(second, post, password="ein ganz anderes")
    links = [link for _, _, link in letters()]
    post(first, links[0])
    assert second.get(links[1]).status_code == 410
    assert post(app.test_client(), "/-/log-in", email=NEW["email"], password=NEW["password"]).status_code == 302
    assert post(app.test_client(), "/-/log-in", email=NEW["email"], password="ein ganz anderes").status_code == 422


def test_the_link_leads_to_the_draft_on_another_device(world, app, post, letters):
    procedure = world.procedure()
    key, slug = a_draft(world, procedure), procedure.tenant.slug
    registers(app.test_client(), post, f"/{slug}/-/register?draft={key}")
    phone = app.test_client()
    answer = post(phone, letters()[0][2])
    assert answer.location == f"/{slug}/{procedure.slug}/-/drafts/{key}?done=confirmed"
    assert db.session.scalars(select(Draft.person_id)).one() == person_by_email(NEW["email"]).id
    assert "Mein Satz" in phone.get(answer.location).get_data(as_text=True)


def test_the_draft_of_somebody_else_is_not_handed_over(world, client, post, letters):
    procedure, owner = world.procedure(), world.person()
    key, slug = a_draft(world, procedure), procedure.tenant.slug
    with transaction():
        db.session.scalars(select(Draft)).one().person_id = owner.id
    registers(client, post, f"/{slug}/-/register?draft={key}")
    assert f"/{slug}/-/participation" in post(client, letters()[0][2]).location
    assert db.session.scalars(select(Draft.person_id)).one() == owner.id


def test_logging_in_takes_over_the_drafts_of_this_browser(world, client, post):
    a_draft(world, world.procedure())
    client.set_cookie("d", "c" * 32)
    person = world.person()
    post(client, "/-/log-in", email=person.email, password=world.password)
    assert db.session.scalars(select(Draft.person_id)).one() == person.id


@pytest.mark.requirement("RA-3-05")
def test_an_address_alone_is_confirmed_and_leads_to_the_draft(world, client, post, letters):
    procedure = world.procedure()
    key = a_draft(world, procedure)
    with transaction():
        services.request_confirmation(" Leser@Uebung.example ", procedure.tenant_id, key, "de")
    [(to, _, link)] = letters()
    assert to == "leser@uebung.example"
    assert post(client, link).location == f"/{procedure.tenant.slug}/{procedure.slug}/-/drafts/{key}?done=confirmed"
    person = person_by_email("leser@uebung.example")
    assert not person.has_account
    assert person.confirmed_at is not None


def test_an_english_reader_gets_an_english_page_by_the_link(world, client, post, letters):
    registers(client, post, "/en/-/register")
    assert letters()[0][2].startswith("/en/-/confirm/")


def test_an_address_gets_three_mails_an_hour_over_all_flows(world, app, post, letters, at):
    person, start = world.person(), now()
    for url in ("/-/forgotten", "/-/log-in-link", "/-/register", "/-/forgotten", "/-/log-in-link"):
        answer = post(app.test_client(), url, **NEW | {"email": person.email})
        assert answer.location == "/-/mail-sent"
    assert len(letters()) == 3
    with at(start + timedelta(hours=1, minutes=1)):
        post(app.test_client(), "/-/forgotten", email=person.email)
        assert len(letters()) == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "zu kurz"), ("password", "passwort123"), ("password", "1234567890"), ("password", "aaaaaaaaaaaa"),
        ("password", NEW["email"]), ("password", "x" * 201), ("name", "a"), ("name", "x" * 41),
        ("name", "ich@uebung.example"), ("email", "keine"), ("email", "a@b"), ("email", "a b@uebung.example"),
        ("email", "a@uebung.example\nBcc: b@uebung.example"), ("rules", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_beside_its_field_and_the_rest_is_kept(world, client, post, letters, field, value):
    answer = registers(client, post, **{field: value})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in page
    if field != "name":
        assert NEW["name"] in page
    assert NEW["password"] not in page
    assert letters() == []


def test_everything_that_is_wrong_is_said_at_once(world, client, post, letters):
    answer = registers(client, post, name="x", email="oma@", password="kurz", rules="")
    page = answer.get_data(as_text=True)
    for field in ("name", "email", "password", "rules"):
        assert f'id="{field}-error"' in page
        assert f'href="#{field}"' in page


def test_a_password_needs_no_digits_or_signs(app):
    assert checked_password("drei bunte kiesel") == "drei bunte kiesel"
    for common in ("qwertzuiop", "1q2w3e4r5t6y", "Qwertyuiop1"):
        with pytest.raises(Invalid):
            checked_password(common)


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        ("Musterstadt2026!", False),
        ("stadt-MUSTERSTADT-1", False),
        ("Bürger.Beteiligung!", False),
        ("Beteiligungsportal", False),
        ("administrator123", False),
        ("Möhrenfeld1234", False),
        ("anna.moehrenfeld", False),
        ("Musterstadt blüht im Mai", True),
        ("moderne Kunst 1234", True),
        ("4071-2296-8135", True),
    ],
)
def test_names_of_the_house_and_of_the_person_make_no_password(world, app, password, is_good):
    world.tenant("musterstadt", name="Stadt Musterstadt")
    own = {"email": "anna.m@uebung.example", "name": "Anna Möhrenfeld"}
    if is_good:
        assert checked_password(password, **own) == password
    else:
        with pytest.raises(Invalid):
            checked_password(password, **own)


def test_no_choice_of_words_makes_the_check_slow(app):
    words = {"abcd" * number for number in range(1, 40)}
    assert is_made_of("abcd" * 50, words)
    assert not is_made_of("abcd" * 49 + "abcx", words)


def test_which_rules_were_accepted_is_kept(world, client, post, letters):
    tenant = world.tenant()
    with transaction():
        write_legal_page(tenant, "rules", "Bleiben Sie freundlich.")
    registers(client, post, f"/{tenant.slug}/-/register")
    post(client, letters()[0][2])
    row = db.session.scalars(select(Consent)).one()
    assert (row.what, row.tenant_id, len(row.text_version)) == ("rules", tenant.id, 64)


@pytest.mark.requirement("RA-3-06")
def test_a_forgotten_password_is_set_anew_by_link_and_other_log_ins_end(world, app, post, letters):
    person, old, here = world.person(), app.test_client(), app.test_client()
    world.log_in(old, person)
    post(here, "/-/forgotten", email=person.email)
    link = letters()[0][2]
    assert post(here, link, password="kurz").status_code == 422
    assert post(here, link, password="ganz neue Wörter").location.startswith("/-/settings")
    assert is_in(here)
    assert not is_in(old)
    assert here.get(link).status_code == 410
    assert post(app.test_client(), "/-/log-in", email=person.email, password=world.password).status_code == 422
    assert post(app.test_client(), "/-/log-in", email=person.email, password="ganz neue Wörter").status_code == 302


def test_an_unknown_address_is_told_that_it_has_no_account(world, client, post, letters):
    post(client, "/-/forgotten", email="unbekannt@uebung.example")
    [(to, subject, link)] = letters()
    assert (to, subject) == ("unbekannt@uebung.example", "Zu dieser Adresse gibt es kein Konto")
    assert link == "/-/register"
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_an_expired_invitation_is_revived_by_nothing(world, client, post, letters, at):
    from participation.access.team import invite

    tenant = world.tenant()
    with transaction():
        invite("eingeladen@uebung.example", Role.MODERATOR, tenant.id)
    link = letters()[0][2]
    with at(now() + timedelta(days=8)):
        post(client, f"/{tenant.slug}/-/forgotten", email="eingeladen@uebung.example")
        post(client, f"/{tenant.slug}/-/log-in-link", email="eingeladen@uebung.example")
        post(client, letters()[-1][2])
        assert client.get(link).status_code == 410
        assert client.get(f"/{tenant.slug}/-/team").status_code == 403


def test_old_links_are_forgotten(app, at):
    with transaction():
        services.request_confirmation("a@uebung.example", None, "", "de")
    with at(now() + timedelta(days=3)), transaction():
        forget_due()
    assert db.session.scalar(select(func.count()).select_from(Token)) == 0


def test_a_signature_of_another_key_is_no_link(app):
    with transaction():
        services.request_confirmation("a@uebung.example", None, "", "de")
    signed = sign(db.session.scalars(select(Token)).one())
    assert read_token(signed, None, "log_in") is not None
    assert read_token(signed[:-2] + "xx", None, "log_in") is None
    assert read_token("1", None) is None
