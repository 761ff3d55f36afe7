"""The blueprint that the pages for making procedures share."""

from flask import Blueprint

bp = Blueprint("making", __name__)
