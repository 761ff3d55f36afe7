"""Making procedures in the browser's words: the home of the staff, templates, copies."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from participation.interfaces import Role
from participation.kernel.clock import today
from participation.kernel.db import db, transaction
from participation.pages.making import proposed_day
from participation.procedures import making
from participation.procedures.models import Procedure, ProcedureTemplate
from participation.procedures.queries import procedure_at
from participation.testing.queries import count_queries

NAME = "Mein Gesetz"
HOME, NEW, TEMPLATES = "/amt/-/staff", "/amt/-/staff/new", "/amt/-/staff/templates"


@pytest.fixture
def tenant(world):
    return world.tenant("amt", name="Das Amt")


@pytest.fixture
def manager(world, client, tenant):
    person = world.staff(tenant, Role.MANAGER)
    world.log_in(client, person)
    return person


def token(client, path):
    return client.get(path).text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def post(client, path, page=None, **values):
    return client.post(path, data={"csrf_token": token(client, page or path), **values})


def number_of_procedures():
    return db.session.scalar(select(func.count(Procedure.id)))


def titles(page):
    return page.partition("<tbody>")[2]


def test_the_home_lists_the_procedures_with_stage_next_date_and_what_waits(world, client, tenant, manager):
    world.procedure(tenant, stage="draft", title="Der Entwurf", slug="entwurf")
    running = world.procedure(tenant, title="Der Park", slug="park", moderation="always")
    world.contribution(running)
    page = client.get(HOME).text
    assert "Der Entwurf" in titles(page)
    assert "In Vorbereitung" in titles(page)
    assert "Checkliste ausfüllen" in titles(page)
    assert "noch 24 Tage" in page or "noch 25 Tage" in page
    assert "1 Beitrag zu prüfen" in page
    assert 'href="/amt/park/-/manage/"' in page
    assert 'href="/amt/-/staff/new"' in page


def test_who_works_on_one_procedure_sees_that_one_only_and_makes_none(world, client, tenant):
    mine = world.procedure(tenant, title="Meines")
    world.procedure(tenant, title="Anderes")
    world.log_in(client, world.staff(tenant, Role.MANAGER, mine))
    page = client.get(HOME).text
    assert "Meines" in page
    assert "Anderes" not in page
    assert "Verfahren anlegen" not in page
    assert client.get(NEW).status_code == 403


def test_the_home_is_for_staff_only(world, client, tenant):
    assert client.get(HOME).status_code == 302
    world.log_in(client, world.person())
    assert client.get(HOME).status_code == 403
    world.log_in(client, world.staff(world.tenant("nachbar"), Role.TENANT_ADMIN))
    assert client.get(HOME).status_code == 404


def test_the_home_stays_within_its_budget_of_queries(world, client, tenant, manager):
    for _number in range(6):
        world.contribution(world.procedure(tenant))
    client.get(HOME)
    with count_queries() as statements:
        assert client.get(HOME).status_code == 200
    assert len(statements) <= 10, "\n".join(statements)


def test_the_list_is_narrowed_by_stage_with_addresses_to_share(world, client, tenant, manager):
    world.procedure(tenant, stage="draft", title="Der Entwurf")
    world.procedure(tenant, title="Der Park")
    page = client.get(f"{HOME}?stage=preparing").text
    assert "Der Entwurf" in titles(page)
    assert "Der Park" not in titles(page)


@pytest.mark.requirement("RA-3-18")
def test_a_procedure_begins_with_a_template_on_the_chosen_day(client, tenant, manager):
    page = client.get(NEW).text
    assert "Entwurf eines Gesetzes kommentieren und über offene Fragen abstimmen" in page
    assert "Meinungen zu einer Strategie einholen" in page
    assert "Leer anfangen" in page
    first = today() + timedelta(days=40)
    answer = post(
        client, f"{NEW}/supplied:gesetzentwurf", title="Klimagesetz für Ötigheim", begins_on=first.isoformat()
    )
    assert answer.status_code == 302
    assert answer.location.startswith("/amt/klimagesetz-fuer-oetigheim/-/manage/?done=procedure-made")
    made = procedure_at("amt", "klimagesetz-fuer-oetigheim")
    assert made.stage == "draft"
    assert made.announced_on == first - timedelta(days=14)
    text = next(entry for entry in made.activities if entry.module == "text")
    assert [phase.begins_local[:10] for phase in text.phases] == [
        first.isoformat(), (first + timedelta(days=42)).isoformat(),
    ]  # fmt: skip
    assert client.get(answer.location).status_code == 200


@pytest.mark.requirement("RA-2-04", "OG-10")
def test_an_authority_begins_with_one_format_and_adds_others_when_it_wants_to(client, tenant, manager):
    path = f"{NEW}/supplied:strategie"
    for modules, slug, placed in ((["probe"], "eins", []), (["probe", "text"], "zwei", ["text"])):
        with transaction():
            db.session.get(type(tenant), tenant.id).modules = modules
        post(client, path, title="Strategie", slug=slug)
        assert [activity.module for activity in procedure_at("amt", slug).activities] == placed
    assert procedure_at("amt", "eins").activities == [], "what is there already is not touched"


@pytest.mark.requirement("RA-4-01", "RA-2-01")
def test_formal_and_informal_procedures_of_one_authority_each_have_their_own_functions(world, client, tenant):
    world.procedure(tenant, slug="formlos", kinds=["talking"])
    formal = world.procedure(tenant, slug="foermlich", kinds=["noting"], legal_basis="§ 3 Absatz 2 BauGB")
    with transaction():
        world.phase(formal).statutory = True
    informal_page, formal_page = client.get("/amt/formlos/").text, client.get("/amt/foermlich/").text
    assert "Gesetzliche Frist" in formal_page
    assert "§ 3 Absatz 2 BauGB" in formal_page
    assert "Gesetzliche Frist" not in informal_page
    assert 'id="step-commenting"' in informal_page
    assert 'id="step-commenting"' not in formal_page


@pytest.mark.requirement("OG-10")
def test_a_format_that_is_not_switched_on_is_left_out_and_said_before_and_after(client, tenant, manager):
    with transaction():
        tenant.modules = ["probe"]
    path = f"{NEW}/supplied:strategie"
    page = client.get(path).text
    assert "„Die Strategie“ bleibt weg. Das Amt hat das Format „Text mit Kommentaren“ nicht eingeschaltet." in page
    answer = post(client, path, title=NAME)
    assert answer.location.endswith("done=procedure-made-partly")
    assert procedure_at("amt", "mein-gesetz").activities == []


def test_what_cannot_be_used_is_said_at_its_field_and_what_was_typed_stays(world, client, tenant, manager):
    world.procedure(tenant, slug="park")
    answer = post(client, f"{NEW}/empty", title="Ein Titel", slug="park", begins_on="morgen")
    assert answer.status_code == 422
    assert "Ein Titel" in answer.text
    answer = post(client, f"{NEW}/empty", title="Ein Titel", slug="park", begins_on="")
    assert answer.status_code == 422
    assert "Diese Adresse ist bei der Behörde schon vergeben." in answer.text
    assert number_of_procedures() == 1


def test_two_procedures_of_one_title_get_two_addresses(client, tenant, manager):
    for slug in ("gleich", "gleich-2", "gleich-3"):
        assert f"/amt/{slug}/" in post(client, f"{NEW}/empty", title="Gleich").location


def test_a_template_of_a_newer_platform_is_refused_with_a_sentence_and_nothing_is_made(
    client, tenant, manager, tmp_path, monkeypatch
):
    (tmp_path / "neu.toml").write_text('format = 99\ntitle = "Von morgen"\n', "utf-8")
    (tmp_path / "kaputt.toml").write_text("das ist kein TOML", "utf-8")
    monkeypatch.setattr(making, "FOLDER", tmp_path)
    for page in (client.get(f"{NEW}/supplied:neu"), post(client, f"{NEW}/supplied:neu", NEW, title=NAME)):
        assert page.status_code == 422
        assert "Diese Vorlage stammt aus einer neueren Fassung der Plattform. Es wurde nichts angelegt." in page.text
    assert number_of_procedures() == 0


def test_an_unknown_source_is_not_there(world, client, tenant, manager):
    foreign = world.procedure(world.tenant("nachbar"), slug="fremd")
    with transaction():
        template = making_template(foreign, shared=False)
    for source in ("supplied:nichts", "template:abc", f"template:{template}", "procedure:fremd", "x", "template:9" * 9):
        assert client.get(f"{NEW}/{source}").status_code == 404


def making_template(procedure, *, shared):
    row = ProcedureTemplate(
        tenant_id=procedure.tenant_id, title="Fremde", content={"format": 1}, shared=shared,
        created_at=procedure.created_at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def test_a_procedure_is_copied_from_its_workspace(world, client, tenant, manager):
    world.procedure(tenant, slug="park", title="Der Park", summary="Worum es geht.")
    page = client.get("/amt/park/-/manage/").text
    assert 'href="/amt/-/staff/new/procedure:park"' in page
    answer = post(client, f"{NEW}/procedure:park", title="Der zweite Park", begins_on=today().isoformat())
    assert answer.status_code == 302
    copy = procedure_at("amt", "der-zweite-park")
    assert (copy.stage, copy.summary, copy.origin_title) == ("draft", "Worum es geht.", "Der Park")
    assert len(copy.activities[0].phases) == 1


@pytest.mark.requirement("OG-09")
def test_a_template_is_shared_taken_over_and_its_origin_stays_when_the_other_authority_is_gone(
    world, client, tenant, manager
):
    world.procedure(tenant, slug="park", title="Der Park", summary="So geht es.")
    answer = post(client, "/amt/park/-/manage/template", title="Parks planen", summary="Für Parks")
    assert answer.location == f"{TEMPLATES}?done=template-kept"
    number = db.session.scalar(select(ProcedureTemplate.id))
    other = world.tenant("nachbar", name="Die Nachbarstadt")
    stranger = client.application.test_client()
    world.log_in(stranger, world.staff(other, Role.MANAGER))
    assert "Parks planen" not in stranger.get("/nachbar/-/staff/templates").text
    post(client, f"{TEMPLATES}/{number}/share", TEMPLATES, shared="1")
    assert "Parks planen" in stranger.get("/nachbar/-/staff/new").text
    taken = post(stranger, f"/nachbar/-/staff/templates/{number}/take", "/nachbar/-/staff/templates")
    assert taken.location == "/nachbar/-/staff/templates?done=template-taken"
    with transaction():
        db.session.delete(db.session.get(type(other), tenant.id))
    page = stranger.get("/nachbar/-/staff/templates").text
    assert "Das Amt" in page
    own = db.session.scalar(select(ProcedureTemplate.id).where(ProcedureTemplate.tenant_id == other.id))
    made = post(stranger, f"/nachbar/-/staff/new/template:{own}", title="Unser Park")
    overview = stranger.get(made.location).text
    assert "Entstanden aus „Parks planen“ von Das Amt" in overview
    copy = procedure_at("nachbar", "unser-park")
    assert (copy.summary, copy.contact) == ("So geht es.", ""), "texts come along, people do not"


def test_templates_are_ended_and_removed_by_their_authority_only(world, client, tenant, manager):
    world.procedure(tenant, slug="park")
    post(client, "/amt/park/-/manage/template", title="Parks planen")
    number = db.session.scalar(select(ProcedureTemplate.id))
    other = world.tenant("nachbar")
    stranger = client.application.test_client()
    world.log_in(stranger, world.staff(other, Role.MANAGER))
    for act in ("share", "take", "remove"):
        path = f"/nachbar/-/staff/templates/{number}/{act}"
        assert post(stranger, path, "/nachbar/-/staff/new/empty").status_code == 404
    post(client, f"{TEMPLATES}/{number}/remove", TEMPLATES)
    assert db.session.scalar(select(func.count(ProcedureTemplate.id))) == 0


@pytest.mark.parametrize("day", range(22, 29))
def test_the_proposed_first_day_is_a_tuesday_so_that_whole_weeks_end_on_a_monday(at, day):
    with at(datetime(2026, 11, day, 12, tzinfo=UTC)):
        assert proposed_day().weekday() == 1
        assert timedelta(days=28) <= proposed_day() - today() < timedelta(days=35)
