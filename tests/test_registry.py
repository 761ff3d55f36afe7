"""Which modules exist: a broken one is refused with a sentence that names the culprit, the rest starts."""

import importlib.metadata
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Blueprint

from app import create_app
from participation.interfaces import (
    INTERFACE,
    Action,
    ContributionType,
    Export,
    Found,
    Import,
    Module,
    PhaseKind,
    Role,
    Step,
)
from participation.kernel import config
from participation.registry import Registry, load_callable
from participation.testing.probe import MODULE, PROBE


def a_module(name="petitions", **values):
    needed = {"title": "Petitionen", "interface": INTERFACE, "blueprint": Blueprint(name, __name__)}
    return Module(name=name, **(needed | values))


def found(module):
    return Found(module=module, folder=Path(__file__).parent)


def started_with(tmp_path, *modules, **settings):
    overrides = {"database_url": f"sqlite:///{tmp_path}/empty.db", "data_folder": str(tmp_path)} | settings
    return create_app(overrides, more_modules=modules).extensions["registry"]


def refusal_of(tmp_path, module, *others):
    registry = started_with(tmp_path, PROBE, *map(found, others), found(module))
    assert "probe" in registry, "the rest starts"
    (refusal,) = [entry for entry in registry.refusals if entry.name == module.name]
    return refusal.sentence


ACTION = Action(name="petitions:sign", title="Zeichnen", taking_part=True)
FAULTS = {
    "name with capitals": (a_module("Petitions"), "one lower-case word"),
    "name with underscore": (a_module("my_petitions"), "one lower-case word"),
    "prefix of a core table": (a_module("contribution"), "'contribution' starts a table of the core"),
    "another interface": (a_module(interface=INTERFACE + 1), f"interface {INTERFACE + 1}"),
    "another blueprint": (a_module(blueprint=Blueprint("other", __name__)), "blueprint must carry its name"),
    "staff and taking part": (
        a_module(actions=(replace(ACTION, staff=frozenset({Role.MANAGER})),)),
        "petitions:sign must be for staff or for taking part",
    ),
    "neither": (a_module(actions=(replace(ACTION, taking_part=False),)), "petitions:sign must be for staff"),
    "foreign action": (
        a_module(actions=(replace(ACTION, name="ideas:submit"),)),
        "ideas:submit must start with petitions:",
    ),
    "opens what it has not": (
        a_module(phases=(PhaseKind(name="p", title="P", step=Step.VOTING, opens=frozenset({"ideas:submit"})),)),
        "phase p opens ideas:submit",
    ),
    "foreign type": (
        a_module(contributions=(ContributionType(name="ideas.idea", title="I", action=ACTION.name),)),
        "ideas.idea must start",
    ),
    "missing requirement": (a_module(requires=("numpy_of_the_future",)), "package numpy_of_the_future"),
    "missing callable": (
        a_module(exports=(Export(name="all", title="Alles", rows="no_such_package:rows"),)),
        "no_such_package:rows does not exist",
    ),
    "missing collect": (
        a_module(collect="no_such_package.results:collect"),
        "no_such_package.results:collect does not",
    ),
    "missing count": (a_module(count="participation.no_such_file:count"), "participation.no_such_file:count does not"),
    "missing import": (
        a_module(imports=(Import(name="petitions", title="I", run="no_such_package:run"),)),
        "no_such_package:run",
    ),
}


@pytest.mark.requirement("RA-5.1.5-01")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_with_a_sentence_naming_the_culprit(tmp_path, fault):
    module, words = FAULTS[fault]
    sentence = refusal_of(tmp_path, module)
    assert sentence.startswith(f"Module {module.name} is left out: ")
    assert words in sentence


def test_of_two_modules_with_one_name_the_second_is_refused(tmp_path):
    assert "another module has the same name" in refusal_of(tmp_path, a_module(), a_module())


def test_a_good_module_is_taken_with_all_it_declares(tmp_path):
    kind = PhaseKind(name="signing", title="Zeichnen", step=Step.VOTING, opens=frozenset({ACTION.name}))
    note = ContributionType(name="petitions.text", title="Text", action=ACTION.name)
    registry = started_with(tmp_path, found(a_module(actions=(ACTION,), phases=(kind,), contributions=(note,))))
    assert registry.action("petitions:sign") is ACTION
    assert registry.phase_kind("petitions", "signing") is kind
    assert registry.contribution_type("petitions.text") is note
    assert (registry.action("petitions:x"), registry.phase_kind("none", "x"), registry.contribution_type("none.x")) == (
        None,
    ) * 3
    assert registry.refusals == ()


def in_folder(monkeypatch, tmp_path, name, source):
    """A package modules.<name> whose manifest has this source, in a folder of the test's own."""
    folder = tmp_path / "modules" / name
    folder.mkdir(parents=True)
    (tmp_path / "modules" / "__init__.py").touch()
    (folder / "__init__.py").touch()
    (folder / "manifest.py").write_text(source)
    for key in [key for key in sys.modules if key == "modules" or key.startswith("modules.")]:
        monkeypatch.delitem(sys.modules, key)
    monkeypatch.syspath_prepend(str(tmp_path))
    settings = config.flask_settings

    def with_folder(values):
        return settings(values) | {"MODULES_FOLDER": str(tmp_path / "modules")}

    monkeypatch.setattr(config, "flask_settings", with_folder)


MANIFEST = """
from flask import Blueprint
from participation.interfaces import Module

module = Module(name={name!r}, title="x", interface=1, blueprint=Blueprint({name!r}, __name__))
"""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import no_such_library", "no_such_library"),
        ("raise RuntimeError('half finished')", "half finished"),
        ("def broken(:", "invalid syntax"),
        ("x = 1", "module"),
        ("module = 'a text'", "Module("),
        (MANIFEST.format(name="other"), "its manifest says 'other', its folder 'petitions'"),
    ],
    ids=["broken import", "error", "syntax", "no manifest", "not a module", "another name"],
)
def test_a_folder_that_is_broken_is_left_out_and_the_rest_starts(monkeypatch, tmp_path, source, words):
    in_folder(monkeypatch, tmp_path, "petitions", source)
    registry = started_with(tmp_path, PROBE)
    assert "probe" in registry
    assert "petitions" not in registry
    assert words in registry.refusals[0].sentence


def test_a_folder_is_found_unless_it_is_switched_off_or_the_start_is_safe(monkeypatch, tmp_path):
    in_folder(monkeypatch, tmp_path, "petitions", MANIFEST.format(name="petitions"))
    assert "petitions" in started_with(tmp_path)
    assert "petitions" not in started_with(tmp_path, modules_disabled=["petitions"])
    assert list(started_with(tmp_path, PROBE, safe_mode=True)) == []


class EntryPoint:
    """What the packaging tools say about an installed third-party module."""

    name, module = "petitions", "participation.testing.probe"

    def load(self):
        return a_module()


@pytest.mark.parametrize(("installed", "is_on"), [([], False), (["petitions"], True), (["others"], False)])
def test_an_installed_package_is_off_unless_the_configuration_names_it(monkeypatch, tmp_path, installed, is_on):
    monkeypatch.setattr("participation.registry.entry_points", lambda **_: [EntryPoint()])
    assert ("petitions" in started_with(tmp_path, modules_installed=installed)) is is_on
    assert importlib.metadata.entry_points(group="participation.modules") is not None


def test_the_registry_belongs_to_the_app(tmp_path):
    assert "probe" in started_with(tmp_path, PROBE)
    assert "probe" not in started_with(tmp_path)


def test_in_safe_mode_the_portal_still_answers(make_app, world):
    procedure = world.procedure()
    safe = make_app(safe_mode=True).test_client()
    assert safe.get("/healthz").status_code == 200
    assert safe.get("/").status_code == 200
    assert safe.get("/-/log-in").status_code == 200
    assert safe.get(f"/{procedure.tenant.slug}/{procedure.slug}/probe/a/").status_code == 404
    assert safe.get(f"/{procedure.tenant.slug}/{procedure.slug}/").status_code == 200


def test_a_heavy_callable_may_be_a_dotted_string():
    assert load_callable("os.path:join")("a", "b") == "a/b"
    assert load_callable(len) is len


def test_an_empty_registry_knows_nothing():
    assert list(Registry()) == []
    assert MODULE.name not in Registry()
