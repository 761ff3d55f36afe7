"""What people may do with a text."""

from flask_babel import lazy_gettext as _l

from participation.interfaces import Action, Role

COMMENT = Action(name="text:comment", title=_l("Den Text kommentieren"), taking_part=True)
PREPARE = Action(
    name="text:prepare",
    title=_l("Den Text einlesen und berichtigen"),
    staff=frozenset({Role.EDITOR, Role.MANAGER, Role.TENANT_ADMIN}),
)
