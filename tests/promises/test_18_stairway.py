"""Promise 18: each step of each history goes down, up and down on filled data, loses nothing; killed, it resumes."""

import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import inspect, text

from participation.kernel.db import Base, db
from participation.kernel.migrations import CORE, current, downgrade, heads, upgrade
from participation.kernel.parking import PARKED
from participation.testing.fixtures import _postgres_database
from tests.promises.conftest import HERE
from tests.promises.filling import KEPT, fill
from tests.promises.stairway import counting, differences, histories, opened, rules, stairs, sums

ROOT = HERE.parents[1]
SLOWEST = 60.0  # seconds for one step


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """The address of an empty database, and a folder."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'stairs.db'}", str(tmp_path)
    else:
        with _postgres_database("stairs") as url:
            yield url, str(tmp_path)


@pytest.fixture
def filled(place, sized):
    """The app at its newest schema, with rows in every table and many contributions."""
    many = sized(test=50, quick=5_000, full=100_000)
    with opened(*place) as app:
        upgrade(db.engine, histories(app))
        made = fill(db.engine, {"contribution": many, "contribution_version": many, "participant": many // 10})
        assert made["contribution"] == many
        assert not [name for name in Base.metadata.tables if name not in KEPT and not made[name]]
        yield app


def test_each_step_goes_up_down_and_up_and_loses_nothing(filled, sized, figure):
    found = histories(filled)
    walked, slowest, lost = [], 0.0, []
    at = sums(db.engine)
    contributions = at["contribution"].rows
    newest = sized(test=2, quick=1_000, full=1_000)  # of the core; of modules always all
    for owner, below, above in _chosen(stairs(found), newest):
        newest_rules = rules(at)
        for revision in (below, above, below):
            began = time.monotonic()
            _move(owner, found, revision, up=revision == above)
            slowest = max(slowest, time.monotonic() - began)
            after = sums(db.engine)
            lost += [f"{owner} {below} ↔ {above}: {text}" for text in differences(at, after)]
            if revision == above and rules(after) != newest_rules:
                lost.append(f"{owner} {above}: the rules for personal data came back differently")
            at = after
        walked.append(f"{owner} {above}")
    upgrade(db.engine, found)
    lost += differences(at, sums(db.engine))
    figure(
        f"{len(walked)} steps down, up, down, up on {contributions} contributions and {len(at)} tables: "
        f"{len(lost)} differences, slowest {slowest:.1f} s"
    )
    assert not lost, "\n".join(lost)
    assert slowest <= SLOWEST
    assert current(db.engine, found) == heads(found)


def test_what_an_older_schema_cannot_hold_waits_and_comes_back_but_for_those_who_left(filled):
    found = histories(filled)
    ordered = _rows("SELECT * FROM subscription ORDER BY id")
    assert any(row["activity_id"] for row in ordered)
    downgrade(db.engine, CORE, found[CORE], "0017")
    assert not _rows("SELECT * FROM subscription")
    gone = ordered[0]["person_id"]
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM person WHERE id = :gone"), {"gone": gone})
    upgrade(db.engine, found)
    assert _rows("SELECT * FROM subscription ORDER BY id") == [row for row in ordered if row["person_id"] != gone]
    assert not [name for name in inspect(db.engine).get_table_names() if name.startswith(PARKED)]


def _rows(query):
    with db.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def _chosen(steps, newest):
    """All steps but the first of the core, below which there is nothing."""
    core = [step for step in steps if step[0] == CORE and step[1] != "base"]
    return [step for step in steps if step[0] != CORE] + core[:newest]


def _move(owner, found, revision, *, up):
    if up:
        upgrade(db.engine, {owner: found[owner]}, revision)
    else:
        downgrade(db.engine, owner, found[owner], revision)


@pytest.mark.waits
def test_a_step_that_is_killed_midway_is_as_if_it_had_not_begun_and_resumes(filled, place, sized, figure):
    found = histories(filled)
    steps = [step for step in _chosen(stairs(found), 3) if step[0] == CORE]
    for owner, below, _above in steps:
        downgrade(db.engine, owner, found[owner], below)
    before, stage = sums(db.engine), current(db.engine, found)
    with counting(db.engine) as numbers:
        upgrade(db.engine, {CORE: found[CORE]})
    last = next(numbers) - 1
    for owner, below, _above in steps:
        downgrade(db.engine, owner, found[owner], below)
    number = sized(test=1, quick=8, full=25)
    points = sorted({max(last * (2 * index + 1) // (2 * number), 1) for index in range(number)})
    broken = [text for point in points for text in _killed(place, point, found, before, stage)]
    upgrade(db.engine, found)
    broken += differences(before, sums(db.engine))
    figure(f"killed before {len(points)} of {last} statements: {len(broken)} differences, then at the newest state")
    assert not broken, "\n".join(broken)
    assert current(db.engine, found) == heads(found)


def _killed(place, point, found, before, stage):
    """What is different after an upgrade in a process of its own was killed before a statement."""
    db.session.remove()
    done = subprocess.run(
        [sys.executable, "-m", "tests.promises.stairway", *place, str(point)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode != -signal.SIGKILL:
        return [f"statement {point}: it was not killed ({done.returncode}): {done.stderr.decode()[-500:]}"]
    problems = [f"statement {point}: {text}" for text in differences(before, sums(db.engine))]
    if current(db.engine, found) != stage:
        problems.append(f"statement {point}: half a step is noted as done")
    return problems
