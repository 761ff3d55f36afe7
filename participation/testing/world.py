"""A small world for tests: an authority, people, procedures in every state, made through the services."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from participation.access.queries import viewer_for
from participation.access.rules import Viewer
from participation.access.services import grant_role
from participation.accounts.models import Person
from participation.accounts.practice import plant_factor, practice_codes
from participation.accounts.second_factor import is_set
from participation.accounts.sessions import open_session
from participation.contributions import services as contributions
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.clock import BERLIN, now
from participation.kernel.db import db, transaction
from participation.procedures.lifecycle import Stage
from participation.procedures.models import Activity, Participant, Phase, Procedure
from participation.procedures.participants import participant_for
from participation.procedures.queries import procedure_by_id
from participation.procedures.services import add_activity, add_phase, create_procedure
from participation.tenants.models import Tenant
from participation.tenants.services import create_tenant

PASSWORD = "wolken-lesen-apfel"
HASH = PasswordHasher(1, 8, 1).hash(PASSWORD)


class World:
    """Makes what a test needs; each call commits."""

    password = PASSWORD

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._numbers = count(1)

    def tenant(self, slug: str | None = None, **values: Any) -> Tenant:
        """An authority; by default one named after a number."""
        number = next(self._numbers)
        modules = [module.name for module in self.app.extensions["registry"]]
        with transaction():
            tenant = create_tenant(
                slug=slug or f"stadt-{number}",
                name=values.pop("name", f"Stadt {number}"),
                contact_email="kontakt@stadt.example",
                **values,
            )
            tenant.modules = modules
        return tenant

    def person(self, name: str = "", *, account: bool = True, confirmed: bool = True, operator: bool = False) -> Person:
        """Somebody, with a password (`World.password`) unless said otherwise."""
        number = next(self._numbers)
        with transaction():
            person = Person(
                email=f"person-{number}@uebung.example",
                display_name=name or f"Person {number}",
                password_hash=HASH if account else None,
                created_at=now(),
                confirmed_at=now() if confirmed else None,
                is_operator=operator,
            )
            db.session.add(person)
        return person

    def staff(self, tenant: Tenant, role: Role, procedure: Procedure | None = None) -> Person:
        """Somebody with a role."""
        person = self.person(f"{role.value} {next(self._numbers)}")
        with transaction():
            grant_role(person.id, role, tenant.id, procedure.id if procedure else None)
        return person

    def procedure(
        self,
        tenant: Tenant | None = None,
        *,
        stage: str = "running",
        module: str = "probe",
        kinds: Sequence[str] | None = None,
        begins: timedelta = timedelta(days=-5),
        lasts: timedelta = timedelta(days=30),
        identity: tuple[str, ...] = ("email", "account"),
        moderation: str = "none",
        **values: Any,
    ) -> Procedure:
        """A procedure with one activity whose phases (all kinds by default: the first) began five days ago."""
        tenant = tenant or self.tenant()
        number = next(self._numbers)
        registered = self.app.extensions["registry"].get(module)
        with transaction():
            procedure = create_procedure(
                tenant, slug=values.pop("slug", f"verfahren-{number}"),
                title=values.pop("title", f"Verfahren {number}"), contact="kontakt@stadt.example", **values,
            )  # fmt: skip
            activity = add_activity(procedure, registered, slug="a", title="Erstes Format")
            names = kinds if kinds is not None else [registered.phases[0].name]
            for kind in registered.phases:
                if kind.name in names:
                    start = local_now() + begins
                    add_phase(
                        activity, kind, begins=start, ends=start + lasts, identity=identity, moderation=moderation
                    )
            procedure.stage = Stage(stage)
            db.session.flush()
            number, made = procedure.id, [procedure, activity, *activity.phases]
        for thing in made:  # read anew as a request reads them, so that they reload whole inside `writing()`
            db.session.expunge(thing)
        return self._read(number)

    def ready(self, tenant: Tenant | None = None, **values: Any) -> Procedure:
        """A procedure in preparation that lacks nothing: it begins in two days and may be submitted."""
        begins = values.pop("begins", timedelta(days=2))
        facts: dict[str, Any] = {
            "summary": "Sagen Sie uns, was fehlt.",
            "deciders": "Der Rat",
            "answers_by": (now() + timedelta(days=365)).date(),
        }
        return self.procedure(tenant, stage="draft", begins=begins, **(facts | values))

    def again(self, procedure: Procedure) -> Procedure:
        """The procedure freshly read, with everything a page has loaded."""
        return self._read(procedure.id)

    def _read(self, procedure_id: int) -> Procedure:
        found = procedure_by_id(procedure_id)
        assert found is not None
        return found

    def activity(self, procedure: Procedure) -> Activity:
        """Its first activity."""
        return self.again(procedure).activities[0]

    def phase(self, procedure: Procedure) -> Phase:
        """The first phase of its first activity."""
        return self.activity(procedure).phases[0]

    def viewer(self, person: Person | None, procedure: Procedure | None = None) -> Viewer:
        """How the policy sees somebody who has shown a second factor."""
        return viewer_for(person, procedure.id if procedure else None, proven=True)

    def participant(self, procedure: Procedure, person: Person | None = None, organisation: str = "") -> Participant:
        """The participant a person is (or somebody new)."""
        person = person or self.person()
        with transaction():
            return participant_for(self.again(procedure), person, organisation)

    def contribution(
        self, procedure: Procedure, person: Person | None = None, source: str = "Ein Beitrag.", **values: Any
    ) -> Contribution:
        """A contribution of a person (or somebody new) in the first phase."""
        participant = self.participant(procedure, person)
        activity = self.activity(procedure)
        kind = self.app.extensions["registry"].get(activity.module).contributions[0].name
        with transaction():
            phase = self.phase(procedure)
            return contributions.add(phase, by=participant, kind=kind, source=source, **values)

    def again_contribution(self, contribution: Contribution) -> Contribution:
        """The contribution freshly read."""
        return db.session.get_one(Contribution, contribution.id, populate_existing=True)

    def set_state(self, contribution: Contribution, state: str) -> None:
        """Put a contribution into a state, whatever way leads there; inside a transaction."""
        if contribution.state != state:
            contributions.change_state(contribution, state, actor_id=None)

    def log_in(self, client: FlaskClient, person: Person, *, staff: bool = False, proven: bool = True) -> None:
        """Give a test client the cookie of a log-in; the second factor was shown in it, unless said otherwise."""
        with transaction():
            key, _csrf = open_session(person, device="Test", staff=staff, proven=proven)
        client.set_cookie(str(self.app.config["SESSION_COOKIE_NAME"]), key)

    def code(self, person: Person) -> str:
        """The next one-time code of somebody, who gets a second factor where there is none."""
        if not is_set(person.id):
            with transaction():
                plant_factor(person)
        db.session.expire_all()
        code = next(row.code for row in practice_codes() if row.email == person.email)
        assert code is not None, "two codes in one half minute are the most; let the clock stand elsewhere"
        return code


def local_now() -> datetime:
    """The present wall-clock time in Berlin, naive, to the minute."""
    return now().astimezone(BERLIN).replace(tzinfo=None, second=0, microsecond=0)
