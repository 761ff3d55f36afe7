"""Files with ideas and with answers to them: a table (CSV, XLSX) or GeoJSON, as lines of named cells. No database."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from participation.kernel.tables import (
    Line,
    Table,
    check_size,
    counted,
    decoded,
    heads_of,
    read_table,
    refused,
    squeezed,
)

DAYS: Final = ("datum", "date", "tag", "created", "created_at", "erstellt", "erstellt am", "eingegangen am")
AUTHORS: Final = ("autor", "autorin", "author", "verfasst von", "pseudonym", "participant", "teilnehmende", "name")
TEXTS: Final = ("beschreibung", "description", "inhalt", "body", "wortlaut")
IDEA_HEADS: Final = heads_of(
    {
        "id": ("nummer", "nr", "kennung", "vorgangsnummer", "reference"),
        "title": ("titel", "überschrift", "betreff"),
        "text": (*TEXTS, "idee", "vorschlag"),
        "category": ("kategorie", "thema", "rubrik", "topic"),
        "latitude": ("lat", "breite", "breitengrad", "geografische breite"),
        "longitude": ("lon", "lng", "long", "länge", "laenge", "längengrad", "geografische länge"),
        "where": ("ort", "adresse", "address", "location", "lage"),
        "created": DAYS,
        "votes": ("stimmen", "unterstützungen", "unterstützende", "supports", "likes", "imported"),
        "author": AUTHORS,
    }
)
ANSWER_HEADS: Final = heads_of(
    {
        "id": ("nummer", "nr", "kennung"),
        "idea": ("proposal_id", "idea_id", "idee", "vorschlag", "beitrag"),
        "parent": ("parent_id", "antwort auf", "reply_to"),
        "created": DAYS,
        "author": AUTHORS,
        "title": ("titel", "überschrift", "betreff"),
        "text": (*TEXTS, "kommentar", "comment", "antwort"),
    }
)
COLUMNS: Final = (  # as the page explains them
    ("title", _l("Titel der Idee. Nur diese Spalte ist nötig")),
    ("text", _l("Worum es geht. Ist sie leer, steht dort der Titel")),
    ("category", _l("Name der Kategorie. Fehlt sie hier, wird sie angelegt")),
    ("lat, lon", _l("Breite und Länge in Grad (WGS 84), zum Beispiel 50.7352 und 7.0986")),
    ("where", _l("Ort in Worten")),
    ("date", _l("Tag oder Zeitpunkt: 14.12.2026 oder 2026-12-14T18:30")),
    ("votes", _l("Summe der Stimmen aus dem anderen Portal")),
    ("author", _l("Pseudonym. Gleiche Namen sind dieselbe Person, „Gast“ ist jedes Mal jemand anderes")),
    ("id", _l("Kennung der Idee, auf die Kommentare verweisen. Kommt die Datei noch einmal, entsteht nichts doppelt")),
    (
        "id, proposal_id, parent_id, created, author, title, text",
        _l("Spalten der Kommentare; parent_id nennt den Kommentar, auf den einer antwortet"),
    ),
)
ENDINGS: Final = ".csv,.txt,.tsv,.xlsx,.geojson,.json"
FOREIGN: Final = re.compile(r"<(kml|gpx|html|svg|script)\b", re.IGNORECASE)


def read_ideas(data: bytes, filename: str) -> Table:
    """The ideas of a file. Raises Invalid, FileRefused with a sentence for the file as a whole."""
    check_size(data)
    _refuse_foreign(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _geojson(data)
    return read_table(data, filename, IDEA_HEADS, {"title": "title"}, HINT)


def read_answers(data: bytes, filename: str) -> Table:
    """The answers of a table. Raises Invalid, FileRefused with a sentence for the file as a whole."""
    check_size(data)
    _refuse_foreign(data)
    return read_table(data, filename, ANSWER_HEADS, {"idea": "proposal_id", "text": "text"}, HINT)


HINT: Final = _l("Welche Spalten es gibt, steht neben dem Feld für die Datei.")


def _refuse_foreign(data: bytes) -> None:
    """Say what a file is that people take for GeoJSON or a table."""
    found = FOREIGN.search(decoded(data[:2_000]))
    is_packed = data.startswith(b"PK") and b".kml" in data[:2_000]  # KMZ: the names of its files stand in clear
    if is_packed or (found and found[1].lower() in ("kml", "gpx")):
        name = "KMZ" if is_packed or found is None else found[1].upper()
        raise refused(
            _l("Das ist %(name)s. Bitte speichern Sie die Datei als GeoJSON oder als CSV mit lat und lon.", name=name)
        )
    if found and data.lstrip().startswith(b"<"):
        raise refused(_l("Das ist keine Tabelle und kein GeoJSON, sondern eine Webseite oder ein Bild."))


def _geojson(data: bytes) -> Table:
    try:
        found = json.loads(decoded(data))
    except (ValueError, RecursionError):
        raise refused(_l("Das ist kein GeoJSON: Die Datei lässt sich nicht lesen.")) from None
    features = found.get("features") if isinstance(found, Mapping) else None
    if not isinstance(features, list) or not all(isinstance(entry, Mapping) for entry in features):
        raise refused(_l("Das ist kein GeoJSON mit einer Liste von Punkten (FeatureCollection)."))
    if not features:
        raise refused(_l("Die Datei ist leer."))
    names = {str(name) for entry in features for name in _properties(entry)}
    unknown = sorted(name[:60] for name in names if squeezed(name) not in IDEA_HEADS)
    return Table(counted(_features(features)), unknown)


def _features(features: list[Mapping[str, Any]]) -> Iterator[Line]:
    for number, entry in enumerate(features, 1):
        cells = {
            field: _plain(value)
            for name, value in _properties(entry).items()
            if (field := IDEA_HEADS.get(squeezed(str(name)))) and value is not None
        }
        if entry.get("id") is not None:
            cells["id"] = _plain(entry["id"])
        yield Line(number, cells | _point(entry.get("geometry")))


def _properties(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    found = entry.get("properties")
    return found if isinstance(found, Mapping) else {}


def _point(geometry: Any) -> dict[str, str]:
    """The cells of a point; `kind` names a geometry that is none, for the check of the row."""
    if geometry is None:
        return {}
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    at = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    if kind != "Point" or not isinstance(at, list) or not 2 <= len(at) <= 3:
        return {"kind": str(kind)[:40]}
    return {"longitude": _plain(at[0]), "latitude": _plain(at[1])}


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
