"""Pages: drafts and contributions. The views stand in the contribution_… files and share one blueprint."""

from participation.pages import (
    contribution_alone,
    contribution_changes,
    contribution_door,
    contribution_drafts,
    contribution_files,
    contribution_shown,
    contribution_similar,
)
from participation.pages.contribution_routes import bp

__all__ = [
    "bp",
    "contribution_alone",
    "contribution_changes",
    "contribution_door",
    "contribution_drafts",
    "contribution_files",
    "contribution_shown",
    "contribution_similar",
]
