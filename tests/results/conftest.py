"""A procedure whose participation is over: contributions in every state, ratings, ballots, an answer."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from participation.contributions.models import Contribution
from participation.evaluation import services as evaluation
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.procedures.lifecycle import MANAGERS
from participation.procedures.models import Activity
from participation.procedures.queries import procedure_by_id
from participation.results import services
from participation.results.freezing import freeze
from participation.results.queries import in_preparation, next_number, published
from participation.results.services import Words

WORDS = Words(
    decision="Der Rat baut den Platz um.",
    changed="Sie wollten Schatten. Darum pflanzen wir 20 Bäume.",
    next_steps=[(None, "Der Bau beginnt.")],
)
KEY = bytes(32)


class Scene:
    """The procedure and the two people who publish its result."""

    def __init__(self, world):
        self.world = world
        self.tenant = world.tenant()
        self.procedure = world.procedure(
            self.tenant, stage="evaluation", begins=timedelta(days=-40), kinds=["noting"], title="Der Platz"
        )
        self.first = world.staff(self.tenant, Role.MANAGER)
        self.second = world.staff(self.tenant, Role.TENANT_ADMIN)
        self.writer = world.person("Annemarie Beispiel")
        self.shown = self.add("Mehr Bäume bitte.", self.writer)
        self.hidden = self.add("Beleidigung Zitronenfalter.", state="hidden")
        self.withdrawn = self.add("Zurückgenommen Quittenbaum.", state="withdrawn")
        self.pending = self.add("Ungeprüft Nebelkrähe.", state="pending")

    def add(self, text, person=None, state="published", **values):
        made = self.world.contribution(self.procedure, person, source=text, **values)
        if state != "published":
            with transaction():
                self.world.set_state(db.session.get(Contribution, made.id), state)
        return made

    def cast(self, *choices):
        settings = {"cast": [{"choice": choice} for choice in choices]}
        with transaction():
            db.session.execute(
                update(Activity).where(Activity.procedure_id == self.procedure.id).values(settings=settings)
            )

    def rate(self, contribution, **sums):
        with transaction():
            db.session.execute(update(Contribution).where(Contribution.id == contribution.id).values(**sums))

    def answer(self, contribution, text="Das machen wir, versprochen.", decision="followed"):
        one, two = self.first.id, self.second.id
        with transaction():
            rows = [db.session.get(Contribution, contribution.id)]
            made = evaluation.answer(self.whole(), rows, decision=decision, source=text, actor_id=one)
            evaluation.publish(made, number=1, actor_id=two)

    def whole(self):
        return procedure_by_id(self.procedure.id)

    def freeze(self, **values):
        before = published(self.procedure.id)
        values = {"replaces": before.root if before else ""} | values
        registry = self.world.app.extensions["registry"]
        return freeze(self.whole(), registry, next_number(self.whole()), **values)

    def compute(self, **values):
        frozen = self.freeze(**values)
        with transaction():
            services.compute(self.whole(), frozen, actor_id=self.first.id)
        return frozen

    def write(self, words=WORDS):
        with transaction():
            result = in_preparation(self.procedure.id)
            services.write(result, words, version=result.version)

    def submit(self):
        with transaction():
            services.submit(in_preparation(self.procedure.id), actor_id=self.first.id)

    def publish(self, who=None):
        actor = (who or self.second).id
        with transaction():
            services.publish(in_preparation(self.procedure.id), actor_id=actor, roles=MANAGERS)

    def published(self, words=WORDS, **values):
        """Everything from computing to the public."""
        self.compute(**values)
        self.write(words)
        self.submit()
        self.publish()
        return published(self.procedure.id)


@pytest.fixture
def scene(world):
    return Scene(world)
