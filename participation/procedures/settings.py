"""Settings of an activity: one schema says what is possible, for pages, commands and the API alike."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate

from participation.interfaces import Module
from participation.kernel.refusal import Invalid

OPENING = "opening"  # value of `locked_after`: may not be changed once the first phase has begun


class InvalidSettings(Invalid):
    """Settings that do not fit their schema; `errors` has the sentences by name."""

    def __init__(self, errors: Mapping[str, list[Any]]) -> None:
        first = next(iter(errors))
        super().__init__(errors[first][0], field=first)
        self.errors = errors


def checked_settings(module: Module, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, completed by the schema, as JSON can hold them. Raises InvalidSettings with a sentence for each."""
    schema = module.settings()
    try:
        found: dict[str, Any] = schema.dump(schema.load(dict(values)))
    except ValidationError as error:
        messages = error.messages_dict
        raise InvalidSettings({name: _sentences(schema, name, text) for name, text in messages.items()}) from error
    return found


def locked_names(schema: Schema) -> set[str]:
    """The settings that nobody may change after the opening."""
    return {name for name, field in schema.fields.items() if field.metadata.get("locked_after") == OPENING}


def check_locked(module: Module, before: Mapping[str, Any], after: Mapping[str, Any], names: Collection[str]) -> None:
    """Raise InvalidSettings where a setting that is locked by now would change."""
    known = checked_settings(module, before)
    changed = [name for name in names if after.get(name) != known.get(name)]
    if changed:
        sentence = _l("Diese Einstellung gilt seit Beginn der ersten Phase und lässt sich nicht mehr ändern.")
        raise InvalidSettings({name: [sentence] for name in changed})


def _sentences(schema: Schema, name: str, found: Any) -> list[Any]:
    """Sentences of the module as they are, those of the library in plain German."""
    texts = found if isinstance(found, list) else [found]
    own = [text for text in texts if not isinstance(text, (str, dict))]  # lazy: the module wrote it
    return own or [_sentence(schema.fields[name]) if name in schema.fields else _l("Diese Einstellung gibt es nicht.")]


def _sentence(field: fields.Field[Any]) -> Any:
    """What is possible in a field."""
    for rule in field.validators:
        if isinstance(rule, validate.OneOf):
            return _l("Bitte wählen Sie eine der Möglichkeiten.")
        if isinstance(rule, validate.Range):
            return _range(rule)
        if isinstance(rule, validate.Length) and rule.max is not None:
            return _l("Bitte kürzen Sie auf höchstens %(most)s Zeichen.", most=rule.max)
    if isinstance(field, fields.Integer):
        return _l("Bitte geben Sie eine ganze Zahl ein.")
    if isinstance(field, fields.Date):
        return _l("Bitte geben Sie einen Tag ein, zum Beispiel 2026-12-14.")
    return _l("Bitte prüfen Sie diese Angabe.")


def _range(rule: validate.Range) -> Any:
    if rule.max is None:
        return _l("Bitte geben Sie eine Zahl ab %(least)s ein.", least=rule.min)
    return _l("Bitte geben Sie eine Zahl von %(least)s bis %(most)s ein.", least=rule.min or 0, most=rule.max)
