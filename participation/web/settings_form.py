"""A form made from the schema of a module's settings: the schema checks, the form only asks."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from marshmallow import Schema, fields, validate
from wtforms import DateField, Field, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from participation.procedures.settings import InvalidSettings
from participation.web.checkbox import BooleanField

FEW = 5  # so many choices stand as radio buttons, more in a list
LONG = 200  # a text that may be longer gets a larger field


def settings_form(schema: Schema, settings: Mapping[str, Any], locked: Collection[str] = ()) -> FlaskForm:
    """The form of a schema, filled with settings; hidden and locked fields are not in it.

    It is never validated itself: `procedures.settings` says what is wrong, and `blame_settings` shows it.
    """
    shown = {name: field for name, field in schema.fields.items() if is_shown(field) and name not in locked}
    made = type("SettingsForm", (FlaskForm,), {f"set_{name}": _field(field) for name, field in shown.items()})
    known = schema.load({})
    values = {name: settings.get(name, known.get(name)) for name in shown}
    form: FlaskForm = made(data={f"set_{name}": _shown(shown[name], value) for name, value in values.items()})
    return form


def is_shown(field: fields.Field[Any]) -> bool:
    """Whether staff set this by hand."""
    return not field.metadata.get("hidden", False)


def typed_settings(form: FlaskForm) -> dict[str, Any]:
    """What was typed, by the names of the schema; it is the schema that says whether it is good."""
    found = {}
    for field in form:
        if field.name.startswith("set_"):
            raw = field.raw_data[0] if field.raw_data else None
            if isinstance(field, BooleanField):  # odd spellings are left to the schema, which refuses a list
                raw = field.raw_data if field.process_errors else field.data
            found[field.name.removeprefix("set_")] = None if raw == "" and not _is_text(field) else raw
    return found


def blame_settings(form: FlaskForm, error: InvalidSettings) -> None:
    """Show each sentence of the schema at its field, the rest above the form."""
    for name, sentences in error.errors.items():
        field = form._fields.get(f"set_{name}")
        if field is None:
            form.form_errors.extend(sentences)
        else:
            field.errors = [*field.errors, *sentences]


def in_words(schema: Schema, settings: Mapping[str, Any], names: Collection[str]) -> list[tuple[Any, Any]]:
    """Some settings as they are stored: the title and the value of each in words."""
    known = schema.load({})
    return [
        (title_of(name, field), words_of(field, settings.get(name, known.get(name))))
        for name, field in schema.fields.items()
        if name in names and is_shown(field)
    ]


def title_of(name: str, field: fields.Field[Any]) -> Any:
    """What a setting is called."""
    return field.metadata.get("title", name)


def words_of(field: fields.Field[Any], value: Any) -> Any:
    """A value as people read it."""
    if isinstance(field, fields.Boolean):
        return _("ja") if value else _("nein")
    return "–" if value in (None, "") else dict(_choices(field)).get(value, value)


def _field(field: fields.Field[Any]) -> Any:
    """The widget that fits the kind of a schema field."""
    choices = _choices(field)
    label = title_of(str(field.name), field)
    options = {"description": field.metadata.get("help", ""), "validators": [] if field.required else [Optional()]}
    if choices:
        pairs = [SelectChoice(str(value), words) for value, words in choices]
        kind = RadioField if len(pairs) <= FEW else SelectField
        return kind(label, choices=pairs, validate_choice=False, **options)
    for schema_kind, widget in KINDS:
        if isinstance(field, schema_kind):
            return widget(label, **options)
    longest = max((rule.max or 0 for rule in field.validators if isinstance(rule, validate.Length)), default=0)
    typed = {"render_kw": {"type": field.metadata["input"]}} if "input" in field.metadata else {}
    return (TextAreaField if longest > LONG else StringField)(label, **options, **typed)


KINDS: tuple[tuple[type[fields.Field[Any]], type[Field]], ...] = (
    (fields.Boolean, BooleanField),
    (fields.Integer, IntegerField),
    (fields.Date, DateField),
)


def _choices(field: fields.Field[Any]) -> list[tuple[Any, Any]]:
    """The possible values with their words."""
    rule = next((rule for rule in field.validators if isinstance(rule, validate.OneOf)), None)
    if rule is None:
        return []
    words = list(rule.labels) + list(rule.choices)[len(list(rule.labels)) :]
    return list(zip(rule.choices, words, strict=True))


def _shown(field: fields.Field[Any], value: Any) -> Any:
    """A stored value as its widget takes it."""
    if _choices(field):
        return "" if value is None else str(value)
    if isinstance(field, fields.Date) and isinstance(value, str):
        return field.deserialize(value)
    return value


def _is_text(field: Field) -> bool:
    return type(field) in (StringField, TextAreaField)
