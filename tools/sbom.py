"""The bill of materials (CycloneDX) of what an installation runs: the locked packages and the vendored browser files.

python tools/sbom.py           write docs/sbom.cdx.json
python tools/sbom.py --check   say whether it fits the lock file and the manifest (exit code 1 if not)
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK, MANIFEST = "config/requirements.lock", ROOT / "static" / "vendor" / "MANIFEST.json"
BILL = ROOT / "docs" / "sbom.cdx.json"
COMMAND = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", LOCK]
OPTIONS = ["--pyproject", "pyproject.toml", "--output-reproducible", "--of", "JSON"]
OF_ONE_MACHINE = ("description", "externalReferences")  # lines of the lock file and the address of an index


def main(arguments: list[str]) -> int:
    """Write or check."""
    made = json.dumps(bill(), ensure_ascii=False, indent=1) + "\n"
    if arguments == ["--check"]:
        fits = BILL.exists() and BILL.read_text("utf-8") == made
        print("The bill of materials fits." if fits else "The bill of materials is old. Make it again: make sbom")
        return 0 if fits else 1
    BILL.write_text(made, "utf-8")
    return 0


def bill() -> dict[str, Any]:
    """The document: packages of the lock file, then vendored ones with their licences."""
    written = subprocess.run([*COMMAND, *OPTIONS], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    document: dict[str, Any] = json.loads(written)
    packages = [
        {name: value for name, value in component.items() if name not in OF_ONE_MACHINE}
        for component in document["components"]
    ]
    document["metadata"].pop("tools", None)  # what wrote the list is no part of an installation
    document["components"] = packages + [_vendored(entry) for entry in json.loads(MANIFEST.read_text("utf-8"))]
    return document


def _vendored(entry: dict[str, Any]) -> dict[str, Any]:
    scope, _, name = entry["package"].rpartition("/")
    address = f"pkg:npm/{scope.replace('@', '%40')}/{name}" if scope else f"pkg:npm/{name}"
    return {
        "bom-ref": f"vendored-{entry['package']}",
        "type": "library",
        "name": entry["package"],
        "version": entry["version"],
        "licenses": [{"license": {"id": entry["licence"]}}],
        "purl": f"{address}@{entry['version']}",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
