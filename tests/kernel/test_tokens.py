"""Links in mails: genuine, in time, of this tenant, valid once; nothing secret is stored."""

from datetime import timedelta

import pytest

from participation.accounts.models import Token
from participation.accounts.tokens import VALID, issue_token, read_token, sign, use_token
from participation.kernel.clock import now, standing_at
from participation.kernel.db import transaction


@pytest.fixture
def token(app):
    with transaction():
        return issue_token("confirm", email="a@uebung.example", tenant_id=None)


def test_a_link_leads_to_its_token_once(token):
    assert read_token(sign(token), None) is token
    with transaction():
        use_token(token)
    assert read_token(sign(token), None) is None


@pytest.mark.parametrize("purpose", VALID)
def test_a_link_works_until_its_time_is_over(app, purpose):
    with transaction():
        token = issue_token(purpose, email="a@uebung.example", tenant_id=None)
    signed = sign(token)
    with standing_at(now() + VALID[purpose] - timedelta(minutes=1)):
        assert read_token(signed, None) is not None
    with standing_at(now() + VALID[purpose] + timedelta(minutes=1)):
        assert read_token(signed, None) is None


@pytest.mark.requirement("RA-5.1.2-01")
def test_a_link_of_one_authority_is_none_at_another(world):
    one, other = world.tenant(), world.tenant()
    with transaction():
        token = issue_token("invite", email="a@uebung.example", tenant_id=one.id)
    assert read_token(sign(token), one.id) is token
    assert read_token(sign(token), other.id) is None
    assert read_token(sign(token), None) is None


@pytest.mark.parametrize("forged", ["", "1", "1.abc", "\x00", "ä", "999999999999999999999999"])
def test_a_forged_link_is_none(token, forged):
    assert read_token(forged, None) is None


def test_changing_one_letter_of_a_link_makes_it_none(token):
    signed = sign(token)
    for position in range(len(signed) - 1):  # the last letter of base64 has bits to spare
        letter = "A" if signed[position] != "A" else "B"
        assert read_token(signed[:position] + letter + signed[position + 1 :], None) is None


def test_the_row_holds_nothing_that_opens_the_link(token):
    signed = sign(token)
    values = [str(getattr(token, column.name)) for column in Token.__table__.columns]
    assert not any(signed in value or value in signed.partition(".")[2] for value in values if len(value) > 3)
