"""Escalation in one step, appeals that a second person decides, and the public figures of both."""

import pytest
from sqlalchemy import select

from participation.access.rules import VISITOR
from participation.contributions import services as contributions
from participation.contributions.counters import recount
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown
from participation.moderation import services
from participation.moderation.acts import Seen
from participation.moderation.appeals import decide_appeal, decision_on, file_appeal
from participation.moderation.desk import desk_of, work_at
from participation.moderation.escalation import close_escalation, escalate, escalation_at, open_copy
from participation.moderation.figures import figures, guarded
from participation.moderation.models import Appeal, Escalation, ModerationBatch
from participation.moderation.redaction import redact
from participation.moderation.reports import report_contribution
from participation.moderation.undo import take_back, undoable
from participation.tenants.attendance import Attendance, set_attendance
from participation.tenants.models import Tenant

BECAUSE = {"reason": "insult", "sentence": "Die Anrede beleidigt."}
WHY = "Ich habe nur zitiert."


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def moderator(world, procedure):
    return world.staff(procedure.tenant, Role.MODERATOR)


@pytest.fixture
def second(world, procedure):
    return world.staff(procedure.tenant, Role.MODERATOR)


@pytest.fixture
def desk(world, procedure, moderator):
    return desk_of(world.viewer(moderator), procedure.tenant)


@pytest.fixture
def author(world):
    return world.person()


@pytest.fixture
def contribution(world, procedure, author):
    return world.contribution(procedure, author, source="Ich weiß, wo du wohnst.", place="here")


def again(row):
    db.session.rollback()
    return db.session.get_one(Contribution, row.id)


def act(row, service, **values):
    found = again(row)
    with transaction():
        return service(found, seen=Seen(found.state, found.versions), **values)


def hide(row, person):
    return act(row, services.hide, actor_id=person.id, **BECAUSE)


def appeal(world, procedure, row, person, text=WHY):
    who, found = world.viewer(person, procedure), again(row)
    with transaction():
        return file_appeal(found, who=who, text=text)


def decide(desk, appeal, person, outcome="overturned", sentence="Es war ein Zitat."):
    number, who = appeal.id, person.id
    with transaction():
        return decide_appeal(desk, number, actor_id=who, outcome=outcome, sentence=sentence)


def told(name):
    return [row for row in db.session.scalars(select(EventRow).order_by(EventRow.id)) if row.name == name]


@pytest.mark.requirement("LP-08")
def test_a_threat_is_hidden_preserved_and_given_on_in_one_step(
    world, procedure, contribution, moderator, author, mails
):
    with transaction():
        tenant = db.session.get_one(Tenant, procedure.tenant_id)
        set_attendance(tenant, Attendance(urgent=["a@amt.example", "b@amt.example"]), actor_id=moderator.id)
        report_contribution(contribution.id, reason="insult", note="Bitte schnell.")
    mails()
    row = act(contribution, escalate, actor_id=moderator.id, kind="threat", note="Polizei ist verständigt.")
    assert again(contribution).state == "hidden"
    kept = db.session.get_one(Escalation, row.id)
    assert kept.copy["text"] == "Ich weiß, wo du wohnst."
    assert kept.copy["reports"][0]["note"] == "Bitte schnell."
    sent = [mail for mail in mails() if "Dringend" in mail["Subject"]]
    assert sorted(mail["To"] for mail in sent) == ["a@amt.example", "b@amt.example"]
    words = sent[0].get_body(("plain",)).get_content()
    assert "wohnst" not in words
    assert all(number in words for number in ("110", "112", "0800 1110111"))
    assert [mail for mail in mails() if mail["To"] == author.email and "ausgeblendet" in mail["Subject"]] == []


@pytest.mark.requirement("LP-08")
def test_the_copy_survives_what_happens_to_the_text_and_each_look_is_told(
    world, procedure, contribution, moderator, desk, author
):
    row = act(contribution, escalate, actor_id=moderator.id, kind="help")
    found = again(contribution)
    with transaction():
        contributions.withdraw(found, who=world.viewer(author, procedure))
    kept = escalation_at(desk, row.id)
    with transaction():
        assert open_copy(kept, actor_id=moderator.id)["text"] == "Ich weiß, wo du wohnst."
    assert [(fact.actor_id, fact.data) for fact in told("moderation.escalation_opened")] == [
        (moderator.id, {"escalation_id": row.id})
    ]


@pytest.mark.requirement("LP-08")
def test_a_case_is_open_until_somebody_says_what_was_done(world, contribution, moderator, desk):
    row = act(contribution, escalate, actor_id=moderator.id, kind="help")
    assert work_at(desk).escalations == 1
    for note, error in ((" ", Invalid), ("Familie erreicht.", None), ("Noch einmal.", Conflict)):
        found = escalation_at(desk, row.id)
        if error is None:
            with transaction():
                close_escalation(found, actor_id=moderator.id, note=note)
        else:
            with pytest.raises(error), transaction():
                close_escalation(found, actor_id=moderator.id, note=note)
    assert work_at(desk).escalations == 0
    other = world.tenant()
    with pytest.raises(Unknown):
        escalation_at(desk_of(world.viewer(world.staff(other, Role.MODERATOR)), other), row.id)


def test_an_escalation_is_not_taken_back_by_mistake_and_needs_a_kind(procedure, contribution, moderator):
    with pytest.raises(Invalid):
        act(contribution, escalate, actor_id=moderator.id, kind="joke")
    act(contribution, escalate, actor_id=moderator.id, kind="threat")
    assert undoable(procedure.tenant_id, moderator.id) is None


@pytest.mark.requirement("LP-08")
def test_without_names_the_administration_and_the_office_are_told(world, procedure, contribution, moderator, mails):
    admin = world.staff(procedure.tenant, Role.TENANT_ADMIN)
    act(contribution, escalate, actor_id=moderator.id, kind="threat")
    assert {mail["To"] for mail in mails() if "Dringend" in mail["Subject"]} == {admin.email, "kontakt@stadt.example"}


@pytest.mark.requirement("RA-3-15")
def test_who_hid_does_not_decide_about_the_appeal(world, procedure, contribution, moderator, second, desk, author):
    hide(contribution, moderator)
    asked = appeal(world, procedure, contribution, author)
    with pytest.raises(Refused, match="refused"):
        decide(desk, asked, moderator)
    assert again(contribution).state == "hidden"
    decide(desk, asked, second)
    assert again(contribution).state == "published"
    with transaction():
        assert recount() == 0
    with pytest.raises(Conflict):
        decide(desk, db.session.get_one(Appeal, asked.id), second, "confirmed")


def test_the_author_asks_once_for_each_decision(world, procedure, contribution, moderator, second, desk, author):
    hide(contribution, moderator)
    asked = appeal(world, procedure, contribution, author)
    with pytest.raises(Conflict):
        appeal(world, procedure, contribution, author)
    decide(desk, asked, second, "confirmed")
    with pytest.raises(Conflict):
        appeal(world, procedure, contribution, author)
    act(contribution, services.restore, actor_id=second.id)
    with pytest.raises(Refused):
        appeal(world, procedure, contribution, author)
    hide(contribution, second)
    appeal(world, procedure, contribution, author)
    assert decision_on(contribution.id)[1] is not None


def test_only_the_author_asks_and_says_why(world, procedure, contribution, moderator, author):
    hide(contribution, moderator)
    with pytest.raises(Unknown):
        appeal(world, procedure, contribution, world.person())
    with pytest.raises(Unknown), transaction():
        file_appeal(again(contribution), who=VISITOR, text=WHY)
    with pytest.raises(Invalid):
        appeal(world, procedure, contribution, author, " ")
    assert db.session.scalar(select(Appeal)) is None


def test_an_appeal_against_a_redaction_brings_the_words_back(
    world, procedure, contribution, moderator, second, desk, author
):
    act(contribution, redact, actor_id=moderator.id, passages="wohnst", reason="personal_data")
    asked = appeal(world, procedure, contribution, author)
    decide(desk, asked, second)
    found = again(contribution)
    assert (found.source, found.redacted) == ("Ich weiß, wo du wohnst.", False)


def test_what_fell_away_waits_for_nobody(world, procedure, contribution, moderator, second, desk, author):
    done = hide(contribution, moderator)
    asked = appeal(world, procedure, contribution, author)
    assert work_at(desk).appeals == 1
    with transaction():
        take_back(db.session.get_one(ModerationBatch, done.batch_id))
    assert work_at(desk).appeals == 0
    with pytest.raises(Conflict):
        decide(desk, asked, second)


def test_the_second_people_and_then_the_author_are_told(
    world, procedure, contribution, moderator, second, desk, author, mails
):
    hide(contribution, moderator)
    mails()
    asked = appeal(world, procedure, contribution, author)
    new = [mail for mail in mails() if "Überprüfung verlangt" in mail["Subject"]]
    assert [mail["To"] for mail in new] == [second.email]
    decide(desk, asked, second, "confirmed", "Auch ein Zitat kann beleidigen.")
    last = mails()[-1]
    assert (last["To"], "Ergebnis der Überprüfung" in last["Subject"]) == (author.email, True)
    assert "Auch ein Zitat kann beleidigen." in last.get_body(("plain",)).get_content()


def test_figures_count_what_stands_and_name_nobody(world, procedure, moderator, second, desk):
    rows = [world.contribution(procedure, world.person()) for _ in range(8)]
    for row in rows[:7]:
        with transaction():
            report_contribution(row.id, reason="insult")
    for row in rows[:6]:
        hide(row, moderator)
    undone = hide(rows[6], moderator)
    with transaction():
        take_back(db.session.get_one(ModerationBatch, undone.batch_id))
    found = figures(procedure.tenant_id, procedure.id)
    assert (found.contributions, found.reported.value, found.hidden.value) == (8, 7, 6)
    assert {cell.name: cell.value for cell in found.by_reason}["insult"] == 6
    assert found.restored.value == 0
    assert found.median is not None
    assert figures(world.tenant().id).contributions == 0


def test_small_figures_are_held_back_and_cannot_be_found_by_subtracting():
    def shown(**counts):
        cells, total = guarded(counts)
        return [cell.value for cell in cells], total

    assert shown(a=0, b=9, c=7) == ([0, 9, 7], 16)
    assert shown(a=2, b=9, c=7) == ([None, 9, None], 18)
    assert shown(a=2, b=3, c=7) == ([None, None, 7], 12)
    assert shown(a=2, b=0, c=6) == ([None, None, 6], 8)  # else one would see at once which reason it was
    assert shown(a=2, b=0) == ([None, None], None)
    assert shown(a=0, b=0) == ([0, 0], 0)
