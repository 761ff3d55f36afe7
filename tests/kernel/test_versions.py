"""A page is true as long as the number of its scope is the same."""

import pytest

from participation.kernel.db import transaction
from participation.kernel.versions import raise_version, version_of


def test_a_scope_begins_at_nothing_and_counts_each_transaction_once(app):
    assert version_of("procedure:1") == 0
    for expected in (1, 2):
        with transaction():
            raise_version("procedure:1")
            raise_version("procedure:1")
        assert version_of("procedure:1") == expected
    assert version_of("procedure:2") == 0


def test_a_transaction_that_fails_changes_no_version(app):
    def fail():
        with transaction():
            raise_version("procedure:1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert version_of("procedure:1") == 0


def test_a_contribution_changes_its_procedure_only_and_a_stage_everything_above(world):
    procedure = world.procedure()
    scopes = [f"procedure:{procedure.id}", f"tenant:{procedure.tenant_id}", "installation"]
    before = [version_of(scope) for scope in scopes]
    world.contribution(procedure)
    after = [version_of(scope) for scope in scopes]
    assert [new > old for new, old in zip(after, before, strict=True)] == [True, False, False]
