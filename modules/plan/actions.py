"""What people may do with a plan."""

from flask_babel import lazy_gettext as _l

from participation.interfaces import Action, Role

COMMENT = Action(name="plan:comment", title=_l("Zum Plan Stellung nehmen"), taking_part=True)
PREPARE = Action(
    name="plan:prepare",
    title=_l("Plan und Unterlagen einrichten"),
    staff=frozenset({Role.EDITOR, Role.MANAGER, Role.TENANT_ADMIN}),
)
