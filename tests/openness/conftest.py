"""A procedure with a text, contributions in every state, a redaction, a letter, arguments, answers, a change."""

from datetime import timedelta

import pytest

from participation.contributions import services as contributions
from participation.contributions.intake_models import Intake
from participation.contributions.models import Contribution
from participation.documents.models import Document, DocumentVersion, Node
from participation.evaluation import arguments
from participation.evaluation import services as evaluation
from participation.evaluation.case_models import ChangeCause
from participation.interfaces import Role
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.moderation import redaction
from participation.moderation.acts import Seen
from participation.openness.outputs.scope import Scope
from participation.procedures.queries import procedure_by_id

EVIL = '=HYPERLINK("x") <b>&amp;</b> #panic("typst") \\end{} @ref $x$ {{ 7 * 7 }} 漢字 😀'
SPLIT = "Die Bäume sollen bleiben. Der Weg soll breiter werden."
SECRET = "Zitronenfalter"
STATES = ("pending", "hidden", "withdrawn", "filed", "merged")


class Scene:
    """Everything that an output has to tell, or must not."""

    def __init__(self, world):
        self.world = world
        self.tenant = world.tenant(name="Stadt Beispiel")
        self.procedure = world.procedure(
            self.tenant, stage="evaluation", begins=timedelta(days=-40), kinds=["noting"], title="Der Platz"
        )
        self.first = world.staff(self.tenant, Role.MANAGER)
        self.second = world.staff(self.tenant, Role.TENANT_ADMIN)
        self.writer = world.person("Annemarie Klarname")
        self._text()
        self.evil = self.add(EVIL, place="p2")
        self.split = self.add(SPLIT, place="p1")
        self.blackened = self.add(f"Nachbar {SECRET} parkt falsch.", place="p1")
        self.gone = {state: self.add(f"Unsichtbar-{state}", state=state) for state in STATES}
        self._redact()
        self._argue()
        self._letter()

    def _text(self):
        at = {"tenant_id": self.tenant.id}
        with transaction():
            document = Document(**at, procedure_id=self.procedure.id, title="Satzung")
            db.session.add(document)
            db.session.flush()
            self.versions = []
            for number, public in ((1, now()), (2, now()), (3, None)):
                version = DocumentVersion(
                    **at, document_id=document.id, number=number, created_at=now(), published_at=public
                )
                db.session.add(version)
                db.session.flush()
                self.versions.append(version.id)
                for position, key in enumerate(("p1", "p2")):
                    words = f"Satz {key} in Fassung {number}."
                    node = {"position": position, "key": key, "kind": "paragraph", "citation": f"§ {position + 1}"}
                    db.session.add(Node(**at, version_id=version.id, **node, text=words, html=words))
            document.current_version_id = self.versions[1]

    def add(self, text, person=None, state="published", **values):
        made = self.world.contribution(self.procedure, person or self.writer, source=text, **values)
        if state != "published":
            with transaction():
                contributions.change_state(db.session.get(Contribution, made.id), state, actor_id=None)
        return made

    def _redact(self):
        found = db.session.get(Contribution, self.blackened.id)
        words = {"passages": SECRET, "reason": "personal_data", "sentence": "Name einer Person."}
        with transaction():
            argument = arguments.split(found, quote=SECRET, version=1, actor_id=self.first.id)
            self.black_argument = argument.id
        with transaction():
            found = db.session.get(Contribution, self.blackened.id)
            redaction.redact(found, actor_id=self.first.id, seen=Seen(found.state, found.versions), **words)

    def _argue(self):
        with transaction():
            found = db.session.get(Contribution, self.split.id)
            made = arguments.split(found, quote="Die Bäume sollen bleiben.", version=1, actor_id=self.first.id)
            arguments.change(made, source="Arbeitskopie: Bäume erhalten", number=1, actor_id=self.first.id)
        self.answer(self.evil, "Das machen wir.", causes=((self.versions[1], "p2"), (self.versions[2], "p1")))
        self.answer(self.gone["hidden"], "Geheime Antwort an Ausgeblendete.")
        waiting = self.add("Noch ohne Antwort", place="p2").id
        with transaction():
            rows = [db.session.get(Contribution, waiting)]
            self.proposed = evaluation.answer(
                self.whole(), rows, decision="noted", source="Nur vorgeschlagen.", actor_id=self.first.id
            ).id

    def answer(self, contribution, text, decision="followed", causes=()):
        with transaction():
            rows = [db.session.get(Contribution, contribution.id)]
            made = evaluation.answer(self.whole(), rows, decision=decision, source=text, actor_id=self.first.id)
            evaluation.publish(made, number=1, actor_id=self.second.id)
            for version_id, key in causes:
                cause = {"version_id": version_id, "node_key": key, "response_id": made.id}
                db.session.add(ChangeCause(tenant_id=self.tenant.id, **cause))

    def _letter(self):
        with transaction():
            values = {"recorded_at": now(), "sender_name": "Berta Briefschreiberin", "consent": "none"}
            where = {"tenant_id": self.tenant.id, "contribution_id": self.gone["filed"].id}
            db.session.add(Intake(**where, **values, sender_address="Postweg 1\n12345 Beispiel"))

    def whole(self):
        return procedure_by_id(self.procedure.id)

    def scope(self, names="public"):
        return Scope(procedure=self.whole(), names=names)


@pytest.fixture
def scene(world):
    return Scene(world)
