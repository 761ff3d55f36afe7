"""What people add to a text."""

from flask_babel import lazy_gettext as _l

from modules.text.actions import COMMENT
from modules.text.settings import rating_of
from participation.documents import outlines
from participation.interfaces import ContributionType

TEXT_COMMENT = ContributionType(
    name="text.comment",
    title=_l("Kommentar"),
    action=COMMENT.name,
    rating=rating_of,
    place_exists=outlines.place_exists,
    place_title=outlines.place_title,
    passage=outlines.passage,
)
