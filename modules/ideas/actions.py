"""What people may do with ideas."""

from flask_babel import lazy_gettext as _l

from participation.interfaces import Action, Role

SUBMIT = Action(name="ideas:submit", title=_l("Eine Idee vorschlagen"), taking_part=True)
PREPARE = Action(
    name="ideas:prepare",
    title=_l("Kategorien und Gebiet einrichten"),
    staff=frozenset({Role.EDITOR, Role.MANAGER, Role.TENANT_ADMIN}),
)
