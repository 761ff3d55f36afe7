"""An app behind the server it is run with: gunicorn with the settings of the project, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """gunicorn with an app ("module:expression") that is started, killed as a crash would, and started again."""

    def __init__(self, app: str, settings: Mapping[str, str], *, under: Sequence[str] = ()) -> None:
        self.port = free_port()
        own = {"PORT": str(self.port), "PARTICIPATION_BASE_URL": f"http://127.0.0.1:{self.port}"}
        self._environment = dict(os.environ) | dict(settings) | own
        self._command = [*under, sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", app]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and come back when it listens."""
        self.start_only()
        _wait(self._running, self.port)

    def start_only(self) -> None:
        """Start it, as a supervisor does, and do not wait."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, start_new_session=True, **quiet
        )

    @property
    def _running(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None, "it was never started"
        return self._process

    @property
    def master(self) -> int:
        """The number of the master process."""
        return self._running.pid

    def workers(self) -> list[int]:
        """The numbers of the processes that answer."""
        return children_of(self.master)

    def kill_worker(self, number: int) -> None:
        """End one worker without a word; the master starts another."""
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)

    def kill_master(self) -> None:
        """End the master alone; its workers find out by themselves."""
        self._running.kill()
        self._running.wait()

    def kill_all(self) -> None:
        """End all processes at the same moment, as a machine without power does."""
        with suppress(ProcessLookupError):
            os.killpg(self.master, signal.SIGKILL)
        self._running.wait()

    def stop(self) -> None:
        """End it in order."""
        self._running.terminate()
        try:
            self._running.wait(30)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self.master, signal.SIGKILL)


@contextmanager
def served(app: str, settings: Mapping[str, str]) -> Iterator[int]:
    """The port at which `app` ("module:expression") answers while the block runs."""
    server = Server(app, settings)
    try:
        server.start()
        yield server.port
    finally:
        server.stop()


def children_of(number: int) -> list[int]:
    """The processes that a process started."""
    try:
        return [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    except OSError:
        return []


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError("The server did not start.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("The server did not answer within a minute.")
