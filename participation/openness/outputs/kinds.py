"""Which outputs there are: kinds, formats, and how far they name people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from participation.kernel.refusal import Invalid

NAMES_WORDS = {
    "pseudonymised": _l("pseudonymisiert"),
    "names": _l("mit Namen"),
    "public": _l("öffentlich"),
}
NAMES = tuple(NAMES_WORDS)
KEPT = timedelta(days=7)
TRIES = 3
REASON = 500  # characters


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of file. `most` contributions fit into it; more make a file that no program opens well."""

    name: str
    title: Any
    media_type: str
    most: int | None = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is written."""

    name: str
    title: Any
    help: Any
    formats: tuple[str, ...]
    names: tuple[str, ...] = NAMES


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: Mapping[str, Format] = {
    entry.name: entry
    for entry in (
        Format(name="pdf", title="PDF", media_type="application/pdf", most=3_000),
        Format(name="docx", title="DOCX", media_type=f"{OFFICE}.wordprocessingml.document", most=20_000),
        Format(name="odt", title="ODT", media_type="application/vnd.oasis.opendocument.text", most=20_000),
        Format(name="xlsx", title="XLSX", media_type=f"{OFFICE}.spreadsheetml.sheet", most=500_000),
        Format(name="csv", title="CSV", media_type="text/csv; charset=utf-8"),
        Format(name="json", title="JSON", media_type="application/json"),
        Format(name="zip", title="ZIP", media_type="application/zip"),
    )
}
DOCUMENTS = ("pdf", "docx", "odt")
TABLES = ("xlsx", "csv", "json")
KINDS: Mapping[str, Kind] = {
    entry.name: entry
    for entry in (
        Kind(
            name="synopsis",
            title=_l("synopsis"),
            help=_l("Stelle, Beitrag, Abwägung, Antwort und Änderung, in der Reihenfolge des Textes."),
            formats=(*DOCUMENTS, *TABLES),
        ),
        Kind(
            name="procedure",
            title=_l("Ganzes Verfahren"),
            help=_l("Angaben, Phasen, Texte, Beiträge mit Fassungen, Schlagwörter, Antworten und Ergebnisse."),
            formats=(*DOCUMENTS, *TABLES),
        ),
        Kind(
            name="archive",
            title=_l("Archivpaket"),
            help=_l("Alle Texte, Dateien, Antworten und das Protokoll mit Prüfsummen, für die Schriftgutverwaltung."),
            formats=("zip",),
            names=("pseudonymised", "names"),
        ),
    )
}
UNKNOWN = _l("Diese Ausgabe gibt es nicht. Bitte wählen Sie eine aus der Tabelle.")


def checked(kind: str, format_: str, names: str) -> None:
    """Raise Invalid for an output that there is not."""
    found = KINDS.get(kind)
    if found is None or format_ not in found.formats or names not in found.names:
        raise Invalid(UNKNOWN, field="names")


def require_room(format_: str, contributions: int) -> None:
    """Raise Invalid where a procedure has more contributions than a file of this format takes."""
    most = FORMATS[format_].most
    if most is not None and contributions > most:
        raise Invalid(
            _l(
                "%(format)s fasst höchstens %(most)s Beiträge, dieses Verfahren hat %(count)s. "
                "Bitte nehmen Sie CSV oder JSON%(more)s.",
                format=FORMATS[format_].title,
                most=f"{most:,}".replace(",", "."),
                count=f"{contributions:,}".replace(",", "."),
                more="" if format_ == "xlsx" else str(_l(" oder XLSX")),
            )
        )


def file_name(tenant: str, procedure: str, kind: str, format_: str, names: str) -> str:
    """How the file is called when it is saved; what it names stands in it."""
    word = {"names": "mit-namen", "pseudonymised": "pseudonymisiert", "public": "oeffentlich"}[names]
    what = {"synopsis": "synopse", "procedure": "verfahren", "archive": "archiv"}[kind]
    return f"{tenant}-{procedure}-{what}-{word}.{format_}"


def passes(kind: str, format_: str, names: str) -> int:
    """How often the contributions are gone through: for the progress that people see."""
    whole = 3 if names != "public" else 2  # contributions, their versions, their arguments
    if kind == "archive":
        return 2 * whole + 3  # and three times for the synopsis
    return whole if kind == "procedure" and format_ in ("xlsx", "json") else 1
