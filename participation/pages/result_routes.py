"""The blueprint of results, shared by the public pages and those of the workspace."""

from flask import Blueprint

bp = Blueprint("results", __name__, url_prefix="/<tenant>/<procedure>/-")
