"""The public pages of the versions of a text: what has changed and why, and an older version with its comments."""

from typing import Any

from flask import g, render_template, request

from participation.contributions.placements import comments_then, counts_then, fates_in, stops_of
from participation.contributions.queries import Item
from participation.documents.queries import nodes
from participation.documents.versions import Version, comparison_of, readable_versions
from participation.evaluation.causes import causes_of
from participation.kernel.refusal import Unknown
from participation.pages import version_work  # noqa: F401 - its views belong to the blueprint
from participation.pages.contribution_places import place_url
from participation.pages.version_routes import bp, document_here, shown_in
from participation.pages.version_rows import AT_ONCE, fates_in_words, in_words, shown
from participation.web.guard import public

__all__ = ["bp"]


@bp.get("/versions/<int:document>/<int:number>")
@public
def compare(document: int, number: int) -> str:
    """How a version differs from the one before it: the changes, or the whole text with them."""
    text = document_here(document)
    activity, versions = shown_in(text), readable_versions(text)
    version, before = _with_before(versions, number)
    whole = request.args.get("show") == "all"
    comparison = comparison_of(version)
    return render_template(
        "pages/versions/compare.html",
        document=text,
        activity=activity,
        version=version,
        before=before,
        versions=versions,
        whole=whole,
        shown=shown(comparison, causes_of(version.id), whole=whole, page=_page()),
        totals=in_words(comparison),
        fates=fates_in_words(fates_in(version.id)),
        is_current=version.id == text.current_version_id,
        address_of=lambda key: place_url(activity, key),
    )


@bp.get("/versions/<int:document>/<int:number>/text")
@public
def text(document: int, number: int) -> str:
    """An older version as it was, with the comments where they stood; the comments of one place at once."""
    found = document_here(document)
    activity, versions = shown_in(found), readable_versions(found)
    version = _version(versions, number)
    later = next((entry for entry in versions if entry.before_id == version.id), None)
    page, place = max(_page(), 1), request.args.get("at", "")
    parts = nodes(version.id, first=(page - 1) * AT_ONCE, limit=AT_ONCE + 1)
    return render_template(
        "pages/versions/text.html",
        document=found,
        activity=activity,
        version=version,
        later=later,
        versions=versions,
        nodes=parts[:AT_ONCE],
        page=page,
        has_more=len(parts) > AT_ONCE,
        today_url=place_url(activity, ""),
        **_then(later, place),
    )


def _then(later: Version | None, place: str) -> dict[str, Any]:
    """How many comments stood where until the next version came, and those at one place."""
    comments: list[Item] = []
    more = None
    if later is not None and place:
        after = request.args.get("after", type=int)
        comments, more = comments_then(g.procedure, later.id, place, g.viewer, after=after)
    return {
        "place": place,
        "counts": counts_then(later.id) if later else {},
        "comments": comments,
        "more": more,
        "stops": stops_of([item.id for item in comments]),
    }


def _version(versions: list[Version], number: int) -> Version:
    found = next((version for version in versions if version.number == number), None)
    if found is None:
        raise Unknown
    return found


def _with_before(versions: list[Version], number: int) -> tuple[Version, Version]:
    """A version and the one that was read before it. Raises Unknown for the first."""
    version = _version(versions, number)
    before = next((entry for entry in versions if entry.id == version.before_id), None)
    if before is None:
        raise Unknown
    return version, before


def _page() -> int:
    typed = request.args.get("page", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
