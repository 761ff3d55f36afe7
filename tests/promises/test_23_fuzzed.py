"""Requests and files made up by machines: schemathesis asks the interface, atheris feeds renderer and importers."""

import subprocess
import sys

import pytest
import schemathesis

from participation.accounts.api_tokens import make_token
from participation.kernel.db import transaction
from tests.api import test_interface_fuzzed as interface
from tests.promises.odd_forms import ROOT

pytestmark = pytest.mark.waits
TARGETS = ("words", "rich", "markup", "markdown", "html", "docx", "csv", "file", "name")
TOO_LONG = 3_000  # seconds


def test_no_made_up_request_breaks_the_interface(app, world, monkeypatch, sized, figure):
    procedure, person = world.procedure(), world.person()
    references = [world.contribution(procedure).reference for _number in range(3)]
    with transaction():
        token = make_token(person, procedure.tenant.id, "Test")
    known = {
        "tenant": [procedure.tenant.slug],
        "procedure": [procedure.slug],
        "reference": references,
        "module": ["probe"],
        "slug": ["a"],
        "name": ["notes"],
    }
    operations = [
        found.ok() for found in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).get_all_operations()
    ]
    number = -(-sized(test=100, quick=1_000, full=10_000) // len(operations))  # on each of two databases
    monkeypatch.setattr(interface, "CASES", number)
    broken = []
    for operation in operations:
        try:
            interface.run(operation, known, token)
        except Exception as error:
            broken.append(f"{operation.label}: {error}")
    figure(f"{number * len(operations)} cases over {len(operations)} operations: {len(broken)} operations broken")
    assert broken == []


@pytest.mark.parametrize("target", TARGETS)
def test_no_made_up_text_or_file_raises(target, seed, sized, tmp_path, figure):
    runs = -(-sized(test=100, quick=5_000, full=100_000) // len(TARGETS))
    command = [sys.executable, "-m", "tests.promises.fuzzing", target, str(runs), str(seed % 2**31 or 1)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TOO_LONG, check=False)
    figure(f"{target}: {runs} texts, ended with {done.returncode}")
    assert done.returncode == 0, done.stderr[-3_000:]
