"""Reading a text and commenting on it, page by page."""

import re
from datetime import timedelta
from random import Random

import pytest

from modules.text import seeds
from participation.contributions.counters import recount
from participation.contributions.models import Contribution
from participation.documents import importing, outlines
from participation.kernel.db import db, transaction
from participation.testing.queries import count_queries

LAW = b"""# Gesetz zur Probe

## \xc2\xa7 1 Zweck

(1) Dieses Gesetz dient der Probe. Es gilt f\xc3\xbcr alle.

(2) Es tritt morgen in Kraft.

## \xc2\xa7 2 Regeln

(1) Es gelten Regeln:

1. die erste,
2. die zweite.
"""


@pytest.fixture
def procedure(world):
    made = world.procedure(module="text", title="Probeverfahren")
    with transaction():
        importing.import_text(world.activity(made), LAW, "probe.md")
    return world.again(made)


@pytest.fixture
def base(procedure):
    return f"/{procedure.tenant.slug}/{procedure.slug}"


def send(client, base, text="Mein Kommentar.", **more):
    fields = {"module": "text", "activity": "a", "type": "text.comment", "place": "p1-abs1", "text": text} | more
    return client.post(f"{base}/-/drafts", data=fields)


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


@pytest.mark.requirement("RA-4.1-01")
def test_the_reading_view_shows_the_text_with_outline_anchors_and_the_form(client, base):
    page = client.get(f"{base}/text/a/").get_data(as_text=True)
    assert 'id="p1-abs1"' in page
    assert f"{base}/text/a/at/p1-abs1#kommentare-titel" in page
    assert "Ihr Kommentar zum ganzen Text" in page


@pytest.mark.requirement("RA-3-01")
@pytest.mark.requirement("RA-4.1-02")
def test_a_resident_writes_before_logging_in_and_gets_a_receipt(world, client, base, procedure):
    page = client.get(f"{base}/text/a/at/p1-abs1").get_data(as_text=True)
    assert "Ihr Kommentar zu § 1 Absatz 1" in page
    answer = send(client, base, quote="dient der Probe")
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("d=", "HttpOnly", "SameSite=Lax"))
    draft = client.get(answer.location).get_data(as_text=True)
    assert "Mein Kommentar." in draft
    assert "dient der Probe" in draft
    assert "Link zum Bestätigen senden" in draft


@pytest.mark.requirement("RA-4.1-02")
def test_quoted_words_become_the_anchor_and_words_that_are_not_there_are_said(world, client, base):
    world.log_in(client, world.person())
    lost = client.get(send(client, base, quote="steht nirgends").location).get_data(as_text=True)
    assert "Diese Wörter stehen nicht an der Stelle" in lost
    place = send(client, base, quote="dient  der Probe").location
    page = client.get(place).get_data(as_text=True)
    assert "Diese Wörter stehen nicht" not in page
    data = {"csrf_token": token(page), "do": "send", "text": "Mit Zitat.", "quote": "dient der Probe"}
    assert client.post(place, data=data).status_code == 303
    assert "„<bdi>dient der Probe</bdi>“" in client.get(f"{base}/text/a/at/p1-abs1").get_data(as_text=True)


def test_the_words_of_the_address_are_in_the_quote_field(client, base):
    page = client.get(f"{base}/text/a/at/p1-abs1?quote=dient+der+Probe").get_data(as_text=True)
    assert ">dient der Probe</textarea>" in page


def test_an_unknown_place_is_404_and_a_vanished_one_leads_to_the_text(client, base):
    assert client.get(f"{base}/text/a/at/nirgends").status_code == 404
    assert client.get(f"{base}/text/a/?at=nirgends").location == f"{base}/text/a/"
    assert client.get(f"{base}/text/a/?at=p1-abs1").location == f"{base}/text/a/at/p1-abs1#p1-abs1"


def test_a_found_comment_leads_to_its_place(world, client, base, procedure):
    note = world.contribution(procedure, place="p1-abs1")
    answer = client.get(f"{base}/text/a/comments/{note.reference}")
    assert answer.location == f"{base}/text/a/at/p1-abs1#c-{note.reference}"
    assert client.get(f"{base}/text/a/comments/AAAAA-AAAAA").status_code == 404


def test_ones_own_waiting_comment_is_shown_to_oneself_only(world, client, base, procedure):
    person = world.person()
    world.contribution(procedure, person, "Wartet noch.", place="p1-abs1", review=True)
    assert "Wartet noch." not in client.get(f"{base}/text/a/at/p1-abs1").get_data(as_text=True)
    world.log_in(client, person)
    assert "Wartet noch." in client.get(f"{base}/text/a/at/p1-abs1").get_data(as_text=True)


@pytest.mark.parametrize("begins", [timedelta(days=5), timedelta(days=-50)])
def test_before_and_after_the_phase_there_is_no_form_but_a_reason(world, client, begins):
    stage = "announced" if begins > timedelta() else "evaluation"
    made = world.procedure(module="text", stage=stage, begins=begins, lasts=timedelta(days=20))
    with transaction():
        importing.import_text(world.activity(made), LAW, "probe.md")
    made = world.again(made)
    address = f"/{made.tenant.slug}/{made.slug}/text/a/"
    for path in (address, f"{address}at/p1-abs1"):
        page = client.get(path).get_data(as_text=True)
        assert 'name="text"' not in page
        assert "Kommentare zum Text sind ab" in page or "waren bis einschließlich" in page
        assert "Noch keine Kommentare" not in page


def test_in_english_the_law_stays_marked_as_german(client, base):
    page = client.get(f"/en{base}/text/a/").get_data(as_text=True)
    assert '<html lang="en">' in page
    assert re.search(r'class="document"[^>]*lang="de"', page)


def test_a_text_that_is_not_there_yet_says_what_will_be_here(world, client):
    made = world.procedure(module="text")
    page = client.get(f"/{made.tenant.slug}/{made.slug}/text/a/").get_data(as_text=True)
    assert "Der Text folgt" in page


def test_a_long_text_is_read_section_by_section(world, client):
    made = world.procedure(module="text")
    address = f"/{made.tenant.slug}/{made.slug}/text/a/"
    law = "# Langes Gesetz\n" + "".join(f"\n## § {n} Teil\n\n(1) Wort {n}.\n" for n in range(1, 1001))
    with transaction():
        importing.import_text(world.activity(made), law.encode(), "lang.md")
    first = client.get(address).get_data(as_text=True)
    assert "(1) Wort 5." in first
    assert "(1) Wort 900." not in first
    assert "nächster Abschnitt" in first
    client.get("/healthz")
    with count_queries() as seen:
        place = client.get(f"{address}at/p900-abs1").get_data(as_text=True)
    assert "(1) Wort 900." in place
    assert len([line for line in seen if not line.startswith("BEGIN")]) <= 5


def test_sending_works_with_an_account(world, client, base):
    world.log_in(client, world.person())
    place = send(client, base).location
    page = client.get(place).get_data(as_text=True)
    assert "Kommentar absenden" in page
    fields = {"csrf_token": token(page), "text": "Geändert.", "do": "send", "for_organisation": "self"}
    answer = client.post(place, data=fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    receipt = client.get(answer.location).get_data(as_text=True)
    assert "Eingangsbestätigung" in receipt
    contribution = db.session.query(Contribution).one()
    assert (contribution.place, contribution.source, contribution.identity) == ("p1-abs1", "Geändert.", "account")
    assert contribution.reference in receipt
    again = client.post(place, data=fields)
    assert (again.status_code, again.location) == (303, answer.location)
    assert "Geändert." in client.get(f"{base}/text/a/at/p1-abs1").get_data(as_text=True)
    assert "1 Kommentar zu § 1 Absatz 1" in client.get(f"{base}/text/a/").get_data(as_text=True)
    show = client.get(f"{base}/-/contributions/{contribution.reference}").get_data(as_text=True)
    assert "Text ändern" in show


def test_the_budget_of_queries_holds(world, client):
    big = world.procedure(module="text")
    address = f"/{big.tenant.slug}/{big.slug}/text/a/"
    with transaction():
        seeds.seed(world.activity(big), Random(1), 3_000)
    with transaction():
        assert recount() == 0
    client.get("/healthz")
    for path in (address, f"{address}at/p1-abs1"):
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        statements = [line for line in seen if not line.startswith("BEGIN")]
        assert len(statements) <= 5, statements
    world.log_in(client, world.person())
    client.get(address)
    client.get("/healthz")
    for path in (address, f"{address}at/p1-abs1"):
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        statements = [line for line in seen if not line.startswith("BEGIN")]
        assert len(statements) <= 10, statements


def test_in_print_the_comments_stand_as_notes_below_their_paragraph(world, client, base, procedure):
    for index in range(12):
        world.contribution(procedure, source=f"Anmerkung {index}.", place="p1-abs2")
    page = client.get(f"{base}/text/a/print").get_data(as_text=True)
    assert page.count("Anmerkung") == 10
    assert (
        page.index("Es tritt morgen in Kraft")
        < page.index("Anmerkung")
        < page.index("§ 2 Regeln", page.index("Es tritt"))
    )


def test_print_says_when_until_when_and_what_others_thought(world, client, base, procedure):
    comment = world.contribution(procedure, source="Zu kurz.", place="p1-abs2")
    world.contribution(procedure, source="Finde ich auch.", parent=comment)
    page = client.get(f"{base}/text/a/print").get_data(as_text=True)
    assert "Stand: " in page
    assert "Verfahren: Läuft" in page
    assert "Kommentare sind bis einschließlich" in page
    assert re.search(r"1 Antwort · [^:]+: 0", page)


def test_an_open_place_leads_on_to_its_neighbours_and_says_how_long(client, base):
    page = client.get(f"{base}/text/a/at/p1-abs1").get_data(as_text=True)
    assert re.search(rf'href="{base}/text/a/at/p2#p2" rel="next"', page)
    assert 'rel="prev"' not in page, "there is none before § 1"
    assert 'id="kommentare-titel" tabindex="-1"' in page
    assert re.search(r"noch \d+ Tage", page)


def test_the_comments_can_be_downloaded_from_the_text(client, base):
    page = client.get(f"{base}/text/a/").get_data(as_text=True)
    for name in ("csv", "json"):
        address = re.search(rf'href="({base}/-/exports/a/comments\.{name}[^"]*)"', page)[1]
        assert client.get(address).status_code == 200


WITH_FACTS = b"""# Gesetz

Ausfertigungsdatum: 2017-08-14

Fundstelle: BGBl I: 2017, 3122

## \xc2\xa7 1 Zweck

Dieses Gesetz dient der Probe.

## \xc2\xa7 2 Regeln

(1) Es gelten Regeln.

(2) Es gibt Ausnahmen.
"""


@pytest.fixture
def law(world):
    made = world.procedure(module="text")
    with transaction():
        importing.import_text(world.activity(made), WITH_FACTS, "gesetz.md")
    return world.again(made)


def text_of(client, law, path=""):
    return client.get(f"/{law.tenant.slug}/{law.slug}/text/a/{path}").get_data(as_text=True)


def test_facts_about_a_law_are_folded_and_have_no_link_to_comments(world, client, law):
    page = text_of(client, law)
    assert page.index("<summary>") < page.index("Angaben zum Text") < page.index("Ausfertigungsdatum")
    assert "/at/titel-abs1" not in page
    world.contribution(law, place="titel-abs1")
    assert "/at/titel-abs1" in text_of(client, law), "what was written there is never hidden"


def test_a_section_of_one_paragraph_has_one_link_and_is_cited_as_people_do(world, client, law):
    page = text_of(client, law)
    assert page.count("§ 1 kommentieren") == 1
    assert "/at/p1-text#" in page
    assert "/at/p1#" not in page
    assert "/at/p2#" in page, "of a section with more paragraphs the whole can be commented on"
    place = text_of(client, law, "at/p1-text")
    assert "Ihr Kommentar zu § 1</label>" in place
    activity = world.activity(law)
    assert outlines.place_title(activity, "p1-text") == "§ 1"
    assert outlines.place_title(activity, "p2-abs1") == "§ 2 Absatz 1"
