"""Redaction: nobody finds the words any more, the receipt stays true, every look at the original is told."""

import re

import pytest
from sqlalchemy import select

from participation.contributions import services as contributions
from participation.contributions.models import Contribution, ContributionVersion
from participation.contributions.references import text_hash
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.outbox import work_off
from participation.kernel.refusal import Conflict, Invalid, Refused, Unknown
from participation.moderation.acts import UNDO, Seen
from participation.moderation.changes import latest_changes
from participation.moderation.models import ModerationBatch, Redaction
from participation.moderation.redaction import BLACK, blacken, lift, open_original, redact, redacted_because
from participation.moderation.undo import take_back
from participation.search.models import SearchRow
from participation.testing.kit import ContractKit

SECRET = ("Gerda", "Musterfrau", "Lindenweg")
TEXT = "Meine Nachbarin **Gerda\nMusterfrau**, Lindenweg 12, parkt dort. Auch GERDA MUSTERFRAU selbst sagt das."
PASSAGES = "Gerda Musterfrau\nLindenweg 12"


@pytest.fixture
def procedure(world):
    return world.procedure()


@pytest.fixture
def moderator(world, procedure):
    return world.staff(procedure.tenant, Role.MODERATOR)


@pytest.fixture
def author(world):
    return world.person()


@pytest.fixture
def contribution(world, procedure, author):
    return world.contribution(procedure, author, source=TEXT, place="here")


def again(row):
    db.session.rollback()
    return db.session.get_one(Contribution, row.id)


def black(row, moderator, passages=PASSAGES, **values):
    found = again(row)
    with transaction():
        seen = Seen(found.state, found.versions)
        values = {"reason": "personal_data", "sentence": "Name und Anschrift."} | values
        return redact(found, actor_id=moderator.id, seen=seen, passages=passages, **values)


def take_off(row, moderator):
    found = again(row)
    with transaction():
        lift(found, actor_id=moderator.id, seen=Seen(found.state, found.versions))


def test_every_occurrence_goes_whatever_stands_between_the_words():
    assert blacken(TEXT, ["Gerda Musterfrau", "Lindenweg 12"]) == (
        f"Meine Nachbarin **{BLACK}**, {BLACK}, parkt dort. Auch {BLACK} selbst sagt das."
    )
    assert blacken("Beratung im Rat", ["Rat"]) == f"Beratung im {BLACK}"
    assert blacken("(+49) 30 1234", ["(+49) 30 1234"]) == BLACK
    assert blacken("Ott und Otto", ["Otto", "Ott"]) == f"{BLACK} und {BLACK}"


@pytest.mark.requirement("LP-04")
def test_the_public_version_is_black_and_the_original_kept_apart(world, contribution, moderator):
    black(contribution, moderator)
    shown = again(contribution)
    assert (shown.redacted, shown.state) == (True, "published")
    assert not any(word.casefold() in (shown.source + shown.html).casefold() for word in SECRET)
    assert redacted_because(shown.id) == ["personal_data"]
    assert db.session.scalar(select(Redaction)).source_before == TEXT


@pytest.mark.requirement("LP-04")
def test_the_receipt_stays_true(contribution, moderator):
    black(contribution, moderator)
    version = db.session.scalar(select(ContributionVersion))
    assert version.text_hash == text_hash(version.salt, "", TEXT)


@pytest.mark.requirement("LP-04")
def test_each_look_at_the_original_is_in_the_log(world, contribution, moderator):
    with pytest.raises(Unknown), transaction():
        open_original(again(contribution), actor_id=moderator.id)
    black(contribution, moderator)
    for _ in range(2):
        found = again(contribution)
        with transaction():
            assert open_original(found, actor_id=moderator.id).source == TEXT
    rows = [
        row
        for row in db.session.scalars(select(EventRow).order_by(EventRow.id))
        if row.name == "moderation.original_opened"
    ]
    assert [(row.actor_id, row.data) for row in rows] == [(moderator.id, {"contribution_id": contribution.id})] * 2


def test_lifting_brings_back_every_word_also_from_below_two_layers(contribution, moderator):
    html = contribution.html
    black(contribution, moderator, "Lindenweg 12")
    black(contribution, moderator, "Nachbarin", reason="insult")
    assert redacted_because(contribution.id) == ["personal_data", "insult"]
    take_off(contribution, moderator)
    shown = again(contribution)
    assert (shown.source, shown.html, shown.redacted) == (TEXT, html, False)
    assert redacted_because(contribution.id) == []


def test_undo_takes_off_the_last_layer_alone(contribution, moderator):
    black(contribution, moderator, "Lindenweg 12")
    below = again(contribution).source
    act = black(contribution, moderator, "Nachbarin")
    with transaction():
        assert take_back(db.session.get_one(ModerationBatch, act.batch_id)) == (1, 0)
    shown = again(contribution)
    assert (shown.source, shown.redacted) == (below, True)


@pytest.mark.parametrize(("passages", "says"), [("", "mindestens"), ("Berta", "Berta"), ("erda", "erda")])
def test_what_does_not_stand_there_is_refused_and_nothing_is_black(app, contribution, moderator, passages, says):
    with pytest.raises(Invalid) as error:
        black(contribution, moderator, passages)
    with app.test_request_context():
        assert says in str(error.value.sentence)
    assert error.value.field == "passages"
    assert (again(contribution).source, db.session.scalar(select(Redaction))) == (TEXT, None)


def test_a_text_its_author_changed_meanwhile_is_not_blacked_out(contribution, moderator):
    with pytest.raises(Conflict), transaction():
        redact(
            again(contribution), actor_id=moderator.id, seen=Seen("published", 2), passages=PASSAGES, reason="rights"
        )


@pytest.mark.requirement("LP-04")
def test_an_edit_after_a_redaction_goes_to_review_and_shows_only_what_is_new(
    world, procedure, contribution, moderator, author
):
    black(contribution, moderator)
    found = again(contribution)
    with transaction():
        who, action = world.viewer(author, procedure), world.app.extensions["registry"].action("probe:add")
        contributions.edit(
            found, world.activity(procedure), action, who=who, source=found.source + " Und morgen auch.", version=1
        )
    assert again(contribution).state == "pending"
    (parts,) = latest_changes({contribution.id: 2}, whole=True).values()
    assert [part.text.strip() for part in parts if part.kind == "added"] == ["Und morgen auch."]
    assert not any(word in part.text for part in parts for word in SECRET)
    with pytest.raises(Refused) as error:
        take_off(contribution, moderator)
    assert error.value.status == 409


@pytest.mark.requirement("LP-04")
def test_the_words_are_found_nowhere_any_more(world, app, client, mails, at):
    """Every page and file of the core and of every format that anybody can open, the search, and all mails."""
    found = []
    for module in app.extensions["registry"]:
        if not module.contributions or module.seed is None:
            continue
        kit = ContractKit(world=world, module=module)
        procedure = kit.seeded(3)
        author, reader = world.person(), world.person()
        row = world.contribution(procedure, author, source=TEXT, title="Gerda Musterfrau parkt")
        work_off()
        moderator = world.staff(procedure.tenant, Role.MODERATOR)
        pages = addresses(app, world.again(procedure), row, module)
        assert any("Lindenweg" in client.get(page, follow_redirects=True).text for page in pages), module.name
        assert db.session.scalar(select(SearchRow).where(SearchRow.text.contains("Lindenweg")))
        black(row, moderator)
        work_off()
        for person in (None, reader, author):
            if person is not None:
                world.log_in(client, person)
            found += [
                (module.name, page, word)
                for page in pages
                for answer in [client.get(page, follow_redirects=True)]
                for word in SECRET
                if word.casefold() in answer.get_data().decode("utf-8", "replace").casefold()
            ]
        client.delete_cookie(app.config["SESSION_COOKIE_NAME"])
        texts = " ".join(f"{entry.title} {entry.text} {entry.stems}" for entry in db.session.scalars(select(SearchRow)))
        found += [(module.name, "search", word) for word in SECRET if word.casefold() in texts.casefold()]
    assert found == []
    with at(now() + UNDO):
        told = " ".join(mail.as_string() for mail in mails())
    assert "teilweise" in told
    assert not any(word in told for word in SECRET)


def addresses(app, procedure, row, module):
    """All that GET answers and that can be filled with what stands here, but those that look for the words itself."""
    activity = procedure.activities[0]
    known = {
        "tenant": procedure.tenant.slug, "procedure": procedure.slug, "activity": activity.slug,
        "reference": row.reference, "format": "csv", "key": "rules",
    }  # fmt: skip
    pages = []
    for rule in app.url_map.iter_rules():
        others = rule.endpoint.partition(".")[0] in {other.name for other in app.extensions["registry"]} - {module.name}
        if "GET" in rule.methods and not others and set(rule.arguments) <= set(known) and "log-out" not in rule.rule:
            pages.append(re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda name: known[name[1]], rule.rule))
    exports = f"/{known['tenant']}/{known['procedure']}/-/exports/{activity.slug}"
    return pages + [f"{exports}/{entry.name}.{kind}" for entry in module.exports for kind in ("csv", "json")]
