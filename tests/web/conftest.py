"""An app with views of the tests' own, and a world around it."""

import importlib.util
from datetime import timedelta
from pathlib import Path

import pytest
from flask import g, request

from participation.access.rules import MODERATE
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.testing.probe import ADD, PROBE
from participation.web.errors import TooMany
from participation.web.guard import access, personal, public

REFUSALS = {
    "invalid": Invalid("Bitte schreiben Sie Ihren Text."),
    "conflict": Conflict("Jemand war schneller."),
    "unknown": Unknown(),
}


def load_twin():
    spec = importlib.util.spec_from_file_location("tests_web_twin", Path(__file__).with_name("twin.py"))
    twin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(twin)
    return twin.TWIN


TWIN = load_twin()


def answer(**_values):
    return f"{g.tenant.slug if g.tenant else '-'} {request.form.get('text', '')}"


def refuse(kind):
    if kind == "many":
        raise TooMany(timedelta(minutes=7))
    if kind == "broken":
        raise ZeroDivisionError
    raise REFUSALS[kind]


def view(rule, name):
    """A function of its own with that rule, so that marking it marks no other."""

    def answering(**values):
        return refuse(**values) if name == "refuse" else answer(**values)

    return rule(answering) if rule else answering


@pytest.fixture
def site(make_app):
    """An app with an open, a personal, a staff, a taking-part and an undeclared view, and one that refuses."""
    made = make_app(more_modules=[PROBE, TWIN])
    both = ["GET", "POST"]
    for path, name, rule in (
        ("/-/open", "open", public),
        ("/-/mine", "mine", personal),
        ("/-/undeclared", "undeclared", None),
        ("/-/refuse/<kind>", "refuse", public),
        ("/<tenant>/-/checks", "checks", access(MODERATE)),
        ("/<tenant>/<procedure>/-/look", "look", public),
        ("/<tenant>/<procedure>/probe/<activity>/add", "probe.add", access(ADD)),
    ):
        made.add_url_rule(path, endpoint=name, view_func=view(rule, name), methods=both)
    return made


@pytest.fixture
def visitor(site):
    return site.test_client()
