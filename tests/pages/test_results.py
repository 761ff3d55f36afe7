"""The page of a result, and the work on it in the browser's words: every step, every refusal, nothing lost."""

import re
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest

from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.results.queries import in_preparation, published
from participation.testing.lint import LintingClient
from participation.testing.queries import count_queries
from tests.results.conftest import WORDS, Scene

TYPED = {
    "decision": "Der Rat baut den Platz um.",
    "changed": "Sie wollten Schatten.",
    "sentence_0": "Der Bau beginnt.",
    "on_0": "2027-03-01",
}


@pytest.fixture
def scene(world):
    return Scene(world)


@pytest.fixture
def place(scene):
    whole = scene.whole()
    return f"/{whole.tenant.slug}/{whole.slug}/"


@pytest.fixture
def as_staff(app, world, scene):
    """`as_staff(person)` is a linting client of one of the two who publish."""

    def client_of(person):
        client = app.test_client()
        world.log_in(client, person, staff=True)
        return client

    app.test_client_class = LintingClient
    return client_of


def token(client, path):
    page = client.get(path).get_data(as_text=True)
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def send(client, place, what, **values):
    page = f"{place}-/manage/result" + (f"/{what}" if what in ("write", "withdraw-text") else "")
    values = {"csrf_token": token(client, page)} | values
    return client.post(f"{place}-/manage/result/{what}", data=values)


def write(client, place, **values):
    page = client.get(f"{place}-/manage/result/write").get_data(as_text=True)
    seen = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    return send(client, place, "write", **({"version": seen} | TYPED | values))


def text(answer):
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


@pytest.mark.requirement("RA-3-27", "RA-3-22")
def test_from_computing_to_the_public_in_the_browser(scene, place, client, as_staff):
    one, two = as_staff(scene.first), as_staff(scene.second)
    scene.cast("yes", "yes", "no")
    assert client.get(f"{place}-/result").status_code == 404
    answer = send(one, place, "compute")
    assert answer.headers["Location"].endswith("done=result-computed")
    assert "Entscheidung in einem Satz fehlt" in text(one.get(f"{place}-/manage/result"))
    assert write(one, place).status_code == 302
    preview = text(one.get(f"{place}-/manage/result/preview"))
    assert "Vorschau" in preview
    assert "Der Rat baut den Platz um." in preview
    assert send(one, place, "submit").status_code == 302
    page = text(one.get(f"{place}-/manage/result"))
    assert "Sie haben das Ergebnis selbst vorgelegt" in page
    refused = send(one, place, "publish")
    assert refused.status_code == 403
    assert "zweite Person" in text(refused)
    assert client.get(f"{place}-/result").status_code == 404
    assert send(two, place, "publish").headers["Location"].endswith("done=result-published")
    shown = text(client.get(f"{place}-/result"))
    assert "Der Rat baut den Platz um." in shown
    assert "Montag, 1. März 2027" in shown
    assert "Ergebnis ansehen" in text(client.get(place))


@pytest.mark.requirement("LP-18")
def test_the_page_says_how_many_and_that_they_stand_for_nobody_else(scene, place, client):
    scene.cast("yes", "yes", "no")
    scene.answer(scene.shown)
    scene.published(
        replace(WORDS, press="Kurz für die Presse.", annex="Für den Rat.", annex_url="https://rat.example/1")
    )
    page = text(client.get(f"{place}-/result"))
    assert "Teilgenommen haben 4 Personen. Sie sind nicht repräsentativ für die gesamte Bevölkerung." in page
    for words in (
        "Was sich durch Ihre Beteiligung geändert hat",
        "20 Bäume",
        "Kurz für die Presse.",
        "https://rat.example/1",
        "Das machen wir, versprochen.",
        "Wird übernommen" if "Wird übernommen" in page else "decision.followed",
        f"/-/contributions/{scene.shown.reference}",
        "flask --app app recount",
        published(scene.procedure.id).root,
    ):
        assert words in page, words
    annex = text(client.get(f"{place}-/result/1/annex"))
    for words in ("Für den Rat.", "https://rat.example/1", "nicht repräsentativ", "Der Bau beginnt."):
        assert words in annex, words


def test_each_chart_is_a_picture_with_words_and_the_same_numbers_in_a_table(scene, place, client):
    scene.cast("yes", "yes", "no")
    scene.published()
    page = text(client.get(f"{place}-/result"))
    picture = page[page.index("<svg") : page.index("</svg>")]
    assert 'role="img" aria-labelledby="vote-0-0-title" aria-describedby="vote-0-0-text"' in picture
    assert "Soll es so sein?" in picture
    assert "3 Stimmen wurden abgegeben. Antwort yes (gewählt)" not in picture
    assert "Antwort yes: 2 (67 %); Antwort no: 1 (33 %)." in picture
    assert re.search(r'fill="url\(#vote-0-0-p[123]\)"', picture), "a pattern, not only a colour"
    assert "style=" not in picture
    table = page[page.index("<table") : page.index("</table>")]
    assert re.findall(r'<td class="number">([^<]+)</td>', table) == ["2", "67 %", "1", "33 %"]


def test_the_english_page_marks_german_words(scene, place, client):
    scene.cast("yes")
    scene.published()
    page = text(client.get(f"/en{place}-/result"))
    assert '<span lang="de">Der Rat baut den Platz um.</span>' in page
    assert 'class="prose" lang="de"' in page


@pytest.mark.requirement("BX-03", "RA-4.4-09")
def test_the_data_can_be_downloaded_by_everybody_after_the_publication(scene, place, client):
    assert client.get(f"{place}-/result/1/package").status_code == 404
    scene.published()
    answer = client.get(f"{place}-/result/1/package")
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-cache"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    with ZipFile(BytesIO(answer.data)) as archive:
        assert "manifest.json" in archive.namelist()
    again = client.get(f"{place}-/result/1/package", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_older_versions_stay_with_a_notice(scene, place, client):
    scene.published()
    scene.published(replace(WORDS, decision="Doch nicht."), reason="Ein Zahlendreher.")
    newest, old = text(client.get(f"{place}-/result")), text(client.get(f"{place}-/result/1"))
    assert "Doch nicht." in newest
    assert "Ein Zahlendreher." in newest
    assert "frühere Fassung" in old
    assert WORDS.decision in old
    assert client.get(f"{place}-/result/1/package").status_code == 200
    assert client.get(f"{place}-/result/3").status_code == 404


def test_a_visitor_needs_at_most_five_queries(scene, place, client):
    scene.cast("yes")
    scene.answer(scene.shown)
    scene.published()
    for path in (f"{place}-/result", f"{place}-/result/1", f"{place}-/result/1/annex"):
        with count_queries() as sent:
            assert client.get(path).status_code == 200
        assert len(sent) <= 5, "\n".join(sent)


def test_what_was_typed_stays_when_somebody_else_was_faster(scene, place, as_staff):
    one = as_staff(scene.first)
    send(one, place, "compute")
    seen = str(in_preparation(scene.procedure.id).version)
    scene.write(replace(WORDS, decision="Anders gespeichert."))
    answer = write(one, place, version=seen, decision="Mein Satz.")
    assert answer.status_code == 409
    assert "Anders gespeichert." in text(answer)
    assert "Mein Satz." in text(answer)
    assert in_preparation(scene.procedure.id).decision == "Anders gespeichert."


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"decision": ""}, "Bitte füllen Sie dieses Feld aus."),
        ({"decision": "x" * 500}, "Bitte kürzen Sie auf höchstens 400 Zeichen."),
        ({"annex_url": "javascript:alert(1)"}, "https://www.beispiel.de/seite"),
        ({"on_0": "morgen"}, "Bitte schreiben Sie das Datum so: 14.12.2026"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_the_rest(scene, place, as_staff, values, words):
    one = as_staff(scene.first)
    send(one, place, "compute")
    answer = write(one, place, **values)
    assert answer.status_code == 422
    assert words in text(answer)
    assert "Sie wollten Schatten." in text(answer)
    assert in_preparation(scene.procedure.id).changed == ""


def test_a_correction_needs_its_reason(scene, place, as_staff):
    scene.published()
    one = as_staff(scene.first)
    answer = send(one, place, "compute", reason=" ")
    assert answer.status_code == 422
    assert "Grund der Berichtigung" in text(answer)
    assert send(one, place, "compute", reason="Zahlendreher").status_code == 302


def test_while_people_take_part_the_page_says_when(world, scene, as_staff):
    running = world.procedure(scene.tenant)
    slug = world.again(running).slug
    page = text(as_staff(scene.first).get(f"/{world.again(running).tenant.slug}/{slug}/-/manage/result"))
    assert "sobald niemand mehr mitmachen kann" in page
    assert "Ergebnis berechnen" not in page


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.MODERATOR, Role.CASE_WORKER])
def test_others_neither_see_nor_do_anything_there(world, scene, place, app, client, as_staff, role):
    scene.compute()
    stranger = as_staff(world.staff(scene.tenant, role)) if role else client
    for what in ("", "/write", "/preview"):
        assert stranger.get(f"{place}-/manage/result{what}").status_code in (302, 403)
    for what in ("compute", "submit", "publish", "take-back", "withdraw-text"):
        assert stranger.post(f"{place}-/manage/result/{what}").status_code in (400, 401, 403)


@pytest.mark.requirement("LP-14")
def test_the_administration_takes_a_text_out_and_the_page_says_so(scene, place, client, as_staff, world):
    scene.published()
    admin = as_staff(scene.second)
    reference = scene.shown.reference
    refused = send(admin, place, "withdraw-text", reference=reference, reason="Gelöscht")
    assert refused.status_code == 409
    with transaction():
        world.set_state(db.session.get(Contribution, scene.shown.id), "withdrawn")
    assert "Texte, die nicht mehr zu lesen sind" in text(admin.get(f"{place}-/manage/result"))
    assert reference in text(admin.get(f"{place}-/manage/result/withdraw-text")), "it is named as still there"
    unknown = send(admin, place, "withdraw-text", reference="00000-00000", reason="Gelöscht")
    assert unknown.status_code == 422
    assert "steht mit keinem Text" in text(unknown)
    manager = as_staff(scene.first)
    assert manager.get(f"{place}-/manage/result/withdraw-text").status_code == 403
    done = send(admin, place, "withdraw-text", reference=reference.lower(), reason="Auf Wunsch gelöscht")
    assert done.headers["Location"].endswith("done=result-text-withdrawn")
    assert client.get(f"{place}-/result/1/package").status_code == 404
    old = text(client.get(f"{place}-/result/1"))
    assert "nicht mehr abrufbar" in old
    assert WORDS.decision in old
    data = client.get(f"{place}-/result/2/package").data
    assert "Mehr Bäume bitte.".encode() not in data
    assert "Auf Wunsch gelöscht" in text(client.get(f"{place}-/result"))
