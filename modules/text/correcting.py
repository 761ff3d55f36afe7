"""Correcting a text by hand. Before people take part every change is a new version; after that it goes into the
version in preparation, and comments get their places when that is published."""

from collections.abc import Callable, Collection, Sequence

from flask_babel import lazy_gettext as _l

from participation.contributions.queries import counts_by_place
from participation.documents import drafting, editing
from participation.documents.drafting import DraftConflict
from participation.documents.importing import draft_of, take_over
from participation.documents.outlines import Outline, document_of, working_outline_of
from participation.documents.queries import nodes
from participation.documents.reading import Kind, NodeDraft, Reading
from participation.kernel.refusal import Invalid
from participation.procedures.models import Activity

Edit = Callable[[Sequence[NodeDraft]], Sequence[NodeDraft]]


def is_prepared(activity: Activity) -> bool:
    """Whether changes go into a version in preparation, which nobody outside sees."""
    return drafting.needs_draft(activity.procedure, document_of(activity))


def rewrite(activity: Activity, edit: Edit, *, number: int, actor_id: int | None = None) -> None:
    """Change the text as `edit` gives it.

    Raises DraftConflict unless the text is as it was with stamp `number`, Refused while a statutory period runs and the
    change would be public at once, Invalid where the edit makes no sense.
    """
    check_number(activity, number)
    document, outline = document_of(activity), working_outline_of(activity)
    if document is None or outline is None:
        raise DraftConflict
    if drafting.needs_draft(activity.procedure, document):
        draft = drafting.draft_of(document, lock=True)
        draft = draft or drafting.begin(document, activity.procedure, actor_id=actor_id)
        drafting.rewrite(document, edit, revision=draft.revision)
        return
    found = tuple(edit(drafting.drafts_of(outline.version_id)))
    take_over(activity, Reading(title=found[0].text, nodes=found, remarks=()))


def check_number(activity: Activity, number: int) -> None:
    """Raise DraftConflict unless the text has this stamp; 0 means that there is no text yet.

    From here to the end of the transaction nobody else changes it: of two at once the second sees what the first did.
    """
    document = document_of(activity)
    if document is not None:
        drafting.hold(document)
    outline = working_outline_of(activity)
    if (outline.stamp if outline else 0) != number:
        raise DraftConflict


def node_at(outline: Outline | None, key: str) -> NodeDraft | None:
    """A node of the version that was read; None where it is not there."""
    line = outline.line(key) if outline else None
    if outline is None or line is None:
        return None
    return draft_of(nodes(outline.version_id, first=line.position, limit=1)[0]._asdict())


def comments_at(activity: Activity, keys: Collection[str]) -> int:
    """How many comments stand at these places."""
    counts = counts_by_place(activity)
    return sum(counts.get(key, 0) for key in keys)


def joined(found: Sequence[NodeDraft], *, activity: Activity, key: str) -> Sequence[NodeDraft]:
    """A section together with the next one. Raises Invalid where that has comments, or is something else."""
    place = editing.place_of(found, key)
    if place + 1 == len(found):
        raise Invalid(_l("Danach kommt kein Abschnitt mehr."))
    kinds = {found[place].kind, found[place + 1].kind}
    if not kinds <= editing.WORDED - {Kind.HEADING}:
        raise Invalid(_l("Verbinden lassen sich nur Absätze, Listenpunkte und Zitate."))
    _check_free(activity, found[place + 1].key)
    return editing.joined(found, key)


def removed(found: Sequence[NodeDraft], *, activity: Activity, key: str) -> Sequence[NodeDraft]:
    """Without a section. Raises Invalid for the title, and where the section has comments that would lose it now."""
    if editing.place_of(found, key) == 0:
        raise Invalid(_l("Der Titel bleibt. Sie können ihn ändern."))
    _check_free(activity, key)
    return editing.removed(found, key)


def _check_free(activity: Activity, key: str) -> None:
    if not is_prepared(activity) and comments_at(activity, [key]):
        raise Invalid(_l("Zu diesem Abschnitt gibt es Kommentare. Er bleibt darum als eigener Abschnitt stehen."))
