"""Promise 12: what somebody saw a receipt of is there, once, whatever was killed meanwhile."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine, text

from tests.benchmarks.served import Server
from tests.promises.clusters import Cluster, own_cluster
from tests.promises.killing import Killer
from tests.promises.writers import EACH, Crowd, counted, planted, settings_for

WRITES_A_TEXT = 2  # the draft is kept, then it is sent; both were answered
SLOWEST_RATE, LONGEST_AWAY = 20, 5.0


class Ground(NamedTuple):
    """A database that may be killed, and a folder."""

    url: str
    folder: Path
    cluster: Cluster | None


@pytest.fixture(params=["sqlite", "postgresql"], ids=lambda name: name)
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="promise-12-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        cluster = stack.enter_context(own_cluster()) if request.param == "postgresql" else None
        yield Ground(cluster.url if cluster else f"sqlite:///{folder / 'site.db'}", folder, cluster)


def rows_of(url: str) -> list[tuple[str, str]]:
    """Reference and text of every contribution there is, read by another program than the site."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = connection.execute(text("SELECT reference, source FROM contribution")).all()
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()
    return [tuple(row) for row in found]


@pytest.mark.waits
def test_what_was_confirmed_is_there_once_after_every_kill(ground, sized, chance, figure):
    number, kills = sized(test=100, quick=800, full=20_000), sized(test=2, quick=10, full=200)
    place = planted(ground.url, str(ground.folder / "data"), number // EACH + 1)
    settings = settings_for(ground.url, str(ground.folder / "data"), WORKERS="2", THREADS="4")
    server = Server("app:create_app()", settings)
    crowd = Crowd(server.port, place, ground.folder, number)
    try:
        server.start()
        crowd.start()
        done = Killer(server, ground.cluster, crowd, chance).kill(kills)
        crowd.join(60 + number / 5)
    finally:
        crowd.stop.set()
        server.kill_all()
    there, confirmed = rows_of(ground.url), crowd.on_disk()
    lost = set(confirmed) - set(there)
    doubled = [words for words, times in Counter(words for _reference, words in there).items() if times > 1]
    away = max((kill.back for kill in done), default=0.0)
    up = counted(crowd.confirmed) - sum(kill.back for kill in done)
    rate = len(confirmed) * WRITES_A_TEXT / up
    kinds = ", ".join(f"{times} {kind}" for kind, times in sorted(Counter(kill.kind for kill in done).items()))
    engine = "PostgreSQL" if ground.cluster else "SQLite"
    figure(
        f"{engine}: {len(done)} kills ({kinds}), {len(confirmed)} confirmations on disk, {len(lost)} lost, "
        f"{len(doubled)} doubled, back in at most {away:.1f} s, {rate:.0f} writes/s, {crowd.retries} retries"
    )
    assert crowd.refused == []
    assert (len(done), len(confirmed)) == (kills, number)
    assert (lost, doubled) == (set(), [])
    assert {words for _reference, words in there} <= crowd.tried
    assert away <= LONGEST_AWAY, sorted(done, key=lambda kill: -kill.back)[:5]
    assert rate >= SLOWEST_RATE
