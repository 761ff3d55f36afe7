"""Pages on which moderators decide about many, black out, escalate, decide a second time, and arrange their work."""

import re

import pytest
from sqlalchemy import select, update

from participation.access.deputies import deputies
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.clock import today
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.moderation.acts import Seen
from participation.moderation.models import Appeal, Escalation, ModerationBatch, ReasonTemplate, Report
from participation.moderation.services import hide
from participation.moderation.text_blocks import keep_text_block, text_blocks
from participation.tenants.attendance import attendance_of
from participation.tenants.models import Tenant
from participation.testing.queries import count_queries

QUEUE = "/musterstadt/-/moderation"
TEXT = "Gerda Musterfrau wohnt im Hinterhaus."


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)


@pytest.fixture
def tenant(world):
    return world.tenant("musterstadt", name="Musterstadt")


@pytest.fixture
def procedure(world, tenant):
    return world.procedure(tenant, slug="plan", title="Ein Plan")


@pytest.fixture
def author(world):
    return world.person("Rosa")


@pytest.fixture
def contribution(world, procedure, author):
    return world.contribution(procedure, author, source=TEXT, place="here")


@pytest.fixture
def moderator(world, client, tenant):
    person = world.staff(tenant, Role.MODERATOR)
    world.log_in(client, person, staff=True)
    return person


def send(client, url, origin=None, **fields):
    """Open a page and send its form, as a browser does."""
    return client.post(url, data={"csrf_token": token(client.get(origin or url)), **fields})


def mark(*rows):
    return [f"{row.reference}:{row.state}:{row.versions}" for row in rows]


def state(row):
    return db.session.get(Contribution, row.id, populate_existing=True).state


@pytest.mark.requirement("RA-3-15")
def test_many_are_hidden_in_one_go_and_taken_back(world, client, procedure, moderator):
    rows = [world.contribution(procedure, source=f"Werbung {number}") for number in range(3)]
    fields = {"list": "recent", "act": "hide", "reason": "advertising", "sentence": "Dreimal dieselbe Anzeige."}
    answer = send(client, f"{QUEUE}/decide", f"{QUEUE}?list=recent", chosen=mark(*rows), **fields)
    assert (answer.status_code, answer.location) == (302, f"{QUEUE}?list=recent")
    page = client.get(answer.location)
    assert "3 Beiträge ausgeblendet" in page.text
    assert "Rückgängig machen" in page.text
    number = db.session.scalar(select(ModerationBatch.id))
    assert "3 Beiträge ausgeblendet" in client.get(f"{QUEUE}/decisions/{number}").text
    back = send(client, f"{QUEUE}/decisions/{number}/undo", f"{QUEUE}/decisions/{number}")
    assert back.location.endswith("done=undone")
    assert {state(row) for row in rows} == {"published"}
    assert "Rückgängig machen" not in client.get(QUEUE).text


def test_what_was_ticked_and_typed_stays_where_something_is_missing(world, client, procedure, moderator):
    row = world.contribution(procedure)
    form = {"list": "recent", "act": "hide", "sentence": "Ein halber Satz"}
    answer = send(client, f"{QUEUE}/decide", f"{QUEUE}?list=recent", chosen=mark(row), **form)
    assert answer.status_code == 422
    assert "Ein halber Satz" in answer.text
    assert re.search(rf'value="{row.reference}:published:1"[^>]*checked', answer.text)
    nothing = send(client, f"{QUEUE}/decide", f"{QUEUE}?list=recent", list="recent", act="hide")
    assert nothing.status_code == 422
    assert "Bitte wählen Sie mindestens einen Beitrag aus." in nothing.text
    assert send(client, f"{QUEUE}/decide", f"{QUEUE}?list=recent", act="burn", chosen=mark(row)).status_code == 422
    odd = send(client, f"{QUEUE}/decide", f"{QUEUE}?list=recent", act="publish", chosen=["x", "::", "A:B:C:D"])
    assert odd.status_code == 409
    assert state(row) == "published"


def test_nobody_else_decides_or_takes_back(world, client, tenant, procedure, contribution, moderator):
    fields = {"act": "hide", "reason": "insult", "sentence": "x", "chosen": mark(contribution)}
    other = world.tenant("anderswo")
    world.log_in(client, world.staff(other, Role.MODERATOR))
    csrf = token(client.get("/anderswo/-/moderation"))
    assert client.post("/anderswo/-/moderation/decide", data={"csrf_token": csrf, **fields}).status_code == 409
    own = [f"{contribution.reference}/{page}" for page in ("redact", "escalate", "original", "lift")]
    for url in ("decide", *own, "appeals/1", "decisions/1/undo"):
        assert client.post(f"{QUEUE}/{url}", data={"csrf_token": csrf, **fields}).status_code in (404, 405), url
    for url in ("appeals", "escalations", "text-blocks", "hours", "deputies"):
        assert client.get(f"{QUEUE}/{url}").status_code == 404, url
    assert state(contribution) == "published"


def test_a_text_block_is_inserted_without_script(world, client, tenant, procedure, contribution, moderator):
    url = f"{QUEUE}/text-blocks"
    block = {"title": "Werbung", "reason": "advertising", "text": "Werbung gehört nicht hierher."}
    assert send(client, url, **block).status_code == 302
    assert send(client, url, **block | {"text": " "}).status_code == 422
    number = db.session.scalar(select(ReasonTemplate.id))
    fields = {
        "state": "published",
        "version": "1",
        "reason": "advertising",
        "block": number,
        "sentence": "Siehe Satz 1.",
    }
    address = f"{QUEUE}/{contribution.reference}"
    assert send(client, f"{address}/hide", address, **fields).status_code == 302
    assert "Werbung gehört nicht hierher. Siehe Satz 1." in client.get(address).text
    assert send(client, f"{url}?number={number}", **block | {"title": "Anzeige"}).status_code == 302
    assert text_blocks(tenant.id)[0].title == "Anzeige"
    assert send(client, f"{url}/{number}/remove", url).status_code == 302
    assert text_blocks(tenant.id) == []


@pytest.mark.requirement("LP-04")
def test_blacking_out_and_reading_the_original(world, client, procedure, contribution, moderator):
    address = f"{QUEUE}/{contribution.reference}"
    fields = {"state": "published", "version": "1", "reason": "personal_data"}
    wrong = send(client, f"{address}/redact", passages="Berta", **fields)
    assert wrong.status_code == 422
    assert "So steht es nicht im Text: „Berta“" in wrong.text
    assert send(client, f"{address}/redact", passages="Gerda Musterfrau", **fields).status_code == 302
    page = client.get(address)
    assert "Gerda" not in page.text
    assert "[geschwärzt] wohnt im Hinterhaus." in page.text
    assert client.get(f"{address}/original").status_code == 405  # a look is written down, so it is no link
    opened = send(client, f"{address}/original", address)
    assert TEXT in opened.text
    assert "moderation.original_opened" in [
        row.name for row in db.session.scalars(select(EventRow).order_by(EventRow.id))
    ]
    public = client.get(f"/musterstadt/plan/-/contributions/{contribution.reference}")
    assert "Stellen in diesem Beitrag sind geschwärzt. Grund: Persönliche Angaben über andere." in squeezed(public)
    lifted = send(client, f"{address}/lift", address, state="published", version="1")
    assert lifted.status_code == 302
    assert TEXT in client.get(address).text


def squeezed(page):
    return " ".join(re.sub(r"<[^>]+>", "", page.text).split())


@pytest.mark.requirement("LP-08")
def test_escalating_says_what_to_do_and_keeps_the_words_under_lock(client, contribution, moderator):
    address = f"{QUEUE}/{contribution.reference}/escalate"
    page = client.get(address)
    assert all(number in page.text for number in ("tel:110", "tel:112", "tel:08001110111"))
    assert send(client, address, state="published", version="1").status_code == 422
    done = send(client, address, state="published", version="1", kind="threat", note="Polizei weiß Bescheid.")
    case = done.location.partition("?")[0]
    assert state(contribution) == "hidden"
    shown = client.get(case)
    assert TEXT not in shown.text
    assert "Polizei weiß Bescheid." in shown.text
    assert TEXT in send(client, case).text
    assert "Offen" in client.get(f"{QUEUE}/escalations").text
    assert send(client, f"{case}/close", case, note=" ").status_code == 422
    assert send(client, f"{case}/close", case, note="Anzeige erstattet.").status_code == 302
    assert "Anzeige erstattet." in client.get(case).text
    assert db.session.scalar(select(Escalation.closing_note)) == "Anzeige erstattet."


@pytest.mark.requirement("RA-3-15")
def test_the_author_asks_and_a_second_person_decides(world, client, tenant, contribution, author, moderator):
    first = moderator.id
    with transaction():
        row = db.session.get_one(Contribution, contribution.id)
        hide(row, actor_id=first, seen=Seen("published", 1), reason="insult", sentence="Die Anrede beleidigt.")
    own = f"/musterstadt/plan/-/contributions/{contribution.reference}"
    world.log_in(client, author)
    assert f"{own}/appeal" in client.get(own).text
    assert "Die Anrede beleidigt." in client.get(f"{own}/appeal").text
    assert send(client, f"{own}/appeal", text=" ").status_code == 422
    assert send(client, f"{own}/appeal", text="Das war ein Zitat.").location.endswith("done=appealed")
    assert "Sie haben am" in client.get(f"{own}/appeal").text
    world.log_in(client, world.person())
    assert client.get(f"{own}/appeal").status_code == 404
    world.log_in(client, db.session.get(type(author), first))
    number = db.session.scalar(select(Appeal.id))
    case = f"{QUEUE}/appeals/{number}"
    assert "Darüber entscheidet eine zweite Person." in client.get(case).text
    assert "<form" not in client.get(case).text.partition('id="decide"')[2].partition("</aside>")[0]
    forged = {"outcome": "confirmed", "sentence": "Ich bleibe dabei."}
    csrf = token(client.get(QUEUE + "/" + contribution.reference))
    assert client.post(case, data={"csrf_token": csrf, **forged}).status_code == 403
    world.log_in(client, world.staff(tenant, Role.MODERATOR))
    assert "Wartet auf Sie" in client.get(f"{QUEUE}/appeals").text
    assert send(client, case, outcome="overturned").status_code == 422
    assert send(client, case, outcome="overturned", sentence="Es war ein Zitat.").status_code == 302
    assert state(contribution) == "published"
    assert "Aufgehoben" in client.get(f"{QUEUE}/appeals").text


def test_somebody_unknown_is_asked_to_log_in_before_asking_for_a_review(client, contribution):
    answer = client.get(f"/musterstadt/plan/-/contributions/{contribution.reference}/appeal")
    assert (answer.status_code, "log-in" in answer.location) == (302, True)


def test_hours_are_set_by_the_administration_and_read_by_those_who_wait(world, client, tenant, moderator, author):
    url = f"{QUEUE}/hours"
    assert client.get(url).status_code == 403
    world.log_in(client, world.staff(tenant, Role.TENANT_ADMIN))
    fields = {"days": ["0", "2"], "begins": "09:00", "ends": "15:00", "review_outside": "y", "within": "6"}
    assert send(client, url, **fields, urgent="a@amt.example\nB@amt.example").status_code == 302
    kept = attendance_of(db.session.get(Tenant, tenant.id, populate_existing=True))
    assert (kept.days, kept.begins, kept.review_outside, kept.within) == ([0, 2], "09:00", True, 6)
    assert kept.urgent == ["a@amt.example", "b@amt.example"]
    for wrong in ({"ends": "08:00"}, {"within": "0"}, {"within": "x"}, {"begins": "neun"}, {"urgent": "kein-at"}):
        assert send(client, url, **fields | wrong).status_code == 422, wrong
    procedure = world.procedure(tenant, slug="langsam", moderation="always")
    waiting = world.contribution(procedure, author)
    world.log_in(client, author)
    page = client.get(f"/musterstadt/langsam/-/contributions/{waiting.reference}")
    assert "meist innerhalb von 6 Stunden" in page.text


def test_a_deputy_is_named_and_ended(world, client, tenant, moderator):
    deputy = world.staff(tenant, Role.EDITOR)
    url, day = f"{QUEUE}/deputies", today().isoformat()
    assert send(client, url, deputy=deputy.id, begins_on=day, ends_on="x").status_code == 422
    assert send(client, url, deputy=moderator.id, begins_on=day, ends_on=day).status_code == 422
    assert send(client, url, deputy=deputy.id, begins_on=day, ends_on=day).status_code == 302
    (row,) = deputies(tenant.id)
    assert row.deputy in client.get(url).text
    assert send(client, f"{url}/{row.id}/end", url).status_code == 302
    assert deputies(tenant.id) == []


def test_the_figures_are_public_and_linked(client, procedure, contribution):
    assert "/musterstadt/plan/-/moderation-figures" in client.get("/musterstadt/plan/").text
    assert "/musterstadt/-/moderation-figures" in client.get("/musterstadt/-/pages/rules").text
    for url in ("/musterstadt/-/moderation-figures", "/musterstadt/plan/-/moderation-figures"):
        page = client.get(url)
        assert page.status_code == 200
        assert "Rosa" not in page.text


def test_an_edit_that_waits_shows_only_what_is_new(world, client, tenant, author, moderator):
    procedure = world.procedure(tenant, slug="geprueft", moderation="always")
    row = world.contribution(procedure, author, source="Der Park bleibt offen.")
    send(client, f"{QUEUE}/{row.reference}/publish", f"{QUEUE}/{row.reference}", state="pending", version="1")
    world.log_in(client, author)
    own = f"/musterstadt/geprueft/-/contributions/{row.reference}"
    assert send(client, f"{own}/edit", text="Der Park bleibt geschlossen.", version="1").status_code == 303
    world.log_in(client, moderator)
    for url in (f"{QUEUE}?list=waiting", f"{QUEUE}/{row.reference}"):
        page = client.get(url).text
        assert re.search(r"<ins>.*geschlossen\..*</ins>", page), url
        assert re.search(r"<del>.*offen\..*</del>", page), url


@pytest.mark.requirement("RA-3-15")
def test_the_desk_needs_few_queries_with_three_thousand_waiting(world, client, procedure, contribution, moderator):
    with transaction():
        keep_text_block(procedure.tenant_id, None, reason="insult", title="x", text="y", actor_id=moderator.id)
        plant(contribution, 3_000)
    for url in (f"{QUEUE}?list=waiting", f"{QUEUE}?list=reported", f"{QUEUE}/appeals", f"{QUEUE}/escalations",
                f"{QUEUE}/{contribution.reference}/redact", f"{QUEUE}/text-blocks", f"{QUEUE}/deputies"):  # fmt: skip
        with count_queries() as sent:
            page = client.get(url)
        assert page.status_code == 200
        assert len(sent) <= 12, (url, len(sent), sent)
    assert "3000 Beiträge warten" in client.get(f"{QUEUE}?list=waiting").text.replace(".", "")


def plant(contribution, number):
    """So many copies that wait, half of them edited, and a report on each tenth."""
    table = Contribution.__table__
    again = db.session.execute(select(table).where(table.c.id == contribution.id)).mappings().one()
    copies = [
        {**again, "id": None, "reference": f"WAIT0-{at:05d}", "state": "pending", "versions": 1 + at % 2}
        for at in range(number)
    ]
    for row in copies:
        row.pop("id")
    db.session.execute(table.insert(), copies)
    ids = db.session.scalars(select(table.c.id).where(table.c.state == "pending")).all()
    at = db.session.scalar(select(table.c.created_at).where(table.c.id == contribution.id))
    reports = [
        {"tenant_id": contribution.tenant_id, "contribution_id": id_, "reason": "insult", "note": "", "email": "",
         "reporter": "", "at": at} for id_ in ids[::10]
    ]  # fmt: skip
    db.session.execute(Report.__table__.insert(), reports)
    db.session.execute(update(table).where(table.c.id == contribution.id).values(state="published"))
