"""The closed loop of the demo: one procedure from its contributions over the answers to the sentence that changed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from participation.accounts.models import Person
from participation.accounts.organisations import add_member as add_to_organisation
from participation.accounts.organisations import vouch_for
from participation.accounts.queries import person_by_email
from participation.commands.demo_stage import Demo, Entry, file, read
from participation.contributions import carrying
from participation.contributions.intake import record
from participation.contributions.intake_checks import Received
from participation.contributions.models import Contribution
from participation.documents import drafting
from participation.documents.reading import read as read_text
from participation.documents.versions import documents_of
from participation.evaluation import services as answering
from participation.evaluation.answer_blocks import keep_answer_block
from participation.evaluation.arguments import split
from participation.evaluation.assigning import assign
from participation.evaluation.case_models import Argument, Department, Keyword
from participation.evaluation.causes import link
from participation.evaluation.departments import add_member, make_department
from participation.evaluation.keywords import add_keyword, tag
from participation.evaluation.recommending import recommend, write_note
from participation.evaluation.releasing import release
from participation.kernel.clock import standing_at
from participation.kernel.db import db
from participation.notices.services import subscribe
from participation.notices.wishes import Wish
from participation.procedures.models import Participant, Procedure
from participation.procedures.queries import procedure_at

WRITTEN_BEFORE = 2  # days between an answer and its publication by a second person


@dataclass
class Loop:
    """The procedure, what loop.toml says of it, and what has been made so far."""

    demo: Demo
    procedure: Procedure
    content: Entry
    said: dict[str, Contribution]  # by the names of their authors
    departments: dict[str, Department] = field(default_factory=dict)
    keywords: dict[str, Keyword] = field(default_factory=dict)
    arguments: list[Argument] = field(default_factory=list)

    @property
    def staff(self) -> int:
        """Who evaluates: the manager."""
        return self.demo.submitter.id

    def ten(self, day: int) -> datetime:
        """Ten in the morning, or shortly before the demo was planted where that is still to come."""
        return min(self.demo.at_ten(day), self.demo.planted_at - timedelta(minutes=1))

    def all_of(self, names: list[str]) -> list[Contribution]:
        """The contributions of these people."""
        return [self.said[name] for name in names]


def plant_loop(demo: Demo) -> None:
    """Everything of loop.toml, where its procedure has its text: a draft without a module stays as it is."""
    content = read("loop.toml")
    procedure = procedure_at(content["tenant"], content["procedure"])
    if procedure is None or not procedure.activities:
        return
    loop = Loop(demo, procedure, content, _said(demo, procedure))
    with standing_at(loop.ten(content["sorted"])):
        _departments(loop)
        _organisation(loop)
        _subscriptions(loop)
    _received(loop)
    _sorted(loop)
    _split(loop)
    _discussed(loop)
    for entry in content["answers"]:
        _answer(loop, entry)
    _version(loop, content["version"])


def _said(demo: Demo, procedure: Procedure) -> dict[str, Contribution]:
    """The comments that answer no other one, by the names of their authors; each has written one."""
    query = (
        select(Participant.person_id, Contribution)
        .join(Contribution, Contribution.participant_id == Participant.id)
        .where(Contribution.procedure_id == procedure.id, Contribution.parent_id.is_(None))
    )
    names: dict[int | None, str] = {person.id: name for name, person in demo.people.items()}
    return {names[person_id]: contribution for person_id, contribution in db.session.execute(query)}


def _staff(email: str) -> Person:
    person = person_by_email(email)
    assert person is not None, f"loop.toml: nobody is known by {email}"
    return person


def _departments(loop: Loop) -> None:
    """The stations outside and inside, and the keywords that bring their text blocks and send work there."""
    tenant, admin = loop.procedure.tenant, loop.demo.decider.id
    for entry in loop.content["departments"]:
        made = make_department(tenant, entry["title"], external=entry["external"], actor_id=admin)
        for email in entry["members"]:
            add_member(made, email, actor_id=admin)
        loop.departments[entry["title"]] = made
    for entry in loop.content["keywords"]:
        words = {"title": entry["block"], "decision": entry["decision"], "source": entry["source"]}
        block = keep_answer_block(tenant.id, None, actor_id=loop.staff, **words)
        given = {"block_id": block.id, "department_id": loop.departments[entry["department"]].id}
        loop.keywords[entry["title"]] = add_keyword(loop.procedure, entry["title"], actor_id=loop.staff, **given)


def _organisation(loop: Loop) -> None:
    entry, admin = loop.content["organisation"], loop.demo.decider.id
    made = vouch_for(loop.procedure.tenant_id, entry["name"], entry["coordinator"], actor_id=admin)
    for email in entry["members"]:
        add_to_organisation(made, email, coordinates=False, actor_id=admin)


def _subscriptions(loop: Loop) -> None:
    for entry in loop.content["subscriptions"]:
        contribution_id = loop.said[entry["of"]].id if "of" in entry else None
        wish = Wish(contribution_id=contribution_id, rhythm=entry["rhythm"])
        subscribe(loop.procedure, loop.demo.people[entry["by"]], wish)


def _received(loop: Loop) -> None:
    """What came by letter, by telephone, on site; staff typed it the next day."""
    for entry in loop.content["received"]:
        said = {name: value for name, value in entry.items() if name != "day"}
        received = Received(received_on=loop.demo.day(entry["day"]), **said)
        with standing_at(loop.ten(entry["day"] + 1)):
            loop.said[received.sender_name] = record(loop.procedure.activities[0], received, actor_id=loop.staff)


def _sorted(loop: Loop) -> None:
    """Keywords, which send each contribution to their department, and last days for some of it."""
    with standing_at(loop.ten(loop.content["sorted"])):
        for entry in loop.content["keywords"]:
            for contribution in loop.all_of(entry["of"]):
                tag(contribution, loop.keywords[entry["title"]], actor_id=loop.staff)
        for entry in loop.content["due"]:
            given = {"department_id": loop.departments[entry["department"]].id, "actor_id": loop.staff}
            assign(loop.said[entry["of"]], due_on=loop.demo.day(entry["last"]), **given)


def _split(loop: Loop) -> None:
    entry = loop.content["split"]
    contribution = loop.said[entry["of"]]
    with standing_at(loop.ten(entry["day"])):
        for quote in entry["passages"]:
            found = split(contribution, quote=quote, version=contribution.versions, actor_id=loop.staff)
            tag(contribution, loop.keywords[entry["keyword"]], argument_id=found.id, actor_id=loop.staff)
            loop.arguments.append(found)


def _discussed(loop: Loop) -> None:
    for entry in loop.content["notes"]:
        with standing_at(loop.ten(entry["day"])):
            write_note(loop.said[entry["of"]], entry["text"], actor_id=_staff(entry["by"]).id)
    given = loop.content["recommendation"]
    words: Entry = {"decision": given["decision"], "source": given["source"], "actor_id": _staff(given["by"]).id}
    with standing_at(loop.ten(given["day"])):
        recommend(loop.said[given["of"]], department_id=loop.departments[given["department"]].id, **words)


def _answer(loop: Loop, entry: Entry) -> None:
    """Written by one; then, as the entry says, published or released for a day by a second person, or waiting."""
    answered, single = loop.all_of(entry["of"]), [loop.arguments[number - 1] for number in entry.get("arguments", [])]
    words = {"decision": entry["decision"], "source": entry["source"]}
    with standing_at(loop.ten(entry.get("published", 0) - WRITTEN_BEFORE)):
        response = answering.answer(loop.procedure, answered, arguments=single, actor_id=loop.staff, **words)
    seen, second = [(response, response.number)], loop.demo.decider.id
    with standing_at(loop.ten(entry.get("published", -1))):
        if "published" in entry:
            answering.publish_many(seen, actor_id=second)
        elif "release" in entry:
            release(seen, on=loop.demo.day(entry["release"]), actor_id=second)


def _version(loop: Loop, entry: Entry) -> None:
    """The next version of the text, read from its file, each change linked to the answers behind it, published."""
    document, data = documents_of(loop.procedure)[0], file("texts", entry["text"]).read_bytes()
    found, source = read_text(data, entry["text"]).nodes, {"source_name": entry["text"], "data": data}
    with standing_at(loop.ten(entry["day"])):
        draft = drafting.begin_with(document, loop.procedure, found, actor_id=loop.staff, **source)
        drafting.describe(document, entry["summary"], revision=draft.revision)
        for cause in entry["causes"]:
            references = " ".join(contribution.reference for contribution in loop.all_of(cause["of"]))
            link(draft, loop.procedure, cause["row"], (), references)
        carrying.publish(document, loop.procedure, revision=draft.revision, actor_id=loop.staff)
