"""The preview: every page of a procedure on day X as each role, and nothing changes by it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.interfaces import Role
from participation.kernel.clock import instant, local, now, previewing, real_now
from participation.kernel.db import Base, db, only_reading, transaction, writing
from participation.kernel.refusal import Refused
from participation.voting.embargo import is_under_embargo
from participation.web.preview import preview_of, roles_for, stage_then

BEFORE, DURING, AFTER = (timedelta(days=5), timedelta(days=20), timedelta(days=60))


def root(delta, role="visitor"):
    return f"/-/preview/{local(now() + delta):%Y-%m-%d}/{role}"


@pytest.fixture
def tenant(world):
    return world.tenant("musterstadt", name="Musterstadt")


@pytest.fixture
def draft(world, tenant):
    """In preparation, announced in three days, people take part from day 10 to day 40."""
    return world.procedure(
        tenant, slug="plan", title="Ein Plan", stage="draft", begins=timedelta(days=10), lasts=timedelta(days=30),
        announced_on=(now() + timedelta(days=3)).date(),
    )  # fmt: skip


@pytest.fixture
def manager(world, client, tenant):
    person = world.staff(tenant, Role.MANAGER)
    world.log_in(client, person, staff=True)
    return person


def everything():
    """All rows of all tables, to compare."""
    db.session.rollback()
    return {
        table.name: sorted(map(repr, db.session.execute(select(*table.columns))))
        for table in Base.metadata.sorted_tables
    }


@pytest.mark.requirement("BX-07")
def test_a_draft_is_shown_on_each_day_as_if_it_had_been_released(client, draft, manager):
    page = client.get(f"{root(BEFORE)}/musterstadt/plan/")
    assert page.status_code == 200
    assert "Angekündigt" in page.text
    assert "Läuft" in client.get(f"{root(DURING)}/musterstadt/plan/").text
    assert "Wird ausgewertet" in client.get(f"{root(AFTER)}/musterstadt/plan/").text
    assert client.get(f"{root(timedelta(days=1))}/musterstadt/plan/").status_code == 404  # not announced yet


@pytest.mark.requirement("BX-07")
def test_the_banner_says_day_and_role_and_leads_on_and_out(client, draft, manager):
    page = client.get("/-/preview/2026-05-03/manager/musterstadt/plan/").text
    assert "Sonntag, 3. Mai 2026" in page
    assert "als Verfahrensleitung" in page
    assert 'href="/musterstadt/plan/">Vorschau verlassen' in page
    assert 'href="/musterstadt/plan/-/manage/preview"' in page
    begins = draft.activities[0].phases[0].begins_at
    later = client.get(f"{root(BEFORE)}/musterstadt/plan/").text
    assert f'href="/-/preview/{local(begins):%Y-%m-%dT%H%M}/visitor/musterstadt/plan/"' in later


def test_every_link_of_a_page_stays_inside(client, draft, manager):
    page = client.get(f"{root(DURING)}/musterstadt/plan/").text
    main = page[page.index("<main") :]
    links = [url for url in re.findall(r'href="(/[^"]*)"', main) if not url.startswith("/static/")]
    assert links
    assert all(url.startswith(root(DURING)) for url in links)


def test_the_preview_speaks_english_too(client, draft, manager):
    page = client.get(f"{root(DURING)}/en/musterstadt/plan/")
    assert '<html lang="en">' in page.text
    assert f'href="{root(DURING)}/musterstadt/plan/"' in page.text  # to German


def test_a_preview_works_on_the_authoritys_own_host(app, world, client, manager, tenant):
    with transaction():
        db.session.merge(tenant).host = "beteiligung.musterstadt.example"
    app.extensions["addresses"].forget()
    world.procedure(tenant, slug="plan", title="Ein Plan")
    client.set_cookie("s", client.get_cookie("s").value, domain="beteiligung.musterstadt.example")
    page = client.get(f"{root(timedelta())}/plan/", base_url="http://beteiligung.musterstadt.example")
    assert page.status_code == 200
    assert f'href="{root(timedelta())}/plan/' in page.text
    assert 'href="/musterstadt/' not in page.text


def test_of_an_early_stage_the_past_is_shown_as_it_was_planned(world, client, tenant, manager):
    world.procedure(tenant, slug="laufend", begins=timedelta(days=-5))
    past = client.get(f"{root(timedelta(days=-20), 'manager')}/musterstadt/laufend/").text
    assert "Freigegeben" in past


@pytest.mark.parametrize("stage", ["cancelled", "archived"])
def test_what_was_cancelled_stays_cancelled_on_every_day(world, tenant, stage):
    procedure = world.procedure(tenant, stage=stage)
    with transaction():
        world.phase(procedure).step = "voting"
        db.session.flush()
    procedure = world.again(procedure)
    assert stage_then(procedure, now() - DURING) == stage
    assert stage_then(world.procedure(tenant, stage="completed"), now() - DURING) == "released"


@pytest.mark.requirement("BX-07")
def test_a_preview_after_the_end_of_a_vote_opens_nothing(world, client, tenant, manager):
    procedure = world.procedure(tenant, slug="plan")
    with transaction():
        world.phase(procedure).step = "voting"
        db.session.flush()
    activity = world.activity(procedure)
    with previewing(now() + AFTER):
        assert is_under_embargo(activity)
    assert "Wird ausgewertet" in client.get(f"{root(AFTER, 'manager')}/musterstadt/plan/").text


@pytest.mark.requirement("BX-07")
def test_a_participant_of_a_preview_is_invented_and_has_done_nothing(world, client, tenant, manager):
    procedure = world.procedure(tenant, slug="plan")
    world.contribution(procedure, manager, source="Von mir selbst.")
    page = client.get(f"{root(timedelta(), 'participant')}/musterstadt/plan/")
    assert page.status_code == 200
    assert manager.email not in page.text
    assert manager.display_name not in page.text


def test_whoever_does_not_work_on_it_gets_no_preview(world, client, tenant, draft):
    path = f"{root(DURING)}/musterstadt/plan/"
    assert client.get(path).status_code == 404
    other = world.tenant("anderswo")
    elsewhere = world.procedure(tenant, slug="zweites")
    for person in (
        world.person(),
        world.staff(other, Role.TENANT_ADMIN),
        world.staff(tenant, Role.MANAGER, elsewhere),
    ):
        world.log_in(client, person)
        assert client.get(path).status_code == 404
        assert "Ein Plan" not in client.get(path).text


def test_somebody_without_the_second_factor_gets_no_preview(world, client, tenant, draft):
    world.log_in(client, world.staff(tenant, Role.MANAGER), staff=True, proven=False)
    answer = client.get(f"{root(DURING)}/musterstadt/plan/")
    assert answer.status_code != 200
    assert "Ein Plan" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/-/procedures", "/-/search", "/musterstadt/", "/anderswo/", "/musterstadt/-/team"]
)
def test_pages_of_no_procedure_are_not_previewed(world, client, tenant, draft, manager, path):
    other = world.tenant("anderswo", name="Anderswo")
    world.procedure(other, title="Geheimes Vorhaben", stage="released", announced_on=now().date() + BEFORE)
    answer = client.get(f"{root(DURING)}{path}")
    assert answer.status_code == 404
    assert "Geheimes Vorhaben" not in answer.text


def test_nobody_looks_as_somebody_who_sees_more(world, client, tenant, draft):
    def choices(person):
        return set(roles_for(world.viewer(person, draft), draft))

    everyone = {Role.VISITOR, Role.PARTICIPANT}
    assert choices(world.person()) == set()
    assert choices(world.staff(tenant, Role.EDITOR)) == everyone | {Role.EDITOR}
    assert Role.TENANT_ADMIN not in choices(world.staff(tenant, Role.MANAGER))
    assert Role.TENANT_ADMIN in choices(world.staff(tenant, Role.TENANT_ADMIN))
    world.log_in(client, world.staff(tenant, Role.EDITOR), staff=True)
    assert client.get(f"{root(DURING, 'manager')}/musterstadt/plan/").status_code == 404
    assert client.get(f"{root(DURING, 'editor')}/musterstadt/plan/").status_code == 200


@pytest.mark.requirement("BX-07")
@pytest.mark.parametrize("role", ["visitor", "participant", "moderator", "editor", "case_worker", "manager"])
def test_looking_changes_nothing(world, client, tenant, draft, manager, role):
    client.get("/musterstadt/plan/")
    before = everything()
    for delta in (BEFORE, DURING, AFTER):
        for path in ("/musterstadt/plan/", "/musterstadt/plan/probe/a/", "/musterstadt/plan/-/manage/preview"):
            client.get(f"{root(delta, role)}{path}")
    assert everything() == before


def test_a_form_in_the_preview_is_refused_with_a_sentence(world, client, tenant, draft, manager):
    before = everything()
    for method in ("post", "put", "delete"):
        answer = getattr(client, method)(f"{root(DURING, 'manager')}/musterstadt/plan/")
        assert answer.status_code == 405
    answer = client.post(f"{root(DURING, 'manager')}/musterstadt/plan/-/manage/steps/submit", data={"version": "1"})
    assert answer.status_code == 405
    assert "In der Vorschau wird nichts gespeichert" in answer.text
    assert everything() == before


def test_a_preview_is_never_kept_or_indexed(world, client, tenant, draft, manager):
    for path in ("/musterstadt/plan/", "/musterstadt/plan/-/poster", "/"):
        headers = client.get(f"{root(DURING)}{path}").headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"


def test_after_the_preview_the_clock_and_the_procedure_are_as_before(client, draft, manager):
    client.get(f"{root(DURING)}/musterstadt/plan/")
    assert abs((now() - real_now()).total_seconds()) < 1
    assert "In Vorbereitung" in client.get("/musterstadt/plan/").text


@pytest.mark.parametrize(
    "path",
    ["/-/preview/2026-02-30/visitor/", "/-/preview/2026-05-03T2561/visitor/", "/-/preview/2026-05-03/operator/",
     "/-/preview/gestern/visitor/", "/-/preview/2026-05-03/visitorx/", "/-/preview/", "/-/preview/0001-01-01/x"],
)  # fmt: skip
def test_an_address_that_names_no_day_or_role_is_no_preview(client, path):
    assert preview_of(path) is None
    assert client.get(path).status_code == 404


def test_a_day_without_a_time_means_noon_and_a_skipped_hour_is_read():
    found, rest = preview_of("/-/preview/2026-05-03/visitor")
    assert (found.at, rest) == (instant(local(found.at).replace(tzinfo=None)), "/")
    assert f"{local(found.at):%H:%M}" == "12:00"
    skipped, _ = preview_of("/-/preview/2026-03-29T0230/visitor/a")
    assert f"{local(skipped.at):%H:%M}" == "03:30"


def test_while_looking_nobody_can_write_and_the_real_time_stays(app):
    there = now() + timedelta(days=400)
    with previewing(there), only_reading(Refused("nein", status=405)):
        assert now() == there
        assert real_now() < there
        with pytest.raises(Refused), writing():
            pass


def test_the_form_leads_into_the_preview(client, draft, manager):
    page = client.get("/musterstadt/plan/-/manage/preview")
    assert page.status_code == 200
    assert "„Notieren“ beginnt" in page.text
    chosen = {"day": "2026-05-03", "time": "09:30", "role": "participant", "page": "/musterstadt/plan/"}
    answer = client.get("/musterstadt/plan/-/manage/preview", query_string=chosen)
    assert answer.location == "/-/preview/2026-05-03T0930/participant/musterstadt/plan/"


@pytest.mark.parametrize(
    "wrong", [{"day": "gestern"}, {"role": "operator"}, {"page": "https://boese.example/"}, {"time": "25:00"}]
)
def test_a_form_that_cannot_be_used_comes_back_with_what_was_typed(client, draft, manager, wrong):
    chosen = {"day": "2026-05-03", "time": "09:30", "role": "participant", "page": "/musterstadt/plan/"} | wrong
    answer = client.get("/musterstadt/plan/-/manage/preview", query_string=chosen)
    assert answer.status_code == 422
    assert "Bitte prüfen Sie Ihre Angaben" in answer.text


def test_only_staff_choose(world, client, draft):
    assert client.get("/musterstadt/plan/-/manage/preview").status_code == 404
    world.log_in(client, world.person())
    assert client.get("/musterstadt/plan/-/manage/preview").status_code == 404
