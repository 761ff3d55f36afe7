"""The contract that every format keeps, ours and third parties'. Each check is a function of a `ContractKit`.

@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_my_module_keeps_the_contract(world, check):
    check(ContractKit(world=world, module=world.app.extensions["registry"].get("petitions")))
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from flask_babel import force_locale
from sqlalchemy import inspect, text

from participation.access.rules import CORE_ACTIONS, can
from participation.accounts.erasure import erase
from participation.interfaces import Action, Module
from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.procedures.lifecycle import Stage, is_step_open, stage_at
from participation.procedures.models import Procedure
from participation.procedures.participants import fresh_pseudonym
from participation.procedures.queries import dates_of
from participation.registry import load_callable
from participation.testing.contract_staff import staff_act_by_role_only, staff_pages_are_for_staff
from participation.testing.kit import PARTICIPANT_QUERIES, ROLES, VISITOR_QUERIES, ContractKit
from participation.testing.wording import foreign_hosts, untranslated

__all__ = ["CHECKS", "ContractKit"]

UNSEEN = ("pending", "hidden", "withdrawn", "removed")
CANARY, SECRET = "Kanarienvogel", "Geheimnis"
MOMENTS = (timedelta(days=-2), timedelta(days=2), timedelta(days=20), timedelta(days=2_000))
BEGINS, LASTS = timedelta(days=1), timedelta(days=10)


def the_manifest_is_whole(kit: ContractKit) -> None:
    """It was accepted, its names begin with its own, and what it points to is there."""
    module, app = kit.module, kit.world.app
    registry = app.extensions["registry"]
    assert registry.get(module.name) is module, [refusal.sentence for refusal in registry.refusals]
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    wanted = [kind.endpoint for kind in module.phases] + [entry.endpoint for entry in module.contributions]
    missing = {f"{module.name}.{name}" for name in wanted} - endpoints
    assert not missing, f"The manifest names endpoints that the blueprint has not: {', '.join(sorted(missing))}"
    open_setup = {f"{module.name}.{page.endpoint}" for page in module.setup} - kit.endpoints(staff=True)
    assert not open_setup, f"Pages to prepare are guarded by an action of the staff: {', '.join(sorted(open_setup))}"
    own, core = {action.name for action in module.actions}, {action.name for action in CORE_ACTIONS}
    opened = {name for kind in module.phases for name in kind.opens}
    assert opened <= own | core, f"No such action: {', '.join(sorted(opened - own - core))}"
    added = {entry.action for entry in module.contributions}
    assert added <= own | core, f"A contribution type is added by an unknown action: {', '.join(sorted(added - own))}"
    assert all(
        entry.name.startswith(f"{module.name}.") for event in module.handlers for entry in module.handlers[event]
    )
    module.settings().load({})


def taking_part_follows_the_phases(kit: ContractKit) -> None:
    """Every role × stage × moment × action: open where the stage and the calendar open a phase, else a sentence."""
    for action in (action for action in kit.module.actions if action.taking_part):
        for stage in Stage:
            procedure = kit.procedure(stage=stage, begins=BEGINS, lasts=LASTS)
            people = {role: kit.person(role, procedure) for role in ROLES}
            for moment in MOMENTS:
                with standing_at(now() + moment):
                    _compare(kit, action, procedure, people)


def _compare(kit: ContractKit, action: Action, procedure: Procedure, people: Mapping[str, Any]) -> None:
    activity = kit.world.activity(procedure)
    stage = stage_at(dates_of(activity.procedure), now())
    kinds = {kind.name: kind for kind in kit.module.phases}
    phases = [phase for phase in activity.phases if action.name in kinds[phase.kind].opens]
    opened = any(phase.is_on(now()) and is_step_open(stage, kinds[phase.kind].step) for phase in phases)
    for role, person in people.items():
        decision = can(kit.world.viewer(person, procedure), action, activity)
        said = f"{action.name} for {role} in stage {stage} at {now():%Y-%m-%d}"
        assert opened or not decision.allowed, f"{said} is allowed, though no phase opens it"
        assert decision.allowed or str(decision.reason), f"{said} is refused without a sentence"
        assert not decision.allowed or role != "visitor", f"{said}: nobody takes part without an identity"
        if opened and role != "visitor" and action.when is None:
            assert decision.allowed, f"{said} is refused: {decision.reason}"


def pages_stay_within_their_budget(kit: ContractKit) -> None:
    """Every page of the module renders for every role, with much in it, in few queries."""
    procedure = kit.seeded(kit.items)
    paths = kit.paths(procedure)
    for role in ROLES:
        client = kit.client(role, procedure)
        kit.visit(client, paths[0])  # own host names are read once a minute, by whoever comes first
        limit = VISITOR_QUERIES if role == "visitor" else PARTICIPANT_QUERIES
        for path in paths:
            with kit.budget(limit, f"{path} as {role}"):
                answer = client.get(path)
            assert answer.status_code < 400, f"{path} as {role} answered {answer.status_code}"
    for path in kit.paths(procedure, english=True):
        assert kit.visit(kit.client("visitor", procedure), path).status_code == 200, path


def exports_stream(kit: ContractKit) -> None:
    """Rows come one by one, all with the same columns, and each format answers."""
    procedure = kit.seeded(50, **kit.after_the_end)
    manager = kit.world.viewer(kit.person("manager", procedure), procedure)
    for export in kit.module.exports:
        activity = kit.world.activity(procedure)
        rows = load_callable(export.rows)(activity, manager)
        assert not isinstance(rows, (list, tuple)), f"{export.name}: yield rows, a list holds all of them at once"
        first = list(islice(rows, 20))
        assert first, f"{export.name}: no rows of 50 items"
        assert len({tuple(row) for row in first}) == 1, f"{export.name}: every row has the same columns"
        for kind in export.formats:
            path = f"/{procedure.tenant.slug}/{procedure.slug}/-/exports/{activity.slug}/{export.name}.{kind}"
            status = kit.visit(kit.client("visitor", procedure), path).status_code
            assert status == (403 if export.personal else 200), f"{path} answered {status}"


def what_is_dumped_can_be_loaded(kit: ContractKit) -> None:
    """A copy says the same as the original."""
    if kit.module.dump is None:
        return
    assert kit.module.load is not None, f"{kit.module.name} has `dump` and no `load`"
    procedure, copy = kit.seeded(5), kit.procedure()
    original = kit.module.dump(kit.world.activity(procedure))
    json.dumps(original)  # plain data
    with transaction():
        kit.module.load(kit.world.activity(copy), original)
    again = kit.module.dump(kit.world.activity(copy))
    assert again == original, "The copy says something else than the original"


def erasure_leaves_nothing(kit: ContractKit) -> None:
    """After somebody is erased no table of the module knows them."""
    procedure = kit.seeded(5)
    person = kit.world.person(f"{CANARY} Beispiel")
    person_id, email = person.id, person.email
    if kit.module.contributions:
        kit.world.contribution(procedure, person)
    with transaction():
        erase(person, rename=fresh_pseudonym)
    for table in _tables_of(kit.module):
        for row in db.session.execute(text(f'SELECT * FROM "{table}"')).mappings():
            values = {str(value) for value in row.values()}
            assert not any(CANARY in value or email in value for value in values), f"{table} still names the person"
            assert row.get("person_id") != person_id, f"{table}.person_id still points to the person"


def _tables_of(module: Module) -> list[str]:
    names = inspect(db.engine).get_table_names()
    return [name for name in names if name.startswith(f"{module.name}__") and "alembic" not in name]


def what_is_hidden_leaks_nowhere(kit: ContractKit) -> None:
    """Pending, hidden, withdrawn and removed words stand on no page, in no search, feed or export of others."""
    if not kit.module.contributions:
        return
    procedure = kit.seeded(3)
    for state in (*UNSEEN, "published"):
        contribution = kit.world.contribution(procedure, source=f"{CANARY} und {SECRET}{state}")
        with transaction():
            kit.world.set_state(contribution, state)
    work_off()
    for role in ("visitor", "participant"):
        client = kit.client(role, procedure)
        seen = "".join(_everything(kit, client, procedure))
        assert f"{SECRET}published" in seen, "the kit finds what is published, so it would find what is not"
        for state in UNSEEN:
            assert f"{SECRET}{state}" not in seen, f"A {role} reads words that are {state}"


def _everything(kit: ContractKit, client: Any, procedure: Procedure) -> list[str]:
    """The bodies of all pages, feeds, search results and exports around an activity."""
    procedure = kit.world.again(procedure)
    activity = procedure.activities[0]
    root = f"/{procedure.tenant.slug}/{procedure.slug}"
    exports = [f"{root}/-/exports/{activity.slug}/{entry.name}.csv" for entry in kit.module.exports]
    feeds = [f"{root}/-/feed.atom", f"/{procedure.tenant.slug}/-/feed.atom", "/-/feed.atom"]
    search = [f"/-/search?q={CANARY}", f"/{procedure.tenant.slug}/-/search?q={CANARY}"]
    pages = [f"{root}/", f"/{procedure.tenant.slug}/", "/", *kit.paths(procedure), *exports, *feeds, *search]
    return [kit.visit(client, path).get_data().decode("utf-8", "replace") for path in pages]  # pictures, too


def the_clock_may_jump(kit: ContractKit) -> None:
    """Before, during, after, long after, paused: the pages stand, with the right sentence."""
    for stage in (Stage.ANNOUNCED, Stage.RUNNING, Stage.PAUSED):
        procedure = kit.seeded(5, stage=stage, begins=BEGINS, lasts=LASTS)
        for moment in MOMENTS:
            with standing_at(_noon(now() + moment)):
                for role in ("visitor", "participant"):
                    client = kit.client(role, procedure)
                    for path in kit.paths(procedure):
                        status = kit.visit(client, path).status_code
                        assert status == 200, f"{path} as {role}, {stage}, {moment}: {status}"


def _noon(at: datetime) -> datetime:
    return at.replace(hour=12)


def texts_are_complete_in_both_languages(kit: ContractKit) -> None:
    """Every text of the module has an English translation, and every title is a text in both languages."""
    folder = kit.world.app.extensions["registry"].folders()[kit.module.name]
    missing = untranslated(folder, "en")
    assert not missing, "No English for: " + " · ".join(missing[:20])
    titled: list[Any] = [
        kit.module,
        *kit.module.actions,
        *kit.module.phases,
        *kit.module.contributions,
        *kit.module.exports,
    ]
    for language in ("de", "en"):
        with kit.world.app.test_request_context(), force_locale(language):
            assert all(str(entry.title).strip() for entry in titled)


def no_foreign_host_is_called(kit: ContractKit) -> None:
    """Templates, styles and scripts of the module load nothing from elsewhere (pages are linted when visited)."""
    folder = kit.world.app.extensions["registry"].folders()[kit.module.name]
    found = foreign_hosts(folder)
    assert not found, "Loads from elsewhere: " + ", ".join(found)


CHECKS: tuple[Callable[[ContractKit], None], ...] = (
    the_manifest_is_whole,
    taking_part_follows_the_phases,
    staff_act_by_role_only,
    pages_stay_within_their_budget,
    staff_pages_are_for_staff,
    exports_stream,
    what_is_dumped_can_be_loaded,
    erasure_leaves_nothing,
    what_is_hidden_leaks_nowhere,
    the_clock_may_jump,
    texts_are_complete_in_both_languages,
    no_foreign_host_is_called,
)
