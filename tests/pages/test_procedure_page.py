"""The page of a procedure: what it is about, until when, what I can do now, and why not."""

import re
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from flask import g
from PIL import Image

from participation.interfaces import Role
from participation.kernel.clock import today
from participation.kernel.db import transaction
from participation.pages.procedures import full_address, qr_code
from participation.procedures.queries import procedure_by_id
from participation.procedures.services import add_activity, add_phase, change_procedure
from participation.tenants.services import change_tenant
from participation.testing.queries import count_queries
from participation.web.procedure_words import first_sentence


def path_of(procedure):
    """Its address; the row is read again because a request ends the transaction it was loaded in."""
    again = procedure_by_id(procedure.id)
    return f"/{again.tenant.slug}/{again.slug}/"


def page_of(client, procedure, rest="", status=200, prefix=""):
    """The body of a procedure's page."""
    response = client.get(f"{prefix}{path_of(procedure)}{rest}")
    assert response.status_code == status
    return response.get_data(as_text=True)


def main_button(page):
    """Address and words of the one main button."""
    found = re.findall(r'<a class="kern-btn kern-btn--primary[^"]*" href="([^"]+)"><span[^>]*>([^<]+)', page)
    assert len(found) <= 1, found
    return found[0] if found else None


@pytest.mark.requirement("RA-4.1-01")
def test_a_running_procedure_says_until_when_and_offers_one_thing_to_do(world, client):
    procedure = world.procedure(kinds=["noting", "talking"], summary="Was fehlt? Schreiben Sie es auf.")
    page = page_of(client, procedure)
    assert "<strong>noch 2" in page
    assert "bis einschließlich" in page
    address, words = main_button(page)
    assert address == f"{path_of(procedure)}probe/a/"
    assert words == "Lesen und kommentieren"
    assert client.get(address).status_code == 200


def test_the_button_names_what_is_open(world, client):
    assert main_button(page_of(client, world.procedure(kinds=["noting"])))[1] == "Lesen und Beitrag schreiben"
    assert main_button(page_of(client, world.procedure(kinds=["talking"])))[1] == "Lesen und kommentieren"


@pytest.mark.parametrize(
    ("stage", "begins", "words"),
    [
        ("announced", 3, "Das ist ab"),
        ("evaluation", -40, "Mitmachen ist nicht mehr möglich"),
        ("completed", -40, "Das Verfahren ist abgeschlossen"),
        ("archived", -40, "liegt im Archiv"),
        ("cancelled", -5, "vorzeitig beendet"),
        ("paused", -5, "Das Verfahren ist unterbrochen"),
    ],
)
def test_each_stage_says_why_nobody_can_take_part(world, client, stage, begins, words):
    procedure = world.procedure(stage=stage, begins=timedelta(days=begins), reason="Der Rat hat es so beschlossen")
    page = page_of(client, procedure)
    assert words in page or {"announced": "refuse.not_open_yet"}.get(stage, "?") in page
    assert "Lesen und Beitrag schreiben" not in page
    if stage in ("cancelled", "paused"):
        assert "Der Rat hat es so beschlossen" in page


def test_a_step_that_has_begun_is_interrupted_while_the_procedure_is_paused(world, client):
    procedure = world.procedure(stage="paused", reason="Ein Plan fehlte")
    page = page_of(client, procedure)
    line = page[page.index('<ol class="steps"') : page.index("</ol>", page.index('<ol class="steps"'))]
    assert "step--paused" in line
    assert "unterbrochen" in line
    assert "kommt noch" not in line


def test_a_step_that_never_began_is_dropped_when_the_procedure_is_cancelled(world, client):
    procedure = world.procedure(stage="cancelled", begins=timedelta(days=5), reason="Kein Geld")
    page = page_of(client, procedure)
    assert "step--off" in page
    assert "kommt noch" not in page


def test_a_completed_procedure_claims_no_result_and_speaks_of_the_past(world, client):
    values = {"deciders": "Der Rat", "fixed": "Der Ort", "changeable": "Die Geräte", "area": "Nord"}
    values |= {"answers_by": today() - timedelta(days=3), "description": "So ging es aus."}
    procedure = world.procedure(stage="completed", begins=timedelta(days=-60), **values)
    page = page_of(client, procedure)
    for claim in ("veröffentlicht", "Ergebnis ansehen", "step-publication", "Alles ansehen"):
        assert claim not in page
        assert claim not in client.get("/").get_data(as_text=True)
    for past in ("Wer entschied<", "Was feststand", "Was sich ändern konnte", "Galt für", "Antwort zugesagt bis"):
        assert past in page
    for open_still in ("Bevor Sie mitmachen", "Was sich ändern kann", "Antwort bis"):
        assert open_still not in page
    assert "steht unter „Worum es geht“" in page


def test_english_dates_are_british(world, client):
    procedure = world.procedure(decision_on=date(2031, 5, 6))
    page = page_of(client, procedure, prefix="/en")
    assert re.search(r"Tuesday,? 6 May 2031", page)
    assert "May 6" not in page


def test_an_announced_procedure_offers_a_reminder(world, client):
    procedure = world.procedure(stage="announced", begins=timedelta(days=3))
    page = page_of(client, procedure)
    assert main_button(page)[0].endswith("/-/subscribe")
    assert "Beginnt am" in page


def test_the_last_day_is_said_to_be_the_last(world, client, at):
    procedure = world.procedure(lasts=timedelta(days=30))
    with at(world.phase(procedure).ends_at - timedelta(seconds=1)):
        assert "heute letzter Tag" in page_of(client, procedure)
    with at(world.phase(procedure).ends_at):
        assert "heute letzter Tag" not in page_of(client, procedure)


@pytest.mark.requirement("LP-01")
def test_before_anything_else_stands_who_decides_what_can_change_and_when_answers_come(world, client):
    answers = today() + timedelta(days=90)
    procedure = world.procedure(
        deciders="Der Stadtrat",
        decision_on=date(2031, 5, 6),
        fixed="Der Standort",
        changeable="Die Spielgeräte",
        answers_by=answers,
        description="Viel Text",
    )
    page = page_of(client, procedure)
    places = [
        page.index(words) for words in ("Der Stadtrat", "6. Mai 2031", "Der Standort", "Die Spielgeräte", "Viel Text")
    ]
    assert places == sorted(places)
    assert "Sie steht noch aus" not in page
    assert str(answers.year) in page


@pytest.mark.requirement("LP-01")
def test_a_missed_answer_is_said_honestly_until_it_comes(world, client):
    values = {"begins": timedelta(days=-60), "answers_by": today() - timedelta(days=2)}
    late = world.procedure(stage="evaluation", **values)
    assert "Sie steht noch aus" in page_of(client, late)
    assert "Sie steht noch aus" in client.get("/").get_data(as_text=True)
    assert "Sie steht noch aus" not in page_of(client, world.procedure(stage="completed", **values))


def test_only_the_steps_a_procedure_has_are_shown_each_with_an_address_that_stays(world, client, at):
    procedure = world.procedure(kinds=["talking"], answers_by=today() + timedelta(days=60))
    seen = set()
    for days in (-10, 0, 40):
        with at(world.phase(procedure).begins_at + timedelta(days=days)):
            page = page_of(client, procedure)
            links = re.findall(r'class="step__name" href="[^"#]*(#step-\w+)"', page)
            assert all(f'id="{link[1:]}"' in page for link in links)
            seen.add(tuple(links))
            assert ('aria-current="step"' in page) == (days == 0)
    assert seen == {("#step-commenting", "#step-publication")}


def test_a_cancelled_procedure_promises_no_answer_any_more(world, client):
    procedure = world.procedure(stage="cancelled", answers_by=today() + timedelta(days=9), reason="Kein Geld")
    page = page_of(client, procedure)
    assert "Antwort bis" not in page
    assert "step-publication" not in page


def test_dates_say_audience_identity_and_moderation(world, client):
    procedure = world.procedure(identity=("account",), moderation="first")
    page = page_of(client, procedure)
    dates = page[page.index('id="dates"') :]
    assert "identity.account" in dates or "Mit Konto" in dates
    assert "audience.public" in dates or "Öffentlichkeit" in dates
    assert "Beiträge werden vor der Veröffentlichung geprüft" in dates


def test_a_phase_that_ends_at_noon_says_the_hour(world, client, app):
    procedure = world.procedure(kinds=[])
    with transaction():
        kind = app.extensions["registry"].get("probe").phases[0]
        activity = world.activity(procedure)
        add_phase(activity, kind, begins=datetime(2031, 1, 6), ends=datetime(2031, 2, 3, 12))
    page = page_of(client, procedure)
    assert "Montag, 6. Januar 2031 bis Montag, 3. Februar 2031, 12:00 Uhr" in page


def test_before_it_is_announced_a_procedure_is_not_there_except_for_its_staff(world, client):
    procedure = world.procedure(stage="released", begins=timedelta(days=5), title="Geheimes Vorhaben")
    for rest in ("", "-/poster", "-/picture"):
        assert "Geheimes Vorhaben" not in page_of(client, procedure, rest, 404)
    world.log_in(client, world.staff(world.again(procedure).tenant, Role.EDITOR), staff=True)
    page = page_of(client, procedure)
    assert "Diese Seite sehen nur Mitarbeitende" in page
    assert "noindex" in page


def test_each_activity_is_a_card_with_its_count(world, client, app):
    procedure = world.procedure()
    for _ in range(3):
        world.contribution(procedure)
    with transaction():
        add_activity(world.again(procedure), app.extensions["registry"].get("probe"), slug="b", title="Zweites Format")
    page = page_of(client, procedure)
    assert "3 Beiträge" in page
    assert "Zweites Format" in page
    assert "Noch keine Beiträge" in page


def test_an_activity_whose_module_is_gone_stays_visible(world, client):
    procedure = world.procedure()
    activity = world.activity(procedure)
    with transaction():
        world.activity(procedure).module = "verschwunden"
    page = page_of(client, procedure)
    assert activity.title in page
    assert "zurzeit nicht verfügbar" in page


def test_the_page_keeps_its_budget_of_queries(world, client):
    procedure = world.procedure(kinds=["noting", "talking"])
    for _ in range(5):
        world.contribution(procedure)
    address = path_of(procedure)
    for page in (address, f"{address}-/poster"):
        with count_queries() as statements:
            assert client.get(page).status_code == 200
        assert len(statements) <= 5, statements
    person = world.person()
    world.participant(procedure, person)
    world.log_in(client, person)
    client.get(address)
    with count_queries() as statements:
        assert client.get(address).status_code == 200
    assert 2 < len(statements) <= 10, statements


def test_an_english_page_marks_what_editors_wrote_in_german(world, client):
    procedure = world.procedure(title="Radwege", deciders="Der Stadtrat", description="Worum es geht", summary="Kurz.")
    page = page_of(client, procedure, prefix="/en")
    assert '<html lang="en">' in page
    for words in ("Radwege", "Der Stadtrat", "Kurz."):
        assert f'<span lang="de">{words}</span>' in page
    assert '<div class="prose" lang="de">' in page
    assert '<span lang="de">' not in page_of(client, procedure)


def test_the_picture_comes_lazily_with_its_words_and_is_kept(world, client):
    data = BytesIO()
    Image.new("RGB", (12, 5)).save(data, "WEBP")
    procedure = world.procedure(picture=data.getvalue(), picture_alt="Ein Fluss")
    page = page_of(client, procedure)
    tag = next(tag for tag in re.findall(r"<img[^>]+>", page) if "/-/picture" in tag)
    assert 'loading="lazy"' in tag
    assert 'alt="Ein Fluss"' in tag
    address = re.search(r'src="([^"]+)"', tag)[1]
    response = client.get(address)
    assert response.mimetype == "image/webp"
    assert response.data == data.getvalue()
    assert "immutable" in response.headers["Cache-Control"]
    with transaction():
        change_procedure(world.again(procedure), title="Neu")
    assert client.get(address).headers["Cache-Control"] == "no-cache"


def test_a_procedure_without_a_picture_has_none(world, client):
    page_of(client, world.procedure(), "-/picture", 404)


@pytest.mark.requirement("LP-05")
def test_the_poster_leads_to_the_full_address_and_says_how_it_goes_without_internet(world, client):
    procedure = world.procedure(title="Radwege", summary="Wo fehlt einer? Sagen Sie es.")
    page = page_of(client, procedure, "-/poster")
    path = path_of(procedure)
    assert f"localhost{path}" in page
    assert qr_code(f"http://localhost{path}") in page
    assert "Wo fehlt einer?" in page
    assert "Ohne Internet" in page
    assert "kontakt@stadt.example" in page


def test_the_address_on_paper_is_the_authoritys_own_host_where_there_is_one(world, app):
    procedure = world.procedure()
    with transaction():
        change_tenant(world.again(procedure).tenant, host="mitreden.stadt.example")
    found = world.again(procedure)
    with app.test_request_context("/"):
        g.names = {"tenant": found.tenant.slug, "procedure": found.slug}
        assert full_address(found) == f"http://mitreden.stadt.example/{found.slug}/"


def test_what_editors_wrote_cannot_run(world, client):
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    names = ("title", "summary", "deciders", "fixed", "changeable", "legal_basis", "description", "area", "picture_alt")
    procedure = world.procedure(**dict.fromkeys(names, evil))
    for rest in ("", "-/poster"):
        assert "<script>alert" not in page_of(client, procedure, rest)
    assert "<script>alert" not in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("summary", "sentence"),
    [
        ("", ""),
        ("Ein Satz ohne Ende", "Ein Satz ohne Ende"),
        ("Was fehlt? Schreiben Sie es auf.", "Was fehlt?"),
        ("Bis zum 3. März, z. B. per Brief. Danach nicht.", "Bis zum 3. März, z. B. per Brief."),
    ],
)
def test_the_first_sentence_stands_under_the_title(summary, sentence):
    assert first_sentence(summary) == sentence
