"""Maps: signs as GeoJSON for the scripts of a page, and where its pictures of the ground come from."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request, url_for
from sqlalchemy import ColumnElement

from participation.contributions.clusters import Sign, signs_in, view_from
from participation.tenants.map_sources import MapSource, map_source
from participation.web.headers import allow_geolocation, allow_pictures_from, pictures_from

TYPE = "application/geo+json"
DIGITS = 5  # of a degree: about a metre


def init_app(app: Flask) -> None:
    """Give templates `map_tiles()` and `asks_position()`, which let a page do what they are for, and `map_hosts()`."""
    app.jinja_env.globals |= {"map_tiles": map_tiles, "map_hosts": map_hosts, "asks_position": asks_position}


def map_tiles() -> MapSource:
    """Where the ground comes from on this page, which from now on may load pictures from there."""
    source = map_source(g.tenant)
    allow_pictures_from(source.origin)
    return source


def map_hosts() -> list[str]:
    """The other hosts a map on this page loads pictures from, as its readers are told them."""
    return [urlsplit(origin).hostname or origin for origin in pictures_from()]


def asks_position() -> str:
    """Let this page ask the device where it is. Nothing is written."""
    allow_geolocation()
    return ""


def signs(where: Sequence[ColumnElement[bool]]) -> Response:
    """The signs of the view `?bbox=w,s,e,n&zoom=z` of this activity. Raises Refused (400). One query."""
    view = view_from(request.args.get("bbox", ""), request.args.get("zoom", ""))
    return features([_feature(sign) for sign in signs_in(g.activity, view, g.viewer, where)])


def _feature(sign: Sign) -> dict[str, Any]:
    named = [
        {"title": entry.title, "kind": entry.place, "url": url_for("contributions.show", reference=entry.reference)}
        for entry in sign.named
    ]
    about: dict[str, Any] = {"number": sign.number, "named": named}
    if sign.number > 1:
        about["box"] = [round(number, DIGITS) for number in sign.box]
    at = [round(sign.longitude, DIGITS), round(sign.latitude, DIGITS)]
    return feature({"type": "Point", "coordinates": at}, about)


def feature(geometry: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    """A feature of GeoJSON."""
    return {"type": "Feature", "geometry": geometry, "properties": about}


def features(found: Sequence[Mapping[str, Any]], **more: Any) -> Response:
    """An answer in GeoJSON, without needless blanks."""
    collection = {"type": "FeatureCollection", **more, "features": found}
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    return current_app.response_class(text, mimetype=TYPE)
