"""The pages of a spatial plan share one blueprint."""

from flask import Blueprint

bp = Blueprint("plan", __name__, template_folder="templates")
