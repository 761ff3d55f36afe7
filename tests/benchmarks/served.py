"""An app behind the server it is run with: gunicorn with the settings of the project, on a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def served(app: str, settings: Mapping[str, str]) -> Iterator[int]:
    """The port at which `app` ("module:expression") answers while the block runs."""
    port = _free_port()
    own = {"PORT": str(port), "PARTICIPATION_BASE_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", app]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | settings | own, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(server, port)
            yield port
        finally:
            server.terminate()
            server.wait(30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise RuntimeError("The server did not start.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("The server did not answer within 20 seconds.")
