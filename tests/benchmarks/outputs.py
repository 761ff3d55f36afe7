"""`python -m tests.benchmarks.outputs 100000`: time, size and memory of outputs, each made in a process of its own.

Memory is what the process grows by at its peak (`VmHWM`) after it has made the same output of a small procedure.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from app import create_app
from participation.kernel.db import db, transaction
from participation.kernel.migrations import owners, upgrade
from participation.openness.outputs.files import write_output
from participation.openness.outputs.kinds import FORMATS
from participation.openness.outputs.scope import Scope
from participation.procedures.queries import procedure_at
from participation.results.freezing import at_one_moment
from participation.testing.world import World

SMALL = 200
OUTPUTS = (("synopsis", "csv"), ("synopsis", "xlsx"), ("procedure", "xlsx"), ("procedure", "json"))
DOCUMENTS = (("synopsis", "docx"), ("synopsis", "odt"), ("synopsis", "pdf"))


def plant(address: str, folder: str, number: int) -> None:
    """A small procedure and a large one."""
    app = create_app({"database_url": address, "data_folder": folder})
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
        world = World(app)
        for slug, count in (("klein", SMALL), ("gross", number)):
            procedure = world.procedure(world.tenant(slug), module="text", slug=slug)
            with transaction():
                app.extensions["registry"].get("text").seed(world.activity(procedure), Random(1), count)
        db.session.remove()
        db.engine.dispose()


def measure(address: str, folder: str, kind: str, format_: str) -> str:
    """Make one output in this process; growth in MB, seconds, size in MB."""
    app = create_app({"database_url": address, "data_folder": folder})
    with app.app_context():
        _make(folder, "klein", kind, format_)
        before, began = _peak(), time.monotonic()
        size = _make(folder, "gross", kind, format_)
        took, child = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        return f"{_peak() - before} {took:.1f} {size / 1e6:.1f} {child}"


def _make(folder: str, slug: str, kind: str, format_: str) -> int:
    procedure = procedure_at(slug, slug)
    assert procedure is not None
    target = Path(folder) / f"{slug}.{format_}"
    write_output(target, Scope(procedure=at_one_moment(procedure), names="pseudonymised"), kind, format_)
    db.session.rollback()
    return target.stat().st_size


def _peak() -> int:
    """In MB, of this program alone: `ru_maxrss` begins with the peak of the process that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def in_own_process(address: str, folder: str, kind: str, format_: str) -> list[float]:
    """Growth in MB, seconds, size in MB, and the peak of a process it started (typst)."""
    command = [sys.executable, "-m", "tests.benchmarks.outputs", "measure", address, folder, kind, format_]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [float(word) for word in done.stdout.split()[-4:]]


def main(number: int) -> None:
    """Plant, make each, print a table."""
    with TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/outputs.db"
        began = time.monotonic()
        plant(address, folder, number)
        sys.stdout.write(f"{number} contributions planted in {time.monotonic() - began:.0f} s\n")
        fitting = [entry for entry in DOCUMENTS if number <= (FORMATS[entry[1]].most or number)]
        for kind, format_ in (*OUTPUTS, *fitting):
            growth, took, size, child = in_own_process(address, folder, kind, format_)
            line = f"{kind:10} {format_:5} +{growth:.0f} MB, {took:.1f} s, file {size:.1f} MB"
            sys.stdout.write(f"{line}, started process {child:.0f} MB\n")
            sys.stdout.flush()


if __name__ == "__main__":
    os.environ["PARTICIPATION_ENVIRONMENT"] = "testing"
    if sys.argv[1] == "measure":
        sys.stdout.write(measure(*sys.argv[2:6]) + "\n")
    else:
        main(int(sys.argv[1]))
