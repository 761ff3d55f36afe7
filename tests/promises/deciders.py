"""Decisions and preparations that two people may send on top of the same state: of each, one counts."""

from typing import NamedTuple

import lxml.html
from sqlalchemy import select

from participation.accounts.models import Person
from participation.documents import importing
from participation.documents.models import Document
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.testing.world import World
from tests.results.conftest import Scene

WORDS = "{words}"  # stands for what each of the two types
OLD = b"# Satzung\n\n## \xc2\xa7 1 Zweck\n\n(1) Der Platz dient allen.\n\n(2) Hunde sind an der Leine zu halten.\n"
NEW = OLD + b"\n(3) Kinder d\xc3\xbcrfen spielen.\n"
QUESTION = {"key": "q1", "kind": "yes_no_abstain", "title": "Soll es so sein?", "text": "", "most": 1, "options": []}


class Decision(NamedTuple):
    """A page, where its form goes to, what is typed into it, and who the two are."""

    page: str
    sent_to: str
    typed: dict[str, str]
    people: tuple[Person, Person]


class Decisions:
    """Makes something of its own to decide on at each call; the names are those of the forms."""

    def __init__(self, world: World) -> None:
        self.world, self.number = world, 0
        self.tenant = world.tenant("kreis")
        self.running = world.procedure(self.tenant, slug="bahn")
        self.two = {role: self._two(role) for role in (Role.MODERATOR, Role.MANAGER, Role.EDITOR)}
        self.desk = "/kreis/-/moderation"

    def _two(self, role: Role) -> tuple[Person, Person]:
        return self.world.staff(self.tenant, role), self.world.staff(self.tenant, role)

    def _moderated(self, sent_to: str, typed: dict[str, str], page: str = "", procedure=None) -> Decision:
        procedure = procedure or self.running
        made = self.world.contribution(procedure, source="Hier fehlt eine Bank.", place=typed.pop("at", "here"))
        here = f"{self.desk}/{made.reference}"
        return Decision(f"{here}{page}", f"{here}/{sent_to}", typed, self.two[Role.MODERATOR])

    def _slug(self) -> str:
        self.number += 1
        return f"lauf-{self.number}"

    def HideForm(self) -> Decision:  # noqa: N802 - named as the form is
        """Take a contribution out of sight."""
        return self._moderated("hide", {"reason": "insult", "sentence": WORDS})

    def BulkForm(self) -> Decision:  # noqa: N802
        """The same in the list, for one that is ticked."""
        made = self.world.contribution(self.running, source="Hier fehlt eine Bank.")
        typed = {"chosen": f"{made.reference}:published:1", "act": "hide", "reason": "insult", "sentence": WORDS}
        return Decision(f"{self.desk}?list=recent", f"{self.desk}/decide", typed, self.two[Role.MODERATOR])

    def RedactForm(self) -> Decision:  # noqa: N802
        """Black words out."""
        typed = {"passages": "Bank", "reason": "personal_data", "sentence": WORDS}
        return self._moderated("redact", typed, "/redact")

    def EscalateForm(self) -> Decision:  # noqa: N802
        """Give a threat on."""
        return self._moderated("escalate", {"kind": "threat", "note": WORDS}, "/escalate")

    def MarkForm(self) -> Decision:  # noqa: N802
        """Say that a question is answered."""
        return self._moderated("answered", {"sentence": WORDS, "where": "https://stadt.example/"}, "/answered")

    def MoveForm(self) -> Decision:  # noqa: N802
        """Put a contribution where it belongs."""
        typed = {"place": "p1-abs2", "at": "p1-abs1"}
        return self._moderated("move", typed, "/move?q=Hunde", procedure=self._with_text(self._slug()))

    def StepForm(self) -> Decision:  # noqa: N802
        """Pause a procedure."""
        slug = self._slug()
        self.world.procedure(self.tenant, slug=slug)
        page = f"/kreis/{slug}/-/manage/steps/pause"
        return Decision(page, page, {"reason": WORDS}, self.two[Role.MANAGER])

    def _with_text(self, slug: str):
        made = self.world.procedure(self.tenant, slug=slug, module="text")
        with transaction():
            importing.import_text(self.world.activity(made), OLD, "satzung.md")
        return self.world.again(made)

    def _drafted(self, page: str, typed: dict[str, str]) -> Decision:
        slug = self._slug()
        made = self._with_text(slug)
        with transaction():
            importing.import_text(self.world.activity(made), NEW, "neu.md")
        number = db.session.scalar(select(Document.id).where(Document.procedure_id == made.id))
        address = f"/kreis/{slug}/-/manage/versions/{number}/{page}"
        return Decision(address, address, typed, self.two[Role.EDITOR])

    def SummaryForm(self) -> Decision:  # noqa: N802
        """Say what is new in the next version of a text."""
        return self._drafted("summary", {"summary": WORDS})

    def PublishForm(self) -> Decision:  # noqa: N802
        """Publish it."""
        return self._drafted("publish", {"checked": "y"})

    def SectionForm(self) -> Decision:  # noqa: N802
        """Correct a section of a text."""
        slug = self._slug()
        self._with_text(slug)
        page = f"/kreis/{slug}/text/a/prepare/section/p1-abs2"
        return Decision(page, page, {"text": WORDS, "do": "save"}, self.two[Role.EDITOR])

    def QuestionForm(self) -> Decision:  # noqa: N802
        """Change a question of a vote."""
        slug = self._slug()
        made = self.world.procedure(self.tenant, slug=slug, module="ballot", kinds=["vote"], stage="draft")
        with transaction():
            ballot = self.world.app.extensions["registry"].get("ballot")
            ballot.load(self.world.activity(made), {"questions": [QUESTION]})
        page = f"/kreis/{slug}/ballot/a/setup?question=q1"
        return Decision(page, page, {"title": WORDS}, self.two[Role.EDITOR])

    def ResultForm(self) -> Decision:  # noqa: N802
        """Write what was decided."""
        scene = Scene(self.world)
        scene.compute()
        here = f"/{scene.tenant.slug}/{scene.procedure.slug}/-/manage/result/write"
        typed = {"decision": WORDS, "changed": "Darum pflanzen wir Bäume.", "sentence_0": "Der Bau beginnt."}
        return Decision(here, here, typed, (scene.first, scene.second))


def filled(html: str, decision: Decision, words: str) -> dict[str, str]:
    """What a browser sends of the form that goes to the address of a decision, with what somebody typed."""
    page, path = lxml.html.fromstring(html), decision.sent_to
    here = decision.page.partition("?")[0]
    mine = [form for form in page.forms if (form.get("action") or here).partition("?")[0] == path.partition("?")[0]]
    form = next(form for form in mine if fields(form) & set(decision.typed))
    kept = dict(form.form_values())
    return kept | {name: value.replace(WORDS, words) for name, value in decision.typed.items()}


def fields(form) -> set[str]:
    """The names of the fields of a form."""
    return {one.get("name") for one in form.xpath(".//input|.//textarea|.//select|.//button") if one.get("name")}
