"""Whoever kills: a worker, the master, the database, all at once; and starts again as a supervisor would."""

import time
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.benchmarks.served import Server
from tests.promises.clusters import Cluster
from tests.promises.writers import Crowd

LONGEST = 60.0  # seconds that anything may take before the test gives up


class Kill(NamedTuple):
    """What was killed, and how many seconds later somebody began to send and saw a receipt."""

    kind: str
    back: float


class Killer:
    """Kills at moments that the seed chooses, spread over all texts."""

    def __init__(self, server: Server, cluster: Cluster | None, crowd: Crowd, chance: Random) -> None:
        self.server, self.cluster, self.crowd, self.chance = server, cluster, crowd, chance
        self.kinds: dict[str, Callable[[], None]] = {
            "worker": self._worker, "master": self._master, "everything": self._everything
        }  # fmt: skip
        if cluster is not None:
            self.kinds |= {"database": self._database, "backend": self._backend}

    def kill(self, number: int) -> list[Kill]:
        """So many kills while the crowd writes, each kind equally often; what they were."""
        kinds = [list(self.kinds)[index % len(self.kinds)] for index in range(number)]
        self.chance.shuffle(kinds)
        done: list[Kill] = []
        for index, kind in enumerate(kinds):
            if not self._until(lambda: len(self.crowd.confirmed) >= (index + 1) * self.crowd.number // (number + 1)):  # noqa: B023
                break
            time.sleep(self.chance.uniform(0, 0.3))
            at = time.monotonic()
            self.kinds[kind]()
            self._until(lambda: self._back_since(at) is not None)  # noqa: B023
            done.append(Kill(kind, self._back_since(at) or LONGEST))
        return done

    def _until(self, is_so: Callable[[], bool]) -> bool:
        """Wait for something while people write; False where it did not come in time, or they have stopped."""
        end = time.monotonic() + LONGEST + self.crowd.number / 5
        while not is_so():
            if time.monotonic() > end or not self.crowd.is_writing:
                return is_so()
            time.sleep(0.02)
        return True

    def _back_since(self, at: float) -> float | None:
        """Seconds from an instant to the end of the first sending that began after it."""
        ends = [row.ended for row in list(self.crowd.confirmed) if row.began > at]
        return min(ends) - at if ends else None

    def _worker(self) -> None:
        workers = self.server.workers()
        if workers:
            self.server.kill_worker(self.chance.choice(workers))

    def _master(self) -> None:
        self.server.kill_master()
        self.server.start_only()

    def _everything(self) -> None:
        """All processes of the site at once; on SQLite they are the database too."""
        self.server.kill_all()
        self.server.start_only()

    def _database(self) -> None:
        assert self.cluster is not None
        self.cluster.kill_master()
        self.cluster.start()

    def _backend(self) -> None:
        assert self.cluster is not None
        self.cluster.kill_backend(self.chance.randrange(1_000))
