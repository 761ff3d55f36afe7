"""The pages of a ballot share one blueprint."""

from flask import Blueprint

bp = Blueprint("ballot", __name__, template_folder="templates")
