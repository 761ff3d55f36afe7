"""Being told by mail, without an account, and being able to end it with one click."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.contributions.services import change_state
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.notices.models import MailKey, Subscription
from participation.notices.queries import subscription_numbers
from participation.notices.services import subscribe
from participation.notices.wishes import Wish


def token_in(client, url):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(url).get_data(as_text=True))[1]


def path_in(mail, word):
    text = mail.get_body(("plain",)).get_content()
    return next(part.removeprefix("http://localhost") for part in text.split() if word in part)


def place(procedure):
    return f"/{procedure.tenant.slug}/{procedure.slug}"


def number_of_subscriptions():
    return db.session.scalar(select(func.count()).select_from(Subscription))


def ask(client, here, email):
    url = f"{here}/-/subscribe"
    return client.post(url, data={"email": email, "csrf_token": token_in(client, url)})


@pytest.mark.requirement("RA-3-21")
def test_an_address_is_enough_and_only_the_button_behind_the_link_counts(world, client, mails):
    here = place(world.procedure(title="Stadtpark"))
    answer = ask(client, here, "Anna@Beispiel.de")
    assert (answer.status_code, answer.location) == (302, f"{here}/?done=subscribe-confirm")
    (mail,) = mails()
    assert mail["To"] == "anna@beispiel.de"
    assert "Stadtpark" in mail["Subject"]
    path = path_in(mail, "/-/subscribe/")
    assert client.get(path).status_code == 200
    assert number_of_subscriptions() == 0
    client.post(path, data={"csrf_token": token_in(client, path)})
    person = db.session.scalars(select(Person)).one()
    assert (person.email, person.has_account, person.confirmed_at is not None) == ("anna@beispiel.de", False, True)
    assert number_of_subscriptions() == 1
    assert client.get(path).status_code == 410


def test_the_link_of_one_procedure_does_not_work_at_another(world, client, mails):
    tenant = world.tenant()
    one, other = place(world.procedure(tenant=tenant)), place(world.procedure(tenant=tenant))
    elsewhere = place(world.procedure())
    ask(client, one, "anna@beispiel.de")
    (mail,) = mails()
    path = path_in(mail, "/-/subscribe/")
    csrf = token_in(client, path)
    for wrong in (other, elsewhere):
        assert client.get(path.replace(one, wrong)).status_code == 410
        assert client.post(path.replace(one, wrong), data={"csrf_token": csrf}).status_code == 410
    assert number_of_subscriptions() == 0


def test_an_address_gets_three_links_an_hour_and_the_answer_stays_the_same(world, client, mails):
    here = place(world.procedure())
    answers = {ask(client, here, "anna@beispiel.de").location for _ in range(5)}
    assert len(answers) == 1
    assert len(mails()) == 3


def test_a_broken_address_is_explained_and_kept(world, client):
    answer = ask(client, place(world.procedure()), "anna at beispiel")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="anna at beispiel"' in page
    assert "name@beispiel.de" in page


def test_who_is_logged_in_needs_only_the_button(world, client, mails):
    url = f"{place(world.procedure())}/-/subscribe"
    world.log_in(client, world.person())
    assert 'type="email"' not in client.get(url).get_data(as_text=True)
    for _ in range(2):
        client.post(url, data={"csrf_token": token_in(client, url)})
    assert number_of_subscriptions() == 1
    assert mails() == []
    assert "E-Mails abbestellen" in client.get(url).get_data(as_text=True)


@pytest.fixture
def subscription(world):
    procedure = world.procedure()
    here, person = place(procedure), world.person()
    with transaction():
        subscription = subscribe(world.again(procedure), person)
    return f"{here}/-/subscription/{subscription.key}/end"


def test_a_mail_program_ends_it_with_one_click(client, subscription):
    answer = client.post(subscription, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.data) == (200, b"")
    assert client.post(subscription, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert number_of_subscriptions() == 0


def test_opening_the_link_changes_nothing_and_the_button_ends_it(client, subscription):
    assert client.get(subscription).status_code == 200
    assert number_of_subscriptions() == 1
    answer = client.post(subscription, data={"csrf_token": token_in(client, subscription)})
    assert answer.location.endswith("?done=unsubscribed")
    assert number_of_subscriptions() == 0
    assert client.post(subscription).status_code == 302


def test_a_wrong_key_or_a_key_at_another_procedure_ends_nothing(world, client, subscription):
    key = subscription.split("/")[-2]
    client.post(f"{place(world.procedure())}/-/subscription/{key}/end")
    client.post(subscription.replace(key, "x" * 32))
    assert number_of_subscriptions() == 1


@pytest.fixture
def reader(world):
    """Somebody who follows a procedure daily and a contribution at once, and the address of their page."""
    procedure, person = world.procedure(title="Stadtpark"), world.person()
    root = world.contribution(procedure, source="Bänke am Weg")
    with transaction():
        subscribe(world.again(procedure), person, Wish(rhythm="daily"))
        subscribe(world.again(procedure), person, Wish(contribution_id=root.id, rhythm="at_once"))
    key = db.session.scalars(select(MailKey.key)).one()
    return procedure, person, root, f"/{procedure.tenant.slug}/-/e-mails/{key}"


def rhythms():
    db.session.rollback()
    return sorted(db.session.scalars(select(Subscription.rhythm)))


def test_the_key_in_a_mail_opens_everything_one_follows_and_changes_it_without_a_log_in(client, reader):
    _procedure, _person, _root, page = reader
    text = client.get(page).get_data(as_text=True)
    assert "Stadtpark" in text
    assert "Bänke am Weg" in text
    numbers = sorted(db.session.scalars(select(Subscription.id)))
    assert client.post(f"{page}/{numbers[0]}", data={"rhythm": "weekly"}).location.endswith("?done=mails-changed")
    assert rhythms() == ["at_once", "weekly"]
    assert client.post(f"{page}/{numbers[0]}", data={"rhythm": "yearly"}).status_code == 422
    client.post(f"{page}/{numbers[1]}", data={"do": "end"})
    assert rhythms() == ["weekly"]
    assert client.get(page[:-1] + ("x" if page[-1] != "x" else "y")).status_code == 404


def test_a_key_does_not_reach_what_others_follow_or_another_authority(world, client, reader):
    procedure, _person, _root, page = reader
    other = world.person()
    with transaction():
        strange = subscribe(world.again(procedure), other).id
    assert client.post(f"{page}/{strange}", data={"do": "end"}).status_code == 404
    elsewhere = world.tenant().slug
    assert client.get(page.replace(f"/{procedure.tenant.slug}/", f"/{elsewhere}/")).status_code == 404


@pytest.mark.requirement("RA-3-21")
def test_one_click_from_any_origin_ends_the_digests_of_a_rhythm_and_only_with_this_very_body(client, reader):
    page = reader[-1] + "/end/daily"
    foreign = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    assert client.get(page).status_code == 200
    assert rhythms() == ["at_once", "daily"], "a look at the page ends nothing"
    for body in ({}, {"List-Unsubscribe": "One-Click", "more": "x"}, {"List-Unsubscribe": "no"}):
        assert client.post(page, data=body, headers=foreign).status_code == 403
    assert rhythms() == ["at_once", "daily"]
    for _ in range(2):
        answer = client.post(page, data={"List-Unsubscribe": "One-Click"}, headers=foreign)
        assert (answer.status_code, answer.data, answer.headers.get("Set-Cookie")) == (200, b"", None)
    assert rhythms() == ["at_once"]
    assert client.post(page.replace("daily", "all")).location.endswith("?done=mails-changed")
    assert rhythms() == []


def test_no_other_address_takes_the_body_of_one_click_from_elsewhere(world, client):
    url = f"{place(world.procedure())}/-/subscribe"
    foreign = {"Origin": "https://mail.example"}
    assert client.post(url, data={"List-Unsubscribe": "One-Click"}, headers=foreign).status_code == 403


@pytest.mark.requirement("RA-3-21", "RA-3-22")
def test_a_reply_is_told_at_once_after_ten_minutes_if_it_is_still_public(world, reader, mails, at):
    procedure, person, root, _page = reader
    world.contribution(procedure, source="Gute Idee", parent=root)
    bad = world.contribution(procedure, source="Dumme Idee", parent=root)
    world.contribution(procedure, person, source="Danke", parent=root)
    assert [mail for mail in mails() if mail["To"] == person.email and "Neue Antwort" in mail["Subject"]] == []
    with transaction():
        change_state(db.session.get_one(Contribution, bad.id), "hidden", actor_id=None)
    with at(now() + timedelta(minutes=11)):
        (mail,) = [mail for mail in mails() if "Neue Antwort" in mail["Subject"]]
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"] == person.email
    assert "Gute Idee" in text
    assert "/-/e-mails/" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_whoever_sent_a_contribution_asks_for_replies_on_the_receipt(world, client):
    procedure, person = world.procedure(), world.person()
    mine = world.contribution(procedure, person)
    world.log_in(client, person)
    receipt = f"{place(procedure)}/-/contributions/{mine.reference}/receipt"
    assert "Bei Antworten auf meinen Beitrag informieren" in client.get(receipt).get_data(as_text=True)
    data = {"what": mine.reference, "rhythm": "daily", "csrf_token": token_in(client, receipt)}
    assert client.post(f"{place(procedure)}/-/subscribe", data=data).location.endswith("?done=subscribed")
    row = db.session.scalars(select(Subscription)).one()
    assert (row.contribution_id, row.rhythm, row.person_id) == (mine.id, "daily", person.id)
    assert "Bei Antworten auf meinen Beitrag" not in client.get(receipt).get_data(as_text=True)


def test_what_nobody_may_read_cannot_be_followed_and_its_words_are_not_shown(world, client):
    procedure = world.procedure(moderation="always")
    waiting = world.contribution(procedure, source="Noch nicht öffentlich")
    url = f"{place(procedure)}/-/subscribe"
    assert "Noch nicht" not in client.get(f"{url}?about={waiting.reference}").get_data(as_text=True)
    data = {"what": waiting.reference, "email": "anna@beispiel.de", "csrf_token": token_in(client, url)}
    assert client.post(url, data=data).status_code == 422


def test_a_format_is_followed_by_an_address_with_the_rhythm_it_chose(world, client, mails):
    procedure = world.procedure()
    activity = world.activity(procedure)
    url = f"{place(procedure)}/-/subscribe"
    asked = f"{url}?about=format-{activity.id}"
    data = {"what": f"format-{activity.id}", "rhythm": "weekly", "email": "anna@beispiel.de"}
    client.post(url, data=data | {"csrf_token": token_in(client, asked)})
    (mail,) = mails()
    path = path_in(mail, "/-/subscribe/")
    page = client.get(path).get_data(as_text=True)
    assert activity.title in page
    assert "Einmal in der Woche" in page
    client.post(path, data={"csrf_token": token_in(client, path)})
    row = db.session.scalars(select(Subscription)).one()
    assert (row.activity_id, row.rhythm) == (activity.id, "weekly")


def test_whoever_follows_a_procedure_and_a_format_of_it_gets_one_mail(world, mails):
    procedure, person = world.procedure(), world.person()
    with transaction():
        subscribe(world.again(procedure), person)
        subscribe(world.again(procedure), person, Wish(activity_id=world.activity(procedure).id))
    assert len(subscription_numbers(procedure.id)) == 1
