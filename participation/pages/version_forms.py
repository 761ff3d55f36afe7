"""Forms of the versions of a text."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from participation.documents.drafting import SUMMARY_LENGTH
from participation.web.checkbox import BooleanField

NUMBER = Regexp(r"\A[0-9]{1,9}\Z")


class SummaryForm(FlaskForm):  # type: ignore[misc]
    """What is new, in one sentence."""

    summary = TextAreaField(
        _l("Was ist neu?"),
        [Length(max=SUMMARY_LENGTH, message=_l("Bitte kürzen Sie auf höchstens 300 Zeichen."))],
        description=_l("Ein Satz, den alle über der Gegenüberstellung lesen."),
        render_kw={"rows": 3},
    )
    revision = HiddenField(validators=[NUMBER])


class CausesForm(FlaskForm):  # type: ignore[misc]
    """The answers behind one change."""

    answers = SelectMultipleField(_l("Antworten an dieser Stelle"), coerce=int)
    references = StringField(
        _l("Antworten auf andere Beiträge"),
        [Length(max=600, message=_l("Bitte kürzen Sie auf höchstens 600 Zeichen."))],
        description=_l("Vorgangsnummern der Beiträge, mit Leerzeichen dazwischen, zum Beispiel AB3DE-7XK2M."),
    )


class PublishForm(FlaskForm):  # type: ignore[misc]
    """The last look before everybody reads the new version."""

    checked = BooleanField(
        _l("Ich habe die Änderungen und die Liste der entfallenen Textstellen geprüft."),
        [InputRequired(_l("Bitte bestätigen Sie, dass Sie beides geprüft haben."))],
    )
    revision = HiddenField(validators=[NUMBER])
