"""What people and staff may do with a ballot."""

from flask_babel import lazy_gettext as _l

from participation.interfaces import Action, Role

VOTE = Action(name="ballot:vote", title=_l("Abstimmen"), taking_part=True)
PREPARE = Action(
    name="ballot:prepare",
    title=_l("Fragen einer Abstimmung schreiben"),
    staff=frozenset({Role.MANAGER, Role.TENANT_ADMIN, Role.EDITOR}),
)
