"""The pages on which staff record letters: one by one, as a table, and what goes back on paper."""

import io
import re
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from participation.contributions.intake_models import Intake
from participation.contributions.models import Contribution
from participation.evaluation import services as evaluation
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TABLE = "Eingangsweg;Eingegangen am;Text;Einwilligung\nBrief;19.11.2026;Mehr Bäume.;Text\nTaube;19.11.2026;Gurr;\n"


@pytest.fixture(autouse=True)
def _noon(at):
    with at(datetime(2026, 11, 20, 11, tzinfo=UTC)):
        yield


@pytest.fixture
def procedure(world):
    return world.procedure(tenant=world.tenant("stadt"), slug="plan")


@pytest.fixture
def clerk(world, procedure, client):
    person = world.staff(procedure.tenant, Role.CASE_WORKER)
    world.log_in(client, person)
    return person


BASE = "/stadt/plan/-/manage/intake"


def post(client, path, **fields):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(BASE + "/new").get_data(as_text=True))[1]
    data = {"csrf_token": token} | fields
    return client.post(BASE + path, data=data, content_type="multipart/form-data")


def letter(**values):
    return {
        "channel": "letter",
        "received_on": "2026-11-19",
        "text": "Der Radweg fehlt.",
        "consent": "text",
        "sender_name": "Erika Brief",
        "sender_address": "Postweg 1\n12345 Stadt",
    } | values


def only():
    return db.session.query(Contribution).one()


@pytest.mark.requirement("RA-3-01", "RA-3-10")
def test_a_letter_is_recorded_and_the_next_form_keeps_what_they_share(client, clerk, procedure):
    answer = post(client, "/new", **letter())
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert only().reference in page
    assert 'value="2026-11-19"' in page
    assert "Der Radweg fehlt." not in page
    assert "Erika Brief" in client.get(f"{BASE}/{only().id}").get_data(as_text=True)
    assert "Erika Brief" not in client.get(f"/stadt/plan/-/contributions/{only().reference}").get_data(as_text=True)


def test_what_is_wrong_stands_at_the_field_and_nothing_is_lost(client, clerk):
    answer = post(client, "/new", **letter(text="", sender_name="Erika Brief"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="text-error"' in page
    assert 'value="Erika Brief"' in page
    assert db.session.query(Contribution).count() == 0


def test_the_same_words_are_pointed_out_once(client, clerk):
    post(client, "/new", **letter())
    answer = post(client, "/new", **letter())
    assert answer.status_code == 409
    assert "Trotzdem erfassen" in answer.get_data(as_text=True)
    assert post(client, "/new", **letter(double=only().reference)).status_code == 303
    assert db.session.query(Contribution).count() == 2


def test_a_scan_is_for_case_workers_and_each_look_is_logged(client, clerk, world, procedure, app):
    post(client, "/new", **letter(scan=(io.BytesIO(PDF), "brief.pdf")))
    found = post(client, f"/{only().id}/scan")
    assert (found.status_code, found.data) == (200, PDF)
    assert found.headers["Cache-Control"] == "no-store"
    assert db.session.query(EventRow).filter_by(name="contributions.scan_opened").one().actor_id == clerk.id
    other = app.test_client()
    world.log_in(other, world.staff(procedure.tenant, Role.MODERATOR))
    assert other.get(f"{BASE}/{only().id}").status_code == 403


@pytest.mark.parametrize("file", [b"<html>", b"PK\x03\x04"])
def test_a_scan_that_is_none_is_refused_at_its_field(client, clerk, file):
    answer = post(client, "/new", **letter(scan=(io.BytesIO(file), "brief.pdf")))
    assert answer.status_code == 422
    assert 'id="scan-error"' in answer.get_data(as_text=True)


def test_a_record_is_corrected_and_a_slower_hand_sees_both(client, clerk):
    post(client, "/new", **letter())
    assert post(client, f"/{only().id}", **letter(text="Der Radweg fehlt seit Jahren.", version="1")).status_code == 303
    answer = post(client, f"/{only().id}", **letter(text="Der Weg fehlt.", version="1"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Der Radweg fehlt seit Jahren." in page
    assert "Der Weg fehlt." in page


def test_a_record_is_taken_back_with_a_reason(client, clerk):
    post(client, "/new", **letter())
    assert post(client, f"/{only().id}/take-back").status_code == 422
    assert post(client, f"/{only().id}/take-back", why="by_mistake").status_code == 303
    assert only().state == "withdrawn"


@pytest.mark.parametrize("stage", ["draft", "archived"])
def test_the_pages_answer_also_where_nothing_can_be_recorded(client, world, procedure, stage):
    place = world.procedure(procedure.tenant, slug="leer", stage=stage, kinds=[])
    world.log_in(client, world.staff(place.tenant, Role.CASE_WORKER))
    for path in ("", "/new", "/import", "/letters"):
        assert client.get(f"/stadt/leer/-/manage/intake{path}").status_code == 200
    for path in ("/7", "/7/receipt", "/7/letter", "/import/nichts", "/import/nichts/refused.csv"):
        assert client.get(f"/stadt/leer/-/manage/intake{path}").status_code == 404


def upload(client, table=TABLE):
    return post(client, "/import", file=(io.BytesIO(table.encode()), "briefe.csv"))


@pytest.mark.requirement("RA-3-25")
def test_a_table_is_looked_at_then_taken_over_without_its_bad_row(client, clerk):
    check = upload(client).location.removeprefix(BASE)
    page = client.get(BASE + check).get_data(as_text=True)
    assert "Bitte wählen Sie, wie der Beitrag einging." in page
    assert db.session.query(Contribution).count() == 0
    assert post(client, check).status_code == 422
    assert post(client, check, skip_bad="y").status_code == 303
    assert only().source == "Mehr Bäume."
    refused = client.get(f"{BASE}{check.partition('?')[0]}/refused.csv").get_data(as_text=True)
    assert "Taube" in refused
    assert "Mehr Bäume." not in refused


def test_a_broken_file_is_refused_where_it_is_looked_at(client, clerk):
    answer = client.get(BASE + upload(client, "a;b\n1;2\n").location.removeprefix(BASE))
    assert answer.status_code == 422
    assert "fehlen Spalten" in answer.get_data(as_text=True)
    assert upload(client, "").status_code == 422


def test_somebody_elses_file_is_nobodys(client, clerk, world, procedure, app):
    check = upload(client).location
    other = app.test_client()
    world.log_in(other, world.staff(procedure.tenant, Role.CASE_WORKER))
    assert other.get(check).status_code == 404


def test_the_templates_are_read_again_without_a_complaint(client, clerk):
    book = load_workbook(io.BytesIO(client.get(f"{BASE}/import/template.xlsx").data))
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert client.get(f"{BASE}/import/template.csv").get_data().decode("utf-8-sig").strip().split(";") == heads
    assert book.worksheets[1]["A1"].value == heads[0]


@pytest.mark.requirement("RA-4.4-06")
def test_the_answer_goes_out_as_a_letter_and_that_is_noted_once(client, clerk, world, procedure):
    post(client, "/new", **letter(consent="none"))
    post(client, "/new", **letter(text="Anders.", sender_email="erika@uebung.example"))
    second = world.staff(procedure.tenant, Role.MANAGER)
    for found in db.session.query(Contribution).all():
        with transaction():
            values = {"decision": "followed", "source": "Wir bauen ihn.", "actor_id": clerk.id}
            made = evaluation.answer(world.again(procedure), [found], **values)
        with transaction():
            evaluation.publish(made, number=1, actor_id=second.id)
    page = client.get(f"{BASE}/letters").get_data(as_text=True)
    assert "Postweg 1" in page
    assert "Wir bauen ihn." in page
    assert "Anders." not in page
    first = db.session.query(Contribution).order_by(Contribution.id).first()
    assert client.get(f"{BASE}/{first.id}/letter").status_code == 200
    assert post(client, "/letters/sent", number=str(first.id)).status_code == 303
    row = db.session.query(Intake).filter_by(contribution_id=first.id).one()
    assert row.answered_on_paper_on.isoformat() == "2026-11-20"
    assert "Postweg 1" not in client.get(f"{BASE}/letters").get_data(as_text=True)


@pytest.mark.parametrize(("consent", "shown"), [("text", True), ("none", False)])
def test_the_receipt_leads_to_the_page_only_where_it_is_public(client, clerk, consent, shown):
    post(client, "/new", **letter(consent=consent))
    page = client.get(f"{BASE}/{only().id}/receipt").get_data(as_text=True)
    assert only().reference in page
    assert (f"/-/contributions/{only().reference}</strong>" in page) is shown
    assert ("wird nicht veröffentlicht" in page) is not shown


@pytest.mark.requirement("RA-3-01")
def test_the_sheet_to_write_on_is_for_everybody_and_only_where_one_can_write(client, world, procedure):
    page = client.get("/stadt/plan/-/paper?at=here").get_data(as_text=True)
    assert "Stelle here" in page
    assert "Bitte bis einschließlich" in page
    assert client.get("/stadt/plan/-/paper?at=nowhere").status_code == 404
    world.procedure(procedure.tenant, slug="wahl", kinds=["voting"])
    assert client.get("/stadt/wahl/-/paper").status_code == 404


@pytest.mark.requirement("RA-4.4-06")
def test_who_left_an_address_gets_the_receipt_by_mail(client, clerk, procedure, mails):
    post(client, "/new", **letter(sender_email="erika@uebung.example", consent="none"))
    post(client, "/new", **letter(text="Ohne Adresse."))
    found = [mail for mail in mails() if "Eingangsbestätigung" in str(mail["Subject"])]
    assert [mail["To"] for mail in found] == ["erika@uebung.example"]
    body = found[0].get_body(("plain",)).get_content()
    reference = db.session.query(Contribution).order_by(Contribution.id).first().reference
    assert reference in body
    assert "wird nicht veröffentlicht" in body
    assert f"/contributions/{reference}" not in body
