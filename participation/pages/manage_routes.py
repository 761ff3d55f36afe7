"""The blueprint that the pages of a procedure's workspace share."""

from flask import Blueprint

bp = Blueprint("manage", __name__, url_prefix="/<tenant>/<procedure>/-/manage")
