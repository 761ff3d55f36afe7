"""The pages of the work list, each group in a file of its own, below one blueprint."""

from participation.pages import worklist_many, worklist_show, worklist_views
from participation.pages.worklist_routes import bp

VIEWS = (worklist_show, worklist_many, worklist_views)

__all__ = ["VIEWS", "bp"]
