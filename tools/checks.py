"""Everything that is checked, step by step, each with its name and how long it took.

python tools/checks.py               all steps; the exit code is 1 if one failed
python tools/checks.py types tests   only these
python tools/checks.py --but tests   all others
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LAST_FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
PYTHON = [sys.executable, "-m"]
TEMPLATES = ["templates", *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("modules/*/templates")))]
FLASK = [*PYTHON, "flask", "--app", "app"]
LINT_IMPORTS = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]

STEPS: dict[str, list[list[str]]] = {
    "style": [[*PYTHON, "ruff", "check", "."]],
    "format": [[*PYTHON, "ruff", "format", "--check", "."]],
    "types": [[*PYTHON, "mypy"]],
    "imports": [LINT_IMPORTS],
    "templates": [[*PYTHON, "djlint", "--check", "--lint", *TEMPLATES]],
    "vendored files": [[sys.executable, "tools/vendor/vendor.py", "--check"]],
    "bill of materials": [[sys.executable, "tools/sbom.py", "--check"]],
    "translations": [[sys.executable, "tools/glossary.py", "missing"]],
    "migrations": [[*FLASK, "db", "upgrade"], [*FLASK, "db", "check"]],
    "tests": [[*PYTHON, "pytest", "-n", "2", "-q"]],
}


def main(arguments: list[str]) -> int:
    """Run the steps that are asked for, all to the end, and say which failed."""
    failed = [name for name in wanted(arguments) if not _passes(name)]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nEverything passed.", flush=True)
    if "tests" in failed and LAST_FAILED.exists():  # named once more at the very end, where a cut log still shows them
        print("\n".join(json.loads(LAST_FAILED.read_text())), flush=True)
    return 1 if failed else 0


def wanted(arguments: list[str]) -> list[str]:
    """The names of the steps. Raises SystemExit for one that does not exist."""
    but = arguments[:1] == ["--but"]
    named = arguments[1:] if but else arguments
    if unknown := set(named) - set(STEPS):
        raise SystemExit(f"There is no step {', '.join(sorted(unknown))}; there are: {', '.join(STEPS)}.")
    return [name for name in STEPS if not named or (name in named) != but]


def _passes(name: str) -> bool:
    """Run the commands of a step in a fresh data folder, with a fresh database."""
    print(f"\n== {name}", flush=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "PARTICIPATION_DATABASE_URL": f"sqlite:///{folder}/check.db",
            "PARTICIPATION_DATA_FOLDER": folder,
        }
        if name == "tests":  # they make their own databases
            environment = dict(os.environ)
        passed = all(
            subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0 for command in STEPS[name]
        )
    print(f"== {name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - begin:.1f} s", flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
