"""Who gets which mail, in whose language, and only once."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from participation.access.services import grant_role
from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel import mail as kernel_mail
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow
from participation.kernel.outbox import work_off
from participation.moderation import services as moderation
from participation.moderation.acts import UNDO
from participation.moderation.models import ModerationBatch
from participation.moderation.reports import report_barrier, report_contribution
from participation.moderation.services import Seen
from participation.moderation.undo import take_back
from participation.notices import letters
from participation.notices.services import end_subscription, subscribe
from participation.procedures.advancing import advance, record_clock
from participation.procedures.models import Participant, Procedure
from participation.tenants.models import Tenant

MAILS = Path(__file__).parents[2] / "templates" / "mail"
MANAGER = frozenset({Role.MANAGER, Role.TENANT_ADMIN})


def subscribed(world, procedure, *people):
    with transaction():
        return [subscribe(world.again(procedure), person).key for person in people]


def move(world, procedure, step, **values):
    actor = world.person()
    with transaction():
        advance(world.again(procedure), step, actor_id=actor.id, roles=MANAGER, **values)


def words(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def people(mails):
    return sorted(mail["To"] for mail in mails)


@pytest.mark.requirement("RA-3-21")
def test_subscribers_learn_of_a_pause_with_its_reason(world, mails):
    procedure = world.procedure(title="Stadtpark")
    anna = world.person()
    (key,) = subscribed(world, procedure, anna)
    move(world, procedure, "pause", reason="Der Plan wird geändert.")
    (mail,) = mails()
    assert mail["To"] == anna.email
    assert "Unterbrochen: Stadtpark" in mail["Subject"]
    assert "Grund: Der Plan wird geändert." in words(mail)
    where = f"http://localhost/{procedure.tenant.slug}/{procedure.slug}/"
    assert where in words(mail)
    assert mail["List-Unsubscribe"] == f"<{where}-/subscription/{key}/end>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert '<html lang="de">' in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("stage", "step", "values", "expected"),
    [
        ("running", "cancel", {"reason": "Kein Geld."}, "vorzeitig beendet. Grund: Kein Geld."),
        ("paused", "resume", {}, "Das Verfahren geht weiter. Sie können bis einschließlich"),
        ("evaluation", "publish_results", {"frozen": True}, "Das Verfahren ist abgeschlossen."),
    ],
)
def test_each_stage_has_its_sentence(world, mails, stage, step, values, expected):
    procedure = world.procedure(stage=stage)
    subscribed(world, procedure, world.person())
    move(world, procedure, step, **values)
    (mail,) = mails()
    assert expected in words(mail)


def test_the_clock_tells_too(world, mails, at):
    procedure = world.procedure(stage="announced", begins=timedelta(days=1))
    subscribed(world, procedure, world.person())
    with at(now() + timedelta(days=2)):
        with transaction():
            assert record_clock(world.again(procedure)) == 1
        (mail,) = mails()
    assert "Das Verfahren hat begonnen." in words(mail)


def test_steps_before_the_announcement_are_nobodys_news(world, mails):
    procedure, reader = world.ready(), world.person()
    subscribed(world, procedure, reader)
    move(world, procedure, "submit")
    assert reader.email not in [mail["To"] for mail in mails()]


def test_the_mail_is_in_the_language_of_the_person(world, mails):
    procedure = world.procedure()
    person = world.person()
    with transaction():
        db.session.execute(update(Person).where(Person.id == person.id).values(language="en"))
    subscribed(world, procedure, person)
    move(world, procedure, "pause", reason="Because.")
    (mail,) = mails()
    assert f"http://localhost/en/{procedure.tenant.slug}/" in words(mail)
    assert '<html lang="en">' in mail.get_body(("html",)).get_content()


def test_links_lead_to_the_host_of_the_authority(world, mails):
    procedure = world.procedure()
    with transaction():
        db.session.execute(update(Tenant).values(host="mitmachen.stadt.example"))
    subscribed(world, procedure, world.person())
    move(world, procedure, "pause", reason="x")
    (mail,) = mails()
    assert f" http://mitmachen.stadt.example/{procedure.slug}/ " in words(mail)


def test_who_ended_the_subscription_or_was_shut_out_gets_nothing(world, mails):
    procedure = world.procedure()
    gone, blocked, stays = world.person(), world.person(), world.person()
    key, *_ = subscribed(world, procedure, gone, blocked, stays)
    move(world, procedure, "pause", reason="x")
    with transaction():
        end_subscription(db.session.get_one(Procedure, procedure.id), key)
        db.session.execute(update(Person).where(Person.id == blocked.id).values(blocked_at=now()))
    assert people(mails()) == [stays.email]


def test_each_subscriber_gets_one_mail_although_the_worker_fell_in_between(world, mails, at, monkeypatch):
    procedure = world.procedure()
    everybody = [world.person() for _ in range(3)]
    subscribed(world, procedure, *everybody)
    move(world, procedure, "pause", reason="x")
    calls = []

    def falls_once(message):
        calls.append(message["To"])
        if len(calls) == 2:
            raise ConnectionError("the mail server is gone")
        kernel_mail.send(message)

    monkeypatch.setattr(letters, "send", falls_once)
    work_off()
    assert len(mails()) == 2
    with at(now() + timedelta(minutes=5)):
        assert people(mails()) == sorted(person.email for person in everybody)
    assert len(calls) == 4
    work_off()
    assert len(mails()) == 3


def test_a_mail_that_was_handed_over_is_not_sent_again(world, mails):
    procedure = world.procedure()
    subscribed(world, procedure, world.person())
    move(world, procedure, "pause", reason="x")
    mails()
    with transaction():
        mine = (DeliveryRow.handler == "notices.stage", DeliveryRow.target != "")
        db.session.execute(update(DeliveryRow).where(*mine).values(state="waiting"))
    assert len(mails()) == 1


def test_a_receipt_names_number_time_and_phase(world, mails):
    author = world.person()
    contribution = world.contribution(world.procedure(), author, "Mehr Bäume")
    (mail,) = mails()
    assert mail["To"] == author.email
    assert contribution.reference in mail["Subject"]
    text = words(mail)
    assert f"Vorgangsnummer: {contribution.reference}" in text
    assert "Phase: Notieren" in text
    assert f"/-/contributions/{contribution.reference}/receipt" in text
    assert "Mehr Bäume" not in text


def test_a_letter_that_staff_recorded_has_no_receipt_by_mail(world, mails):
    world.contribution(world.procedure(), intake_channel="letter")
    assert mails() == []


def moderated(act, contribution, actor_id, **values):
    """Moderation looks the row up, so the test does."""
    row = db.session.get_one(Contribution, contribution.id)
    return act(row, actor_id=actor_id, seen=Seen(row.state, row.versions), **values)


def test_the_author_learns_what_moderation_did_and_why(world, mails, at):
    author, moderator = world.person(), world.person()
    procedure = world.procedure(moderation="always")
    contribution = world.contribution(procedure, author)
    (receipt,) = mails()
    assert "Wir prüfen ihn vor der Veröffentlichung." in words(receipt)
    with transaction():
        moderated(moderation.publish, contribution, moderator.id)
    with transaction():
        moderated(moderation.hide, contribution, moderator.id, reason="insult", sentence="Die Anrede beleidigt.")
    with transaction():
        moderated(moderation.restore, contribution, moderator.id)
    assert len(mails()) == 1  # nobody is told while it can be taken back
    with at(now() + UNDO):
        told = {mail["Subject"].partition(":")[0]: mail for mail in mails()[1:]}
    published, hidden = told["Ihr Beitrag ist veröffentlicht"], told["Ihr Beitrag ist ausgeblendet"]
    restored = told["Ihr Beitrag ist wieder sichtbar"]
    assert {mail["To"] for mail in told.values()} == {author.email}
    assert "ist jetzt für alle sichtbar" in words(published)
    assert "Grund: Beleidigung oder Drohung Die Anrede beleidigt." in words(hidden)
    assert "wieder für alle sichtbar" in words(restored)
    for kind in ("plain", "html"):
        text = " ".join(hidden.get_body((kind,)).get_content().split())
        assert "Sie können eine Überprüfung verlangen. Darüber entscheidet eine zweite Person." in text
        assert f"/-/contributions/{contribution.reference}/appeal" in text
        assert "Überprüfung" not in restored.get_body((kind,)).get_content()


def test_nobody_is_told_of_what_was_taken_back(world, mails, at):
    moderator = world.person()
    contribution = world.contribution(world.procedure())
    mails()
    with transaction():
        act = moderated(moderation.hide, contribution, moderator.id, reason="insult", sentence="Ein Versehen.")
    with transaction():
        take_back(db.session.get_one(ModerationBatch, act.batch_id))
    with at(now() + UNDO):
        assert len(mails()) == 1


def test_nobody_is_written_to_once_the_person_is_cut_off(world, mails):
    contribution = world.contribution(world.procedure())
    with transaction():
        db.session.execute(update(Participant).values(person_id=None))
    assert mails() == []
    assert db.session.get_one(Contribution, contribution.id).state == "published"


def test_a_persons_words_in_a_mail_are_text(world, mails):
    procedure = world.procedure(title="<b>Park</b>")
    subscribed(world, procedure, world.person())
    move(world, procedure, "pause", reason="<script>x</script>")
    (mail,) = mails()
    html = mail.get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<b>Park</b>" in words(mail)


def reported(contribution):
    with transaction():
        report_contribution(contribution.id, reason="insult", note="", email="")


def test_moderators_learn_of_the_first_open_report_only(world, mails):
    procedure, other = world.procedure(), world.tenant()
    moderator, elsewhere, manager = world.person(), world.person(), world.person()
    with transaction():
        grant_role(moderator.id, Role.MODERATOR, procedure.tenant_id)
        grant_role(manager.id, Role.MANAGER, procedure.tenant_id, procedure.id)
        grant_role(elsewhere.id, Role.MODERATOR, other.id)
    contribution = world.contribution(procedure)
    mails()
    reported(contribution)
    reported(contribution)
    _, mail = mails()
    assert mail["To"] == moderator.email
    assert f"/-/moderation/{contribution.reference}" in words(mail)


def test_a_barrier_is_told_to_the_authority_or_to_the_operator(world, mails):
    tenant = world.tenant()
    with transaction():
        report_barrier(tenant.id, note="Das Formular liest mir niemand vor.", page="/x", email="")
        report_barrier(None, note="Zu klein.")
    mine, central = mails()
    assert mine["To"] == tenant.contact_email
    assert "Das Formular liest mir niemand vor." in words(mine)
    assert central["To"] == "kontakt@portal.example"


@pytest.mark.parametrize("template", sorted(path.name for path in MAILS.glob("*.txt") if path.name[0] not in "_f"))
def test_every_mail_greets_with_a_sentence_of_its_own(template):
    _greeting, _, rest = (MAILS / template).read_text("utf-8").partition('{{ _("Guten Tag.") }}')
    first = re.search(r'_\("([^"]+)"', rest)
    assert first is not None
    assert first[1][0].isupper()
