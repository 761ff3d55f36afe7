"""The page of keys for one's own programs."""

from participation.accounts.api_tokens import tokens_of


def test_a_key_is_shown_once_works_and_is_ended(world, client, app):
    procedure, person = world.procedure(), world.person()
    world.log_in(client, person)
    url = f"/{procedure.tenant.slug}/-/keys"
    token = client.get(url).get_data(as_text=True).partition('csrf_token" value="')[2].partition('"')[0]
    made = client.post(url, data={"csrf_token": token, "name": "Auswertung"}).get_data(as_text=True)
    key = made.partition('class="key">')[2].partition("<")[0]
    assert key not in client.get(url).get_data(as_text=True)
    asked = {"headers": {"Authorization": f"Bearer {key}"}}
    path = f"/api/v1/tenants/{procedure.tenant.slug}/procedures"
    assert app.test_client().get(path, **asked).status_code == 200
    number = tokens_of(person.id)[0].id
    assert client.post(f"{url}/{number}/end", data={"csrf_token": token}).status_code == 302
    assert app.test_client().get(path, **asked).status_code == 401


def test_a_key_needs_a_name(world, client):
    procedure, person = world.procedure(), world.person()
    world.log_in(client, person)
    url = f"/{procedure.tenant.slug}/-/keys"
    token = client.get(url).get_data(as_text=True).partition('csrf_token" value="')[2].partition('"')[0]
    answer = client.post(url, data={"csrf_token": token, "name": " "})
    assert answer.status_code == 422
    assert tokens_of(person.id) == []
