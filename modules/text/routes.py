"""The pages of a text share one blueprint."""

from flask import Blueprint

bp = Blueprint("text", __name__, template_folder="templates")
