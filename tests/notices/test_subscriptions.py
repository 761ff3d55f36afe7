"""Being told by mail, without an account, and being able to end it with one click."""

import re

import pytest
from sqlalchemy import func, select

from participation.accounts.models import Person
from participation.kernel.db import db, transaction
from participation.notices.models import Subscription
from participation.notices.services import subscribe


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
    assert answer.status_code == 204
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
