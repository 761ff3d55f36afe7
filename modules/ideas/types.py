"""What people propose."""

from flask_babel import lazy_gettext as _l

from modules.ideas import queries
from modules.ideas.actions import SUBMIT
from participation.interfaces import ContributionType

IDEA = ContributionType(
    name="ideas.idea",
    title=_l("Idee"),
    action=SUBMIT.name,
    titled=True,
    drawn=("Point",),
    rating=queries.rating_of,
    categories=queries.category_titles,
    decisions=queries.decisions_of,
    place_exists=queries.category_exists,
    place_title=queries.category_title,
)
