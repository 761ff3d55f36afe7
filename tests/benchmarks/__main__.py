"""`python -m tests.benchmarks`: requests per second as ratios within one run, written to docs/benchmarks.md.

SQLite by default; DATABASE_URL names a PostgreSQL server, where two databases are made and dropped again.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from tests.benchmarks.deep import IDEAS, MOST, measured_deep, written_deep
from tests.benchmarks.loader import requests_per_second
from tests.benchmarks.planted import plant
from tests.benchmarks.served import ROOT, served

SIZES = (1_000, 100_000)
KEEPS = 0.8  # so much of the speed at 1,000 comments is left at 100,000
Measured = dict[tuple[str, int, str], float]  # page, comments, "off" or "on" -> requests per second


def main() -> int:
    """Measure, print, write, and say by the exit code whether the promise is kept."""
    os.environ["PARTICIPATION_ENVIRONMENT"] = "testing"
    began = time.monotonic()
    with TemporaryDirectory() as folder, ExitStack() as stack:
        addresses = {size: stack.enter_context(database(Path(folder), size)) for size in SIZES}
        pages = {size: plant(addresses[size], folder, size) for size in SIZES}
        bare = measure_bare(addresses[SIZES[-1]], folder)
        measured = measure(addresses, pages, folder)
        address = stack.enter_context(database(Path(folder), IDEAS))
        orders, signs = measured_deep(address, _settings(address, folder, "false"), folder)
    report = written(bare, measured, addresses) + "\n".join(written_deep(orders, signs))
    sys.stdout.write(report)
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "benchmarks.md").write_text(report, "utf-8")
    slower = [page for page in pages[SIZES[0]] if ratio(measured, page) < KEEPS]
    slower += [f"{deep.order} far down" for deep in orders if deep.cost > MOST]
    verdict = f"Too slow: {', '.join(slower)}" if slower else "The promises are kept."
    sys.stdout.write(f"{time.monotonic() - began:.0f} seconds. {verdict}\n")
    return 1 if slower else 0


@contextmanager
def database(folder: Path, size: int) -> Iterator[str]:
    """The address of an empty database for so many comments."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgresql"):
        yield f"sqlite:///{folder / f'{size}.db'}"
        return
    name = f"participation_bench_{size}_{os.getpid()}"
    _run(server, f'CREATE DATABASE "{name}"')
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        _run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _run(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def measure_bare(address: str, folder: str) -> dict[str, float]:
    """Requests per second of the two views everything is compared with."""
    with served(f"tests.benchmarks.bare:bare_app({address!r})", _settings(address, folder, "false")) as port:
        return {path: requests_per_second(port, path) for path in ("/bare", "/rows")}


def measure(addresses: dict[int, str], pages: dict[int, dict[str, str]], folder: str) -> Measured:
    """Requests per second of each page as a visitor, with each number of comments, page cache off and on."""
    found: Measured = {}
    for size, address in addresses.items():
        for cache in ("off", "on"):
            settings = _settings(address, folder, "true" if cache == "on" else "false")
            with served("app:create_app()", settings) as port:
                for page, path in pages[size].items():
                    found[page, size, cache] = requests_per_second(port, path)
    return found


def _settings(address: str, folder: str, cache: str) -> dict[str, str]:
    ours = {"DATABASE_URL": address, "DATA_FOLDER": folder, "PAGE_CACHE": cache, "EMBEDDED_WORKER": "false"}
    return {f"PARTICIPATION_{name}": value for name, value in ours.items()}


def ratio(measured: Measured, page: str) -> float:
    """How much of the speed at 1,000 comments is left at 100,000, page cache off."""
    return measured[page, SIZES[1], "off"] / measured[page, SIZES[0], "off"]


def written(bare: dict[str, float], measured: Measured, addresses: dict[int, str]) -> str:
    """The report as Markdown."""
    kind = addresses[SIZES[0]].partition(":")[0]
    lines = [
        "# Benchmarks",
        "",
        f"Made by `make bench` (`python -m tests.benchmarks`) on {date.today():%Y-%m-%d} with {kind}: gunicorn with",
        "the settings of `config/gunicorn.py`, one process, 8 connections, as a visitor. Absolute numbers say little",
        "on another machine; the ratios within one run count. `DATABASE_URL=postgresql://…` measures PostgreSQL.",
        "",
        f"A bare Flask view: {bare['/bare']:.0f} requests per second. A view that selects 20 plain rows without a",
        f"count and renders them: {bare['/rows']:.0f}.",
        "",
        "| Page | cache | req/s at 1,000 comments | at 100,000 | ratio | of the bare view | of 20 plain rows |",
        "|---|---|---|---|---|---|---|",
    ]
    for page in dict.fromkeys(page for page, _, _ in measured):
        for cache in ("off", "on"):
            small, large = (measured[page, size, cache] for size in SIZES)
            cells = [page, cache, f"{small:.0f}", f"{large:.0f}", f"{large / small:.2f}"]
            cells += [f"{large / bare['/bare']:.2f}", f"{large / bare['/rows']:.2f}"]
            lines.append(f"| {' | '.join(cells)} |")
    lines += ["", f"Promise: with the cache off each page keeps at least {KEEPS} of its speed at 100,000 comments.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
