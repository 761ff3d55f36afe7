"""Ideas for other systems: category and place are read and sent, rated by the method of the collection."""

import pytest

from participation.accounts.api_tokens import make_token
from participation.contributions.locations import locations_of
from participation.contributions.models import Contribution
from participation.kernel.db import db, transaction
from participation.procedures.models import Activity

POINT = {"type": "Point", "coordinates": [7.05, 50.7]}
NEW = {
    "module": "ideas",
    "activity": "a",
    "type": "ideas.idea",
    "title": "Mehr Licht",
    "text": "Im Winter ist es dunkel.",
    "category": "k2",
    "where": "Am Ufer",
    "position": POINT,
}


@pytest.fixture
def api(app, world, procedure):
    """`api("GET", path, person)` asks the interface about the contributions of the procedure."""
    client, tokens = app.test_client(), {}

    def ask(method, path="", person=None, **values):
        if person is not None and person.id not in tokens:
            with transaction():
                tokens[person.id] = make_token(person, procedure.tenant.id, "Test")
        headers = {"Authorization": f"Bearer {tokens[person.id]}"} if person else {}
        base = f"/api/v1/tenants/{procedure.tenant.slug}/procedures/{procedure.slug}/contributions"
        return client.open(base + path, method=method, headers=headers, **values)

    return ask


@pytest.mark.requirement("RA-5.1.3-01")
def test_an_idea_is_sent_read_and_changed_with_its_particulars(world, api, procedure):
    person = world.person()
    sent = api("POST", person=person, json=NEW)
    assert sent.status_code == 201, sent.get_data(as_text=True)
    reference = sent.json["reference"]
    (read,) = api("GET").json["items"]
    expected = {"title": "Mehr Licht", "place": "k2", "category": "Licht", "where": "Am Ufer", "position": POINT}
    assert {name: read[name] for name in expected} == expected
    change = {"text": "Es ist sehr dunkel.", "version": 1}
    changed = api("PATCH", f"/{reference}", person, json=change)
    assert {name: changed.json[name] for name in expected} == expected
    moved = api("PATCH", f"/{reference}", person, json=change | {"version": 2, "title": "Viel Licht", "position": None})
    assert (moved.json["title"], moved.json["where"], moved.json["position"]) == ("Viel Licht", "Am Ufer", None)
    row = db.session.query(Contribution).one()
    assert locations_of([row.id])[row.id].longitude is None


@pytest.mark.usefixtures("area")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"category": "k9"}, "category"),
        ({"position": {"type": "Point", "coordinates": [50.7, 7.05]}}, "position"),
        ({"position": {"type": "LineString", "coordinates": [[7.05, 50.7], [7.06, 50.7]]}}, "position"),
        ({"position": {"coordinates": []}}, "position"),
        ({"position": "50.7 7.05"}, "position"),
        ({"where": "x" * 301}, "where"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(world, api, wrong, field):
    refused = api("POST", person=world.person(), json=NEW | wrong)
    assert refused.status_code == 422
    assert field in refused.get_data(as_text=True)
    assert db.session.query(Contribution).count() == 0


def test_ideas_are_rated_by_the_method_of_their_collection(world, api, procedure, idea):
    made, person = idea("Mehr Licht"), world.person()
    path = f"/{made.reference}/rating"
    assert api("PUT", path, person, json={"value": "agree"}).json["agree"] == 1
    for value in ("disagree", "3"):
        assert api("PUT", path, person, json={"value": value}).status_code == 422
    assert api("DELETE", path, person).json["agree"] == 0
    with transaction():
        activity = db.session.get_one(Activity, world.activity(procedure).id)
        activity.settings = activity.settings | {"rating": "points"}
    rated = api("PUT", path, person, json={"value": "4"})
    assert (rated.json["agree"], rated.json["score"]) == (1, 4)
    for value in ("agree", "6", "04"):
        assert api("PUT", path, person, json={"value": value}).status_code == 422
