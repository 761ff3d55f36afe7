"""What an authority sets for itself: look, legal pages, formats, team; two at the same time."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from participation.access.members import member_at, members_of
from participation.access.services import grant_role
from participation.access.team import team_of
from participation.accounts import second_factor as factor
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import _writing, db, transaction
from participation.kernel.events import EventRow
from participation.procedures.phases import frame_of
from participation.tenants.colours import in_words
from participation.tenants.models import LEGAL_PAGES, LegalPage, Tenant
from participation.tenants.services import shrunk_logo, write_legal_page

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SEEN = re.compile(r'name="seen"[^>]*value="([^"]*)"')


@pytest.fixture
def tenant(world):
    return world.tenant(name="Stadt Musterau")


@pytest.fixture
def admin(world, tenant, client):
    person = world.staff(tenant, Role.TENANT_ADMIN)
    world.log_in(client, person)
    return person


@pytest.fixture
def post():
    """Open a page and send its form with what it holds: `post(client, url, name=value)`."""

    def send(client, url, **values):
        page = client.get(url).text
        main = page[page.index("<main") :]
        seen = SEEN.search(main)
        mark = {"seen": seen[1]} if seen else {}
        return client.post(url, data={"csrf_token": TOKEN.search(main)[1], **mark, **values})

    return send


def look(**values):
    return {
        "name": "Stadt Musterau", "short_name": "Musterau", "claim": "", "colour": "#00538a", "logo_alt": "",
        "contact_email": "kontakt@stadt.example", "address": "",
    } | values  # fmt: skip


def picture():
    file = BytesIO()
    Image.new("RGB", (60, 30), "#00538a").save(file, "PNG")
    file.seek(0)
    return file


def again(tenant) -> Tenant:
    db.session.expire_all()
    return db.session.get_one(Tenant, tenant.id)


@pytest.mark.requirement("RA-5.1.2-01")
@pytest.mark.parametrize("role", [Role.MANAGER, Role.MODERATOR, None])
@pytest.mark.parametrize(
    "path", ["portal", "look", "look/colour?value=%23123456", "pages/imprint", "formats", "planning"]
)
def test_only_the_administration_of_this_authority_sets_anything(world, client, tenant, role, path):
    world.log_in(client, world.staff(tenant, role) if role else world.staff(world.tenant(), Role.TENANT_ADMIN))
    told = 403 if role else 404  # who works elsewhere is not even told that there is something
    assert client.get(f"/{tenant.slug}/-/settings/{path}").status_code == told


@pytest.mark.requirement("RA-5.1.2-01")
def test_the_look_of_one_authority_is_changed_and_no_other(world, client, tenant, admin, post):
    other = world.tenant()
    on = f"/{tenant.slug}/-/settings/look"
    values = look(name="Stadt Musterau an der Au", colour="#7a1f2b", claim="Wir reden mit")
    assert post(client, on, **values | {"logo": (picture(), "wappen.png"), "logo_alt": "Ein Turm"}).status_code == 302
    changed = again(tenant)
    assert (changed.name, changed.colour, changed.logo_alt) == ("Stadt Musterau an der Au", "#7a1f2b", "Ein Turm")
    front = client.get(f"/{tenant.slug}/").text
    assert "Stadt Musterau an der Au" in front
    assert 'alt="Ein Turm"' in front
    assert again(other).colour == "#00538a"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"colour": "rot"}, "#00538a"),
        ({"colour": "#12345"}, "#00538a"),
        ({"name": ""}, "füllen Sie dieses Feld"),
        ({"name": "x" * 200}, "zu lang"),
        ({"contact_email": "keine"}, "name@beispiel.de"),
        ({"logo": (b"<svg onload=x>", "x.svg"), "logo_alt": "Ein Turm"}, "Bild"),
        ({"logo": (b"\x89PNG kaputt", "x.png"), "logo_alt": "Ein Turm"}, "Bild"),
    ],
)
def test_a_look_that_cannot_be_is_refused_at_its_field_and_nothing_is_lost(
    client, tenant, admin, post, values, sentence
):
    if "logo" in values:
        values = values | {"logo": (BytesIO(values["logo"][0]), values["logo"][1])}
    answer = post(client, f"/{tenant.slug}/-/settings/look", **look(claim="Bleibt stehen") | values)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Bleibt stehen" in answer.text
    assert again(tenant).claim == ""


def test_a_logo_needs_words(client, tenant, admin, post):
    answer = post(client, f"/{tenant.slug}/-/settings/look", **look(logo=(picture(), "wappen.png")))
    assert answer.status_code == 422
    assert "beschreiben Sie das Logo" in answer.text
    assert again(tenant).logo_hash == ""


def test_a_colour_is_judged_in_words_before_it_is_stored(client, tenant, admin, post):
    on = f"/{tenant.slug}/-/settings/look"
    answer = post(client, on, **look(colour="#ffee00"), act="preview")
    assert answer.status_code == 200
    assert "schlecht lesbar" in answer.text
    assert again(tenant).colour == "#00538a"
    judged = client.get(f"{on}/colour?value=%23ffee00").get_json()
    assert judged["words"] == [str(sentence) for sentence in in_words("#ffee00")]
    assert judged["light"] != "#ffee00"
    assert client.get(f"{on}/colour?value=%22%3E").status_code == 404
    assert "gut lesbar" in str(in_words("#00538a")[0])


def test_of_two_who_change_the_look_the_second_sees_both(world, app, client, tenant, admin, post):
    on = f"/{tenant.slug}/-/settings/look"
    page = client.get(on).text
    second = app.test_client()
    world.log_in(second, world.staff(tenant, Role.TENANT_ADMIN))
    post(second, on, **look(claim="Die Zweite war schneller"))
    stale = {"csrf_token": TOKEN.search(page[page.index("<main") :])[1], "seen": SEEN.search(page)[1]}
    answer = client.post(on, data=look(claim="Meine Worte") | stale)
    assert answer.status_code == 409
    assert "Die Zweite war schneller" in answer.text
    assert "Meine Worte" in answer.text
    assert again(tenant).claim == "Die Zweite war schneller"
    fresh = {"csrf_token": stale["csrf_token"], "seen": SEEN.search(answer.text)[1]}
    assert client.post(on, data=look(claim="Meine Worte") | fresh).status_code == 302


@pytest.mark.requirement("RA-3-24")
def test_every_legal_page_is_written_here_and_stands_on_the_portal(client, tenant, admin, post):
    shown = client.get(f"/{tenant.slug}/-/settings/portal").text
    assert "6 Seiten fehlen noch" in shown
    for key in LEGAL_PAGES:
        on = f"/{tenant.slug}/-/settings/pages/{key}"
        assert post(client, on, source=f"## Worte zu {key}\n\nWir **antworten** gern.").status_code == 302
        assert f"Worte zu {key}</h2>" in client.get(f"/{tenant.slug}/-/pages/{key}").text
    assert "fehlen noch" not in client.get(f"/{tenant.slug}/-/settings/portal").text


def test_a_preview_shows_the_text_and_stores_nothing(client, tenant, admin, post):
    on = f"/{tenant.slug}/-/settings/pages/imprint"
    answer = post(client, on, source="**Fett**<script>x</script>", act="preview")
    assert "<strong>Fett</strong>" in answer.text
    assert "<script>x" not in answer.text
    assert db.session.scalar(select(LegalPage.id)) is None


@pytest.mark.parametrize("source", ["", "   \n", "x" * 250_000])
def test_a_text_that_cannot_be_taken_is_refused(client, tenant, admin, post, source):
    assert post(client, f"/{tenant.slug}/-/settings/pages/imprint", source=source).status_code == 422
    assert db.session.scalar(select(LegalPage.id)) is None


def test_a_page_that_is_none_is_not_there(client, tenant, admin):
    assert client.get(f"/{tenant.slug}/-/settings/pages/secrets").status_code == 404


def test_of_two_who_write_a_page_the_second_sees_both_texts(client, tenant, admin, post):
    on = f"/{tenant.slug}/-/settings/pages/rules"
    post(client, on, source="Erste Fassung")
    page = client.get(on).text
    with transaction():
        write_legal_page(again(tenant), "rules", "Fassung der anderen")
    stale = {"csrf_token": TOKEN.search(page[page.index("<main") :])[1], "seen": SEEN.search(page)[1]}
    answer = client.post(on, data={"source": "Meine Fassung"} | stale)
    assert answer.status_code == 409
    assert "Fassung der anderen" in answer.text
    assert "Meine Fassung" in answer.text
    assert db.session.scalar(select(LegalPage.source)) == "Fassung der anderen"
    stale["seen"] = SEEN.search(answer.text)[1]
    assert client.post(on, data={"source": "Beides zusammen"} | stale).status_code == 302
    db.session.expire_all()
    assert db.session.scalar(select(LegalPage.source)) == "Beides zusammen"


@pytest.mark.requirement("OG-10")
def test_an_authority_switches_formats_on_and_off_and_what_runs_stays(world, client, tenant, admin, post):
    procedure = world.procedure(tenant)
    on = f"/{tenant.slug}/-/settings/formats"
    assert "In 1 Verfahren verwendet" in client.get(on).text
    post(client, on)  # nothing is ticked
    assert again(tenant).modules == []
    assert client.get(f"/{tenant.slug}/{procedure.slug}/").status_code == 200
    assert client.get(f"/{tenant.slug}/{procedure.slug}/probe/a/").status_code == 200
    post(client, on, names="probe")
    assert again(tenant).modules == ["probe"]
    assert post(client, on, names="nonsense").status_code == 422
    assert again(tenant).modules == ["probe"]


def test_an_authority_says_whose_holidays_count_and_how_early_to_announce(world, client, tenant, admin, post):
    on = f"/{tenant.slug}/-/settings/planning"
    assert 'value="7"' in client.get(on).text
    assert post(client, on, federal_state="BY", announcement_lead_days="14").status_code == 302
    assert again(tenant).settings["federal_state"] == "BY"
    frame = frame_of(world.procedure(again(tenant)))
    assert (frame.state, frame.lead_days) == ("BY", 14)
    overview = client.get(f"/{tenant.slug}/-/settings/portal").text
    assert "Bayern" in overview
    assert "14 Tage" in overview


@pytest.mark.parametrize(
    "values", [{"federal_state": "XX"}, {"announcement_lead_days": "-1"}, {"announcement_lead_days": "x"}]
)
def test_a_planning_that_cannot_be_is_refused_and_nothing_is_stored(client, tenant, admin, post, values):
    typed = {"federal_state": "BY", "announcement_lead_days": "14"} | values
    assert post(client, f"/{tenant.slug}/-/settings/planning", **typed).status_code == 422
    assert "federal_state" not in again(tenant).settings


def test_the_overview_says_who_has_no_second_factor_and_where_the_portal_stands(world, client, tenant, admin):
    page = client.get(f"/{tenant.slug}/-/settings/portal").text
    assert "Bei 1 Person fehlt" in page
    assert f"/{tenant.slug}/" in page
    world.code(admin)
    assert "fehlt der zweite Schritt" not in client.get(f"/{tenant.slug}/-/settings/portal").text


# The team


def test_the_team_shows_roles_in_sentences_and_second_factors(world, client, tenant, admin):
    world.code(world.staff(tenant, Role.MODERATOR, world.procedure(tenant, title="Der Park")))
    page = client.get(f"/{tenant.slug}/-/team").text
    assert "(Der Park)" in page
    assert "eingerichtet" in page
    assert "fehlt noch" in page
    assert "Blendet mit Begründung aus" in page


def test_a_further_role_is_given_for_one_procedure(world, client, tenant, admin, post):
    person, procedure = world.staff(tenant, Role.EDITOR), world.procedure(tenant)
    on = f"/{tenant.slug}/-/team/{person.id}"
    assert post(client, on, role="moderator", procedure=str(procedure.id)).status_code == 302
    held = {(row.role, row.procedure_id) for row in member_at(person.id, tenant.id).roles}
    assert held == {("editor", None), ("moderator", procedure.id)}
    assert post(client, on, role="operator", procedure="0").status_code == 422
    assert client.get(f"/{tenant.slug}/-/team/{world.person().id}").status_code == 404


@pytest.mark.requirement("RA-5.1.7-01")
def test_giving_a_role_asks_for_a_code_when_the_last_is_old(world, client, tenant, admin, post, at):
    person = world.staff(tenant, Role.EDITOR)
    world.code(admin)
    with at(now() + timedelta(minutes=16)):
        for on, values in (
            (f"/{tenant.slug}/-/team/{person.id}", {}),
            (f"/{tenant.slug}/-/team", {"email": "neu@uebung.example"}),
        ):
            asked = post(client, on, role="manager", procedure="0", **values)
            assert asked.status_code == 403
            assert "Bitte bestätigen Sie, dass Sie es sind" in asked.text
            assert 'name="role" value="manager"' in asked.text, "what was chosen waits"
            assert post(client, on, role="manager", procedure="0", again_code="000000", **values).status_code == 422
        assert {row.role for row in member_at(person.id, tenant.id).roles} == {"editor"}
        on = f"/{tenant.slug}/-/team/{person.id}"
        assert post(client, on, role="manager", procedure="0", again_code=world.code(admin)).status_code == 302
        assert post(client, on, role="moderator", procedure="0").status_code == 302, "that code counts for a while"


@pytest.mark.requirement("RA-5.1.7-01")
def test_a_lost_second_factor_is_reset_by_somebody_else_who_is_named_in_the_log(
    world, app, client, tenant, admin, post, mails
):
    person = world.staff(tenant, Role.MODERATOR)
    world.code(person)
    working = app.test_client()
    world.log_in(working, person)
    assert post(client, f"/{tenant.slug}/-/team/{person.id}").status_code == 422
    answer = send(client, f"/{tenant.slug}/-/team/{person.id}", "reset")
    assert answer.status_code == 302
    assert not factor.is_set(person.id)
    assert working.get("/-/settings").status_code == 302
    [mail] = [mail for mail in mails() if mail["To"] == person.email]
    assert "zurückgesetzt" in mail["Subject"]
    row = db.session.scalars(select(EventRow).where(EventRow.name == "accounts.second_factor_reset")).one()
    assert (row.actor_id, row.tenant_id, row.data["person_id"]) == (admin.id, tenant.id, person.id)


def send(client, page, act):
    token = TOKEN.search(client.get("/-/settings").text)[1]
    return client.post(f"{page}/{act}", data={"csrf_token": token})


def test_nobody_resets_the_own_second_factor_or_that_of_others_staff(world, client, tenant, admin):
    elsewhere, both = world.staff(world.tenant(), Role.MANAGER), world.staff(tenant, Role.MANAGER)
    give(both, world.tenant())
    operator = world.person(operator=True)
    give(operator, tenant)
    for person, status in ((admin, 403), (elsewhere, 404), (both, 403), (operator, 403)):
        world.code(person)
        assert send(client, f"/{tenant.slug}/-/team/{person.id}", "reset").status_code == status
        assert factor.is_set(person.id)


def give(person, tenant):
    with transaction():
        grant_role(person.id, Role.MODERATOR, tenant.id)


def test_ending_the_work_takes_every_role_here_and_none_elsewhere(world, app, client, tenant, admin):
    other, person = world.tenant(), world.staff(tenant, Role.MANAGER)
    give(person, other)
    give(person, tenant)
    working = app.test_client()
    world.log_in(working, person)
    assert send(client, f"/{tenant.slug}/-/team/{person.id}", "end").status_code == 302
    assert person.id not in {member.person_id for member in members_of(tenant.id)}
    assert [row.role for row in team_of(other.id)] == ["moderator"]
    assert working.get("/-/settings").status_code == 302
    assert send(client, f"/{tenant.slug}/-/team/{admin.id}", "end").status_code == 403


def test_a_logo_is_shrunk_before_anything_is_locked(client, tenant, admin, post, monkeypatch):
    seen = []

    def watched(data):
        seen.append(_writing.get())
        return shrunk_logo(data)

    monkeypatch.setattr("participation.pages.administration.shrunk_logo", watched)
    answer = post(client, f"/{tenant.slug}/-/settings/look", **look(logo=(picture(), "w.png"), logo_alt="Ein Turm"))
    assert (answer.status_code, seen) == (302, [False])
    assert again(tenant).logo_hash
