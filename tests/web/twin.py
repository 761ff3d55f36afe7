"""A second format with the very rules of the probe: the name in the address keeps them apart."""

from pathlib import Path

from flask import Blueprint, g
from flask_babel import lazy_gettext as _l

from participation.interfaces import INTERFACE, Found, Module
from participation.web.guard import public

bp = Blueprint("twin", __name__)


@bp.get("/")
@public
def index():
    return f"twin {g.activity.title}"


@bp.get("/notes/<reference>")
@public
def detail(reference):
    return f"twin {reference}"


MODULE = Module(name="twin", title=_l("Zwilling"), interface=INTERFACE, blueprint=bp)
TWIN = Found(module=MODULE, folder=Path(__file__).parent)
