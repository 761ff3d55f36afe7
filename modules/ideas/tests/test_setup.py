"""Staff arrange the categories: with a sign, and with the department that looks after them."""

import re

import pytest

from modules.ideas.queries import categories_of
from modules.ideas.tests.conftest import token
from participation.evaluation.departments import close_department, department_at, make_department
from participation.interfaces import Role
from participation.kernel.db import db, transaction


@pytest.fixture
def editor(world, client, procedure):
    person = world.staff(procedure.tenant, Role.EDITOR)
    world.log_in(client, person, staff=True)
    return person


@pytest.fixture
def department(procedure):
    with transaction():
        return make_department(procedure.tenant, "Tiefbauamt", external=False).id


@pytest.fixture
def save(client, base):
    def send(category="k1", **values):
        url = f"{base}/ideas/a/setup?category={category}"
        fields = {"csrf_token": token(client.get(url).text), "title": "Wege", "colour": "blue", "shape": "circle"}
        return client.post(url, data=fields | values)

    return send


def kept(world, procedure):
    db.session.rollback()
    return categories_of(world.activity(world.again(procedure)))[0]


def test_a_category_gets_its_department(world, client, procedure, base, editor, department, save):
    assert "Zuständige Stelle" in client.get(f"{base}/ideas/a/setup").text
    assert save(department_id=str(department)).status_code == 303
    assert kept(world, procedure).department_id == department
    assert "Zuständig: Tiefbauamt" in client.get(f"{base}/ideas/a/setup").text
    with transaction():
        close_department(department_at(procedure.tenant_id, department), closed=True)
    page = client.get(f"{base}/ideas/a/setup?category=k1").text
    assert re.search(rf'<option selected value="{department}">Tiefbauamt', page)
    assert f'value="{department}"' not in client.get(f"{base}/ideas/a/setup?category=k2").text
    assert save(department_id=str(department), title="Radwege").status_code == 303
    assert save(department_id="").status_code == 303
    assert kept(world, procedure).department_id is None


def test_only_departments_of_the_authority_are_taken(world, procedure, editor, department, save):
    other = world.tenant("dorf")
    with transaction():
        foreign = make_department(other, "Bauhof", external=False).id
    answer = save(department_id=str(foreign))
    assert answer.status_code == 422
    assert "Bitte wählen Sie eine Stelle aus der Liste." in answer.text
    assert kept(world, procedure).department_id is None


def test_without_departments_nobody_is_asked_for_one(client, base, editor, save, procedure, world):
    assert "Zuständige Stelle" not in client.get(f"{base}/ideas/a/setup").text
    assert save(title="Radwege").status_code == 303
    assert kept(world, procedure).title == "Radwege"
