"""Pages that exist both for the portal over all authorities and for each authority."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint

View = TypeVar("View", bound=Callable[..., Any])


def everywhere(bp: Blueprint, rule: str, **options: Any) -> Callable[[View], View]:
    """Mount a view at `/-<rule>` and at `/<tenant>/-<rule>`; `url_for` picks the one where we are."""

    def mark(view: View) -> View:
        bp.add_url_rule(f"/-{rule}", view_func=view, defaults={"tenant": None}, **options)
        bp.add_url_rule(f"/<tenant>/-{rule}", view_func=view, **options)
        return view

    return mark
