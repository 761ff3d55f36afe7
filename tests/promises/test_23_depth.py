"""Deep threads and far pages: paths stay short, pages stay small and fast."""

import time

import pytest

from participation.contributions import services
from participation.contributions.below import KEY
from participation.contributions.models import Contribution
from participation.contributions.standing_below import DEEPEST
from participation.kernel.db import db, transaction

AT_ONCE = 250
INDEXED = 2_000  # bytes: an index of PostgreSQL takes 2,704


@pytest.fixture
def thread(world):
    """The first contribution of a procedure, and how a thread below it grows: what is answered, how often, how."""
    procedure = world.procedure(world.tenant("stadt"), slug="plan")
    first, by = world.contribution(procedure), world.participant(procedure)

    def grow(number, *, deeper):
        last, left = first.id, number
        while left:
            with transaction():  # one alone would keep every version of each counter on PostgreSQL
                phase, parent = world.phase(procedure), db.session.get(Contribution, last if deeper else first.id)
                for _answer in range(min(left, AT_ONCE)):
                    made = services.add(phase, by=by, kind="probe.note", source="Auch.", parent=parent)
                    parent = made if deeper else parent
                last, left = made.id, left - min(left, AT_ONCE)
        return made

    return first, grow


def test_an_answer_below_the_deepest_level_stands_beside_it(thread, client):
    _first, grow = thread
    last = grow(DEEPEST + 5, deeper=True)
    rows = db.session.query(Contribution).order_by(Contribution.id).all()
    assert max(row.depth for row in rows) == DEEPEST
    assert max(len(row.path) for row in rows) <= INDEXED
    assert all(KEY.fullmatch(row.path) for row in rows[1:])
    assert [row.parent_id for row in rows[1:]] == [row.id for row in rows[:-1]]
    assert len({row.path for row in rows}) == len(rows)
    assert client.get(f"/stadt/plan/-/contributions/{last.reference}").status_code == 200


PAGES = (
    "?page=99999999999999999999",
    "?page=-1",
    "?page=x",
    "?after=" + "9" * 400,
    "?after=x",
    "?after=" + "000001." * 290,
    "?limit=1000000",
    "?limit=0",
    "?sort=x",
    "?page=100000",
)


@pytest.mark.parametrize("asked", PAGES)
def test_far_pages_and_odd_sizes_are_clamped_or_refused(thread, client, asked):
    first, _grow = thread
    for path in ("/-/procedures", "/-/search", "/stadt/-/search", f"/stadt/plan/-/contributions/{first.reference}"):
        assert client.get(path + asked).status_code in (200, 302, 400, 404), path


@pytest.mark.parametrize(("limit", "status"), [("0", 422), ("-1", 422), ("101", 422), ("9" * 30, 422), ("100", 200)])
def test_the_interface_gives_at_most_a_hundred(thread, client, limit, status):
    answer = client.get(f"/api/v1/tenants/stadt/procedures/plan/contributions?limit={limit}")
    assert answer.status_code in (status, 400 if status == 422 else status)


@pytest.mark.waits
def test_the_first_page_of_a_very_deep_and_very_long_thread_is_fast(thread, client, figure):
    first, grow = thread
    grow(1_000, deeper=True)
    grow(9_000, deeper=False)
    times = []
    for _round in range(20):
        begin = time.perf_counter()
        assert client.get(f"/stadt/plan/-/contributions/{first.reference}").status_code == 200
        times.append(time.perf_counter() - begin)
    worst = sorted(times)[18]
    figure(f"depth 1,000 and 10,000 comments: first page p95 {worst * 1000:.0f} ms")
    assert worst <= 0.5
