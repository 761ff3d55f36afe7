"""The contract kit, run over every module found and over the probe."""

from pathlib import Path

import pytest

from participation.testing.contract import CHECKS, ContractKit

FOUND = sorted(path.parent.name for path in (Path(__file__).parents[1] / "modules").glob("*/manifest.py"))
ITEMS = {"probe": 200}  # its seed goes through the services one by one; those of formats write in bulk


@pytest.mark.requirement("BX-10", "RA-5.1.5-01", "RA-5.3-04")
@pytest.mark.parametrize("name", ["probe", *FOUND])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_module_keeps_the_contract(world, name, check):
    module = world.app.extensions["registry"].get(name)
    assert module, [refusal.sentence for refusal in world.app.extensions["registry"].refusals]
    check(ContractKit(world=world, module=module, items=ITEMS.get(name, 10_000)))
