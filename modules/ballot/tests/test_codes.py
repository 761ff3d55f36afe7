"""Voting with an access code instead of an account: cast, change, one ballot for each code."""

import pytest

from modules.ballot import services
from modules.ballot.tests.conftest import CHOICES, make_vote
from modules.ballot.tests.test_views import chosen, page, said, token
from participation.access.queries import viewer_for
from participation.kernel.db import db, transaction
from participation.kernel.refusal import Refused
from participation.procedures import codes, lists
from participation.procedures.audience_models import PersonList
from participation.voting.models import Ballot

OTHER = {"q1": ["no"]}


@pytest.fixture
def sheet(world):
    """A vote that only codes open, and three of its codes."""
    vote = make_vote(world)
    with transaction():
        number = lists.make_list(world.again(vote), "Klasse 8b", "codes").id
        phase = world.phase(vote)
        phase.audience, phase.list_id, phase.identity = "members", number, ["code"]
        made = codes.make_codes(db.session.get(PersonList, number), 3)
    return world.again(vote), [entry.code for entry in made]


@pytest.fixture
def cast_with(world):
    def do(vote, code, choices=CHOICES):
        with transaction():
            guest = codes.use_code(vote.tenant_id, code)
            viewer = viewer_for(None, vote.id, guest=guest)
            return services.cast_ballot(world.activity(vote), who=viewer, choices=choices).receipt

    return do


@pytest.fixture
def enter(client):
    """`enter(vote, code)` takes this browser in with a code."""

    def do(vote, code):
        way = f"/{vote.tenant.slug}/-/code"
        return client.post(way, data={"csrf_token": token(client.get(way)), "code": code})

    return do


def test_a_code_casts_one_ballot_and_changes_it_however_often_it_is_typed(sheet, cast_with, urn):
    vote, (code, *_) = sheet
    assert cast_with(vote, code) == cast_with(vote, code.lower().replace("-", " "), OTHER)
    assert urn() == [OTHER]
    assert db.session.query(Ballot).one().identity == "code"


def test_each_code_has_a_ballot_of_its_own(sheet, cast_with, urn):
    vote, (one, two, _) = sheet
    cast_with(vote, one)
    cast_with(vote, two, OTHER)
    assert urn() == [CHOICES, OTHER]


def test_a_revoked_code_casts_nothing_and_what_it_cast_stays(sheet, cast_with, urn):
    vote, (code, *_) = sheet
    cast_with(vote, code)
    with transaction():
        codes.revoke(db.session.query(PersonList).one(), 1)
    with pytest.raises(Refused):
        cast_with(vote, code, OTHER)
    assert urn() == [CHOICES]


def test_an_account_casts_nothing_where_only_codes_vote(world, sheet, cast, urn):
    with pytest.raises(Refused):
        cast(sheet[0], world.person())
    assert urn() == []


def test_the_page_says_that_the_ballot_is_linked_to_the_code_and_to_no_account(client, sheet, root):
    words = said(client.get(f"{root(sheet[0])}/"))
    assert "Mit Ihrem Zugangscode verknüpft" in words
    assert "Konto" not in words.partition("Frage 1 von 3")[0]


@pytest.mark.requirement("RA-3-05")
def test_who_chose_first_enters_the_code_and_casts_what_was_kept(client, sheet, root, enter, urn):
    vote, (code, *_) = sheet
    checked = client.post(f"{root(vote)}/review", data=CHOICES)
    assert "Zum Abgeben geben Sie Ihren Zugangscode ein." in said(checked)
    way = next(link.get("href") for link in page(checked).iter("a") if "/code?next=" in link.get("href", ""))
    back = client.post(way, data={"csrf_token": token(client.get(way)), "code": code}).location
    review = client.get(back)
    assert "Pflaster" in said(review)
    answer = client.post(f"{root(vote)}/cast", data=CHOICES | {"csrf_token": token(review)})
    assert answer.location == f"{root(vote)}/receipt"
    assert "Ihre Stimme ist abgegeben" in said(client.get(answer.location))
    assert urn() == [CHOICES]


def test_in_another_browser_the_same_code_changes_the_same_ballot(app, client, sheet, root, enter, cast_with, urn):
    vote, (code, *_) = sheet
    cast_with(vote, code)
    enter(vote, code)
    change = client.get(f"{root(vote)}/change")
    assert chosen(change) == {(key, value) for key, values in CHOICES.items() for value in values}
    checked = client.post(f"{root(vote)}/review", data=OTHER)
    client.post(f"{root(vote)}/cast", data=OTHER | {"csrf_token": token(checked)})
    assert urn() == [OTHER]


def test_the_next_one_at_the_same_device_sees_nothing_of_what_the_last_one_chose(client, sheet, root, enter):
    vote, (one, two, _) = sheet
    enter(vote, one)
    client.post(f"{root(vote)}/review", data=CHOICES)
    enter(vote, two)
    assert chosen(client.get(f"{root(vote)}/")) == set()
    assert client.get(f"{root(vote)}/review").status_code == 302


def test_how_many_codes_were_used_is_said_to_nobody_before_the_end(world, sheet, cast_with, at):
    vote, (code, *_) = sheet
    cast_with(vote, code)
    assert [card.used for card in lists.lists_of(vote.id)] == [None]
    with at(world.phase(vote).ends_at):
        assert [card.used for card in lists.lists_of(vote.id)] == [1]


def test_the_own_page_of_a_code_and_its_download_hold_the_vote(client, sheet, root, enter, cast_with):
    vote, (code, *_) = sheet
    receipt = cast_with(vote, code)
    enter(vote, code)
    mine = f"/{vote.tenant.slug}/{vote.slug}/-/mine"
    words = said(client.get(mine))
    assert receipt in words
    assert "Pflaster" not in words
    assert client.get(f"{mine}/download").get_json()["ballots"][0]["choices"] == CHOICES
    after = page(client.get(f"{root(vote)}/receipt"))
    assert mine in {link.get("href") for link in after.iter("a")}
