"""Tables of what came in otherwise: their columns, and what a row says. Knows no database."""

from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from participation.contributions.intake_checks import Received
from participation.kernel import tables
from participation.kernel.tables import Cells, Table, day_of, heads_of, squeezed


class Column(NamedTuple):
    """A column of the table: its field, its head, whether every row needs it, and what belongs into it."""

    field: str
    head: str
    needed: bool
    help: Any


COLUMNS: Final = (
    Column("channel", "Eingangsweg", True, _l("Brief, E-Mail, Zur Niederschrift, Vor Ort oder Telefon")),
    Column("received_on", "Eingegangen am", True, _l("Tag, an dem der Beitrag bei Ihnen einging: 14.12.2026")),
    Column("text", "Text", True, _l("Wortlaut des Beitrags")),
    Column("place", "Stelle", False, _l("Wozu der Beitrag gehört, zum Beispiel § 2 Absatz 4. Leer: zum Ganzen")),
    Column("quote", "Zitat", False, _l("Wörter aus dieser Stelle, die gemeint sind")),
    Column("title", "Titel", False, _l("Überschrift oder Betreff")),
    Column("sender_name", "Name", False, _l("Wer geschrieben hat. Öffentlich nur mit Einwilligung")),
    Column("sender_address", "Anschrift", False, _l("Für die Antwort als Brief. Trennen Sie die Zeilen mit „ | “")),
    Column("sender_email", "E-Mail", False, _l("Für Eingangsbestätigung und Antwort per E-Mail")),
    Column("organisation", "Organisation", False, _l("Für wen geschrieben wurde")),
    Column("district", "Ortsteil", False, _l("Woher der Beitrag kommt, soweit bekannt")),
    Column("consent", "Einwilligung", False, _l("nein, Text oder Text und Name. Leer: nein, nur für die Akte")),
    Column("file_reference", "Aktenzeichen", False, _l("Wo das Papier liegt")),
)  # fmt: skip
CHANNELS: Final = {
    "brief": "letter", "letter": "letter", "fax": "letter", "e-mail": "email", "email": "email", "mail": "email",
    "zur niederschrift": "on_record", "niederschrift": "on_record", "on_record": "on_record",
    "vor ort": "on_site", "veranstaltung": "on_site", "on_site": "on_site", "telefon": "telephone",
    "telephone": "telephone",
}  # fmt: skip
CONSENTS: Final = {
    "": "none", "nein": "none", "none": "none", "akte": "none", "text": "text", "ja": "text",
    "text und name": "text_and_name", "text_and_name": "text_and_name", "mit name": "text_and_name",
}  # fmt: skip
HEADS: Final = heads_of({column.field: (column.head,) for column in COLUMNS})


def read_table(data: bytes, filename: str) -> Table:
    """The rows of a CSV or XLSX file; empty ones are left out. Raises Invalid (field `file`), FileRefused."""
    needed = {column.field: column.head for column in COLUMNS if column.needed}
    return tables.read_table(data, filename, HEADS, needed, _l("Nehmen Sie die Vorlage."))


def received_of(cells: Cells) -> Received:
    """What a row says; words and days that cannot be read are refused where they are checked."""
    plain: dict[str, Any] = {column.field: cells.get(column.field, "") for column in COLUMNS}
    return Received(
        **plain
        | {
            "channel": CHANNELS.get(squeezed(plain["channel"]), ""),
            "consent": CONSENTS.get(squeezed(plain["consent"]), "?"),
            "received_on": day_of(plain["received_on"]),
            "sender_address": plain["sender_address"].replace(" | ", "\n"),
        }
    )
