"""The front pages, the list of procedures, legal pages, look."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import current_app
from PIL import Image

from participation.interfaces import Role
from participation.kernel.db import transaction
from participation.tenants.models import LEGAL_PAGES
from participation.tenants.services import change_tenant, set_logo, shrunk_logo, write_legal_page
from participation.testing.queries import count_queries


def text_of(client, address, status=200):
    """The body of a page that is there."""
    response = client.get(address)
    assert response.status_code == status, address
    return response.get_data(as_text=True)


def test_the_front_page_shows_procedures_of_all_authorities_in_groups(world, client):
    world.procedure(world.tenant(name="Stadt Nord"), title="Radwege")
    world.procedure(world.tenant(name="Kreis Süd"), title="Uferweg", stage="announced", begins=timedelta(days=4))
    world.procedure(title="Hallenbad", stage="completed", begins=timedelta(days=-60))
    page = text_of(client, "/")
    assert page.index("Jetzt mitmachen") < page.index("Radwege") < page.index("Demnächst") < page.index("Uferweg")
    assert page.index("Beendet") < page.index("Hallenbad") < page.index("Behörden auf diesem Portal")
    assert "Stadt Nord" in page
    assert "bis einschließlich" in page
    assert '<meta name="description"' in page


def test_a_paused_procedure_is_not_under_what_is_open(world, client):
    world.procedure(title="Radwege")
    world.procedure(title="Spielplatz", stage="paused", reason="Ein Plan fehlte")
    page = text_of(client, "/")
    assert page.index("Jetzt mitmachen") < page.index("Radwege") < page.index('id="group-paused"')
    assert page.index('id="group-paused"') < page.index("Spielplatz") < page.index("Demnächst")
    assert "Spielplatz" not in text_of(client, "/-/procedures?stage=running")
    assert "Spielplatz" in text_of(client, "/-/procedures?stage=paused")


def test_without_a_paused_procedure_no_group_for_it_stands_there(world, client):
    world.procedure()
    assert "group-paused" not in text_of(client, "/")


def test_readers_get_no_cookie_and_pages_may_be_kept(world, client):
    procedure = world.procedure()
    for address in ("/", "/-/procedures", f"/{procedure.tenant.slug}/", f"/{procedure.tenant.slug}/-/pages/imprint"):
        response = client.get(address)
        assert "Set-Cookie" not in response.headers
        assert "csrf" not in response.get_data(as_text=True)
        assert response.headers["Cache-Control"] == "no-cache"


def test_an_empty_portal_says_what_will_be_here(client):
    page = text_of(client, "/")
    assert "Zurzeit läuft kein Verfahren" in page
    assert "Hier lesen Sie später, was aus den Beiträgen geworden ist." in page
    assert "Hier stehen Verfahren, sobald das erste angekündigt ist." in text_of(client, "/-/procedures")


def test_an_authority_has_its_own_front_page(world, client):
    tenant = world.tenant(name="Stadt Nord", address="Am Markt 1\n00001 Nord", claim="Wir hören zu.")
    world.procedure(tenant, title="Radwege")
    world.procedure(title="Anderswo")
    page = text_of(client, f"/{tenant.slug}/")
    assert "Radwege" in page
    assert "Anderswo" not in page
    assert "Am Markt 1<br>00001 Nord" in page
    assert "kontakt@stadt.example" in page
    assert client.get("/keine-stadt/").status_code == 404


@pytest.mark.parametrize("number", [0, 30])
def test_front_pages_keep_their_budget_of_queries(world, client, number):
    tenant = world.tenant()
    for index in range(number):
        world.procedure(tenant, stage=("running", "announced", "completed")[index % 3])
    addresses = ("/", f"/{tenant.slug}/", "/-/procedures", f"/{tenant.slug}/-/procedures?stage=ended&q=Verfahren")
    for address in addresses:
        with count_queries() as statements:
            text_of(client, address)
        assert len(statements) <= 5, (address, statements)
    world.log_in(client, world.person())
    client.get("/")
    for address in addresses:
        with count_queries() as statements:
            text_of(client, address)
        assert len(statements) <= 10, (address, statements)


def test_staff_find_what_they_prepare_and_others_do_not(world, client):
    tenant = world.tenant()
    world.procedure(tenant, stage="draft", title="Geheime Vorbereitung", topic="Verborgenes")
    for address in (
        "/",
        f"/{tenant.slug}/",
        "/-/procedures",
        "/-/procedures?stage=preparing",
        "/-/procedures?q=Geheime",
    ):
        assert "Geheime Vorbereitung" not in text_of(client, address)
        assert "Verborgenes" not in text_of(client, address)
    world.log_in(client, world.staff(tenant, Role.EDITOR), staff=True)
    assert "Geheime Vorbereitung" in text_of(client, "/")
    assert "Geheime Vorbereitung" in text_of(client, "/-/procedures?stage=preparing")


def test_each_state_of_the_list_is_a_link_that_can_be_shared(world, client):
    tenant = world.tenant()
    for index in range(25):
        world.procedure(tenant, title=f"Radweg {index}", topic="Verkehr", stage="completed")
    world.procedure(tenant, title="Uferweg", topic="Umwelt")
    page = text_of(client, "/-/procedures?stage=ended&topic=Verkehr&q=radweg")
    assert "25 Verfahren" in page
    assert "Uferweg" not in page
    following = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    assert {"stage=ended", "topic=Verkehr", "q=radweg"} <= set(following.partition("?")[2].split("&"))
    assert text_of(client, following).count('class="card"') == 5
    assert "Dazu gibt es zurzeit kein Verfahren" in text_of(client, "/-/procedures?q=nirgends")
    assert "26 Verfahren" in text_of(client, "/-/procedures?stage=unfug&unbekannt=1")
    odd = text_of(client, "/-/procedures?stage=unfug&topic=Unfug")
    assert "26 Verfahren" in odd
    assert 'value="Unfug"' not in odd


def test_words_of_the_search_are_shown_again_and_do_no_harm(world, client):
    world.procedure()
    page = text_of(client, "/-/procedures?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_legal_pages_are_the_authoritys_own(world, client):
    tenant = world.tenant()
    with transaction():
        write_legal_page(tenant, "imprint", "Stadt Nord, **vertreten** durch die Bürgermeisterin")
        write_legal_page(None, "imprint", "Das Portal")
    assert "<strong>vertreten</strong>" in text_of(client, f"/{tenant.slug}/-/pages/imprint")
    assert "Das Portal" in text_of(client, "/-/pages/imprint")
    assert "Bürgermeisterin" not in text_of(client, "/-/pages/imprint")
    english = text_of(client, f"/en/{tenant.slug}/-/pages/imprint")
    assert '<div class="prose" lang="de">' in english


@pytest.mark.parametrize("key", LEGAL_PAGES)
def test_a_legal_page_that_is_missing_says_so_with_a_contact(world, client, key):
    tenant = world.tenant()
    page = text_of(client, f"/{tenant.slug}/-/pages/{key}")
    assert "noch nicht veröffentlicht" in page
    assert "mailto:kontakt@stadt.example" in page
    assert current_app.config["SETTINGS"]["contact"] in text_of(client, f"/-/pages/{key}")


@pytest.mark.requirement("LP-03")
def test_the_accessibility_statement_leads_to_reporting_a_barrier(world, client):
    tenant = world.tenant()
    with transaction():
        write_legal_page(tenant, "accessibility", "Was noch fehlt")
    page = text_of(client, f"/{tenant.slug}/-/pages/accessibility")
    assert page.count(f"/{tenant.slug}/-/barrier") >= 2  # in the text and in the footer


def test_an_unknown_legal_page_is_not_there(client):
    assert client.get("/-/pages/etwas").status_code == 404


def test_colours_and_logo_are_kept_for_a_year_under_an_address_of_their_content(world, client):
    tenant = world.tenant(colour="#00538a")
    with transaction():
        set_logo(tenant, shrunk_logo(picture()), "Wappen")
    page = text_of(client, f"/{tenant.slug}/")
    for name in ("colours.css", "logo"):
        address = f"/{tenant.slug}/-/{name}?v=" + page.split(f"/-/{name}?v=")[1].split('"')[0]
        response = client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304
        assert client.get(f"/{tenant.slug}/-/{name}?v=old").headers["Cache-Control"] == "no-cache"
    assert client.get(f"/{tenant.slug}/-/logo").mimetype == "image/png"
    with transaction():
        change_tenant(tenant, colour="#aa0000")
    assert page.split("colours.css?v=")[1][:12] not in text_of(client, f"/{tenant.slug}/")


def test_an_authority_without_a_logo_has_none(world, client):
    assert client.get(f"/{world.tenant().slug}/-/logo").status_code == 404


def picture() -> bytes:
    """A small picture."""
    data = BytesIO()
    Image.new("RGBA", (40, 20), (0, 80, 140, 128)).save(data, "PNG")
    return data.getvalue()


def test_a_page_that_is_missing_leads_on(world, client):
    page = text_of(client, "/gibt/es/nicht", 404)
    assert "/-/procedures" in page
    assert "/-/barrier" in page


def test_a_form_that_is_refused_loses_no_word(world, client, app):
    typed = "\nMein langer Text mit <b>Zeichen</b> & Umlauten äöü"
    answer = client.post("/gibt/es/nicht", data={"text": typed, "reason": "Weil"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert page.count("readonly") == 2
    assert "Mein langer Text mit &lt;b&gt;Zeichen&lt;/b&gt; &amp; Umlauten äöü</textarea>" in page
    assert ">Weil</textarea>" in page.replace("\n", "")


def test_the_page_for_the_worst_case_asks_nothing_of_the_database(app):
    with app.test_request_context("/"), count_queries() as statements:
        page = app.jinja_env.get_template("errors/plain.html").render(title="Fehler", sentence="Bitte warten.")
    assert "Bitte warten." in page
    assert statements == []


def test_staff_find_their_work_from_the_pages_of_the_portal(world, client):
    first, second = world.tenant(), world.tenant()
    person = world.staff(second, Role.MANAGER)
    with count_queries() as alone:
        client.get("/")
    world.log_in(client, person)
    page = client.get("/").text
    assert f'href="/{second.slug}/-/staff"' in page
    assert f"/{first.slug}/-/staff" not in page
    assert len(alone) <= 5
    other = client.application.test_client()
    world.log_in(other, world.person())
    assert "/-/staff" not in other.get("/").text
