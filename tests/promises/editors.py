"""Pages on which two people may edit the same: how each is reached, and the field they both change."""

from typing import Any, NamedTuple

import html5lib

from participation.accounts.models import Person
from participation.contributions import intake
from participation.contributions.intake_checks import Received
from participation.evaluation import arguments
from participation.evaluation import services as evaluation
from participation.interfaces import Role
from participation.kernel.clock import today
from participation.kernel.db import transaction
from participation.procedures import entries
from participation.procedures.entries import Fields
from participation.testing.world import World

VERSION = {"version", "number", "seen", "revision"}  # names of the hidden field that says what was on the page
LIMIT = 60  # characters that each of the fields takes


class Page(NamedTuple):
    """An address, the field both change, and who the two are (twice the same person: two windows)."""

    path: str
    field: str
    people: tuple[Person, Person]


class Pages:
    """Makes the page of each form once; rounds go on from what is stored by then."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.author = world.person()
        self.tenant = world.tenant("stadt")
        self.running = world.procedure(self.tenant, slug="plan")
        self.planned = world.procedure(self.tenant, slug="neu", stage="draft")
        self.roles = {role: self._two(role) for role in (Role.MANAGER, Role.CASE_WORKER, Role.TENANT_ADMIN)}
        self.contribution = world.contribution(self.running, self.author, source="Hier fehlt eine Bank. Und ein Baum.")

    def _two(self, role: Role) -> tuple[Person, Person]:
        return self.world.staff(self.tenant, role), self.world.staff(self.tenant, role)

    def FactsForm(self) -> Page:  # noqa: N802 - named as the form is
        """What a procedure is about."""
        return Page("/stadt/neu/-/manage/facts", "title", self.roles[Role.MANAGER])

    def PhaseForm(self) -> Page:  # noqa: N802
        """A phase of the schedule."""
        number = self.world.phase(self.planned).id
        return Page(f"/stadt/neu/-/manage/schedule/{number}", "title", self.roles[Role.MANAGER])

    def EntryForm(self) -> Page:  # noqa: N802
        """A notice or question of a procedure."""
        with transaction():
            values = Fields("Titel", "Erster Stand.", "both", today())
            entry = entries.add_entry(self.world.again(self.running), "notice", values)
        return Page(f"/stadt/plan/-/manage/contents/{entry.id}", "source", self.roles[Role.MANAGER])

    def LookForm(self) -> Page:  # noqa: N802
        """The look of an authority."""
        return Page("/stadt/-/settings/look", "claim", self.roles[Role.TENANT_ADMIN])

    def PageForm(self) -> Page:  # noqa: N802
        """A legal page."""
        return Page("/stadt/-/settings/pages/rules", "source", self.roles[Role.TENANT_ADMIN])

    def AnswerForm(self) -> Page:  # noqa: N802
        """An answer of the authority."""
        two = self.roles[Role.CASE_WORKER]
        with transaction():
            here = self.world.again(self.running)
            values: dict[str, Any] = {"decision": "noted", "source": "Alt.", "actor_id": two[0].id}
            response = evaluation.answer(here, [self.contribution], **values)
        return Page(f"/stadt/plan/-/manage/answers/{response.id}", "source", two)

    def RecordForm(self) -> Page:  # noqa: N802
        """A letter that was recorded."""
        two = self.roles[Role.CASE_WORKER]
        received = Received(channel="letter", received_on=today(), text="Der Radweg fehlt.", consent="text")
        with transaction():
            made = intake.record(self.world.activity(self.running), received, actor_id=two[0].id)
        return Page(f"/stadt/plan/-/manage/intake/{made.id}", "text", two)

    def EditForm(self) -> Page:  # noqa: N802
        """One's own contribution, in two windows."""
        mine = self.world.contribution(self.running, self.author, source="Erster Stand.")
        return Page(f"/stadt/plan/-/contributions/{mine.reference}/edit", "text", (self.author, self.author))

    def WorkingCopyForm(self) -> Page:  # noqa: N802
        """The working copy of an argument."""
        two = self.roles[Role.CASE_WORKER]
        case = self.world.contribution(self.running, self.author, source="Hier fehlt eine Bank.")
        with transaction():
            arguments.split(case, quote="eine Bank", version=1, actor_id=two[0].id)
        return Page(f"/stadt/plan/-/manage/cases/{case.reference}/arguments/1", "copy-source", two)


def fields_of(html: str, field: str) -> dict[str, Any]:
    """What a browser sends of the form in which a field stands."""
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    form = next(form for form in tree.iter("form") if any(one.get("name") == field for one in form.iter()))
    sent: dict[str, Any] = {}
    for one in form.iter():
        name, kind = one.get("name"), one.get("type", "")
        if not name or one.tag == "button" or kind in ("submit", "file"):
            continue
        if one.tag == "textarea":
            sent[name] = (one.text or "").removeprefix("\n")
        elif one.tag == "select":
            chosen = [option for option in one.iter("option") if option.get("selected") is not None]
            chosen = chosen or list(one.iter("option"))[:1]
            sent[name] = chosen[0].get("value", chosen[0].text or "") if chosen else ""
        elif kind in ("radio", "checkbox"):
            if one.get("checked") is not None:
                sent.setdefault(name, []).append(one.get("value", "y"))
        elif one.tag == "input":
            sent[name] = one.get("value", "")
    return sent
