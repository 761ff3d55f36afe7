"""The portal with its demo, every format seeded, and somebody of each role: where the promises look at real pages.

Planted once for a run and copied back after each test that changes something; SQLite, for pages are the same on both.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import create_app
from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.interfaces import STAFF, Role
from participation.kernel.db import db, transaction
from participation.kernel.migrations import owners, upgrade
from participation.kernel.outbox import work_off
from participation.procedures.models import Procedure
from participation.tenants.models import Tenant
from participation.testing.world import World

RESIDENT = "mitmachen@uebung.example"
ITEMS = 12  # of each format, beside what the demo holds


class Planted:
    """A portal in which much has happened."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder, self.file = folder, folder / "site.db"
        places = {"database_url": f"sqlite:///{self.file}", "data_folder": str(folder / "data")}
        self.app: Flask = create_app({**places, "page_cache": False, **settings})
        self.app.testing = False  # a page that breaks answers 500, and is counted
        with self.app.app_context():
            upgrade(db.engine, owners(self.app.extensions["registry"].folders()))
            self._plant()
            work_off()
        self.keep()

    def _plant(self) -> None:
        done = self.app.test_cli_runner().invoke(args=["demo", "plant"])
        assert done.exit_code == 0, done.output
        self.world = World(self.app)
        most = select(Contribution.tenant_id).group_by(Contribution.tenant_id).order_by(func.count().desc()).limit(1)
        self.tenant = db.session.get(Tenant, db.session.scalar(most))
        with transaction():
            self.tenant = db.session.merge(self.tenant)
            self.tenant.modules = [module.name for module in self.app.extensions["registry"]]
        self._seed_formats()
        self.places = self._busiest()
        self.people: dict[str, int | None] = {"visitor": None}
        self.people["resident"] = db.session.scalar(select(Person.id).where(Person.email == RESIDENT))
        self.people["operator"] = self.world.person(operator=True).id
        for role in sorted(STAFF - {Role.OPERATOR}):
            self.people[str(role)] = self.world.staff(self.tenant, role).id

    def _busiest(self) -> set[str]:
        """The authority with the most contributions, its busiest procedure of each stage, and one of each format."""
        said = func.count(Contribution.id)
        query = (
            select(Procedure.slug, Procedure.stage)
            .outerjoin(Contribution, Contribution.procedure_id == Procedure.id)
            .where(Procedure.tenant_id == self.tenant.id)
            .group_by(Procedure.id)
            .order_by(said)
        )
        rows = db.session.execute(query).all()
        by_stage = {stage: slug for slug, stage in rows}
        modules = {module.name for module in self.app.extensions["registry"]}
        self.few = {self.tenant.slug, *(slug for slug, _stage in rows[-2:]), *modules}
        return self.few | set(by_stage.values())

    def _seed_formats(self) -> None:
        """So that a format the demo does not know is there too."""
        random = Random(1)  # one for all, so that no two contributions get the same number
        for module in self.app.extensions["registry"]:
            if module.seed is not None:
                kinds = [kind.name for kind in module.phases]
                procedure = self.world.procedure(self.tenant, module=module.name, kinds=kinds, slug=module.name)
                with transaction():
                    module.seed(self.world.activity(procedure), random, ITEMS)

    def keep(self) -> None:
        """Remember the rows as they stand."""
        kept = self.folder / "kept.db"
        with self._rest(), sqlite3.connect(self.file) as source, sqlite3.connect(kept) as target:
            source.backup(target)

    def restore(self) -> None:
        """Bring back the rows as they were remembered, and forget the mails."""
        with self._rest():
            for path in self.folder.glob("site.db*"):
                path.unlink()
            shutil.copyfile(self.folder / "kept.db", self.file)
        shutil.rmtree(self.folder / "data" / "mail", ignore_errors=True)

    @contextmanager
    def _rest(self) -> Iterator[None]:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        yield

    def client(self, role: str) -> FlaskClient:
        """A browser of somebody with a role, who has shown a second factor where one is needed."""
        client = FlaskClient(self.app, self.app.response_class, use_cookies=True)
        number = self.people[role]
        if number is not None:
            with self.app.app_context():
                person = db.session.get(Person, number)
                assert person is not None
                self.world.log_in(client, person, staff=role not in ("visitor", "resident"))
        return client


@pytest.fixture(scope="session")
def planted_once(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """The portal, planted."""
    return Planted(tmp_path_factory.mktemp("planted"))


@pytest.fixture
def planted(planted_once: Planted) -> Iterator[Planted]:
    """The portal as it was planted, whatever the test does to it."""
    yield planted_once
    planted_once.restore()
