"""The forms of sorting: where a comment belongs, where it is answered, what an author is asked and answers."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from participation.contributions.models import Contribution
from participation.moderation.moving import Section
from participation.pages.moderation_forms import SHORT_ENOUGH
from participation.web.checkbox import BooleanField
from participation.web.place_fields import position_field, where_field


class SeenForm(FlaskForm):  # type: ignore[misc]
    """What the moderator had on the page."""

    state = HiddenField()
    version = HiddenField()

    def look_at(self, contribution: Contribution) -> None:
        """Say what is decided on, the first time the form is shown."""
        if not self.is_submitted():
            self.state.data, self.version.data = contribution.state, str(contribution.versions)


class MoveForm(SeenForm):
    """One of the places that were found."""

    place = RadioField(
        _l("Wohin gehört der Beitrag?"),
        validators=[DataRequired(_l("Bitte wählen Sie, wohin er gehört."))],
        validate_choice=False,
    )

    def offer(self, sections: Iterable[Section]) -> None:
        """The places to choose from."""
        self.place.choices = [
            SelectChoice(found.key, f"{found.citation}: {found.text}" if found.citation else found.text)
            for found in sections
        ]


class RelocateForm(SeenForm):
    """Where on the ground a contribution belongs, as its author would say it."""

    was = HiddenField()  # the place that is corrected
    where = where_field()
    position = position_field()


class MarkForm(SeenForm):
    """How and where a comment is answered; everybody reads it."""

    mark = HiddenField()  # the one that lay there
    sentence = TextAreaField(
        _l("Wie ist die Frage beantwortet?"),
        description=_l("Ein Satz. Davor steht „Beantwortet:“."),
        validators=[
            DataRequired(_l("Bitte schreiben Sie in einem Satz, wie die Frage beantwortet ist.")),
            SHORT_ENOUGH,
        ],
        render_kw={"rows": 2},
    )
    where = StringField(
        _l("Wo steht die Antwort?"),
        description=_l(
            "Die Vorgangsnummer eines Beitrags (AB3DE-7XK2M) oder eine Adresse, zum Beispiel die des Eintrags in den "
            "Fragen und Antworten."
        ),
        validators=[DataRequired(_l("Bitte nennen Sie, wo die Antwort steht."))],
    )


class AskForm(FlaskForm):  # type: ignore[misc]
    """What the authority wants to know."""

    question = TextAreaField(
        _l("Ihre Frage"),
        description=_l("Zum Beispiel, welche Stelle gemeint ist."),
        validators=[DataRequired(_l("Bitte schreiben Sie Ihre Frage.")), SHORT_ENOUGH],
        render_kw={"rows": 4},
    )


class AnswerInquiryForm(FlaskForm):  # type: ignore[misc]
    """What the author says."""

    answer = TextAreaField(
        _l("Ihre Antwort"),
        validators=[DataRequired(_l("Bitte schreiben Sie Ihre Antwort.")), SHORT_ENOUGH],
        render_kw={"rows": 6},
    )


class DigestForm(FlaskForm):  # type: ignore[misc]
    """Whether one wants the mail of the day."""

    wanted = BooleanField(_l("Ja, ich möchte die tägliche Übersicht"))
