"""A PDF of the plan: a page of it is drawn and lies on the map as a picture; what is wrong is said at its field."""

import io
import re

import pytest
from PIL import Image

from modules.plan import queries
from modules.plan.tests.conftest import token
from modules.plan.tests.test_plan import picture
from participation.interfaces import Role
from participation.kernel import images
from participation.kernel.files import file_store
from participation.testing.pdf import assembled, pdf
from participation.testing.queries import count_queries

TYPED = {
    "title": "Entwurf",
    "legend": "Der Platz von oben.",
    "kind": "picture",
    "south_west": "50.71 7.08",
    "north_east": "50.74 7.12",
    "page": "1",
}
LOCKED = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%b)/U(%b)/P -4>>/ID[(0)(0)]" % (b"x" * 32, b"y" * 32)
SCRIPT = pdf(words=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>")


@pytest.fixture
def send(world, client, procedure, base):
    """`send(data, name, page=…)` sends the form as a member of staff and gives the answer."""
    world.log_in(client, world.staff(procedure.tenant, Role.MANAGER), staff=True)
    path = f"{base}/plan/a/setup"
    csrf = token(client.get(path).get_data(as_text=True))

    def post(data, name="plan.pdf", **typed):
        fields = TYPED | typed | {"csrf_token": csrf, "file": (io.BytesIO(data), name)}
        return client.post(path, data=fields, content_type="multipart/form-data")

    return post


def layers(world, procedure):
    return [layer for layer in queries.layers_of(world.activity(procedure)) if layer.kind == "picture"]


def stored():
    return [path for path in file_store().root.rglob("*") if path.is_file()]


@pytest.mark.requirement("RA-4.2-01")
@pytest.mark.parametrize(("name", "page"), [("plan.pdf", "2"), ("plan.png", ""), ("Plan", " 1 ")])
def test_a_page_of_a_pdf_is_placed_as_a_picture(world, client, procedure, base, send, name, page):
    assert send(pdf(pages=2), name, page=page).status_code == 303
    [layer] = layers(world, procedure)
    assert (layer.bounds, layer.media_type) == ([7.08, 50.71, 7.12, 50.74], "image/png")
    shown = client.get(f"{base}/plan/a/picture?layer={layer.key}")
    assert Image.open(io.BytesIO(shown.data)).size == (4_000, 2_000)
    listed = client.get(f"{base}/plan/a/layers.json").json["layers"]
    assert [entry["kind"] for entry in listed] == ["geojson", "picture"]
    assert "Bild ansehen" in client.get(f"{base}/plan/a/").get_data(as_text=True)


def test_a_picture_is_known_by_its_content_whatever_its_name(world, procedure, send):
    assert send(picture(), "plan.pdf").status_code == 303
    assert layers(world, procedure)[0].media_type == "image/jpeg"


WRONG = {
    "broken": (pdf()[:200], "plan.pdf", {}, "file", "beschädigt"),
    "locked": (assembled([b"<<>>"], LOCKED), "plan.pdf", {}, "file", "Kennwort"),
    "with a script": (SCRIPT, "plan.pdf", {}, "file", "Makros oder Programme"),
    "a script": (b"<script>alert(1)</script>", "plan.png", {}, "file", "PDF, PNG"),
    "half a picture": (picture()[:40], "plan.png", {}, "file", "nicht lesen"),
    "a bomb": (pdf(box="0 0 14400 14400"), "plan.pdf", {}, "file", "länger als 4 Meter"),
    "empty": (pdf(content=b""), "plan.pdf", {}, "file", "nichts zu sehen"),
    "no file": (b"", "", {}, "file", "Bitte wählen Sie eine Datei."),
    "page 4 of 3": (pdf(pages=3), "plan.pdf", {"page": "4"}, "page", "Die Datei hat 3 Seiten."),
    "page 2 of a picture": (picture(), "plan.png", {"page": "2"}, "page", "nur eine Seite"),
    "page two": (pdf(), "plan.pdf", {"page": "zwei"}, "page", "als Zahl"),
    "page minus one": (pdf(), "plan.pdf", {"page": "-1"}, "page", "als Zahl"),
    "page nought": (pdf(), "plan.pdf", {"page": "0"}, "page", "nur eine Seite"),
    "a very long page": (pdf(), "plan.pdf", {"page": "9" * 5_000}, "page", "als Zahl"),
    "no title": (pdf(), "plan.pdf", {"title": " "}, "title", "Namen"),
    "corners turned": (pdf(), "plan.pdf", {"south_west": "51 8"}, "south_west", "Westen kleiner als Osten"),
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost_or_stored(world, procedure, send, case):
    data, name, typed, field, words = WRONG[case]
    before = stored()
    answer = send(data, name, **typed)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert words in re.search(rf'id="{field}-error">.*?</p>', page, re.DOTALL)[0]
    assert page.count('class="kern-error"') == 1
    for given in (TYPED | typed).values():
        assert given.strip() in page
    assert re.search(r'<input[^>]*checked[^>]*value="picture"', page)
    assert (layers(world, procedure), stored()) == ([], before)


def test_a_file_that_is_far_too_large_leaves_what_stands_before_it(send):
    answer = send(bytes(43 * 2**20))
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 413
    page = answer.get_data(as_text=True)
    assert "Möglich sind 40 MB" in page
    for given in TYPED.values():
        assert given in page


def test_what_cannot_be_placed_is_not_even_drawn(send, monkeypatch):
    monkeypatch.setattr(images, "_worked", lambda *_values: pytest.fail("drawn"))
    assert send(pdf(), title="").status_code == 422
    assert send(pdf(), north_east="hier").status_code == 422


def test_a_plan_from_a_pdf_costs_few_questions(send):
    with count_queries() as sent:
        assert send(pdf()).status_code == 303
    assert len(sent) <= 25
