"""The formats of a procedure: their list, and settings whose form is made from the module's schema."""

import re
from datetime import date, timedelta

import pytest
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from participation.interfaces import Module, Preset, Role
from participation.kernel.db import db, transaction
from participation.kernel.events import EventRow
from participation.procedures import activities
from participation.procedures.models import Activity
from participation.testing import probe
from participation.web.settings_form import settings_form

BASE = "/stadt/plan/-/manage/formats"


class Settings(Schema):
    """One field of each kind."""

    secret = fields.Integer(load_default=7, metadata={"hidden": True})
    loud = fields.Boolean(load_default=True, metadata={"title": _l("Laut"), "help": _l("Man hört es.")})
    size = fields.Integer(
        load_default=3, validate=validate.Range(1, 9), metadata={"title": _l("Größe"), "locked_after": "opening"}
    )
    colour = fields.String(
        load_default="red",
        validate=validate.OneOf(("red", "blue"), labels=(_l("Rot"), _l("Blau"))),
        metadata={"title": _l("Farbe"), "help": _l("Welche Farbe es hat.")},
    )
    name = fields.String(load_default="", validate=validate.Length(max=5), metadata={"title": _l("Name")})
    until = fields.Date(load_default=None, allow_none=True, metadata={"title": _l("Bis")})


@pytest.fixture
def module(app, monkeypatch):
    """The probe, for this test with settings and a preset."""
    found = app.extensions["registry"].get("probe")
    quiet = Preset(name="quiet", title=_l("Leise"), help=_l("Man hört nichts."), settings={"loud": False, "size": 1})
    values = {name: getattr(found, name) for name in found.__dataclass_fields__}
    made = Module(**(values | {"settings": Settings, "presets": (quiet,)}))
    entry = app.extensions["registry"]._found["probe"]
    monkeypatch.setitem(app.extensions["registry"]._found, "probe", type(entry)(module=made, folder=entry.folder))
    return made


@pytest.fixture
def tenant(world):
    return world.tenant("stadt")


@pytest.fixture
def draft(world, tenant, module):
    return world.procedure(tenant, slug="plan", stage="draft", begins=timedelta(days=20))


@pytest.fixture
def manager(world, client, tenant):
    person = world.staff(tenant, Role.MANAGER)
    world.log_in(client, person, staff=True)
    return person


def token(client, path=BASE):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)[1]


def path_of(world, draft):
    return f"{BASE}/{world.activity(draft).id}"


def good(client, path, **more):
    fields = {"set_loud": "y", "set_size": "5", "set_colour": "blue", "set_name": "", "set_until": "2027-02-01"}
    return {"csrf_token": token(client, path), "version": "1"} | fields | more


@pytest.mark.requirement("RA-4-01")
def test_the_list_offers_what_is_installed_and_switched_on_and_nothing_else(world, client, manager, draft, tenant):
    page = client.get(BASE).text
    assert 'value="probe"' in page
    assert 'value="text"' in page
    with transaction():
        tenant.modules = ["probe"]
    page = client.get(BASE).text
    assert 'value="probe"' in page
    assert 'value="text"' not in page
    switched_off = {"csrf_token": token(client), "module": "text", "title": "Text"}
    assert client.post(BASE, data=switched_off).status_code == 422


@pytest.mark.requirement("RA-4-01")
def test_a_format_is_added_with_a_free_address_and_leads_to_its_settings(world, client, manager, draft):
    for slug in ("probe", "probe-2"):
        answer = client.post(BASE, data={"csrf_token": token(client), "module": "probe", "title": "Zweites"})
        made = db.session.query(Activity).order_by(Activity.id.desc()).first()
        assert answer.location == f"{BASE}/{made.id}?done=format-added"
        assert (made.slug, made.title, made.settings["size"]) == (slug, "Zweites", 3)
    row = db.session.query(EventRow).order_by(EventRow.id.desc()).first()
    assert (row.name, row.actor_id) == ("procedures.activity_added", manager.id)


def test_a_format_without_title_or_kind_is_said_at_the_fields(client, manager, draft):
    answer = client.post(BASE, data={"csrf_token": token(client), "title": ""})
    assert answer.status_code == 422
    assert "Bitte wählen Sie ein Format." in answer.text
    assert "Bitte geben Sie einen Titel ein." in answer.text


def test_what_is_missing_stands_beside_its_format(world, client, manager, tenant, module):
    world.procedure(tenant, slug="plan", stage="draft", kinds=[])
    assert "noch keine Phase geplant" in client.get(BASE).text


def test_the_form_has_a_fitting_field_for_each_setting_and_hides_what_is_hidden(world, client, manager, draft):
    page = client.get(path_of(world, draft)).text
    assert re.search(r'<input[^>]*type="checkbox"[^>]*name="set_loud"|name="set_loud"[^>]*type="checkbox"', page)
    assert len(re.findall(r'type="radio"[^>]*', page)) == 2
    assert "Rot" in page
    assert "Blau" in page
    assert "Welche Farbe es hat." in page
    assert re.search(r'<input[^>]*type="number"|name="set_size"', page)
    assert re.search(r'name="set_until"[^>]*type="date"|type="date"[^>]*name="set_until"', page)
    assert "secret" not in page


def test_settings_are_saved_as_the_schema_loads_them(world, client, manager, draft):
    path = path_of(world, draft)
    assert client.post(path, data=good(client, path)).status_code == 302
    assert world.activity(draft).settings == {
        "secret": 7, "loud": True, "size": 5, "colour": "blue", "name": "", "until": "2027-02-01",
    }  # fmt: skip
    without_box = good(client, path, version="2")
    del without_box["set_loud"]
    client.post(path, data=without_box)
    assert world.activity(draft).settings["loud"] is False
    page = client.get(path).text
    assert 'value="2027-02-01"' in page


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [("set_size", "0", "Bitte geben Sie eine Zahl von 1 bis 9 ein."), ("set_size", "viel", "eine Zahl von 1 bis 9"),
     ("set_colour", "green", "Bitte wählen Sie eine der Möglichkeiten."),
     ("set_name", "zu lang", "Bitte kürzen Sie auf höchstens 5 Zeichen."),
     ("set_until", "morgen", "Bitte geben Sie einen Tag ein")],
)  # fmt: skip
def test_the_schema_judges_and_its_sentence_is_german_and_at_the_field(
    world, client, manager, draft, name, value, sentence
):
    path = path_of(world, draft)
    answer = client.post(path, data=good(client, path, **{name: value}))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#{name}"' in answer.text
    assert world.activity(draft).version == 1


def test_a_preset_sets_everything_at_once_and_leaves_what_is_hidden(world, client, manager, draft):
    path = path_of(world, draft)
    with transaction():
        activities.change_settings(world.activity(draft), probe_of(world), {"secret": 99, "colour": "blue"})
    answer = client.post(path, data={"csrf_token": token(client, path), "version": "2", "preset": "quiet"})
    assert answer.status_code == 302
    settings = world.activity(draft).settings
    assert (settings["loud"], settings["size"], settings["colour"], settings["secret"]) == (False, 1, "red", 99)
    unknown = {"csrf_token": token(client, path), "version": "3", "preset": "unknown"}
    assert client.post(path, data=unknown).status_code == 422


def probe_of(world):
    return world.app.extensions["registry"].get("probe")


@pytest.mark.requirement("RA-4-01")
def test_a_locked_setting_is_shown_with_its_reason_and_refused_by_the_service_too(
    world, client, manager, tenant, module
):
    running = world.procedure(tenant, slug="plan", stage="running")
    path = path_of(world, running)
    page = client.get(path).text
    assert "Steht seit Beginn der ersten Phase fest" in page
    assert "set_size" not in page
    assert client.post(path, data=good(client, path)).status_code == 302  # a forged field is not read
    assert world.activity(running).settings["size"] == 3
    with pytest.raises(activities.Invalid) as refused, transaction():
        activities.change_settings(world.activity(running), module, {"size": 5})
    assert "Beginn der ersten Phase" in str(refused.value.sentence)


def test_a_second_manager_sees_what_is_stored_and_overwrites_nothing(world, client, manager, draft, module):
    path = path_of(world, draft)
    fields = good(client, path)
    with transaction():
        activities.change_settings(world.activity(draft), module, {"size": 8})
    answer = client.post(path, data=fields)
    assert answer.status_code == 409
    assert "<dd>\n          8" in answer.text
    assert re.search(r'name="set_size"[^>]*value="5"|value="5"[^>]*name="set_size"', answer.text)
    assert world.activity(draft).settings["size"] == 8


def test_formats_are_renamed_moved_and_removed(world, client, manager, draft):
    path, key = path_of(world, draft), token(client)
    assert client.post(f"{path}/title", data={"csrf_token": key, "version": "1", "title": "Neu"}).status_code == 302
    assert client.post(f"{path}/title", data={"csrf_token": key, "version": "2", "title": ""}).status_code == 422
    client.post(BASE, data={"csrf_token": key, "module": "probe", "title": "Zweites"})
    assert client.post(f"{path}/move", data={"csrf_token": key, "by": "down"}).status_code == 302
    assert [entry.title for entry in world.again(draft).activities] == ["Zweites", "Neu"]
    assert "Auch 1 geplante Phase wird entfernt." in client.get(f"{path}/remove").text
    assert client.post(f"{path}/remove", data={"csrf_token": key}).status_code == 302
    assert [entry.title for entry in world.again(draft).activities] == ["Zweites"]


def test_a_format_with_contributions_says_why_it_stays(world, client, manager, tenant, module):
    running = world.procedure(tenant, slug="plan", stage="running")
    world.contribution(running)
    path = path_of(world, running)
    assert "gibt es schon Beiträge" in client.get(f"{path}/remove").text
    assert client.post(f"{path}/remove", data={"csrf_token": token(client)}).status_code == 403
    assert db.session.query(Activity).count() == 1


def test_editors_see_the_list_without_what_is_for_managers(world, client, tenant, draft):
    world.log_in(client, world.staff(tenant, Role.EDITOR), staff=True)
    page = client.get(BASE).text
    assert "Format hinzufügen" not in page
    assert client.get(path_of(world, draft)).status_code == 403
    assert client.get(f"{path_of(world, draft)}/remove").status_code == 403


def test_a_format_whose_module_is_gone_is_named_and_nothing_breaks(world, client, manager, draft):
    with transaction():
        world.activity(draft).module = "gone"
    assert "nicht installiert" in client.get(BASE).text
    assert client.get(path_of(world, draft)).status_code == 404


def test_every_kind_of_field_of_every_installed_module_has_a_form(app):
    with app.test_request_context():
        for module in app.extensions["registry"]:
            form = settings_form(module.settings(), {})
            for field in form:
                if field.name.startswith("set_"):
                    assert str(field.label.text) != field.name.removeprefix("set_"), f"{module.name}: {field.name}"


def test_dates_are_kept_as_json_can_hold_them(module):
    assert activities.checked_settings(module, {"until": "2027-02-01"})["until"] == date(2027, 2, 1).isoformat()
    assert probe.MODULE.settings is not Settings
