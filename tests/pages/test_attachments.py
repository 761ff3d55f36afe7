"""Adding files on the page of a draft, and who may read them."""

import io
import re

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from participation.contributions import services
from participation.contributions.models import Attachment, Contribution, Draft, DraftFile
from participation.kernel.db import db, transaction
from participation.testing.queries import count_queries

TEXT = "Hier fehlt ein Radweg."
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
pytestmark = pytest.mark.requirement("RA-3-13")


def photo():
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def procedure(world):
    return world.procedure(tenant=world.tenant("stadt"), slug="plan")


@pytest.fixture
def place(client, procedure):
    fields = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here", "text": TEXT}
    return client.post("/stadt/plan/-/drafts", data=fields).location


def press(client, place, do="attach", data=PDF, name="Plan.pdf", text=TEXT, **more):
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(place).get_data(as_text=True))[1]
    fields = {"csrf_token": csrf, "text": text, "for_organisation": "self"}
    if data is not None:
        fields["file"] = FileStorage(io.BytesIO(data), name)
    return upload(client, place, fields | more | {"do": do})


def upload(client, place, fields):
    boundary, body = encode_multipart(fields)
    return client.post(place, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.fixture
def author(world, client, place):
    person = world.person()
    world.log_in(client, person)
    with transaction():
        db.session.query(Draft).one().person_id = person.id
    return person


@pytest.fixture
def sent(client, place, author):
    """A contribution with a photo and a document, and their addresses."""
    press(client, place, data=photo(), name="Steg.jpg", alternative="Der alte Steg")
    assert press(client, place, "send").status_code == 303
    rows = db.session.query(Attachment).order_by(Attachment.id)
    return db.session.query(Contribution).one(), [f"/stadt/plan/-/files/{row.stored_name}" for row in rows]


def set_state(contribution, state):
    with transaction():
        services.change_state(db.session.get(Contribution, contribution.id), state, actor_id=None)


def test_a_file_is_added_with_its_own_button_and_the_newest_text_is_kept(client, place):
    answer = press(client, place, text="Noch besser.")
    assert (answer.status_code, answer.location.rpartition("?")[2]) == (303, "done=file-added")
    page = client.get(place).get_data(as_text=True)
    assert "Plan.pdf" in page
    assert "PDF, 1 kB" in page
    assert "Noch besser." in page


def test_a_file_is_removed_with_its_button_and_the_text_is_kept(client, place):
    press(client, place)
    number = db.session.query(DraftFile).one().id
    assert press(client, place, f"remove-{number}", None, text="Neuer Text").status_code == 303
    page = client.get(place).get_data(as_text=True)
    assert "Plan.pdf" not in page
    assert "Neuer Text" in page


@pytest.mark.parametrize("odd", ["remove-", "remove-x", "remove-" + "9" * 40, "remove-²"])
def test_an_odd_number_removes_nothing(client, place, odd):
    press(client, place)
    assert press(client, place, odd, None).status_code == 303
    assert db.session.query(DraftFile).count() == 1


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"<svg/>", "bild.svg", "diese Art von Datei"),
        (photo() + b"<script>", "foto.jpg", "gibt sich als etwas anderes aus"),
        (b"x" * (10 * 2**20 + 1), "lang.txt", "zu groß"),
        (None, "", "Bitte wählen Sie zuerst eine Datei aus."),
    ],
)
def test_a_refused_file_is_said_at_its_field_and_the_text_stays(client, place, data, name, why):
    answer = press(client, place, data=data, name=name, text="Noch besser.")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert why in page
    assert "error-summary" in page
    assert "Noch besser." in page
    assert db.session.query(DraftFile).count() == 0


def test_a_file_far_over_the_limit_is_413_and_the_text_stays(client, place):
    answer = press(client, place, data=b"x" * (13 * 2**20), name="film.txt", text="Noch besser.")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 413
    assert "zu groß" in page
    assert "Noch besser." in page
    assert db.session.query(DraftFile).count() == 0


def test_a_file_far_over_the_limit_needs_the_token_all_the_same(client, place):
    fields = {"text": TEXT, "file": FileStorage(io.BytesIO(b"x" * (13 * 2**20)), "film.txt")}
    assert upload(client, place, fields).status_code == 400


def test_the_fourth_file_is_refused(client, place):
    statuses = [press(client, place, name=f"{number}.pdf").status_code for number in range(4)]
    assert statuses == [303, 303, 303, 422]
    assert db.session.query(DraftFile).count() == 3


def test_very_many_files_from_one_network_are_429(client, place, monkeypatch):
    monkeypatch.setattr("participation.pages.contribution_files.PACE", 1)
    assert [press(client, place).status_code for _ in range(2)] == [303, 429]


def test_a_chosen_file_goes_along_when_the_text_is_sent(client, place, author):
    assert press(client, place, "send").status_code == 303
    row = db.session.query(Attachment).one()
    assert (row.name, row.media_type, row.size) == ("Plan.pdf", "application/pdf", len(PDF))
    assert db.session.query(Contribution).one().attachments == 1


def test_everybody_sees_the_files_below_the_contribution(app, sent):
    contribution, (picture, _document) = sent
    page = app.test_client().get(f"/stadt/plan/-/contributions/{contribution.reference}").get_data(as_text=True)
    assert f'<img src="{picture}" alt="Der alte Steg" loading="lazy">' in page
    assert "Plan.pdf" in page
    assert "2 Anhänge" in page


def test_the_files_cost_a_visitor_one_query_in_a_budget_of_five(app, sent):
    contribution, _files = sent
    with count_queries() as queries:
        app.test_client().get(f"/stadt/plan/-/contributions/{contribution.reference}")
    assert len(queries) <= 5


def test_a_served_file_can_do_nothing_but_be_seen(app, sent):
    for path, disposition in zip(sent[1], ["inline; filename=Steg.jpg", "attachment; filename=Plan.pdf"], strict=True):
        answer = app.test_client().get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == disposition
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Set-Cookie" not in answer.headers
        assert len(answer.data) == answer.content_length
    assert answer.data == PDF


@pytest.mark.parametrize("state", ["hidden", "pending", "withdrawn"])
def test_the_files_of_what_is_not_public_are_for_its_author_alone(app, client, sent, state):
    contribution, paths = sent
    set_state(contribution, state)
    assert [app.test_client().get(path).status_code for path in paths] == [404, 404]
    assert [client.get(path).status_code for path in paths] == [200, 200]


def test_a_hidden_answer_does_not_show_its_files_to_the_author_above(world, client, procedure, author):
    above = world.contribution(procedure, author)
    answer = world.contribution(procedure, parent=above)
    world.contribution(procedure, parent=answer)
    with transaction():
        db.session.get(Contribution, answer.id).attachments = 1
        db.session.add(
            Attachment(
                tenant_id=answer.tenant_id, contribution_id=answer.id, stored_name="a" * 32, name="Schmaehung.pdf",
                media_type="application/pdf", size=1,
            )
        )  # fmt: skip
    page = f"/stadt/plan/-/contributions/{above.reference}"
    assert "Schmaehung.pdf" in client.get(page).get_data(as_text=True)
    set_state(answer, "hidden")
    assert "Schmaehung.pdf" not in client.get(page).get_data(as_text=True)


def test_another_tenants_address_does_not_lead_to_a_file(world, client, sent):
    world.procedure(tenant=world.tenant("land"), slug="fremd")
    for path in sent[1]:
        assert client.get(path.replace("/stadt/plan/", "/land/fremd/")).status_code == 404


def test_the_file_of_a_draft_is_for_its_own_browser_alone(app, client, place):
    press(client, place)
    path = f"/stadt/plan/-/files/{db.session.query(DraftFile).one().stored_name}"
    assert client.get(path).status_code == 200
    assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize("name", ["a" * 32, "A" * 32, "x", "..%2f..%2fsecret"])
def test_a_name_that_is_none_is_404(client, procedure, name):
    assert client.get(f"/stadt/plan/-/files/{name}").status_code == 404
