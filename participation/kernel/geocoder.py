"""Addresses by a service: the port to a geocoder that answers as Nominatim does. Off until `geocoder_url` is set."""

from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from flask import current_app

from participation.kernel import geometry
from participation.kernel.geometry import Position
from participation.kernel.outbound import fetch_json
from participation.kernel.refusal import Invalid
from participation.kernel.text import normalise_name, without_unstorable

MOST: Final = 8  # places in an answer
LONGEST: Final = 200  # characters of a name


class Spot(NamedTuple):
    """A name that stands for a position on the ground."""

    name: str
    at: Position  # longitude, latitude

    @property
    def position(self) -> str:
        """The position as people type it: latitude, longitude."""
        return geometry.in_words(self.at)


def is_on() -> bool:
    """Whether the operator named a service."""
    return bool(current_app.config["SETTINGS"]["geocoder_url"])


def spots_at(words: str, language: str = "de") -> list[Spot]:
    """What the service finds for an address; nothing where there is none, or where it answers oddly.

    Sends the words to the service, nothing else. Raises NotAllowed, NoAnswer.
    """
    if not is_on():
        return []
    asked = {"q": words[:LONGEST], "format": "jsonv2", "limit": MOST, "accept-language": language}
    found = fetch_json(f"{current_app.config['SETTINGS']['geocoder_url']}?{urlencode(asked)}")
    spots = [_spot(entry) for entry in found[:MOST]] if isinstance(found, list) else []
    return [spot for spot in spots if spot is not None]


def _spot(entry: Any) -> Spot | None:
    try:
        name = normalise_name(without_unstorable(str(entry["display_name"])))[:LONGEST]
        longitude, latitude = geometry.point(float(entry["lon"]), float(entry["lat"]))["coordinates"]
    except (KeyError, TypeError, ValueError, Invalid):
        return None
    return Spot(name, (longitude, latitude)) if name else None
