"""A PostgreSQL server of the test's own, which may be killed; the shared one never is."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.benchmarks.served import children_of

FIRST_PORT = 9600
SETTINGS = ("max_connections=60", "shared_buffers=64MB", "unix_socket_directories=", "listen_addresses=127.0.0.1")


def programs() -> Path:
    """Where initdb and postgres lie. A machine without them fails the test."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert found, "PostgreSQL's own programs are missing: apt-get install postgresql"
    return found[-1].parent


class Cluster:
    """One server with its data in a folder of its own. Everything as PostgreSQL sets it up, also what is synced."""

    def __init__(self, folder: Path, port: int, *, under: Sequence[str] = ()) -> None:
        self.folder, self.port, self._under = folder, port, tuple(under)
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None
        self._as = () if os.geteuid() else ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
        if not os.geteuid():
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        made = [*self._as, str(programs() / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust"]
        subprocess.run([*made, "-E", "UTF8", "--locale=C.UTF-8"], check=True, capture_output=True, cwd=folder)

    def start(self) -> None:
        """Start it and come back when it answers; after a crash it recovers first."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:  # backends of before may still hold the data
                self.start_only()
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def start_only(self) -> None:
        """Start it and do not wait."""
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        server = [str(programs() / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._under, *self._as, *server], stdout=log, stderr=log, start_new_session=True, cwd=self.folder
            )

    @property
    def master(self) -> int:
        """The number of the postmaster."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def kill_master(self) -> None:
        """End the postmaster without a word; its processes find out by themselves."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill_backend(self, choose: int) -> None:
        """End one process of the server; it restarts all of them and recovers."""
        found = children_of(self.master)
        if found:
            with suppress(ProcessLookupError):
                os.kill(found[choose % len(found)], signal.SIGKILL)

    def stop(self) -> None:
        """End it at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


@contextmanager
def own_cluster(*, under: Sequence[str] = ()) -> Iterator[Cluster]:
    """A running server on a port from 9600, gone with its data after the block."""
    folder = Path(tempfile.mkdtemp(prefix="promise-pg-"))
    cluster = Cluster(folder, _port(), under=under)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _port() -> int:
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("No port is free between 9600 and 9699.")
