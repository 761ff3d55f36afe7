"""How far participation goes, and what each level promises to those who take part."""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l


class Level(NamedTuple):
    """A level as people read it."""

    title: Any
    promise: Any


LEVELS: dict[str, Level] = {
    "inform": Level(_l("Informieren"), _l("Sie erfahren, was geplant ist. Mitentscheiden können Sie hier nicht.")),
    "consult": Level(
        _l("Anhören"), _l("Sie sagen Ihre Meinung. Die Behörde prüft jeden Beitrag, antwortet und entscheidet selbst.")
    ),
    "decide": Level(
        _l("Gemeinsam entscheiden"),
        _l("Sie stimmen mit ab. Wie weit das Ergebnis gilt, steht vor der ersten Frage."),
    ),
}
