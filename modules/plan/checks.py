"""What is missing before a plan can be published."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from modules.plan.queries import layers_of
from participation.documents.outlines import outline_of
from participation.interfaces import Check
from participation.procedures.models import Activity


def missing(activity: Activity) -> Iterator[Check]:
    """A plan needs something to look at: a layer, or its documents as text."""
    layers, outline = layers_of(activity), outline_of(activity)
    if not layers and outline is None:
        sentence = _l("Der Plan fehlt noch. Bitte fügen Sie eine Ebene oder die Unterlagen als Text hinzu.")
        yield Check(sentence=sentence, endpoint="setup")
    elif outline is None:
        sentence = _l("Die Unterlagen fehlen noch als Text. Wer die Karte nicht sieht, kann den Plan so nicht lesen.")
        yield Check(sentence=sentence, blocking=False, endpoint="setup")
