"""What people add to a text."""

from flask_babel import lazy_gettext as _l

from modules.text import queries
from modules.text.actions import COMMENT
from participation.interfaces import ContributionType

TEXT_COMMENT = ContributionType(
    name="text.comment",
    title=_l("Kommentar"),
    action=COMMENT.name,
    place_exists=queries.place_exists,
    place_title=queries.place_title,
    passage=queries.passage,
)
