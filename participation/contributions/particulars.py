"""What some types ask beside the text: a title, a category, where on the ground. Checked when it is sent or edited."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from participation.contributions.locations import Where, where_of
from participation.interfaces import ContributionType
from participation.kernel.refusal import Invalid
from participation.kernel.text import normalise
from participation.procedures.models import Activity

NAMES: Final = ("title", "category", "where", "position")
TITLE: Final = 200  # characters


class Particulars(NamedTuple):
    """The checked values; "" and None where the type does not ask, or the author did not say."""

    title: str
    category: str
    where: Where | None


NOTHING: Final = Particulars("", "", None)  # what an answer is asked


def particulars_of(fields: Mapping[str, Any], activity: Activity, kind: ContributionType) -> Particulars:
    """What a form says beside the text. Raises Invalid at the field."""
    title = _title(str(fields.get("title", ""))) if kind.titled else ""
    category = _category(str(fields.get("category", "")), kind.categories(activity)) if kind.categories else ""
    return Particulars(title, category, where_of(fields, activity, kind.drawn) if kind.drawn else None)


def _title(typed: str) -> str:
    title = " ".join(normalise(typed).split())
    if not title:
        raise Invalid(_l("Bitte geben Sie Ihrem Beitrag einen Titel."), field="title")
    if len(title) > TITLE:
        raise Invalid(_l("Bitte kürzen Sie den Titel auf %(most)s Zeichen.", most=TITLE), field="title")
    return title


def _category(key: str, choices: Mapping[str, str]) -> str:
    if choices and key not in choices:
        raise Invalid(_l("Bitte wählen Sie eine Kategorie."), field="category")
    return key if choices else ""
