"""The gazetteer of an authority: names that stand for places, brought as a table, found by the beginnings of words."""

import re
import unicodedata
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, case, delete, func, insert, literal, or_, select

from participation.contributions.location_models import PlaceName
from participation.contributions.locations import COUNTRY, TURNED
from participation.kernel import geometry
from participation.kernel.clock import today
from participation.kernel.db import db
from participation.kernel.geocoder import LONGEST, MOST, Spot
from participation.kernel.refusal import Invalid
from participation.kernel.tables import Cells, heads_of, read_table
from participation.kernel.text import normalise_name, without_unstorable
from participation.tenants.models import Tenant
from participation.tenants.services import change_settings

MOST_ROWS: Final = 100_000
MOST_WORDS: Final = 8  # of a search
AT_ONCE: Final = 5_000  # rows in a statement
COLUMNS: Final = {
    "name": ("Name", "Ort", "Adresse", "Bezeichnung", "Titel"),
    "latitude": ("Breite", "Breitengrad", "lat", "y"),
    "longitude": ("Länge", "Längengrad", "lon", "lng", "long", "x"),
}
HEADS: Final = {"name": "Name", "latitude": "Breite", "longitude": "Länge"}
HINT = _l("Nötig sind Name, Breite und Länge.")
FOLDED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
WORD: Final = re.compile(r"[^\W_]+")
STREET: Final = re.compile(r"str(?:a|as|ass|asse)?$")
NUMBER: Final = re.compile(r"-?\d{1,3}(?:[.,]\d{1,20})?")


class BadPlace(NamedTuple):
    """A row that cannot be taken over, and why."""

    number: int
    name: str
    sentence: Any


class PlaceTable(NamedTuple):
    """What a table holds: places, rows that are none, rows that say the same again, columns that nobody knows."""

    good: list[Spot]
    bad: list[BadPlace]
    doubles: int
    unknown_columns: list[str]


def read_places(data: bytes, filename: str) -> PlaceTable:
    """The places of a CSV or XLSX file, every row checked. Raises Invalid for the file (field `file`), FileRefused."""
    table = read_table(data, filename, heads_of(COLUMNS), HEADS, HINT, MOST_ROWS)
    good: dict[Spot, None] = {}
    bad, rows = [], 0
    for rows, line in enumerate(table.lines, 1):  # noqa: B007 - how many there were
        try:
            good[_place(line.cells)] = None
        except Invalid as invalid:
            bad.append(BadPlace(line.number, line.cells.get("name", ""), invalid.sentence))
    return PlaceTable(list(good), bad, rows - len(good) - len(bad), table.unknown)


def _place(cells: Cells) -> Spot:
    name = normalise_name(without_unstorable(cells.get("name", "")))
    if not search_key(name) or len(name) > LONGEST:
        raise Invalid(_l("Der Name fehlt oder ist länger als %(most)s Zeichen.", most=LONGEST))
    longitude, latitude = _degrees(cells.get("longitude", "")), _degrees(cells.get("latitude", ""))
    longitude, latitude = geometry.point(longitude, latitude)["coordinates"]
    if COUNTRY.holds((latitude, longitude)) and not COUNTRY.holds((longitude, latitude)):
        raise Invalid(TURNED)
    return Spot(name, (longitude, latitude))


def _degrees(text: str) -> float:
    if not NUMBER.fullmatch(text):
        raise Invalid(_l("Breite und Länge sind Zahlen in Grad, zum Beispiel 50,7352 und 7,0986."))
    return float(text.replace(",", "."))


def change_places(tenant: Tenant, places: list[Spot], *, actor_id: int | None = None) -> None:
    """The gazetteer of an authority holds these places from now on, in place of those before."""
    db.session.execute(delete(PlaceName).where(PlaceName.tenant_id == tenant.id))
    for start in range(0, len(places), AT_ONCE):
        db.session.execute(insert(PlaceName), [_row(tenant.id, spot) for spot in places[start : start + AT_ONCE]])
    change_settings(tenant, {"places_on": today().isoformat()}, actor_id=actor_id)


def _row(tenant_id: int, spot: Spot) -> dict[str, Any]:
    longitude, latitude = spot.at
    words = {"name": spot.name, "search_key": search_key(spot.name)}
    return {"tenant_id": tenant_id, **words, "longitude": longitude, "latitude": latitude}


def place_count(tenant_id: int) -> int:
    """How many names the gazetteer of an authority holds."""
    return db.session.scalar(select(func.count()).where(PlaceName.tenant_id == tenant_id)) or 0


def search_key(text: str) -> str:
    """A name as it is searched: small letters, umlauts written out, without accents, "Straße" as "str"."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(FOLDED))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(STREET.sub("str", word) for word in WORD.findall(letters))


def places_like(tenant_id: int, words: str, most: int = MOST) -> list[Spot]:
    """Places with words that begin like each of these; the same name first, then what begins alike, then the shorter.

    One query; none for nothing typed.
    """
    key = " ".join(search_key(words).split()[:MOST_WORDS])
    if not key:
        return []
    padded = literal(" ").concat(PlaceName.search_key)
    wanted = [padded.contains(f" {word}", autoescape=True) for word in key.split()]
    begins = PlaceName.search_key.startswith(key, autoescape=True)
    rank = case((PlaceName.search_key == key, 0), (begins, 1), else_=2)
    query = select(PlaceName.name, PlaceName.longitude, PlaceName.latitude)
    query = query.where(PlaceName.tenant_id == tenant_id, or_(begins, and_(*wanted)))
    query = query.order_by(rank, func.length(PlaceName.search_key), PlaceName.search_key, PlaceName.id).limit(most)
    return [Spot(name, (longitude, latitude)) for name, longitude, latitude in db.session.execute(query)]
