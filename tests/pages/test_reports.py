"""Reporting a contribution or a barrier, without an account."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.moderation import services
from participation.moderation.models import BarrierReport, Report
from participation.moderation.services import Seen


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)


def send(client, url, **fields):
    """Open the form and send it, as a browser does."""
    return client.post(url, data={"csrf_token": token(client.get(url)), **fields})


def stored(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def tenant(world):
    return world.tenant("musterstadt", name="Musterstadt")


@pytest.fixture
def procedure(world, tenant):
    return world.procedure(tenant, slug="plan")


def report_page(contribution):
    return f"/musterstadt/plan/-/contributions/{contribution.reference}/report"


@pytest.mark.requirement("RA-3-14")
def test_a_contribution_is_reported_without_an_account(world, client, procedure):
    contribution = world.contribution(procedure, source="Ein strittiger Satz.")
    url = report_page(contribution)
    page = client.get(url)
    assert "Ein strittiger Satz." in page.text
    assert "Moderation von Musterstadt" in page.text
    answer = send(client, url, reason="insult", note="Der zweite Satz", email="")
    assert answer.status_code == 302
    assert answer.location.endswith(f"/{contribution.reference}?done=reported")
    row = db.session.scalar(select(Report))
    assert (row.contribution_id, row.reason, row.note, row.email) == (contribution.id, "insult", "Der zweite Satz", "")


def test_a_report_with_mistakes_comes_back_with_every_word(world, client, procedure):
    url = report_page(world.contribution(procedure))
    answer = send(client, url, note="Meine Worte bleiben", email="keine-adresse")
    assert answer.status_code == 422
    assert "Meine Worte bleiben" in answer.text
    assert 'value="keine-adresse"' in answer.text
    assert "Bitte wählen Sie einen Grund." in answer.text
    assert answer.text.count("error-summary-title") == 2
    assert stored(Report) == 0


def test_reporting_stays_possible_after_all_phases(world, client, tenant):
    procedure = world.procedure(tenant, slug="plan", begins=timedelta(days=-60), lasts=timedelta(days=30))
    url = report_page(world.contribution(procedure))
    assert send(client, url, reason="advertising").status_code == 302
    assert stored(Report) == 1


def test_what_is_hidden_cannot_be_reported_and_shows_nothing(world, client, tenant, procedure):
    contribution = world.contribution(procedure, source="Ein Geheimnis der Nachbarin.")
    moderator = world.staff(tenant, Role.MODERATOR)
    with transaction():
        services.hide(
            contribution, actor_id=moderator.id, seen=Seen("published", 1), reason="personal_data", sentence="Privat."
        )
    page = client.get(report_page(contribution))
    assert page.status_code == 404
    assert "Geheimnis" not in page.text
    waiting = world.procedure(tenant, moderation="always", slug="wartend")
    reference = world.contribution(waiting).reference
    assert client.get(f"/musterstadt/wartend/-/contributions/{reference}/report").status_code == 404


def test_a_contribution_is_found_only_below_its_own_procedure(world, client, tenant, procedure):
    world.procedure(tenant, slug="anderer")
    reference = world.contribution(procedure).reference
    assert client.get(f"/musterstadt/anderer/-/contributions/{reference}/report").status_code == 404


def test_the_trap_takes_what_a_machine_sends_and_keeps_nothing(world, client, procedure):
    answer = send(client, report_page(world.contribution(procedure)), reason="insult", homepage="http://x.example")
    assert answer.status_code == 302
    assert stored(Report) == 0


def test_after_twenty_reports_a_day_a_network_waits_and_loses_no_word(world, client, procedure, at):
    url = report_page(world.contribution(procedure))
    for _ in range(20):
        assert send(client, url, reason="insult").status_code == 302
    answer = send(client, url, reason="insult", note="Nummer einundzwanzig")
    assert answer.status_code == 429
    assert "Nummer einundzwanzig" in answer.text
    assert stored(Report) == 20


def test_a_form_without_its_token_is_refused(world, client, procedure):
    answer = client.post(report_page(world.contribution(procedure)), data={"reason": "insult"})
    assert answer.status_code == 400
    assert stored(Report) == 0


@pytest.mark.requirement("LP-03")
def test_a_barrier_is_reported_from_any_page_to_the_authority(client, tenant):
    url = "/musterstadt/-/barrier?page=/musterstadt/plan/"
    page = client.get(url)
    assert 'value="/musterstadt/plan/"' in page.text
    assert "Ihre Meldung liest Musterstadt." in page.text
    answer = send(client, url, note="Ich komme mit der Tastatur nicht weiter.", page="Startseite", email="a@b.example")
    assert answer.location == "/musterstadt/?done=barrier-reported"
    row = db.session.scalar(select(BarrierReport))
    assert (row.tenant_id, row.page, row.email) == (tenant.id, "Startseite", "a@b.example")


def test_a_barrier_of_the_central_portal_is_the_operators(client):
    assert send(client, "/-/barrier", note="Der Kontrast ist zu schwach.").location == "/?done=barrier-reported"
    assert db.session.scalar(select(BarrierReport)).tenant_id is None


def test_a_barrier_needs_words_and_keeps_the_rest(client, tenant):
    answer = send(client, "/musterstadt/-/barrier", page="Die Karte", email="a@b.example")
    assert answer.status_code == 422
    assert 'value="Die Karte"' in answer.text
    assert stored(BarrierReport) == 0
