"""Promise 27: while people vote nobody sees a trend: opposite choices give equal outputs, for everybody but the voters.

One portal, one moment. Everybody votes, everything there is to read is read; the urn is emptied, everybody votes the
other way, everything is read again. In further runs fewer vote, or nobody. The clock stands, so nothing else differs.
"""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from itertools import product
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from sqlalchemy import delete, func, select

from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.kernel.limits import LimitBucket
from participation.kernel.outbox import work_off
from participation.kernel.seal import seal_events
from participation.kernel.versions import ScopeVersion
from participation.search.models import SearchRow
from participation.voting.models import Ballot
from participation.web.preview import root_of
from tests.promises.ballots_cast import Site, Voter, by_call, cookies_of
from tests.promises.towns import two_towns
from tests.promises.walk import Ask, asks, nothing_stays, open_ask, path_of

VOTERS, FEWER = 12, 4
PLACE = "mit-ballot"
ROOT = f"/amt/{PLACE}"
VOTE = f"{ROOT}/ballot/a/"
YES, NO = {"q1": ["yes"]}, {"q1": ["no"]}
ALL = ("visitor", "guest", "address", "participant", "member", "stranger", "moderator", "editor", "case_worker",
       "planning_office", "manager", "tenant_admin", "operator", "unproven", "barehanded")  # fmt: skip
STRONGEST = ("visitor", "participant", "manager", "operator")
SOME = ("visitor", "manager")
AFTER = timedelta(days=60)
AS_ON_THE_DAY_AFTER = ("", "ballot/a/", "-/result", "-/exports/a/results.json", "-/manage/results")
COMMANDS = (
    ("procedure", "standing", "amt", PLACE),
    ("result", "list", "amt", PLACE),
    ("worklist", "list", "amt", PLACE),
)
NOT_OURS = ("/-/development", "/static/")  # codes of the machine, and files that are the same for all
MASKED = ("Set-Cookie", "Date", "ETag", "Content-Length")  # tokens of forms are signed, and not all equally long
RANDOM = (
    re.compile(r"[\w-]{16,}\.[\w.-]{16,}"),  # signed values
    re.compile(r'(?<=value=")[\w.+/=-]{20,}(?=")'),  # tokens of forms
    re.compile(r'(?<=data-csrf=")[^"]+'),
    re.compile(r"\b[\d.]+ ms\b"),
)


def masked(text: str) -> str:
    """A text without what is drawn anew for each answer."""
    for pattern in RANDOM:
        text = pattern.sub("…", text)
    return text


class Vote:
    """A running vote in a portal in which there is something of everything, and people of every role."""

    def __init__(self, app, world, caplog, mails, roles) -> None:
        self.app, self.caplog, self.mails = app, caplog, mails
        self.town, other = two_towns(world)
        self.readers = {role: self.town.client(role) for role in roles}  # each has one log-in in all runs
        self.elsewhere = {"manager of another authority": other.client("manager")}
        with standing_at(now() + AFTER):
            self.later = self.town.client("manager")
        self.cookies = cookies_of(VOTERS, all_with_password=True)
        site = Site(VOTE, VOTE, "", self.cookies)
        self.voters = [Voter(by_call(app, cookie), site) for cookie in self.cookies]

    def lived(self, choices: dict[str, list[str]], number: int, roles) -> dict[object, object]:
        """The urn holds so many ballots that say the same; everything that can be read then, by who reads it."""
        self.empty()
        before = db.session.scalar(select(func.max(EventRow.id))) or 0
        mails = len(self.mails())
        self.caplog.clear()
        for place, voter in enumerate(self.voters[:number]):
            chosen = [{"q1": ["abstain"]}, choices] if place == 0 else [choices]
            for one in chosen:
                assert voter.cast(VOTE, one) == 303
        work_off()
        seal_events()
        query = select(EventRow.name, EventRow.data).where(EventRow.id > before).order_by(EventRow.id)
        found: dict[object, object] = {
            "log": sorted(masked(record.getMessage()) for record in self.caplog.records),
            "events": [tuple(row) for row in db.session.execute(query)],
            "mails": [masked(str(mail["Subject"])) for mail in self.mails()[mails:]],
            "versions": [tuple(row) for row in db.session.execute(select(ScopeVersion.scope, ScopeVersion.number))],
            "index": sorted((row.title, row.text) for row in db.session.scalars(select(SearchRow))),
            "waiting": db.session.scalar(select(func.count()).select_from(db.metadata.tables["event_delivery"])),
        }
        return found | self.read(roles)

    def empty(self) -> None:
        """Nobody has voted, nobody has read."""
        with transaction():
            for table in (Ballot, LimitBucket):
                db.session.execute(delete(table))

    def read(self, roles) -> dict[object, object]:
        """What everybody reads at every address there is, and what commands print."""
        found: dict[object, object] = {}
        with nothing_stays(self.app):
            for role, client in ({role: self.readers[role] for role in roles} | self.elsewhere).items():
                for path, ask in self.addresses():
                    found[role, path] = told(client, ask, path)
        for command in COMMANDS:
            done = self.app.test_cli_runner().invoke(args=list(command))
            found["command", *command] = (done.exit_code, masked(done.output))
        db.session.rollback()
        return found

    def addresses(self) -> Iterator[tuple[str, Ask]]:
        """Every address that can be read, each format and export; some as on the day after, some in English."""
        for ask in asks(self.app):
            if ask.method == "GET" and not ask.address.rule.startswith(NOT_OURS):
                for values in variants(ask):
                    yield path_of(ask, self.town, PLACE, **values), ask
        read = SimpleNamespace(method="GET")
        for place, role in product(AS_ON_THE_DAY_AFTER, ("visitor", "participant", "manager")):
            yield f"{root_of(now() + AFTER, role)}{ROOT}/{place}", read
        for place in AS_ON_THE_DAY_AFTER:
            yield f"/en{ROOT}/{place}", read


def variants(ask: Ask) -> list[dict[str, str]]:
    """What may stand in the variables of an address: each format, each export of the vote."""
    choices = {
        name: list(converter.items)
        for name, converter in ask.address._converters.items()
        if type(converter).__name__ == "AnyConverter"
    }
    if "name" in ask.address.arguments and ask.endpoint.startswith(("exports.", "api_")):
        choices["name"] = ["results", "ballots", "comments"]
    if "format" in ask.address.arguments and "format" not in choices:
        choices["format"] = ["csv", "json", "xlsx", "xml"]
    return [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]


def told(client, ask, path: str) -> tuple[object, ...]:
    """What somebody is answered: status, what the headers say, and the text."""
    try:
        answer = open_ask(client, ask, path)
    except Exception as error:  # a page that breaks says the same in all runs
        return (type(error).__name__,)
    kept = sorted((name, value) for name, value in answer.headers if name not in MASKED)
    data = answer.get_data()
    text = unpacked(data) if data.startswith(b"PK") else data.decode("utf-8", "replace")
    return answer.status_code, masked(str(kept)), masked(text)


def unpacked(data: bytes) -> str:
    """What a table file holds, without the times at which it was written."""
    with ZipFile(BytesIO(data)) as archive:
        return str([(name, archive.read(name)) for name in sorted(archive.namelist()) if "docProps" not in name])


def difference(one, other) -> list[str]:
    """Where two runs are not equal."""
    return [f"{what}: {first_line(one[what], other.get(what))}" for what in one if one[what] != other.get(what)]


def first_line(one, other) -> str:
    """The first line in which they differ."""
    pairs = zip(str(one).split("\\n"), str(other).split("\\n"), strict=False)
    return next((f"{mine[:300]} | {theirs[:300]}" for mine, theirs in pairs if mine != theirs), "longer")


@pytest.mark.requirement("LP-12")
def test_opposite_choices_give_equal_outputs_until_the_end(app, world, at, caplog, mails, sized, figure):
    caplog.set_level(logging.DEBUG, logger="participation")
    roles, few = sized(test=SOME, quick=STRONGEST, full=ALL), sized(test=(), quick=SOME, full=ALL)
    start = now().replace(hour=9, minute=0, second=0, microsecond=0)
    with at(start):
        vote = Vote(app, world, caplog, mails, roles)
        nobody = vote.read(few)  # before anybody took part
        vote.lived(YES, VOTERS, ())  # from here on everybody is known to have been there
        one = vote.lived(YES, VOTERS, roles)
        one_after = after(vote, at, start)
        other = vote.lived(NO, VOTERS, roles)
        other_after = after(vote, at, start)
        fewer = vote.lived(NO, FEWER, few)
    wrong = difference(one, other)
    turnout = [line for run in (fewer, nobody) for line in difference(run, one) if not line.startswith("log")]
    pages = {what[1] for what in one if len(what) == 2 and isinstance(what, tuple)}
    figure(
        f"{len(one)} outputs ({len(pages)} addresses x {len(roles) + 1} readers, log, mails, events, index, commands): "
        f"{len(wrong)} differ between opposite choices, {len(turnout)} between {VOTERS}, {FEWER} and 0 "
        f"voters as {len(few) + 1} readers see them"
    )
    assert wrong == []
    assert turnout == []
    assert {one[what][0] for what in one if what[1:] and what[1] == f"{ROOT}/-/exports/a/results.json"} <= {403, 404}
    assert one_after[0] == other_after[0] == 200
    assert one_after != other_after, "after the end the same comparison finds the difference"


def after(vote, at, start):
    """What the manager reads of the count when the vote is over."""
    with at(start + AFTER), nothing_stays(vote.app):
        return told(vote.later, SimpleNamespace(method="GET"), f"{ROOT}/-/exports/a/results.json")
