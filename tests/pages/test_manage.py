"""The workspace of a procedure: the checklist, its facts, two people at once, the picture."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from participation.interfaces import Role
from participation.kernel.clock import today
from participation.kernel.db import transaction
from participation.pages.making_forms import BeginForm, TemplateForm
from participation.pages.manage_forms import FactsForm, PictureForm
from participation.procedures.services import change_procedure
from participation.testing.queries import count_queries

OVERVIEW, FACTS, PICTURE = "/amt/park/-/manage/", "/amt/park/-/manage/facts", "/amt/park/-/manage/picture"
VALUES = {
    "title": "Der Park", "summary": "Kurz.", "description": "**Lang**", "topic": "", "area": "Nord", "level": "consult",
    "fixed": "", "changeable": "", "deciders": "Der Rat", "decision_on": "", "answers_by": "2027-06-01",
    "contact": "rat@stadt.example", "legal_basis": "", "visible_to": "public", "announced_on": "",
    "retained_until": "",
}  # fmt: skip


@pytest.fixture
def procedure(world):
    return world.procedure(world.tenant("amt"), slug="park", title="Der Park", stage="draft", begins=timedelta(days=20))


@pytest.fixture
def manager(world, client, procedure):
    person = world.staff(procedure.tenant, Role.MANAGER)
    world.log_in(client, person)
    return person


def hidden(page, name):
    tag = page.partition(f'name="{name}"')[2].partition(">")[0]
    return tag.partition('value="')[2].partition('"')[0]


def opened(client, path=FACTS):
    """What the form of a page carries without being typed."""
    page = client.get(path).text
    return {name: hidden(page, name) for name in ("csrf_token", "version", "seen")}


def save(client, form=None, **values):
    return client.post(FACTS, data={**(form or opened(client)), **VALUES, **values})


def change(world, procedure, person, **values):
    with transaction():
        change_procedure(world.again(procedure), actor_id=person.id, **values)


def test_facts_are_saved_and_the_public_page_shows_them(world, client, procedure, manager):
    answer = save(client, level="decide", legal_basis="§ 3 BauGB", practice="y", decision_on="2027-05-01")
    assert answer.location == f"{FACTS}?done=saved"
    saved = world.again(procedure)
    assert (saved.level, saved.practice, saved.decision_on) == ("decide", True, date(2027, 5, 1))
    assert saved.description_html == "<p><strong>Lang</strong></p>"
    page = client.get("/amt/park/").text
    assert "Wie weit die Beteiligung geht" in page
    assert "Gemeinsam entscheiden: Sie stimmen mit ab." in page
    assert "§ 3 BauGB" in page


@pytest.mark.requirement("RA-2-07")
@pytest.mark.parametrize(
    ("level", "words"),
    [("inform", "Sie erfahren, was geplant ist."), ("consult", "Die Behörde prüft jeden Beitrag, antwortet")],
)
def test_the_public_page_says_how_far_participation_goes(world, client, level, words):
    world.procedure(world.tenant("amt"), slug="park", level=level)
    assert words in client.get("/amt/park/").text


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(world, client, procedure, manager):
    answer = save(client, title=" ", answers_by="bald", summary="Getippt und nicht verloren")
    assert answer.status_code == 422
    assert "Bitte füllen Sie dieses Feld aus." in answer.text
    assert "Kein gültiges Datum" in answer.text
    assert "Getippt und nicht verloren" in answer.text
    assert world.again(procedure).summary == ""


def test_the_description_is_previewed_without_being_saved(world, client, procedure, manager):
    answer = save(client, description="## Vorschau\n\n<script>x</script>", act="preview")
    assert answer.status_code == 200
    assert "<h2>Vorschau</h2>" in answer.text
    assert "<script>x" not in answer.text
    assert world.again(procedure).description == ""


@pytest.mark.requirement("RA-3-24")
def test_every_setting_is_explained_in_a_sentence(app):
    with app.test_request_context():
        for form in (FactsForm(), PictureForm(), BeginForm(), TemplateForm()):
            for field in form:
                if field.type not in ("HiddenField", "CSRFTokenField"):
                    assert str(field.description).endswith((".", "“.")), field.name


def test_two_people_at_once_see_both_versions_and_nothing_is_overwritten(world, client, procedure, manager):
    form = opened(client)
    other = world.person("Ole Beispiel")
    change(world, procedure, other, title="Der Garten", area="Süd")
    answer = save(client, form, title="Der Wald", summary="Nur von mir")
    assert answer.status_code == 409
    page = answer.text
    assert "Ole Beispiel hat diesen Text inzwischen geändert. Unten stehen beide Fassungen." in page
    assert "Der Garten" in page
    assert "Der Wald" in page
    assert "Süd" in page
    assert world.again(procedure).title == "Der Garten", "nothing is overwritten"
    assert hidden(page, "summary") == "Nur von mir"
    assert 'id="keep-area-mine" value="mine"' in page
    chosen = {"version": hidden(page, "version"), "seen": hidden(page, "seen"), "csrf_token": form["csrf_token"]}
    keep = {"keep-title": "mine", "keep-area": "theirs", "title": "Der Wald am See", "summary": "Nur von mir"}
    assert save(client, chosen, **keep).status_code == 302
    saved = world.again(procedure)
    assert (saved.title, saved.area, saved.summary) == ("Der Wald am See", "Süd", "Nur von mir")


def test_a_fact_i_did_not_touch_keeps_by_default_what_the_other_wrote(world, client, procedure, manager):
    change(world, procedure, world.person("Ole"), area="Nord")
    form = opened(client)
    change(world, procedure, world.person("Ole"), area="Süd", level="inform")
    page = save(client, form, area="Nord", title="Neu").text
    assert 'value="theirs" checked' in page
    assert "Informieren" in page
    assert 'value="mine" checked' not in page


def test_changes_elsewhere_do_not_get_in_the_way(world, client, procedure, manager):
    form = opened(client)
    change(world, procedure, world.person("Ole"), picture_alt="Ein Baum")
    assert save(client, form, title="Der Wald").status_code == 302
    saved = world.again(procedure)
    assert (saved.title, saved.picture_alt) == ("Der Wald", "Ein Baum")


def test_hostile_words_of_the_other_stay_words(world, client, procedure, manager):
    form = opened(client)
    change(world, procedure, world.person("<b>Ole</b>"), title="<script>alert(1)</script>")
    page = save(client, form, title="<img src=x onerror=alert(2)>").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>Ole" not in page


def test_what_people_rely_on_is_frozen_from_the_announcement_on(world, client, procedure, manager):
    with transaction():
        world.again(procedure).stage = "running"
    page = client.get(FACTS).text
    assert 'name="level"' not in page
    assert 'name="announced_on"' not in page
    assert save(client, level="inform", visible_to="members", summary="Neu").status_code == 302
    saved = world.again(procedure)
    assert (saved.level, saved.visible_to, saved.summary) == ("consult", "public", "Neu")


def test_the_checklist_says_what_is_missing_and_leads_there(world, client, procedure, manager):
    page = client.get(OVERVIEW).text
    assert "Vor der Freigabe fehlen noch 3 Punkte" in page
    assert f'href="{FACTS}#deciders"' in page
    save(client)
    page = client.get(OVERVIEW).text
    assert "Alles Nötige ist da" in page
    assert "Vor der Freigabe fehl" not in page


def test_the_checklist_says_what_publication_will_do(world, client, procedure, manager):
    save(client, announced_on=(today() + timedelta(days=5)).isoformat())
    page = client.get(OVERVIEW).text
    assert "Was die Veröffentlichung bewirkt" in page
    assert "Alle, auch ohne Konto." in page
    assert "Zurzeit niemand." in page
    assert "Eine zweite Person gibt das Verfahren zurück." in page
    with transaction():
        world.again(procedure).stage = "running"
    assert "Was die Veröffentlichung bewirkt" not in client.get(OVERVIEW).text


def test_the_workspace_stays_within_its_budget_of_queries(client, procedure, manager):
    for path in (OVERVIEW, FACTS, PICTURE):
        client.get(path)
        with count_queries() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 10, "\n".join(statements)


def test_facts_are_for_those_who_manage_and_the_checklist_for_all_staff(world, client, procedure):
    assert client.get(OVERVIEW).status_code == 404, "before the announcement it is not there for others"
    world.log_in(client, world.staff(procedure.tenant, Role.EDITOR))
    page = client.get(OVERVIEW).text
    assert "Kontakt" in page
    assert f'href="{FACTS}#deciders"' not in page
    for path in (FACTS, PICTURE, "/amt/park/-/manage/template"):
        assert client.get(path).status_code == 403


def picture(width=80, height=40):
    file = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(file, "PNG")
    return io.BytesIO(file.getvalue())


def send_picture(client, **values):
    form = {"csrf_token": hidden(client.get(PICTURE).text, "csrf_token")}
    return client.post(PICTURE, data=form | values, content_type="multipart/form-data")


def test_a_picture_needs_words_for_people_who_do_not_see_it(world, client, procedure, manager):
    answer = send_picture(client, picture=(picture(), "park.png"), picture_alt=" ")
    assert answer.status_code == 422
    assert "Beschreiben Sie das Bild für Menschen, die es nicht sehen." in answer.text
    assert world.again(procedure).has_picture is False
    answer = send_picture(client, picture=(picture(), "park.png"), picture_alt="Ein Baum im Park")
    assert answer.location == f"{PICTURE}?done=saved"
    assert 'alt="Ein Baum im Park"' in client.get("/amt/park/").text
    send_picture(client, picture_alt="Zwei Bäume")
    assert world.again(procedure).picture_alt == "Zwei Bäume"
    send_picture(client, remove="y")
    assert (world.again(procedure).has_picture, world.again(procedure).picture_alt) == (False, "")


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(world, client, procedure, manager):
    answer = send_picture(client, picture=(io.BytesIO(b"<svg onload=alert(1)>"), "park.png"), picture_alt="Ein Baum")
    assert answer.status_code == 422
    assert "Die Datei konnten wir nicht annehmen" in answer.text
    assert "Ein Baum" in answer.text
    assert world.again(procedure).has_picture is False


@pytest.mark.parametrize(
    ("stage", "words"),
    [("running", "Beiträge prüfen"), ("paused", "Verfahren fortsetzen"), ("evaluation", "Beiträge beantworten")],
)
def test_once_people_see_it_the_overview_says_what_there_is_to_do(world, client, stage, words):
    begins = timedelta(days=-40) if stage == "evaluation" else timedelta(days=-1)
    procedure = world.procedure(world.tenant("amt"), slug="park", stage=stage, begins=begins)
    world.log_in(client, world.staff(procedure.tenant, Role.MANAGER))
    page = client.get(OVERVIEW).text
    assert words in page.partition("Was jetzt zu tun ist")[2].partition("Checkliste der Vorbereitung")[0]


def test_a_case_worker_is_sent_to_what_is_theirs(world, client):
    procedure = world.procedure(world.tenant("amt"), slug="park", stage="running", begins=timedelta(days=-1))
    world.log_in(client, world.staff(procedure.tenant, Role.CASE_WORKER))
    tasks = client.get(OVERVIEW).text.partition("Was jetzt zu tun ist")[2].partition("Checkliste der Vorbereitung")[0]
    assert "Beiträge beantworten" in tasks
    assert "Beiträge prüfen" not in tasks


def test_the_menu_follows_the_work_and_says_where_the_procedure_stands(world, client, procedure, manager):
    menu = client.get(OVERVIEW).text.partition('class="staff__menu"')[2].partition("</nav>")[0]
    assert menu.index("Der Park") < menu.index("In Vorbereitung") < menu.index("Übersicht")
    words = ["Angaben", "Formate", "Zeitplan", "Inhalte", "Listen und Codes", "Vorschau", "Freigabe und Ablauf"]
    words += ["Moderation", "Arbeitsliste", "Antworten freigeben", "Ergebnis", "Protokoll"]
    assert [menu.index(f"<span>{word}</span>") for word in words] == sorted(
        menu.index(f"<span>{word}</span>") for word in words
    )
    assert menu.count("<ul>") == 3


def test_what_was_sent_back_says_why_on_the_overview(world, client, procedure, manager):
    with transaction():
        change_procedure(world.again(procedure), actor_id=manager.id, reason="Die Frist ist zu kurz.")
    assert "Grund: Die Frist ist zu kurz." in client.get(OVERVIEW).text
