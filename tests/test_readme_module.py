"""The module of the README is built from the page, as it stands there, and keeps the contract."""

import importlib
import re
import sys
from pathlib import Path

import pytest

import modules
from app import create_app
from participation.interfaces import Found
from participation.kernel.db import db
from participation.kernel.migrations import owners, upgrade
from participation.testing.contract import CHECKS, ContractKit
from participation.testing.fixtures import fresh
from participation.testing.world import World

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(
    r"```(?:python|html|po)\n(?:#|\{#) modules/questions/(?P<path>\S+?)(?: #\})?\n(?P<code>.*?)```", re.DOTALL
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder that somebody who follows the README has at the end."""
    parent = tmp_path_factory.mktemp("written") / "modules"
    found = parent / "questions"
    for match in BLOCK.finditer(README.read_text("utf-8")):
        path = found / match["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(match["code"], "utf-8")
    (found / "__init__.py").touch()
    modules.__path__.append(str(parent))
    yield found
    modules.__path__.remove(str(parent))
    for name in [name for name in sys.modules if name.startswith("modules.questions")]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def app_with_questions(folder, tmp_path_factory):
    """An app that has the module, on SQLite."""
    module = importlib.import_module("modules.questions.manifest").module
    data = tmp_path_factory.mktemp("data")
    overrides = {"database_url": f"sqlite:///{data}/readme.db", "data_folder": str(data)}
    app = create_app(overrides, more_modules=[Found(module=module, folder=folder)])
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
    return app


@pytest.fixture
def world_with_questions(app_with_questions):
    """Its world, empty each time."""
    with app_with_questions.app_context():
        yield World(app_with_questions)
    fresh(app_with_questions)


def test_the_readme_has_all_files_of_the_module(folder):
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {"manifest.py", "views.py", "seeds.py", "templates/questions/index.html"} <= files


@pytest.mark.requirement("BX-10")
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_module_of_the_readme_keeps_the_contract(world_with_questions, check):
    module = world_with_questions.app.extensions["registry"].get("questions")
    assert module, [refusal.sentence for refusal in world_with_questions.app.extensions["registry"].refusals]
    check(ContractKit(world=world_with_questions, module=module, items=100))
