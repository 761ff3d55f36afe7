"""Promise 2: yes is spelled in one way. Whatever else stands for it, in a form or in JSON, is refused or means no."""

import importlib
import json
import pkgutil

import pytest
import wtforms
from flask_wtf import FlaskForm
from marshmallow import fields as kinds
from werkzeug.datastructures import MultiDict

import participation.pages
from participation.kernel.clock import now, standing_at
from tests.promises.sendable import clients_of, forms_of_town, written
from tests.promises.test_02_extra_fields import ACCOUNTS
from tests.promises.test_14_twice import subclasses
from tests.promises.towns import two_towns
from tests.promises.walk import ADDRESSES, BOOKS, UNSAFE, asks, nothing_stays, open_ask, owner_of, path_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
YES = ("y", "1", "true", "on")  # what a page of ours may mean by yes
SPELLINGS: tuple[list[str], ...] = (  # words that some language or library takes for true; lists; the same name twice
    *([word] for word in (
        "true", "True", "TRUE", "1", "01", "1.0", "-1", "2", "yes", "Yes", "Y", "y ", " y", "y\n", "on", "ON", "t", "T",
        "ja", "wahr", "enabled", "checked", "[]", "[true]", '{"a": true}', "null", "None", "0", "false", "no", "off",
    )),
    ["y", "y"], ["", "y"], ["y", ""], ["false", "y"], ["true", "true"], ["1", "0"],
)  # fmt: skip
ODD = (  # values of JSON that are no text, and texts that are no number
    True, False, 0, 1, 1.0, 1.5, -1, 2**70, None, [], ["true"], [[]], {}, {"a": True}, "true", "1", "", "\ud800",
)  # fmt: skip


class Asked:
    """What became of a sending: refused, or what it wrote."""

    def __init__(self, clients):
        self.clients = clients

    def form(self, ask, form, **instead):
        """The status of a form, and the columns that it wrote with their values."""
        with written() as cells:
            answer = open_ask(self.clients[form.role], ask, form.path, data=form.data(**instead))
        return answer.status_code, {
            cell: sorted(values) for cell, values in cells.items() if cell[0] not in BOOKS | ACCOUNTS
        }


def said(plain, again, found):
    """What a sending wrote, without what is made anew each time."""
    return {cell: values for cell, values in found.items() if plain.get(cell) == again.get(cell)}


def booleans(form):
    """The boxes, hidden fields and buttons of a form that say yes or no: each stands alone and has a word for yes."""
    alone = [name for name, _value in form.boxes]
    boxes = {name: value for name, value in form.boxes if alone.count(name) == 1 and value in YES}
    boxes |= {name: value for name, value in form.fields if value in ("1", "y", "true")}
    return {name: value for name, value in boxes.items() if name not in NUMBERS}


NUMBERS = (  # whatever stands there, it is the number of a row or its name
    "version", "number", "revision", "seen", "activity", "kind", "argument", "within", "block", "list", "insert",
    "to_keyword",
)  # fmt: skip


def test_a_box_is_ticked_only_by_the_word_of_its_page(app, world, figure, sized):
    town, _other = two_towns(world)
    clients, faults, tried, fields = clients_of(app, town), [], 0, 0
    posts = {ask.endpoint: ask for ask in asks(app) if ask.method == "POST"}
    spellings = SPELLINGS[:: sized(test=3, quick=1, full=1)]
    with nothing_stays(app), standing_at(now()):
        asked = Asked(clients)
        for form in forms_of_town(app, town, clients):
            for name, word in booleans(form).items():
                ask, fields = posts[form.endpoint], fields + 1
                unticked, again = asked.form(ask, form, **{name: []}), asked.form(ask, form, **{name: []})
                for values in spellings:
                    if values == [word]:
                        continue
                    tried += 1
                    status, found = asked.form(ask, form, **{name: values})
                    same = said(unticked[1], again[1], found) == said(unticked[1], again[1], unticked[1])
                    if status >= 500 or (status < 400 and not same):
                        faults.append(f"{status} for {name}={values}: {form}")
    figure(f"{fields} boxes and switches of forms, {tried} odd spellings of yes, {len(faults)} taken for it")
    assert not faults, "\n".join(faults)
    assert fields > 5


def test_every_box_of_every_form_knows_one_word(app, figure):
    """Those of pages that the scene does not reach, too: the field itself, whatever form it stands in."""
    for module in pkgutil.iter_modules(participation.pages.__path__, "participation.pages."):
        importlib.import_module(module.name)
    found = [
        (f"{form.__name__}.{name}", getattr(form, name))
        for form in subclasses(FlaskForm)
        for name in dir(form)
        if issubclass(getattr(getattr(form, name), "field_class", object), wtforms.BooleanField)
    ]
    faults = []
    for name, unbound in found:
        for values in [*SPELLINGS, ["y"], []]:
            field = unbound.field_class("", **{k: v for k, v in unbound.kwargs.items() if k == "false_values"}, **ALONE)
            field.process(MultiDict(("box", value) for value in values))
            if field.data != (values == ["y"]) or bool(field.process_errors) is (values in (["y"], [])):
                faults.append(f"{name} took {values} for {field.data}")
    figure(f"{len(found)} boxes of all forms x {len(SPELLINGS)} spellings, {len(faults)} taken for yes")
    assert not faults, "\n".join(faults)
    assert len(found) > 10


ALONE = {"name": "box", "_form": None, "_meta": wtforms.meta.DefaultMeta()}


def programs(app, town):
    """What a program may send with a body: the address, its owner, a right body and the schema's fields."""
    for ask in asks(app):
        path = path_of(ask, town)
        if ask.method in UNSAFE and path.startswith("/api/") and ask.endpoint in ADDRESSES["bodies"]:
            yield ask, path, ADDRESSES["bodies"][ask.endpoint]


def test_no_field_of_json_takes_another_type(app, world, figure):
    town, _other = two_towns(world)
    faults, tried, clients = [], 0, clients_of(app, town)
    with nothing_stays(app):
        for ask, path, body in programs(app, town):
            client = clients[owner_of(ask)]
            for name, right in body.items():
                for odd in (value for value in ODD if type(value) is not type(right)):
                    tried += 1
                    answer = open_ask(client, ask, path, data=json.dumps(body | {name: odd}), content_type=JSON)
                    if answer.status_code not in (400, 422):
                        faults.append(f"{answer.status_code} for {name}={odd!r}: {ask}")
            doubled = json.dumps(body)[:-1] + f', "{next(iter(body))}": "zweimal"' + "}"
            for text in (doubled, *map(json.dumps, (True, [], [body], "true", 1, None)), "{", "NaN", '{"text": NaN}'):
                tried += 1
                answer = open_ask(client, ask, path, data=text, content_type=JSON)
                if answer.status_code not in (400, 415, 422):
                    faults.append(f"{answer.status_code} for {text[:60]}: {ask}")
    figure(f"{tried} bodies with another type, a name twice or no object at all, {len(faults)} taken")
    assert not faults, "\n".join(faults)
    assert tried > 100


JSON = "application/json"


def test_a_setting_of_a_format_is_true_or_false(app):
    """What a module stores is checked by its schema: no boolean there takes words for it."""
    found = [
        (module.name, name)
        for module in app.extensions["registry"]
        for name, field in (module.settings().fields if module.settings else {}).items()
        if isinstance(field, kinds.Boolean) and (field.truthy != {True} or field.falsy != {False})
    ]
    assert found == [], "say truthy={True}, falsy={False}: the form sends these, and nothing else means them"
