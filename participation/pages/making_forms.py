"""The forms for making procedures and templates. What a value must be, the services say."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

NEEDED = _l("Bitte füllen Sie dieses Feld aus.")
TOO_LONG = _l("Das ist zu lang.")


class BeginForm(FlaskForm):  # type: ignore[misc]
    """The three things a new procedure needs; everything else may come later."""

    title = StringField(
        _l("Titel"),
        [DataRequired(NEEDED), Length(max=200, message=TOO_LONG)],
        description=_l("Sagen Sie in wenigen Worten, worum es geht. Sie können den Titel später ändern."),
    )
    slug = StringField(
        _l("Adresse"),
        [Optional(), Length(max=60, message=TOO_LONG)],
        description=_l("Der letzte Teil der Internet-Adresse. Ohne Angabe bilden wir sie aus dem Titel."),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    begins_on = DateField(
        _l("Erster Tag"),
        [Optional()],
        description=_l("Der Tag, ab dem Menschen sich beteiligen können. Alle anderen Tage rücken mit."),
    )


class TemplateForm(FlaskForm):  # type: ignore[misc]
    """Keeping a procedure as a template."""

    title = StringField(
        _l("Name der Vorlage"),
        [DataRequired(NEEDED), Length(max=200, message=TOO_LONG)],
        description=_l("So finden Sie und andere die Vorlage wieder."),
    )
    summary = TextAreaField(
        _l("Wofür sie gut ist"),
        [Optional(), Length(max=1000, message=TOO_LONG)],
        description=_l("Ein oder zwei Sätze: für welche Verfahren, wie lange, mit welchen Schritten."),
        filters=[lambda value: value or ""],
        render_kw={"rows": 3},
    )
