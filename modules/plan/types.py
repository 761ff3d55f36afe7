"""What people say about a plan: to a point, a line, an area, a paragraph of its documents, or to nothing of these."""

from flask_babel import lazy_gettext as _l

from modules.plan import queries
from modules.plan.actions import COMMENT
from participation.documents import outlines
from participation.interfaces import ContributionType

STATEMENT = ContributionType(
    name="plan.statement",
    title=_l("Stellungnahme"),
    action=COMMENT.name,
    drawn=("Point", "LineString", "Polygon"),
    rating=queries.rating_of,
    place_exists=outlines.place_exists,
    place_title=outlines.place_title,
    passage=outlines.passage,
)
