"""What a module counts comes out through here, and nowhere else: one guard for pages, API, exports and commands."""

from collections.abc import Iterable, Mapping
from typing import Any

from participation.access.rules import Viewer
from participation.interfaces import Export, Figure, Module, Package
from participation.procedures.models import Activity
from participation.registry import load_callable
from participation.voting.embargo import is_under_embargo, require_lifted, require_result

NOTHING: Mapping[str, str] = {}


def figures_of(activity: Activity, module: Module) -> tuple[Figure, ...]:
    """The module's numbers of an activity; none while people vote."""
    if module.figures is None or is_under_embargo(activity):
        return ()
    return tuple(module.figures(activity))


def package_of(activity: Activity, module: Module) -> Package | None:
    """What the result of an activity is counted from; None where the module collects nothing. Raises Embargo."""
    require_lifted(activity)
    if module.collect is None:
        return None
    package: Package = load_callable(module.collect)(activity)
    return package


def rows_of(
    activity: Activity, export: Export, viewer: Viewer, asked: Mapping[str, str] = NOTHING
) -> Iterable[Mapping[str, Any]]:
    """The rows of an export, of the selection an address asked for where it has one.

    Raises Embargo, and Refused for everybody but staff before the result is published.
    """
    require_result(activity, viewer)
    more = (asked,) if export.by_address else ()
    rows: Iterable[Mapping[str, Any]] = load_callable(export.rows)(activity, viewer, *more)
    return rows
