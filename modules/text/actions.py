"""What people may do with a text."""

from flask_babel import lazy_gettext as _l

from participation.interfaces import Action

COMMENT = Action(name="text:comment", title=_l("Den Text kommentieren"), taking_part=True)
