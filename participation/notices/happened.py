"""What happened in procedures, for a digest: steps, phases, contents, new versions of texts, results.

Each is read once for everything a person follows; whoever was told later gets only what came after.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from participation.accounts.models import Person
from participation.contributions.models import Contribution
from participation.contributions.visible import public_contributions
from participation.documents.models import Document, DocumentVersion
from participation.kernel.clock import local
from participation.kernel.db import db
from participation.kernel.text import excerpt, plain
from participation.notices.models import Subscription
from participation.notices.news import Section
from participation.notices.planning import LOOKED_BACK, SOON
from participation.notices.stages import TOLD
from participation.notices.wishes import TITLE
from participation.procedures.audience_models import ListEntry, PersonList
from participation.procedures.entries import Entry
from participation.procedures.lists import FITTING
from participation.procedures.queries import dates_of, stage_of
from participation.procedures.step_models import StepTaken
from participation.results.models import Result

INSIDE = ("submit", "send_back", "release", "archive")  # steps that readers are not told of


def add_what_happened(sections: Sequence[Section], until: datetime, rhythm: str, person: Person) -> None:
    """Fill the sections with everything but contributions and answers; six queries at most."""
    since = max(min(one.followed.told_at for one in sections), until - LOOKED_BACK)
    _name(sections)
    _add_steps(sections, since, until)
    _add_turns(sections, until, rhythm)
    _add_entries(sections, since, until, person)
    _add_texts(sections, since, until)


def is_whole(one: Subscription) -> bool:
    """Whether somebody follows a procedure as a whole."""
    return one.activity_id is None and one.contribution_id is None


def _name(sections: Sequence[Section]) -> None:
    """What a format is called, and how a contribution begins if it may be read."""
    formats = {activity.id: activity for section in sections for activity in section.procedure.activities}
    numbers = [one.followed.contribution_id for one in sections if one.followed.contribution_id]
    query = select(Contribution.id, Contribution.reference, Contribution.html, public_contributions())
    rows = db.session.execute(query.where(Contribution.id.in_(numbers))).all() if numbers else []
    named = {id_: (reference, html if is_public else "") for id_, reference, html, is_public in rows}
    for section in sections:
        one = section.followed
        if one.contribution_id:
            section.reference, html = named[one.contribution_id]
            section.title = excerpt(plain(html), TITLE)
        elif one.activity_id:
            section.title = formats[one.activity_id].title


def _add_steps(sections: Sequence[Section], since: datetime, until: datetime) -> None:
    """The last step readers are told of, and whether a result was published."""
    numbers = {section.procedure.id for section in sections}
    window = (StepTaken.at > since, StepTaken.at <= until, StepTaken.transition.not_in(INSIDE))
    query = select(StepTaken.procedure_id, StepTaken.transition, StepTaken.at).where(*window)
    steps = db.session.execute(query.where(StepTaken.procedure_id.in_(numbers)).order_by(StepTaken.id)).all()
    published = (Result.published_at > since, Result.published_at <= until)
    found = select(Result.procedure_id, Result.published_at).where(*published, Result.procedure_id.in_(numbers))
    results = db.session.execute(found).all()
    for section in sections:
        number, told = section.procedure.id, section.followed.told_at
        mine = [transition for owner, transition, at in steps if owner == number and at > told]
        if mine and stage_of(section.procedure) in TOLD and not section.followed.contribution_id:
            section.transition = mine[-1]
        section.has_result = any(owner == number and at is not None and at > told for owner, at in results)


def _add_turns(sections: Sequence[Section], until: datetime, rhythm: str) -> None:
    """Phases that opened, and those that are over soon."""
    soon = SOON[rhythm]
    for section in sections:
        one = section.followed
        if one.contribution_id:
            continue
        for activity in section.procedure.activities:
            if one.activity_id in (None, activity.id):
                for phase in activity.phases:
                    if one.told_at < phase.begins_at <= until < phase.ends_at:
                        section.opened.append((activity, phase))
                    elif one.told_at < phase.ends_at - soon <= until < phase.ends_at:
                        section.ending.append((activity, phase))


def _add_entries(sections: Sequence[Section], since: datetime, until: datetime, person: Person) -> None:
    """Notices, questions and documents that became public for this reader; not what went out by mail anyway."""
    whole = [section for section in sections if is_whole(section.followed)]
    numbers = {section.procedure.id for section in whole}
    lists = select(PersonList.procedure_id).join(ListEntry, ListEntry.list_id == PersonList.id)
    lists = lists.where(PersonList.kind.in_(FITTING["institutions"]), ListEntry.email == person.email)
    query = select(Entry).where(
        Entry.procedure_id.in_(numbers),
        Entry.public_from > since,
        Entry.public_from <= until,
        Entry.publish_on <= local(until).date(),
        Entry.by_mail.is_(False),
        Entry.audience.in_(("both", "public")) | Entry.procedure_id.in_(lists),
    )
    entries = list(db.session.scalars(query.order_by(Entry.public_from, Entry.id))) if numbers else []
    for section in whole:
        mine = (section.procedure.id, section.followed.told_at)
        section.entries = [one for one in entries if one.procedure_id == mine[0] and _at(one) > mine[1]]


def _at(entry: Entry) -> datetime:
    assert entry.public_from is not None
    return entry.public_from


def _add_texts(sections: Sequence[Section], since: datetime, until: datetime) -> None:
    """Texts of which a new version is read now; those of before anybody could take part are no news."""
    query = (
        select(Document.procedure_id, Document.title, DocumentVersion.summary, DocumentVersion.published_at)
        .join(DocumentVersion, DocumentVersion.id == Document.current_version_id)
        .where(
            Document.procedure_id.in_({section.procedure.id for section in sections}),
            DocumentVersion.number > 1,
            DocumentVersion.published_at > since,
            DocumentVersion.published_at <= until,
        )
    )
    rows = db.session.execute(query).all()
    for section in sections:
        begins_at = dates_of(section.procedure).begins_at
        after = max(section.followed.told_at, begins_at) if begins_at else None
        if after is not None:
            mine = (row for row in rows if row.procedure_id == section.procedure.id and row.published_at > after)
            section.texts = [(row.title, row.summary) for row in mine]
