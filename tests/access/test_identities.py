"""Who may take part: ways of identity, lists, codes; and who finds a procedure or a contribution that is not public."""

from datetime import timedelta

import pytest

from participation.access.queries import viewer_for
from participation.access.rules import COMMENT, VISITOR, can, can_see
from participation.contributions.queries import item_in
from participation.contributions.sending import send_draft
from participation.contributions.visible import visible_procedures
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Refused
from participation.procedures import codes, lists
from participation.procedures.audience_models import PersonList
from participation.procedures.guests import join_as_guest
from participation.procedures.models import Participant, Phase, Procedure
from participation.procedures.services import add_phase
from participation.testing.probe import NOTING, TALKING
from participation.testing.world import local_now


@pytest.fixture
def tenant(world):
    return world.tenant("stadt")


@pytest.fixture
def procedure(world, tenant):
    return world.procedure(tenant=tenant, slug="plan")


def listed(procedure, kind, name="", *people):
    with transaction():
        found = lists.make_list(procedure, name or kind, kind)
        if people:
            lists.add_people(found, lists.read_rows("\n".join(person.email for person in people)))
        return found.id


def coded(procedure, name="Klasse 8b"):
    """A list of codes, and the participant one of them stands for."""
    number = listed(procedure, "codes", name)
    with transaction():
        new = codes.make_codes(db.session.get(PersonList, number), 1)[0]
    with transaction():
        return number, codes.use_code(procedure.tenant_id, new.code).id


def narrow(world, procedure, audience, list_id=None, ways=("email", "account"), **more):
    """Make its only phase one for a narrower audience."""
    with transaction():
        phase = world.phase(procedure)
        phase.audience, phase.list_id, phase.identity = audience, list_id, sorted(ways)
        for name, value in more.items():
            setattr(phase, name, value)


def guest(participant_id, procedure):
    return viewer_for(None, procedure.id, guest=db.session.get(Participant, participant_id))


def may(world, viewer, procedure):
    return can(viewer, COMMENT, world.activity(procedure))


@pytest.mark.requirement("RA-3-05")
@pytest.mark.parametrize("audience", ["members", "institutions"])
def test_only_who_stands_on_the_list_takes_part(world, procedure, audience):
    inside, outside = world.person(), world.person()
    number = listed(procedure, audience, "", inside)
    narrow(world, procedure, audience, number)
    assert may(world, world.viewer(inside, procedure), procedure).allowed
    refused = may(world, world.viewer(outside, procedure), procedure)
    assert not refused.allowed
    assert not refused.login_helps
    assert "mitmachen" in str(refused.reason)
    assert may(world, VISITOR, procedure).login_helps


def test_without_a_list_of_its_own_a_phase_is_for_every_list_of_that_kind(world, procedure):
    inside, other = world.person(), world.person()
    listed(procedure, "members", "Jury", inside)
    listed(procedure, "institutions", "Träger", other)
    narrow(world, procedure, "members")
    assert may(world, world.viewer(inside, procedure), procedure).allowed
    assert not may(world, world.viewer(other, procedure), procedure).allowed


def test_an_address_that_nobody_confirmed_is_on_no_list(world, procedure):
    person = world.person(confirmed=False)
    number = listed(procedure, "members", "", person)
    narrow(world, procedure, "members", number)
    assert not may(world, world.viewer(person, procedure), procedure).allowed


def test_a_list_of_another_procedure_opens_nothing_here(world, tenant, procedure):
    person = world.person()
    listed(world.procedure(tenant=tenant), "members", "", person)
    narrow(world, procedure, "members")
    assert not may(world, world.viewer(person, procedure), procedure).allowed


@pytest.mark.requirement("LP-19")
def test_a_code_opens_the_phase_of_its_list_and_no_other(world, procedure):
    number, inside = coded(procedure)
    _other, outside = coded(procedure, "Klasse 9a")
    narrow(world, procedure, "members", number, ("code",))
    assert may(world, guest(inside, procedure), procedure).allowed
    assert not may(world, guest(outside, procedure), procedure).allowed
    assert not may(world, world.viewer(world.person(), procedure), procedure).allowed
    assert may(world, VISITOR, procedure).login_helps


def test_a_revoked_code_stands_on_no_list(world, procedure):
    number, inside = coded(procedure)
    narrow(world, procedure, "members", number, ("code",))
    with transaction():
        codes.revoke(db.session.get(PersonList, number), 1)
    assert not may(world, guest(inside, procedure), procedure).allowed


@pytest.mark.requirement("RA-3-05")
@pytest.mark.parametrize("way", ["form_token", "email", "account", "code"])
def test_each_way_of_identity_opens_what_accepts_it_and_nothing_else(world, tenant, way):
    procedure = world.procedure(tenant=tenant, identity=(way,))
    with transaction():
        alone = join_as_guest(procedure, "k" * 43).id
    viewers = {
        "form_token": guest(alone, procedure),
        "email": world.viewer(world.person(account=False), procedure),
        "account": world.viewer(world.person(), procedure),
        "code": guest(coded(procedure)[1], procedure),
    }
    allowed = {name for name, viewer in viewers.items() if may(world, viewer, procedure).allowed}
    assert allowed == ({"email", "account"} if way == "email" else {way})


def test_the_narrowest_audience_counts_where_several_phases_are_open(world, procedure):
    person = world.person()
    number = listed(procedure, "members", "", person)
    with transaction():
        start = local_now() - timedelta(days=1)
        add_phase(
            world.activity(procedure), NOTING, begins=start, ends=start + timedelta(days=90), audience="members",
            list_id=number,
        )  # fmt: skip
    decision = may(world, world.viewer(person, procedure), procedure)
    assert decision.phase.audience == "members"
    assert may(world, world.viewer(world.person(), procedure), procedure).phase.audience == "public"


def test_when_its_list_is_gone_a_phase_is_for_the_other_lists_of_that_kind_and_never_for_all(world, procedure):
    person = world.person()
    number = listed(procedure, "members", "", person)
    narrow(world, procedure, "members", number)
    with transaction():
        db.session.delete(db.session.get(PersonList, number))
    assert world.phase(procedure).list_id is None
    assert not may(world, world.viewer(person, procedure), procedure).allowed


def test_a_guest_is_nobody_in_another_procedure(world, tenant, procedure):
    other = world.procedure(tenant=tenant)
    with transaction():
        number = join_as_guest(procedure, "k" * 43).id
    viewer = guest(number, other)
    assert viewer == VISITOR
    assert not viewer.is_known


def test_nobody_sends_a_draft_for_nobody(world, procedure):
    activity = world.activity(procedure)
    with pytest.raises(Refused), transaction():
        send_draft(0, "x", activity, None, COMMENT, who=VISITOR, fields={})


# who finds what is not public

PEOPLE = ("visitor", "stranger", "member", "institution", "code", "staff")
MATRIX = {
    "public": set(PEOPLE),
    "members": {"member", "code", "staff"},
    "institutions": {"institution", "staff"},
}


@pytest.fixture
def everybody(world, tenant):
    def make(visible_to):
        procedure = world.procedure(tenant=tenant, slug="geheim", visible_to=visible_to, title="Nur für einige")
        member, institution = world.person(), world.person()
        listed(procedure, "members", "", member)
        listed(procedure, "institutions", "", institution)
        people = {
            "visitor": None,
            "stranger": world.person(),
            "member": member,
            "institution": institution,
            "staff": world.staff(tenant, Role.MODERATOR),
        }
        return procedure, people, coded(procedure)[1]

    return make


@pytest.mark.parametrize("visible_to", MATRIX)
def test_a_procedure_is_seen_by_those_it_is_for(world, everybody, visible_to):
    procedure, people, by_code = everybody(visible_to)
    viewers = {name: world.viewer(person, procedure) for name, person in people.items()}
    viewers["code"] = guest(by_code, procedure)
    assert {name for name, viewer in viewers.items() if can_see(viewer, world.again(procedure))} == MATRIX[visible_to]


@pytest.mark.parametrize("visible_to", MATRIX)
def test_search_feeds_and_exports_find_the_same_as_the_page(world, everybody, visible_to):
    _procedure, people, _code = everybody(visible_to)
    for name, person in people.items():
        found = db.session.query(Procedure).filter(visible_procedures(world.viewer(person))).count()
        assert bool(found) == (name in MATRIX[visible_to]), name


PLACES = (
    "/stadt/geheim/",
    "/stadt/geheim/-/poster",
    "/stadt/geheim/-/picture",
    "/stadt/geheim/a/",
    "/stadt/geheim/-/feed.atom",
    "/stadt/geheim/-/subscribe",
    "/stadt/geheim/probe/a/",
)


@pytest.mark.parametrize("visible_to", ["members", "institutions"])
def test_all_addresses_of_a_procedure_are_404_for_everybody_else(app, world, everybody, visible_to):
    procedure, people, _code = everybody(visible_to)
    note = world.contribution(procedure, source="Vertraulich")
    addresses = [*PLACES, f"/stadt/geheim/-/contributions/{note.reference}", *_addresses(app)]
    for name in ("visitor", "stranger"):
        client = app.test_client()
        if people[name]:
            world.log_in(client, people[name])
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 404, (name, address)
            assert "Nur für einige" not in answer.get_data(as_text=True)
        for address in ("/stadt/", "/stadt/-/procedures", "/stadt/-/search?q=Vertraulich", "/", "/-/search?q=einige"):
            page = client.get(address, follow_redirects=True).get_data(as_text=True)
            assert "Nur für einige" not in page, (name, address)
            assert note.reference not in page, (name, address)


def _addresses(app):
    """Every address of a procedure that takes no further argument and answers to GET."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.arguments == {"tenant", "procedure"} and "GET" in rule.methods:
            yield adapter.build(rule.endpoint, {"tenant": "stadt", "procedure": "geheim"})


@pytest.mark.parametrize(
    ("visible_to", "seen_by"),
    [
        ("public", {"visitor", "stranger", "member", "author", "staff"}),
        ("audience", {"member", "author", "staff"}),
        ("own", {"author", "staff"}),
        ("staff", {"author", "staff"}),
    ],
)
def test_what_came_in_during_a_narrow_phase_is_read_by_those_it_is_for(world, tenant, procedure, visible_to, seen_by):
    author, member = world.person(), world.person()
    number = listed(procedure, "members", "", member, author)
    note = world.contribution(procedure, author)
    narrow(world, procedure, "members", number, visible_to=visible_to)
    people = {
        "visitor": None,
        "stranger": world.person(),
        "member": member,
        "author": author,
        "staff": world.staff(tenant, Role.MODERATOR),
    }
    found = {
        name
        for name, person in people.items()
        if item_in(world.again(procedure), note.reference, world.viewer(person, procedure)) is not None
    }
    assert found == seen_by


def test_voting_refuses_people_without_account(world, procedure):
    kind = TALKING.__class__(name="voting", title="Abstimmen", step="voting", opens=frozenset({"probe:add"}))
    start, activity = local_now(), world.activity(procedure)
    when = {"begins": start, "ends": start + timedelta(days=1)}
    with pytest.raises(Refused) as caught, transaction():
        add_phase(activity, kind, **when, identity=("form_token", "account"))
    assert "Abstimmen kann jede Person einmal" in str(caught.value.sentence)
    assert db.session.query(Phase).count() == 1
