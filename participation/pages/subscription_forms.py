"""What somebody wants to be told of, and how often."""

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from participation.notices.models import AT_ONCE, DAILY, WEEKLY
from participation.notices.wishes import Wish, title_of
from participation.pages.account_forms import EmailForm

RHYTHMS = {
    AT_ONCE: _l("Sofort"),
    DAILY: _l("Einmal am Tag, um 7 Uhr"),
    WEEKLY: _l("Einmal in der Woche, montags um 7 Uhr"),
}


class SubscribeForm(EmailForm):
    """An address (not asked of those who are logged in), what to follow, how often."""

    what = RadioField(_l("Worüber wir Sie informieren"), validate_choice=False)
    rhythm = RadioField(
        _l("Wie oft"),
        choices=[SelectChoice(name, words) for name, words in RHYTHMS.items()],
        validate_choice=False,
        description=_l("Gibt es nichts Neues, kommt keine Zusammenfassung."),
    )

    @classmethod
    def about(cls, what: str, wish: Wish) -> "SubscribeForm":
        """The form with everything one can follow here; what the address names is chosen."""
        form = cls(what=what or "procedure", rhythm=wish.usual_rhythm)
        form.what.choices = _choices(what, wish)
        return form


def _choices(what: str, wish: Wish) -> list[Any]:
    found = [SelectChoice("procedure", _("Das ganze Verfahren: Beginn, Unterbrechung, Ende, Mitteilungen, Ergebnis"))]
    if len(g.procedure.activities) > 1 or wish.activity_id:
        titles = ((activity.id, activity.title) for activity in g.procedure.activities)
        found += [SelectChoice(f"format-{id_}", _("Nur „%(title)s“", title=title)) for id_, title in titles]
    if wish.contribution_id:
        words = title_of(g.procedure, wish)
        found.insert(0, SelectChoice(what, _("Nur diesen Beitrag und die Antworten darauf: „%(words)s“", words=words)))
    return found
