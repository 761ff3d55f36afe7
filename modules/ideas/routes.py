"""The pages of a collection of ideas share one blueprint."""

from flask import Blueprint

bp = Blueprint("ideas", __name__, template_folder="templates")
