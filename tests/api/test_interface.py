"""The interface for other systems: reading, writing with a personal token, refusals as problem details."""

import json

import pytest
from openapi_spec_validator import validate
from sqlalchemy import func, select

from participation.accounts.api_tokens import end_token, make_token, tokens_of
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.testing.queries import count_queries

PROBLEM = "application/problem+json"


@pytest.fixture
def place(world):
    return world.procedure()


@pytest.fixture
def api(app, place, world):
    """Ask the interface: `api("GET", path, person=…)`; a person gets a token for the authority of the place."""
    plain, tokens = app.test_client(), {}

    def ask(method, path, person=None, tenant=None, **values):
        headers = values.pop("headers", {})
        if person is not None:
            where = (tenant or place.tenant).id
            if (person.id, where) not in tokens:
                with transaction():
                    tokens[person.id, where] = make_token(person, where, "Test")
            headers = {"Authorization": f"Bearer {tokens[person.id, where]}", **headers}
        return plain.open(f"/api/v1{path}", method=method, headers=headers, **values)

    return ask


def at(procedure, path=""):
    return f"/tenants/{procedure.tenant.slug}/procedures/{procedure.slug}{path}"


def new(procedure, text="Über die Schnittstelle.", **values):
    return {"module": "probe", "activity": "a", "type": "probe.note", "text": text, **values}


@pytest.mark.requirement("RA-5.1.3-01", "RA-5.1.9-01")
def test_the_description_is_valid_openapi(api):
    described = json.loads(api("GET", "/openapi.json").data)
    validate(described)
    assert described["openapi"] == "3.1.0"
    assert json.loads(api("GET", "/openapi.json").data) == described, "reading it changes nothing"
    refused = described["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert list(refused) == [PROBLEM]


@pytest.mark.requirement("RA-3-04", "RA-5.1.3-01")
def test_what_pages_show_is_read_without_a_token(api, place, world):
    shown, hidden = world.contribution(place, source="Sichtbar"), world.contribution(place, source="Geheimnis")
    with transaction():
        world.set_state(hidden, "hidden")
    assert api("GET", "/tenants").json["items"][0]["slug"] == place.tenant.slug
    assert api("GET", f"/tenants/{place.tenant.slug}/procedures").json["items"][0]["stage"] == "running"
    whole = api("GET", at(place)).json
    assert whole["activities"][0]["phases"][0]["is_open"] is True
    answer = api("GET", at(place, "/contributions"))
    assert [entry["reference"] for entry in answer.json["items"]] == [shown.reference]
    assert "Geheimnis" not in answer.get_data(as_text=True)
    assert api("GET", at(place, f"/contributions/{hidden.reference}")).status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_a_procedure_that_is_not_announced_is_not_there(api, world, place):
    draft = world.procedure(place.tenant, stage="draft")
    assert api("GET", at(draft)).status_code == 404
    assert len(api("GET", f"/tenants/{place.tenant.slug}/procedures").json["items"]) == 1
    manager = world.staff(place.tenant, Role.MANAGER)
    assert api("GET", at(draft), manager).status_code == 404, "a token opens no back office"


def test_lists_are_paged_by_key_and_every_row_comes_once(api, place, world):
    made = [world.contribution(place).reference for _number in range(5)]
    found, after = [], ""
    while after is not None:
        page = api("GET", at(place, f"/contributions?limit=2{f'&after={after}' if after else ''}")).json
        found += [entry["reference"] for entry in page["items"]]
        after = page["next"]
    assert found == made


@pytest.mark.requirement("RA-3-01", "RA-5.1.3-01")
def test_a_program_writes_changes_rates_answers_and_withdraws_for_its_person(api, place, world):
    person = world.person()
    made = api("POST", at(place, "/contributions"), person, json=new(place))
    assert made.status_code == 201, made.get_data(as_text=True)
    reference = made.json["reference"]
    changed = api("PATCH", at(place, f"/contributions/{reference}"), person, json={"text": "Neu.", "version": 1})
    assert "Neu." in changed.json["html"]
    stale = api("PATCH", at(place, f"/contributions/{reference}"), person, json={"text": "Alt.", "version": 1})
    assert stale.status_code == 409
    other = world.person()
    rated = api("PUT", at(place, f"/contributions/{reference}/rating"), other, json={"value": "agree"})
    assert rated.json["agree"] == 1
    assert api("DELETE", at(place, f"/contributions/{reference}/rating"), other).json["agree"] == 0
    said = api("POST", at(place, f"/contributions/{reference}/comments"), other, json={"text": "Stimmt."})
    assert said.json["parent"] == reference
    listed = api("GET", at(place, f"/contributions/{reference}/comments")).json["items"]
    assert [entry["reference"] for entry in listed] == [said.json["reference"]]
    assert api("DELETE", at(place, f"/contributions/{reference}"), other).status_code == 404
    assert api("DELETE", at(place, f"/contributions/{reference}"), person).status_code == 204
    gone = api("GET", at(place, f"/contributions/{reference}")).json
    assert gone["state"] == "withdrawn"
    assert gone["html"] == ""


def test_the_same_request_sent_again_counts_once_and_another_text_is_refused(api, place, world):
    person, key = world.person(), {"Idempotency-Key": "eins"}
    first = api("POST", at(place, "/contributions"), person, json=new(place), headers=key)
    again = api("POST", at(place, "/contributions"), person, json=new(place), headers=key)
    assert first.json["reference"] == again.json["reference"]
    other = api("POST", at(place, "/contributions"), person, json=new(place, "Etwas anderes."), headers=key)
    assert other.status_code == 409
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == 1


def test_without_a_token_nobody_writes_and_the_answer_says_how(api, place):
    answer = api("POST", at(place, "/contributions"), json=new(place))
    assert (answer.status_code, answer.content_type) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["detail"]


def test_a_cookie_is_worth_nothing_here(app, place, world):
    client, person = app.test_client(), world.person()
    world.log_in(client, person)
    assert client.post(f"/api/v1{at(place, '/contributions')}", json=new(place)).status_code == 401


def test_a_token_is_for_one_authority_and_ends_when_its_person_says_so(api, place, world):
    person, other = world.person(), world.procedure()
    assert api("GET", at(other), person).status_code == 403
    assert api("GET", at(place), person).status_code == 200
    with transaction():
        end_token(person.id, tokens_of(person.id)[0].id)
    assert api("GET", at(place), person).status_code == 401


def test_after_the_end_a_program_is_refused_like_everybody(api, world, place):
    ended = world.procedure(place.tenant, stage="evaluation")
    answer = api("POST", at(ended, "/contributions"), world.person(), json=new(ended))
    assert (answer.status_code, answer.content_type) == (403, PROBLEM)
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == 0


WRONG = (None, 5, -1.5, True, "", [], {}, ["x"], "x" * 30_000, "\x00")


@pytest.mark.parametrize("field", ["module", "activity", "type", "place", "text", "organisation", "language", "quote"])
def test_every_wrong_type_is_a_clear_refusal_and_nothing_is_half_done(api, place, world, field):
    person = world.person()
    for value in WRONG:
        answer = api("POST", at(place, "/contributions"), person, json=new(place) | {field: value})
        assert answer.status_code in (201, 400, 404, 422), (field, value)
        assert answer.status_code != 201 or value == "", (field, value)
    for body in (None, [], "x", 5):
        assert api("POST", at(place, "/contributions"), person, json=body).status_code in (400, 422)
    broken = api("POST", at(place, "/contributions"), person, data="{", content_type="application/json")
    assert (broken.status_code, broken.content_type) == (400, PROBLEM)


def test_refusals_are_problem_details_with_the_fields_they_are_about(api, place, world):
    answer = api("POST", at(place, "/contributions"), world.person(), json=new(place) | {"language": "fr"})
    assert answer.status_code == 422
    assert "language" in answer.json["errors"]["json"]
    assert api("GET", "/nowhere").content_type == PROBLEM
    method = api("DELETE", "/tenants")
    assert method.status_code == 405
    assert "GET" in method.headers["Allow"]


def test_a_list_is_read_in_few_queries(api, place, world):
    for _number in range(10):
        world.contribution(place)
    api("GET", at(place, "/contributions"))
    with count_queries() as sent:
        api("GET", at(place, "/contributions"))
    assert len(sent) <= 5
