"""The formats of a procedure: add, set, prepare, order, remove."""

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from participation.access.rules import EDIT, MANAGE, can
from participation.interfaces import Module
from participation.kernel.db import writing
from participation.kernel.refusal import Conflict, Invalid, Unknown
from participation.pages.account_forms import blame
from participation.pages.format_cards import cards_of, new_formats
from participation.pages.format_forms import AddForm, TitleForm
from participation.procedures import activities
from participation.procedures.models import Activity
from participation.procedures.phases import check_not_over, has_opened
from participation.procedures.queries import procedure_by_id
from participation.procedures.services import add_activity
from participation.procedures.settings import InvalidSettings, checked_settings, locked_names
from participation.web.guard import access
from participation.web.settings_form import blame_settings, in_words, is_shown, settings_form, typed_settings
from participation.web.staff_nav import staff_nav

bp = Blueprint("formats", __name__, url_prefix="/<tenant>/<procedure>/-/manage/formats")


@bp.route("", methods=["GET", "POST"])
@access(EDIT)
def index() -> ResponseReturnValue:
    """All formats in their order, what is missing in each, and adding one; editors see where texts are prepared."""
    form, possible = AddForm(), new_formats(g.tenant)
    form.module.choices = [(module.name, module.title) for module in possible]
    may_manage = can(g.viewer, MANAGE, g.procedure).allowed
    if may_manage and form.validate_on_submit() and (made := _added(form, possible)) is not None:
        return redirect(url_for("formats.settings", number=made, done="format-added"))
    page = render_template(
        "pages/formats/index.html",
        staff_nav=staff_nav(),
        cards=cards_of(g.procedure),
        form=form,
        possible=possible,
        may_manage=may_manage,
    )
    return page, 422 if form.errors else 200


def _added(form: AddForm, possible: list[Module]) -> int | None:
    module = next(entry for entry in possible if entry.name == form.module.data)
    actor_id = g.viewer.person.id
    try:
        with writing():
            check_not_over(g.procedure)
            title, slug = activities.checked_title(form.title.data), activities.free_slug(g.procedure, module)
            return add_activity(g.procedure, module, slug=slug, title=title, actor_id=actor_id).id
    except Invalid as invalid:
        blame(form, invalid)
        g.procedure = procedure_by_id(g.procedure.id)
        return None


@bp.route("/<int:number>", methods=["GET", "POST"])
@access(MANAGE)
def settings(number: int) -> ResponseReturnValue:
    """The settings of a format: presets first, then one field for each, made from the module's schema."""
    activity, module = _activity(number), _module(number)
    form = settings_form(module.settings(), activity.settings, _locked(module))
    if request.method == "GET":
        return _page(activity, module, form, TitleForm(formdata=None, obj=activity))
    if (preset := _preset(module)) is not None:
        return _saved(number, module, form, preset)
    return _saved(number, module, form, typed_settings(form))


def _saved(number: int, module: Module, form: Any, values: dict[str, Any]) -> ResponseReturnValue:
    actor_id, version = g.viewer.person.id, _version()
    try:
        with writing():
            activities.change_settings(_activity(number), module, values, version=version, actor_id=actor_id)
    except InvalidSettings as invalid:
        blame_settings(form, invalid)
        return _again(number, module, form, invalid.status)
    except Conflict as conflict:
        return _again(number, module, form, conflict.status, conflict=conflict.sentence)
    return redirect(url_for("formats.settings", number=number, done="saved"))


@bp.post("/<int:number>/title")
@access(MANAGE)
def rename(number: int) -> ResponseReturnValue:
    """Give a format another title."""
    title, module = TitleForm(), _module(number)
    actor_id, version = g.viewer.person.id, _version()
    if title.validate():
        with writing():
            activities.rename_activity(_activity(number), title.title.data, version=version, actor_id=actor_id)
        return redirect(url_for("formats.settings", number=number, done="saved"))
    form = settings_form(module.settings(), _activity(number).settings, _locked(module))
    return _page(_activity(number), module, form, title)


@bp.post("/<int:number>/move")
@access(MANAGE)
def move(number: int) -> ResponseReturnValue:
    """One place up or down."""
    by, actor_id = (-1 if request.form.get("by") == "up" else 1), g.viewer.person.id
    with writing():
        activities.move_activity(_activity(number), by, actor_id=actor_id)
    return redirect(url_for("formats.index", done="saved"))


@bp.route("/<int:number>/remove", methods=["GET", "POST"])
@access(MANAGE)
def remove(number: int) -> ResponseReturnValue:
    """Take a format out, after its consequence was read."""
    activity = _activity(number)
    if request.method == "GET":
        why_not = activities.why_not_removed(activity)
        return render_template("pages/formats/remove.html", staff_nav=staff_nav(), activity=activity, why_not=why_not)
    actor_id = g.viewer.person.id
    with writing():
        activities.remove_activity(_activity(number), actor_id=actor_id)
    return redirect(url_for("formats.index", done="format-removed"))


def _again(number: int, module: Module, form: Any, status: int, **more: Any) -> ResponseReturnValue:
    """The same page with what was typed; read again, since the transaction is over."""
    g.procedure = procedure_by_id(g.procedure.id)
    activity = _activity(number)
    return _page(activity, module, form, TitleForm(formdata=None, obj=activity), status, **more)


def _page(
    activity: Activity, module: Module, form: Any, title: TitleForm, status: int = 200, **more: Any
) -> ResponseReturnValue:
    schema, locked = module.settings(), _locked(module)
    page = render_template(
        "pages/formats/settings.html",
        staff_nav=staff_nav(),
        activity=activity,
        module=module,
        form=form,
        title=title,
        locked=in_words(schema, activity.settings, locked),
        stored=in_words(schema, activity.settings, schema.fields),
        settable=any(is_shown(field) for name, field in schema.fields.items() if name not in locked),
        **more,
    )
    return page, 422 if (form.errors or title.errors) and status == 200 else status


def _locked(module: Module) -> set[str]:
    return locked_names(module.settings()) if has_opened(g.procedure) else set()


def _preset(module: Module) -> dict[str, Any] | None:
    """The settings of the preset whose button was pressed; what it does not name gets its default."""
    name = request.form.get("preset")
    found = next((entry for entry in module.presets if entry.name == name), None)
    if name is not None and found is None:
        raise Invalid(_l("Diese Vorlage gibt es nicht."))
    locked = _locked(module)
    hidden = {name for name, field in module.settings().fields.items() if not is_shown(field)}
    values = checked_settings(module, found.settings) if found else {}
    return {name: value for name, value in values.items() if name not in locked | hidden} if found else None


def _activity(number: int) -> Activity:
    found: Activity | None = next((entry for entry in g.procedure.activities if entry.id == number), None)
    if found is None:
        raise Unknown
    return found


def _module(number: int) -> Module:
    module: Module | None = current_app.extensions["registry"].get(_activity(number).module)
    if module is None:
        raise Unknown
    return module


def _version() -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0
