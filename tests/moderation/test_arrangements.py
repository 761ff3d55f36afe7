"""What an authority arranges: hours, deputies, text blocks; who is looked at first; what is new in an edit."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from participation.access.deputies import deputies, end_deputy, name_deputy
from participation.access.queries import people_with_role
from participation.access.rules import MODERATE, can
from participation.contributions import services as contributions
from participation.contributions.drafts import keep_draft
from participation.contributions.models import Contribution
from participation.contributions.sending import send_draft
from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Invalid, Unknown
from participation.moderation import services
from participation.moderation.acts import Seen
from participation.moderation.changes import changes, latest_changes
from participation.moderation.models import ReasonTemplate
from participation.moderation.text_blocks import keep_text_block, remove_text_block, text_blocks, with_text_block
from participation.tenants.attendance import Attendance, attendance_of, set_attendance
from participation.tenants.models import Tenant

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Attendance(days=[0, 1, 2, 3, 4], begins="08:00", ends="16:00", review_outside=True, within=8)


def moment(day, hour):
    return datetime(2027, 3, day, hour, 30, tzinfo=BERLIN)


def keep(tenant, attendance, actor):
    with transaction():
        set_attendance(db.session.get_one(Tenant, tenant.id), attendance, actor_id=actor.id)


@pytest.mark.parametrize(
    ("at", "there"),
    [
        (moment(1, 8), True),
        (moment(1, 7), False),
        (moment(1, 15), True),
        (moment(1, 16), False),
        (moment(6, 12), False),
        (moment(29, 8), True),  # the day after the clocks went forward
    ],
)
def test_hours_are_local_and_half_open(at, there):
    assert OFFICE.is_attended(at) is there
    assert OFFICE.holds_back(at) is not there
    assert Attendance().is_attended(at)


@pytest.mark.requirement("LP-08")
def test_what_comes_in_outside_the_hours_waits_and_inside_it_does_not(world, at):
    procedure = world.procedure()
    admin = world.staff(procedure.tenant, Role.TENANT_ADMIN)
    night = Attendance(days=[now().astimezone(BERLIN).weekday()], begins="00:00", ends="00:01", review_outside=True)
    for attendance, state in ((night, "pending"), (Attendance(), "published")):
        keep(procedure.tenant, attendance, admin)
        with at(now().astimezone(BERLIN).replace(hour=12, minute=0)):
            assert send(world, procedure).state == state


def send(world, procedure):
    person, activity = world.person(), world.activity(procedure)
    registry = world.app.extensions["registry"]
    fields = {"text": "Ein Satz.", "quote": "", "organisation": "", "for_organisation": ""}
    with transaction():
        draft = keep_draft(activity, cookie="c" * 24, person_id=person.id, kind="probe.note", place="here", parent=None, fields=fields)  # fmt: skip  # noqa: E501
    who, number, key = world.viewer(person, procedure), draft.id, draft.key
    with transaction():
        kind, action = registry.contribution_type("probe.note"), registry.action("probe:add")
        return send_draft(number, key, world.activity(procedure), kind, action, who=who, fields=fields)


@pytest.mark.parametrize(
    ("attendance", "field"),
    [
        (Attendance(days=[0], begins="16:00", ends="08:00"), "ends"),
        (Attendance(days=[0], begins="acht", ends="08:00"), "begins"),
        (Attendance(within=0), "within"),
    ],
)
def test_odd_hours_are_refused(world, attendance, field):
    tenant = world.tenant()
    with pytest.raises(Invalid) as error:
        keep(tenant, attendance, world.person())
    assert error.value.field == field
    assert attendance_of(db.session.get_one(Tenant, tenant.id)) == Attendance()


def stand_in(tenant, person, deputy, begins=0, ends=3):
    days = {"begins_on": today() + timedelta(days=begins), "ends_on": today() + timedelta(days=ends)}
    with transaction():
        return name_deputy(tenant.id, person_id=person.id, deputy_id=deputy.id, **days)


@pytest.mark.requirement("LP-08")
def test_a_deputy_moderates_where_the_colleague_does_for_as_long(world, at):
    procedure = world.procedure()
    other, tenant = world.procedure(procedure.tenant), procedure.tenant
    away, deputy = world.staff(tenant, Role.MODERATOR, procedure), world.staff(tenant, Role.EDITOR)
    assert not can(world.viewer(deputy), MODERATE, procedure).allowed
    stand_in(tenant, away, deputy)
    assert can(world.viewer(deputy), MODERATE, procedure).allowed
    assert not can(world.viewer(deputy), MODERATE, other).allowed
    assert [person.id for person in people_with_role(Role.MODERATOR, tenant.id, procedure.id)] == [away.id, deputy.id]
    with at(now() + timedelta(days=5)):
        assert not can(world.viewer(deputy), MODERATE, procedure).allowed
        assert [person.id for person in people_with_role(Role.MODERATOR, tenant.id, procedure.id)] == [away.id]


def test_a_deputy_is_of_the_team_and_for_some_days(world):
    tenant = world.tenant()
    away, deputy = world.staff(tenant, Role.MODERATOR), world.staff(tenant, Role.EDITOR)
    elsewhere = world.staff(world.tenant(), Role.MODERATOR)
    for who, begins, ends in ((elsewhere, 0, 3), (away, 0, 3), (deputy, 3, 2), (deputy, -5, -1), (deputy, 0, 400)):
        with pytest.raises(Invalid):
            stand_in(tenant, away, who, begins, ends)
    assert deputies(tenant.id) == []


def test_one_ends_ones_own_deputy_and_the_administration_every(world):
    tenant = world.tenant()
    away, deputy = world.staff(tenant, Role.MODERATOR), world.staff(tenant, Role.EDITOR)
    row = stand_in(tenant, away, deputy)
    for person_id, whole in ((deputy.id, False), (world.person().id, False)):
        with pytest.raises(Unknown), transaction():
            end_deputy(row.id, tenant.id, person_id=person_id, whole=whole)
    with transaction():
        end_deputy(row.id, tenant.id, person_id=deputy.id, whole=True)
    assert deputies(tenant.id) == []


def test_text_blocks_belong_to_one_authority(world):
    tenant, other, actor = world.tenant(), world.tenant(), world.person()
    words = {"reason": "advertising", "title": "Werbung", "text": "Werbung gehört nicht hierher.", "actor_id": actor.id}
    with transaction():
        keep_text_block(tenant.id, None, **words)
    number = text_blocks(tenant.id)[0].id
    assert text_blocks(other.id) == []
    for call in (lambda: keep_text_block(other.id, number, **words), lambda: with_text_block(other.id, number, "")):
        with pytest.raises(Unknown), transaction():
            call()
    assert with_text_block(tenant.id, number, "Satz 2.") == "Werbung gehört nicht hierher. Satz 2."
    assert with_text_block(tenant.id, number, "Werbung gehört nicht hierher!") != "Werbung gehört nicht hierher!"
    assert (
        with_text_block(tenant.id, number, "X Werbung gehört nicht hierher. Y") == "X Werbung gehört nicht hierher. Y"
    )
    with transaction():
        remove_text_block(tenant.id, number, actor_id=actor.id)
    assert db.session.scalar(select(ReasonTemplate)) is None


def edit(world, procedure, row, person, text):
    found = db.session.get_one(Contribution, row.id)
    with transaction():
        who, action = world.viewer(person, procedure), world.app.extensions["registry"].action("probe:add")
        version = found.versions
        contributions.edit(found, world.activity(procedure), action, who=who, source=text, version=version)
    return db.session.get_one(Contribution, row.id).state


def publish(row, moderator):
    found = db.session.get_one(Contribution, row.id)
    with transaction():
        services.publish(found, actor_id=moderator.id, seen=Seen(found.state, found.versions))


@pytest.mark.requirement("RA-3-15")
@pytest.mark.parametrize(
    ("moderation", "first", "edited", "second", "second_edited"),
    [
        ("none", "published", "published", "published", "published"),
        ("first", "pending", "pending", "published", "published"),
        ("always", "pending", "pending", "pending", "pending"),
    ],
)
def test_what_a_phase_has_looked_at_before_it_is_published(world, moderation, first, edited, second, second_edited):
    procedure, person, moderator = world.procedure(moderation=moderation), world.person(), world.person()
    one = world.contribution(procedure, person, source="Alt bleibt.")
    assert one.state == first
    if first == "pending":
        publish(one, moderator)
    assert edit(world, procedure, one, person, "Neu ist das.") == edited  # the only text a human has read
    if edited == "pending":
        publish(one, moderator)
    two = world.contribution(procedure, person, source="Zweites.")
    assert two.state == second
    if second == "pending":
        publish(two, moderator)
    assert edit(world, procedure, two, person, "Zweites, neu.") == second_edited


def test_what_is_new_is_compared_with_what_a_human_agreed_to(world):
    procedure, person, moderator = world.procedure(moderation="always"), world.person(), world.person()
    row = world.contribution(procedure, person, source="Eins zwei drei.")
    assert latest_changes({row.id: 1}) == {}
    edit(world, procedure, row, person, "Eins zwei vier.")
    assert latest_changes({row.id: 2}) == {}  # nobody has read any of it
    publish(row, moderator)
    edit(world, procedure, row, person, "Eins zwei fünf.")
    edit(world, procedure, row, person, "Eins zwei fünf sechs.")
    parts = latest_changes({row.id: 4}, whole=True)[row.id]
    assert [(part.kind, part.text) for part in parts] == [
        ("same", "Eins zwei"), ("removed", " vier."), ("added", " fünf sechs.")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "a b"),
        ("a b", ""),
        ("a b c", "a x c"),
        ("a  b\n\nc ", "a b c"),
        ("x " * 4000, "y " * 4000),
        ("gleich", "gleich"),
    ],
)
def test_the_parts_put_together_are_both_texts(before, after):
    parts = changes(before, after)
    assert "".join(part.text for part in parts if part.kind != "removed") == after
    if before != after:
        assert {part.kind for part in parts} & {"added", "removed"}


def test_long_unchanged_parts_are_left_out_in_a_list():
    long = " ".join(str(number) for number in range(500))
    parts = changes(f"{long} alt", f"{long} neu", whole=False)
    assert sum(len(part.text) for part in parts) < 80
    assert [part.kind for part in parts] == ["skipped", "same", "removed", "added"]


def test_the_last_day_of_a_deputy_counts(world):
    tenant = world.tenant()
    away, deputy = world.staff(tenant, Role.MODERATOR), world.staff(tenant, Role.EDITOR)
    stand_in(tenant, away, deputy, 0, 0)
    assert can(world.viewer(deputy), MODERATE, tenant).allowed
