"""Reports for software that speaks GeoReport v2: fields, what narrows them, what is not shown."""

from datetime import date, timedelta

import pytest

from modules.ideas import queries, services
from participation.contributions.models import Attachment, Contribution
from participation.contributions.services import change_state
from participation.evaluation.arguments import split
from participation.evaluation.departments import make_department
from participation.evaluation.services import answer, change, publish
from participation.interfaces import Role
from participation.kernel.clock import local, now
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.procedures.models import Procedure
from participation.testing.queries import count_queries

NAMES = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address",
    "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip
PICTURES = (("text/plain", "a" * 32), ("image/png", "b" * 32), ("image/jpeg", "c" * 32))


@pytest.fixture
def lists(procedure):
    where = f"{procedure.tenant.slug}/procedures/{procedure.slug}"
    return f"/api/v1/tenants/{where}/activities/ideas/a/resources"


@pytest.fixture
def reports(client, lists):
    """`reports(status="open")` are the reports of a selection."""

    def ask(**asked):
        found = client.get(f"{lists}/requests", query_string=asked)
        assert found.status_code == 200, found.text
        return found.json["items"]

    return ask


@pytest.fixture
def answered(world, procedure):
    """`answered(idea, decision, text)` publishes an answer."""
    writer, second = (world.staff(procedure.tenant, Role.CASE_WORKER).id for _ in range(2))

    def make(made, decision, source, arguments=()):
        with transaction():
            whole = [] if arguments else [world.again_contribution(made)]
            said = {"decision": decision, "source": source, "actor_id": writer, "arguments": arguments}
            response = answer(db.session.get_one(Procedure, procedure.id), whole, **said)
        with transaction():
            publish(response, number=1, actor_id=second)
        return response, writer

    return make


def test_services_are_the_categories(client, lists, procedure):
    assert {"services", "requests"} <= {entry["name"] for entry in client.get(lists).json}
    page = client.get(f"{lists}/services").json
    assert page["next"] is None
    assert page["items"][0] == {
        "service_code": "k1",
        "service_name": "Wege",
        "description": "",
        "metadata": False,
        "type": "realtime",
        "keywords": "",
        "group": procedure.activities[0].title,
    }
    assert [item["service_code"] for item in page["items"]] == ["k1", "k2"]


def test_a_report_has_the_fields_of_the_standard(world, reports, procedure, idea):
    with transaction():
        department = make_department(procedure.tenant, "Tiefbau", external=False)
        kept = queries.categories_of(world.activity(procedure))[0]
        sign = {"colour": kept.colour, "shape": kept.shape}
        services.change_category(world.activity(procedure), "k1", title="Wege", department_id=department.id, **sign)
        db.session.get_one(Procedure, procedure.id).answers_by = date(2030, 7, 1)
    made = idea("Schlagloch", at=(7.05, 50.7), words="Vor der Post", source="Es ist **tief**.")
    with transaction():
        for media, name in PICTURES:
            row = {"tenant_id": made.tenant_id, "contribution_id": made.id, "size": 1, "name": "x"}
            db.session.add(Attachment(stored_name=name, media_type=media, **row))
    (report,) = reports()
    assert report.keys() == NAMES
    at = made.created_at.isoformat()
    assert report == {
        "service_request_id": made.reference,
        "status": "open",
        "status_notes": "",
        "service_name": "Wege",
        "service_code": "k1",
        "description": "Schlagloch\n\nEs ist tief.",
        "agency_responsible": "Tiefbau",
        "service_notice": "",
        "requested_datetime": at,
        "updated_datetime": at,
        "expected_datetime": "2030-07-01T21:59:59+00:00",
        "address": "Vor der Post",
        "address_id": None,
        "zipcode": None,
        "lat": 50.7,
        "long": 7.05,
        "media_url": f"http://localhost/{procedure.tenant.slug}/{procedure.slug}/-/files/{'b' * 32}",
    }


def test_what_is_not_known_is_null(reports, idea):
    idea("Irgendwo", place="")
    (report,) = reports()
    names = ("service_name", "agency_responsible", "address", "lat", "long", "media_url")
    assert [report[name] for name in names] == [None] * 6
    assert report["service_code"] == ""


@pytest.mark.parametrize("decision", ["followed", "already_followed", "not_followed", "elsewhere", "noted"])
def test_a_public_answer_closes_a_report_and_is_its_note(reports, idea, answered, decision):
    made, waiting = idea("Schlagloch"), idea("Laterne")
    answered(made, decision, "Das ist *Sache* des Landes.\n\nWir haben es weitergegeben.")
    closed, still = reports()
    note = "Das ist Sache des Landes.\nWir haben es weitergegeben."
    assert (closed["status"], closed["status_notes"], closed["expected_datetime"]) == ("closed", note, None)
    assert closed["updated_datetime"] > closed["requested_datetime"]
    assert (still["status"], still["status_notes"]) == ("open", "")
    assert [item["service_request_id"] for item in reports(status="open")] == [waiting.reference]
    assert [item["service_request_id"] for item in reports(status="closed")] == [made.reference]
    assert len(reports(status="open,closed")) == 2


def test_a_change_that_waits_for_a_second_person_is_not_told(reports, idea, answered):
    response, writer = answered(idea("Schlagloch"), "followed", "Wir füllen es auf.")
    with transaction():
        said = {"decision": "not_followed", "source": "Doch nicht.", "number": 1, "actor_id": writer}
        change(db.session.merge(response), **said)
    assert reports()[0]["status_notes"] == "Wir füllen es auf."


def test_answers_to_passages_come_one_after_the_other(world, reports, idea, answered):
    made = idea("Zweierlei", source="Das Loch ist tief. Die Lampe ist dunkel. Der Ast hängt.")
    with transaction():
        row = world.again_contribution(made)
        cuts = [(0, 18), (19, 40), (41, 55)]
        hole, lamp, branch = (split(row, span=cut, version=1, actor_id=None) for cut in cuts)
    answered(made, "followed", "Wir füllen und leuchten.", [hole, lamp])
    (report,) = reports()
    assert (report["status"], report["status_notes"]) == ("open", "Wir füllen und leuchten.")
    answered(made, "elsewhere", "Der Forst sägt.", [branch])
    (report,) = reports()
    assert (report["status"], report["status_notes"]) == ("closed", "Wir füllen und leuchten.\nDer Forst sägt.")


def test_reports_are_narrowed_by_number_kind_and_words(reports, idea):
    hole, lamp, branch = idea("Schlagloch"), idea("Laterne dunkel", place="k2"), idea("Ast", place="")
    work_off()

    def found(**asked):
        return [item["service_request_id"] for item in reports(**asked)]

    assert found(service_request_id=f"{hole.reference}, {branch.reference.lower()},QQ") == [
        hole.reference,
        branch.reference,
    ]
    assert found(service_request_id="nichts,") == []
    assert found(service_code="k2") == [lamp.reference]
    assert found(service_code="k1,k2") == [hole.reference, lamp.reference]
    assert found(service_code="k9") == []
    assert found(q="Laterne") == [lamp.reference]
    assert found(q="Laterne", service_code="k1") == []
    assert len(found(jurisdiction_id="musterfurt")) == 3


def test_reports_are_narrowed_by_time(reports, idea):
    old, new = idea("Alt"), idea("Neu")
    yesterday = now() - timedelta(days=1)
    with transaction():
        db.session.get_one(Contribution, old.id).created_at = yesterday
    day = local(yesterday).date().isoformat()

    def found(**asked):
        return [item["service_request_id"] for item in reports(**asked)]

    assert found(start_date=day, end_date=day) == [old.reference]
    assert found(end_date=day) == [old.reference]
    assert found(start_date=local(now()).date().isoformat()) == [new.reference]
    later = yesterday + timedelta(minutes=1)
    assert found(start_date=later.isoformat()) == found(start_date=later.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert found(start_date=later.isoformat().replace("+", " ")) == [new.reference]
    assert found(end_date=local(later).isoformat()) == [old.reference]


ODD = {
    "gestern": "kein Zeitpunkt",
    "2026-13-01": "kein Zeitpunkt",
    "14.12.2026": "kein Zeitpunkt",
    "2026-12-14T25:00:00Z": "kein Zeitpunkt",
    "2026-02-30": "kein Zeitpunkt",
    "9999-12-31T23:59:59-23:00": "kein Zeitpunkt",
    "9" * 5000: "kein Zeitpunkt",
}


@pytest.mark.parametrize(("typed", "words"), ODD.items(), ids=range(len(ODD)))
@pytest.mark.parametrize("name", ["start_date", "end_date"])
def test_a_moment_that_cannot_be_read_is_said(client, lists, name, typed, words):
    refused = client.get(f"{lists}/requests", query_string={name: typed})
    assert (refused.status_code, refused.content_type) == (400, "application/problem+json")
    assert words in refused.json["detail"]
    assert "2026-12-14T18:30:00Z" in refused.json["detail"]


def test_an_end_before_the_start_and_a_state_that_is_none_are_said(client, lists):
    days = {"start_date": "2026-12-14", "end_date": "2026-12-13"}
    refused = client.get(f"{lists}/requests", query_string=days)
    assert (refused.status_code, "vor dem Anfang" in refused.json["detail"]) == (400, True)
    refused = client.get(f"{lists}/requests?status=done")
    assert (refused.status_code, "open und closed" in refused.json["detail"]) == (400, True)


def test_only_what_the_reader_may_read_is_there(world, reports, procedure, idea):
    hidden, merged = idea("Verborgen"), idea("Doppelt")
    shown = idea("Sichtbar")
    world.contribution(procedure, source="Ja, tief.", parent=world.again_contribution(shown))
    world.contribution(procedure, title="Wartet", place="k1", review=True)
    with transaction():
        change_state(world.again_contribution(hidden), "hidden", actor_id=None)
        change_state(world.again_contribution(merged), "withdrawn", actor_id=None)
    assert [item["description"].split("\n")[0] for item in reports()] == ["Sichtbar"]
    assert reports(service_request_id=hidden.reference) == []


def test_the_lists_of_another_authority_or_a_draft_are_not_found(world, client, lists, procedure):
    world.procedure(world.tenant("dorf"), slug="rad", module="ideas", stage="draft")
    other = lists.replace(f"/{procedure.tenant.slug}/", "/dorf/")
    for name in ("services", "requests"):
        assert client.get(f"{other}/{name}").status_code == 404
        assert client.get(f"{other.replace(procedure.slug, 'rad')}/{name}").status_code == 404


def test_pages_of_any_size_take_the_same_number_of_queries(client, lists, idea, answered):
    for number in range(6):
        made = idea(f"Schlagloch {number}", at=(7.05, 50.7), words="Am Ufer")
        answered(made, "noted", "Wir sehen nach.") if number % 2 else None

    def queries_of(address):
        client.get(address)
        with count_queries() as sent:
            assert client.get(address).status_code == 200
        return len(sent)

    for name in ("services", "requests"):
        assert queries_of(f"{lists}/{name}?limit=1") == queries_of(f"{lists}/{name}?limit=100") <= 6
    first = client.get(f"{lists}/requests?limit=4").json
    rest = client.get(f"{lists}/requests?limit=4&after={first['next']}").json
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (4, 2, None)


def test_the_description_has_both(client):
    described = client.get("/api/v1/openapi.json").json
    schemas = described["components"]["schemas"]
    assert schemas["ideas.requests"]["properties"].keys() == NAMES
    assert schemas["ideas.services"]["properties"]["metadata"]["type"] == "boolean"
    path = next(path for path in described["paths"] if path.endswith("/resources/{name}"))
    words = {entry.get("name"): entry.get("description") for entry in described["paths"][path]["get"]["parameters"]}
    assert words["start_date"].startswith("ideas/requests: ")
    assert {"service_request_id", "service_code", "end_date", "status"} <= words.keys()
