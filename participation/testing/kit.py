"""What the contract kit works with: an activity of one module, filled, and visited by everybody."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from itertools import count
from random import Random
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.interfaces import STAFF, Module, Role, Step
from participation.kernel.db import db, transaction
from participation.procedures.models import Procedure
from participation.tenants.models import Tenant
from participation.testing.lint import LintingClient
from participation.testing.queries import count_queries
from participation.testing.world import World
from participation.web.guard import rule_of

VISITOR_QUERIES, PARTICIPANT_QUERIES = 5, 10
STAFF_ROLES = tuple(sorted(STAFF - {Role.OPERATOR}))
ROLES = ("visitor", "participant", *STAFF_ROLES, "operator")


@dataclass(kw_only=True)
class ContractKit:
    """A module under examination. `items` is how much its seed makes where pages are counted.

    `arguments` fills variables of the module's addresses that the kit cannot know (it knows `reference` and `key`).
    """

    world: World
    module: Module
    items: int = 10_000
    arguments: Mapping[str, str] = field(default_factory=dict)
    _seeds: Iterator[int] = field(default_factory=lambda: count(1))
    _people: dict[str, Person | None] = field(default_factory=dict)

    @cached_property
    def tenant(self) -> Tenant:
        """The authority of all procedures of the kit."""
        return self.world.tenant()

    def procedure(self, **values: Any) -> Procedure:
        """A running procedure with an activity of the module and a phase of each kind."""
        kinds = [kind.name for kind in self.module.phases]
        return self.world.procedure(self.tenant, module=self.module.name, **({"kinds": kinds} | values))

    def seeded(self, number: int, **values: Any) -> Procedure:
        """A procedure whose activity has so many items."""
        procedure = self.procedure(**values)
        assert self.module.seed is not None, f"{self.module.name}: give the manifest a `seed`, the kit needs load data."
        with transaction():
            self.module.seed(self.world.activity(procedure), Random(next(self._seeds)), number)
        return self.world.again(procedure)

    def person(self, role: str, procedure: Procedure) -> Person | None:
        """Somebody with a role at the authority, the same each time; a participant has taken part already."""
        if role not in self._people:
            self._people[role] = self._made(role)
        person = self._people[role]
        if role == "participant":
            self.world.participant(procedure, person)
        return person

    def _made(self, role: str) -> Person | None:
        if role == "visitor":
            return None
        if role in ("participant", "operator"):
            return self.world.person(operator=role == "operator")
        return self.world.staff(self.tenant, Role(role))

    def client(self, role: str, procedure: Procedure) -> FlaskClient:
        """A linting client of somebody with a role."""
        client = LintingClient(self.world.app, self.world.app.response_class, use_cookies=True)
        person = self.person(role, procedure)
        if person is not None:
            self.world.log_in(client, person, staff=role in STAFF_ROLES)
        return client

    def paths(self, procedure: Procedure, *, english: bool = False, staff: bool = False) -> list[str]:
        """The addresses of the module's pages that GET answers, with their variables filled.

        Those for readers, or with `staff` those that an action of the staff guards.
        """
        known = self._known(self.world.again(procedure))
        found = []
        for rule in self.world.app.url_map.iter_rules():
            if rule.endpoint in self.endpoints(staff=staff) and "GET" in (rule.methods or ()):
                unknown = set(rule.arguments) - set(known)
                assert not unknown, f"{rule.rule}: tell the kit `arguments` for {', '.join(sorted(unknown))}."
                path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda name: known[name[1]], rule.rule)
                found.append(f"/en{path}" if english else path)
        return sorted(found)

    def endpoints(self, *, staff: bool) -> set[str]:
        """The module's pages for readers, or those that an action of the staff guards."""
        found = set()
        for endpoint, view in self.world.app.view_functions.items():
            rule = rule_of(view)
            is_guarded = rule is not None and rule.action is not None and bool(rule.action.staff)
            if endpoint.startswith(f"{self.module.name}.") and is_guarded is staff:
                found.add(endpoint)
        return found

    @property
    def after_the_end(self) -> dict[str, Any]:
        """When results come out: for a format with votes not before the end, and for everybody once published."""
        is_vote = any(kind.step is Step.VOTING for kind in self.module.phases)
        return {"stage": "completed", "begins": timedelta(days=-60), "lasts": timedelta(days=30)} if is_vote else {}

    def _known(self, procedure: Procedure) -> dict[str, str]:
        activity = procedure.activities[0]
        place = {"tenant": procedure.tenant.slug, "procedure": procedure.slug, "activity": activity.slug}
        mine = select(Contribution.reference, Contribution.place).where(Contribution.activity_id == activity.id)
        found = db.session.execute(
            mine.where(Contribution.state == "published").order_by(Contribution.place.desc())
        ).first()
        named = {"reference": found.reference, "key": found.place} if found else {}
        return place | named | dict(self.arguments)

    def visit(self, client: FlaskClient, path: str) -> TestResponse:
        """Open a page and follow where it leads; a page that breaks or that the linter blames fails."""
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code < 500, f"{path} answered {answer.status_code}"
        return answer

    @contextmanager
    def budget(self, queries: int, path: str) -> Iterator[None]:
        """At most so many queries while the block runs."""
        with count_queries() as sent:
            yield
        listed = "\n".join(statement.replace("\n", " ")[:160] for statement in sent)
        assert len(sent) <= queries, f"{path}: {len(sent)} queries instead of at most {queries}:\n{listed}"
