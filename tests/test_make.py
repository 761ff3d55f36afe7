"""The recipe of `make`: what does not need an installation to be proved."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from participation.kernel.config import ROOT
from tools.checks import STEPS, wanted

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)


def test_a_port_that_is_taken_is_said_before_anything_is_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = make("free-port", f"PORT={port}")
    assert done.returncode != 0
    assert f"Port {port} is taken." in done.stdout
    assert "PORT=8001" in done.stdout


def test_an_old_python_is_named(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make("python", f"PYTHON={old}")
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed." in done.stdout


def test_help_lists_what_can_be_made() -> None:
    listed = {line.split()[0] for line in make("help").stdout.splitlines()}
    assert {"setup", "run", "test", "lint", "format", "bench", "screenshots"} <= listed


def test_checks_can_be_chosen_or_left_out() -> None:
    assert wanted([]) == list(STEPS)
    assert wanted(["tests", "types"]) == ["types", "tests"]
    assert wanted(["--but", "tests"]) == [name for name in STEPS if name != "tests"]
    with pytest.raises(SystemExit):
        wanted(["chess"])


def test_ci_is_the_same_as_make_test() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert "export CI=true" in script
    assert "make test" in script
