"""Promise 17: a deadline is an instant in Berlin. What has been read before it is in, what comes with it is out."""

import io
import json
import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from flask import g
from sqlalchemy import func, select

from participation.accounts.api_tokens import make_token
from participation.accounts.models import ApiToken
from participation.api.v1 import contributions as interface
from participation.contributions.models import Contribution, Draft
from participation.kernel import clock
from participation.kernel.clock import instant, last_day
from participation.kernel.db import db, transaction, writing
from participation.kernel.outbox import LeaseRow, run_periodics
from participation.kernel.refusal import Refused
from participation.procedures.advancing import advance, tick
from participation.procedures.lifecycle import GRACE, MANAGERS, Stage
from participation.procedures.models import Procedure
from participation.procedures.phases import plan_of
from participation.procedures.services import fill_phase
from participation.testing.probe import VOTE
from participation.voting.embargo import Embargo, require_lifted
from participation.voting.models import Ballot
from participation.voting.services import cast
from participation.web.guard import public
from participation.web.protection import csrf
from tests.promises.conftest import HERE

ENDS = tomllib.loads((HERE / "data" / "deadlines.toml").read_text("utf-8"))["ends"]
LAST = timedelta(milliseconds=1)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@public
@csrf.exempt
def vote(choice):
    """A module's last button, without its page."""
    with writing():
        cast(g.activity, who=g.viewer, action=VOTE, choices={"q": [choice]})
    return "cast"


class Doors:
    """One person in a procedure with a consultation and a vote, and the doors that lead in."""

    def __init__(self, world, app):
        self.world, self.client = world, app.test_client()
        app.add_url_rule("/<tenant>/<procedure>/probe/<activity>/vote/<choice>", "probe.cast", vote, methods=["POST"])
        with clock.standing_at(datetime(2026, 1, 1, tzinfo=UTC)):
            self.procedure = world.procedure(kinds=("noting", "voting"))
            self.person = world.person()
        self.root = f"/{self.procedure.tenant.slug}/{self.procedure.slug}"

    def ends(self, local):
        """Plan the end as staff do. Returns the instant that is stored."""
        with transaction():
            phases = self.world.activity(self.procedure).phases
            for phase in phases:
                fill_phase(phase, self.procedure.id, plan_of(phase) | {"ends": local})
        return self.world.phase(self.procedure).ends_at

    def enter(self):
        """Log in anew: the instants lie months apart."""
        self.world.log_in(self.client, self.person)
        with transaction():
            db.session.query(ApiToken).delete()  # nobody holds more than twenty
            self.key = make_token(self.person, self.procedure.tenant_id, "Test")

    def draft(self, text):
        """Type a text; returns the address of its draft."""
        fields = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here", "text": text}
        return self.client.post(f"{self.root}/-/drafts", data=fields).location

    def comment(self, draft, text):
        token = TOKEN.search(self.client.get(draft).get_data(as_text=True))[1]
        fields = {"csrf_token": token, "do": "send", "text": text, "for_organisation": "self"}
        return self.client.post(draft, data=fields).status_code

    def program(self, text, body=None):
        said = json.dumps({"module": "probe", "activity": "a", "type": "probe.note", "place": "here", "text": text})
        sent = {"input_stream": body(said.encode()), "content_length": len(said)} if body else {"data": said}
        where = f"/api/v1/tenants/{self.procedure.tenant.slug}/procedures/{self.procedure.slug}/contributions"
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.client.post(where, headers=headers, content_type="application/json", **sent).status_code

    def vote(self, choice):
        return self.client.post(f"{self.root}/probe/a/vote/{choice}").status_code

    def stored(self):
        """What came in: texts with their arrival, and the choice."""
        db.session.rollback()
        texts = dict(db.session.execute(select(Contribution.source, Contribution.received_at)).all())
        return texts, db.session.scalar(select(Ballot.choices))


@pytest.fixture
def doors(world, make_app):
    yield Doors(world, make_app())
    clock.shift(timedelta(0))


@pytest.fixture
def moved():
    """`moved(instant)`: the clock of the whole process goes on from there."""
    yield lambda to: clock.shift(to - datetime.now(UTC))
    clock.shift(timedelta(0))


def test_the_last_millisecond_is_in_and_the_next_one_is_out(doors, at, figure):
    errors = []
    for number, end in enumerate(ENDS):
        local, utc = datetime.fromisoformat(end["local"]), datetime.fromisoformat(end["utc"])
        if (instant(local), last_day(instant(local))) != (utc, date.fromisoformat(end["day"])):
            errors.append(f"{end['why']}: {instant(local)}")
        errors += [f"{end['why']}: {problem}" for problem in around(doors, at, number, local, utc)]
    figure(f"{len(ENDS)} ends, last millisecond and the next at form, interface and vote: {len(errors)} errors")
    assert len(ENDS) == 24
    assert not errors, "\n".join(errors)


def around(doors, at, number, local, utc):
    """What is wrong around one end."""
    with at(utc - timedelta(hours=1)):
        if doors.ends(local) != utc:
            yield f"the end is stored as {doors.ends(local)}"
        doors.enter()
        early, late = doors.draft(f"früh {number}"), doors.draft(f"spät {number}")
    with at(utc - LAST):
        answers = [
            doors.comment(early, f"früh {number}"),
            doors.program(f"API früh {number}"),
            doors.vote(f"in{number}"),
        ]
        if answers != [303, 201, 200]:
            yield f"the last millisecond answers {answers}"
    with at(utc):
        answers = [
            doors.comment(late, f"spät {number}"),
            doors.program(f"API spät {number}"),
            doors.vote(f"out{number}"),
        ]
        if answers != [409, 403, 403]:
            yield f"the instant itself answers {answers}"
    texts, choices = doors.stored()
    came = {text: arrived for text, arrived in texts.items() if text.endswith(f" {number}")}
    if came != dict.fromkeys((f"früh {number}", f"API früh {number}"), utc - LAST):
        yield f"stored is {came}"
    if choices != {"q": [f"in{number}"]}:
        yield f"the ballot says {choices}"
    if db.session.scalar(select(func.count()).where(Draft.fields["text"].as_string() == f"spät {number}")) != 1:
        yield "the text that came too late is lost"


END = instant(datetime(2026, 10, 25, 2, 30))


@pytest.fixture
def ending(doors, at):
    with at(END - timedelta(hours=1)):
        doors.ends(datetime(2026, 10, 25, 2, 30))
        doors.enter()
    return doors


class Slow(io.BytesIO):
    """A body whose last bytes come when the clock has gone on."""

    def __init__(self, content, then):
        super().__init__(content)
        self.then = then

    def read(self, size=-1):
        self.then()
        return super().read(size)

    def readinto(self, buffer):
        self.then()
        return super().readinto(buffer)


@pytest.mark.parametrize(("read_at", "status"), [(END - timedelta(seconds=5), 201), (END + timedelta(seconds=5), 403)])
def test_a_text_has_arrived_when_its_last_byte_was_read(ending, moved, read_at, status):
    moved(END - timedelta(seconds=9))
    assert ending.program("Langsam getippt", lambda said: Slow(said, lambda: moved(read_at))) == status


@pytest.mark.parametrize(("after", "status"), [(timedelta(seconds=20), 201), (GRACE + timedelta(seconds=1), 403)])
def test_who_arrived_in_time_is_let_in_for_half_a_minute(ending, moved, monkeypatch, app, after, status):
    """The request was read before the end; by the time it may write, the clock of the procedures has ticked."""

    def tick_elsewhere(*_):
        moved(END + after)
        thread = Thread(target=_tick, args=(app,))
        thread.start()
        thread.join()

    monkeypatch.setattr(interface, "_require_quote", tick_elsewhere)
    moved(END - timedelta(seconds=2))
    assert ending.program("Unterwegs") == status
    texts, _choices = ending.stored()
    assert [arrived < END for arrived in texts.values()] == [True] * (status == 201)


def _tick(app):
    with app.app_context(), transaction():
        tick()


def stored_stage(procedure):
    db.session.rollback()
    return db.session.scalar(select(Procedure.stage).where(Procedure.id == procedure.id))


def test_in_that_half_minute_nothing_is_closed_counted_or_moved(ending, at, app, world):
    procedure = ending.procedure
    for moment in (END, END + GRACE - LAST):
        with at(moment):
            with transaction():
                assert tick() == 0
            with transaction(), pytest.raises(Refused, match="refused") as refused:
                advance(world.again(procedure), "pause", actor_id=1, roles=MANAGERS, reason="Streit")
            assert refused.value.status == 409
            with pytest.raises(Embargo):
                require_lifted(world.activity(procedure))
    with at(END + GRACE):
        with transaction():
            assert tick() == 1
        require_lifted(world.activity(procedure))
    assert stored_stage(procedure) == Stage.EVALUATION


def test_a_clock_that_is_set_back_two_hours_opens_nothing_and_stops_nobody(ending, at, figure):
    with at(END + GRACE):
        run_periodics("worker")
    assert stored_stage(ending.procedure) == Stage.EVALUATION
    earlier = END + GRACE - timedelta(hours=2)
    with at(earlier):
        ending.enter()
        assert (ending.program("Zu spät"), ending.vote("late")) == (403, 403)
        run_periodics("worker")
        db.session.rollback()
        until = db.session.scalar(select(LeaseRow.until).where(LeaseRow.name == "periodic:tick"))
    assert ending.stored() == ({}, None)
    assert until == earlier + timedelta(minutes=1), "the clock of the procedures stands still for two hours"
