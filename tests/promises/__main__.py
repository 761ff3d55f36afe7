"""`python -m tests.promises`: thirty lines, each with the promise, the figure to reach, what was measured, kept or not.

--only 12 runs one, with its full figure; --form quick|full chooses for all; --seed replays a failure.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.promises.conftest import FORMS, HERE, PROMISES

ROOT = HERE.parents[1]


class Kept(NamedTuple):
    """What came of one promise."""

    number: str
    is_kept: bool
    measured: list[str]
    seconds: float
    said: str = ""


def main(arguments: list[str]) -> int:
    """Run what is asked for and print it line by line; the exit code is 1 if a promise is not kept."""
    asked = parsed(arguments)
    numbers = [f"{number:02d}" for number in asked.only] or list(PROMISES)
    form = asked.form or ("full" if asked.only else "quick")
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"Form: {form}. Seed: {seed} (again: make promises ONLY=… FORM={form} SEED={seed})\n", flush=True)
    found = []
    for number in numbers:
        found.append(run(number, form, seed))
        print(line(found[-1]), flush=True)
    broken = [kept.number for kept in found if not kept.is_kept]
    print(f"\n{len(found) - len(broken)} of {len(found)} kept, {sum(kept.seconds for kept in found) / 60:.1f} minutes.")
    if broken:
        print(f"Not kept: {', '.join(broken)}")
    return 1 if broken else 0


def parsed(arguments: list[str]) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="make promises")
    parser.add_argument("--only", type=int, nargs="*", default=[], choices=range(1, len(PROMISES) + 1), metavar="N")
    parser.add_argument("--form", choices=FORMS)
    parser.add_argument("--seed", type=int)
    return parser.parse_args(arguments)


def run(number: str, form: str, seed: int) -> Kept:
    """Run the tests of a promise. One without tests, without a figure or with a skipped test is not kept."""
    files = sorted(str(path) for path in HERE.glob(f"test_{number}_*.py"))
    if not files:
        return Kept(number, False, [], 0, "no test yet")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        figures, junit = Path(folder) / "figures", Path(folder) / "junit"
        figures.touch()
        options = [f"--promise-form={form}", f"--promise-seed={seed}", f"--promise-figures={figures}"]
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--tb=short",
            "--show-capture=no",
            "--runxfail",
            f"--junitxml={junit}",
            *options,
        ]
        done = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True, check=False)
        measured = [said(json.loads(row)) for row in figures.read_text("utf-8").splitlines()]
    skipped = " skipped" in done.stdout.splitlines()[-1] if done.stdout.strip() else True
    is_kept = done.returncode == 0 and bool(measured) and not skipped
    output = "" if is_kept else tail(done.stdout or done.stderr)
    return Kept(number, is_kept, measured, time.monotonic() - began, output)


def said(row: dict[str, str | None]) -> str:
    """What a test measured, with the database it was measured on."""
    return f"{row['engine']}: {row['figure']}" if row["engine"] else str(row["figure"])


def tail(output: str) -> str:
    """The end of what the tests printed."""
    return "\n".join(f"      {line}" for line in output.strip().splitlines()[-25:])


def line(kept: Kept) -> str:
    """One promise, as it is printed."""
    promise = PROMISES[kept.number]
    verdict = "kept" if kept.is_kept else "NOT KEPT"
    parts = [
        f"{kept.number} {promise['title']} — {verdict} ({kept.seconds:.0f} s)",
        f"   to reach: {promise['figure']}",
    ]
    parts += [f"   measured: {text}" for text in kept.measured or ["nothing"]]
    return "\n".join([*parts, kept.said] if kept.said else parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
