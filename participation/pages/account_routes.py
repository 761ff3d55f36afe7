"""The blueprint of everything about one's own account; its views stand in the account_… files."""

from flask import Blueprint

bp = Blueprint("account", __name__)
