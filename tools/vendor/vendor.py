"""Bring the vendored browser files into static/vendor, or check that they are what the manifest says.

python tools/vendor/vendor.py           copy the files named in vendor.json (needs npm and a registry)
python tools/vendor/vendor.py --check   compare with MANIFEST.json (needs neither)
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from prune import pruned

HERE = Path(__file__).resolve().parent
STATIC = HERE.parents[1] / "static"
TARGET = STATIC / "vendor"
MANIFEST = TARGET / "MANIFEST.json"
_INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
_BUNDLE = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning")


def main(arguments: list[str]) -> int:
    """Exit status: 0 when everything is as it should be, 1 with a sentence for each difference."""
    if "--check" not in arguments:
        _renew()
    differences = _differences()
    for difference in differences:
        print(difference, file=sys.stderr)
    return 1 if differences else 0


def _renew() -> None:
    wanted: list[dict[str, Any]] = json.loads((HERE / "vendor.json").read_text())
    lock = json.loads((HERE / "package-lock.json").read_text())["packages"]
    with tempfile.TemporaryDirectory() as folder:
        modules = _installed(Path(folder))
        shutil.rmtree(TARGET, ignore_errors=True)
        entries = [_copied(modules, item, lock[f"node_modules/{item['package']}"]) for item in wanted]
    MANIFEST.write_text(json.dumps(entries, indent=2, sort_keys=True) + "\n")


def _installed(folder: Path) -> Path:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    subprocess.run([*_INSTALL], cwd=folder, check=True)
    return folder / "node_modules"


def _copied(modules: Path, item: dict[str, Any], locked: dict[str, Any]) -> dict[str, Any]:
    source, target = modules / item["package"], TARGET / item["folder"]
    target.mkdir(parents=True, exist_ok=True)
    for inside, name in item["files"].items():
        _copy(source / inside, target / name, item.get("prune", {}).get(name))
    for entry, name in item.get("bundle", {}).items():
        _bundle(modules, entry, target / name)
    for own, name in item.get("written", {}).items():  # a licence the package names and does not carry
        shutil.copyfile(HERE / own, target / name)
    names = [*item["files"].values(), *item.get("bundle", {}).values(), *item.get("written", {}).values()]
    about = json.loads((source / "package.json").read_text())
    return {
        "package": item["package"],
        "version": about["version"],
        "licence": about["license"],
        "integrity": locked["integrity"],
        "pruned": sorted(item.get("prune", {})),
        "bundled": sorted(item.get("bundle", {})),
        "files": {f"{item['folder']}/{name}": _digest(target / name) for name in names},
    }


def _copy(source: Path, target: Path, prune: dict[str, Any] | None) -> None:
    if prune is None:
        shutil.copyfile(source, target)
    else:
        target.write_text(pruned(source.read_text(), prune["parts"], prune["modifiers"], _own_sheets()))


def _bundle(modules: Path, entry: str, target: Path) -> None:
    """Put what an entry file of ours imports into one module: the same bytes on each machine."""
    shutil.copy(HERE / entry, modules.parent / entry)
    command = [str(modules / ".bin" / "esbuild"), entry, *_BUNDLE, f"--outfile={target}"]
    subprocess.run(command, cwd=modules.parent, check=True)


def _own_sheets() -> str:
    return "\n".join(path.read_text() for path in sorted((STATIC / "css").glob("*.css")))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _differences() -> list[str]:
    entries: list[dict[str, Any]] = json.loads(MANIFEST.read_text())
    listed: dict[str, str] = {name: digest for entry in entries for name, digest in entry["files"].items()}
    present = {path.relative_to(TARGET).as_posix() for path in TARGET.rglob("*") if path.is_file()}
    present.discard(MANIFEST.name)
    changed = {name for name in present & listed.keys() if _digest(TARGET / name) != listed[name]}
    return [
        *(f"{name} is not in the manifest" for name in sorted(present - listed.keys())),
        *(f"{name} is missing" for name in sorted(listed.keys() - present)),
        *(f"{name} differs from the manifest" for name in sorted(changed)),
        *(f"our style sheets read {name}, which was pruned: run vendor.py" for name in _undeclared()),
    ]


def _undeclared() -> list[str]:
    """Custom properties of the design system that our sheets read but the pruned sheet no longer declares."""
    declared = "\n".join(path.read_text() for path in TARGET.rglob("*.css"))
    read = set(re.findall(r"var\((--kern-[\w-]+)\)", _own_sheets()))
    return sorted(name for name in read if f"{name}:" not in declared)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
