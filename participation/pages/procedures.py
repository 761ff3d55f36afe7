"""Pages: procedures."""

from flask import Blueprint

bp = Blueprint("procedures", __name__)
