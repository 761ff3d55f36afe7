"""The pages of one contribution's file, each group in a file of its own, below one blueprint."""

from participation.pages import case_arguments, case_inquiries, case_keywords, case_show
from participation.pages.case_routes import bp

VIEWS = (case_show, case_arguments, case_keywords, case_inquiries)

__all__ = ["VIEWS", "bp"]
