"""rules for personal data of the first tables

Revision: 0002, after 0001
"""

from participation.kernel.retention import declare, rule, withdraw

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"  # a public task
CONSENT = "Art. 6 Abs. 1 Buchst. a DSGVO"
SECURITY = "Art. 6 Abs. 1 Buchst. e, Art. 32 DSGVO"
ACCOUNT = "bis zur Löschung des Kontos"
FILE = "solange die Akte des Verfahrens aufbewahrt wird"
AUDIT = "solange das Protokoll aufbewahrt wird"


def rules() -> dict[str, tuple[dict[str, object], ...]]:
    """Table by table; `*` covers the columns that say nothing about anybody."""
    return {
        "person": _person(),
        "login_session": (
            rule("person_id", "wessen Anmeldung", basis=SECURITY, period="Ende der Anmeldung", on_erase="delete"),
            rule(
                "device",
                "Gerät, zum Wiedererkennen in der Liste",
                basis=SECURITY,
                period="Ende der Anmeldung",
                in_export=True,
                on_erase="delete",
            ),
            rule(
                "created_at",
                "Beginn der Anmeldung",
                basis=SECURITY,
                period="Ende der Anmeldung",
                in_export=True,
                on_erase="delete",
            ),
            rule(
                "seen_at",
                "letzte Verwendung",
                basis=SECURITY,
                period="Ende der Anmeldung",
                in_export=True,
                on_erase="delete",
            ),
            rule(
                "key_hash",
                "Prüfwert des Schlüssels im Cookie",
                basis=SECURITY,
                period="Ende der Anmeldung",
                on_erase="delete",
            ),
        ),
        "token": (
            rule("person_id", "für wen ein Link ist", basis=TASK, period="1 Tag nach Ablauf", on_erase="delete"),
            rule(
                "email",
                "Adresse, an die ein Link ging",
                basis=TASK,
                period="1 Tag nach Ablauf",
                in_export=True,
                on_erase="delete",
            ),
            rule(
                "purpose",
                "wofür der Link war",
                basis=TASK,
                period="1 Tag nach Ablauf",
                in_export=True,
                on_erase="delete",
            ),
            rule(
                "created_at",
                "wann der Link verlangt wurde",
                basis=TASK,
                period="1 Tag nach Ablauf",
                in_export=True,
                on_erase="delete",
            ),
            rule("data", "was nach dem Link geschehen soll", basis=TASK, period="1 Tag nach Ablauf", on_erase="delete"),
        ),
        "consent": (
            rule("person_id", "wer zugestimmt hat", basis=TASK, period=ACCOUNT, on_erase="delete"),
            rule("what", "wozu", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"),
            rule("text_version", "welcher Fassung", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"),
            rule("given_at", "wann", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"),
            rule("withdrawn_at", "wann widerrufen", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"),
        ),
        "organisation": (
            rule("named_by_id", "wer die Organisation genannt hat", basis=TASK, period=ACCOUNT, on_erase="delete"),
            rule("name", "für wen jemand schreibt", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"),
        ),
        "role_grant": (
            rule("person_id", "wer die Rolle hat", basis=TASK, period=ACCOUNT, on_erase="delete"),
            rule("role", "Rolle bei einer Behörde", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"),
            rule("granted_at", "seit wann", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"),
        ),
        "participant": _participant(),
        **_contributions(),
        **_notices(),
        **_staff(),
    }


def _person() -> tuple[dict[str, object], ...]:
    return (
        rule(
            "email",
            "Anmelden, Bestätigen, bestellte Nachrichten",
            basis=TASK,
            period=ACCOUNT,
            in_export=True,
            on_erase="delete",
        ),
        rule("password_hash", "Anmelden", basis=SECURITY, period=ACCOUNT, on_erase="delete"),
        rule("display_name", "Name neben Beiträgen", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"),
        rule("language", "Sprache der Nachrichten", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"),
        rule(
            "created_at", "seit wann es das Konto gibt", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"
        ),
        rule(
            "confirmed_at",
            "wann die Adresse bestätigt wurde",
            basis=TASK,
            period=ACCOUNT,
            in_export=True,
            on_erase="delete",
        ),
        rule(
            "blocked_at",
            "wann das Konto gesperrt wurde",
            basis=SECURITY,
            period=ACCOUNT,
            in_export=True,
            on_erase="delete",
        ),
        rule("is_operator", "Rolle im Betrieb", basis=TASK, period=ACCOUNT, in_export=True, on_erase="delete"),
    )


def _participant() -> tuple[dict[str, object], ...]:
    return (
        rule("person_id", "wer unter dem Pseudonym schreibt", basis=TASK, period=ACCOUNT, on_erase="cut"),
        rule("organisation_id", "für welche Organisation", basis=TASK, period=ACCOUNT, on_erase="cut"),
        rule(
            "organisation_name",
            "Organisation neben dem Beitrag",
            basis=TASK,
            period=ACCOUNT,
            in_export=True,
            on_erase="clear",
        ),
        rule("pseudonym", "Name neben dem Beitrag", basis=TASK, period=ACCOUNT, in_export=True, on_erase="rename"),
        rule("badge", "Kennzeichen der Behörde", basis=TASK, period=FILE, in_export=True),
        rule("token_hash", "Prüfwert eines Links zum Bearbeiten", basis=TASK, period=ACCOUNT, on_erase="clear"),
        rule("created_at", "seit wann jemand teilnimmt", basis=TASK, period=FILE, in_export=True),
    )


def _contributions() -> dict[str, tuple[dict[str, object], ...]]:
    def kept(column: str, purpose: str, *, shown: bool = True) -> dict[str, object]:
        return rule(column, purpose, basis=TASK, period=FILE, in_export=shown)

    def typed(column: str, purpose: str, *, shown: bool = True) -> dict[str, object]:
        return rule(column, purpose, basis=TASK, period="90 Tage", in_export=shown, on_erase="delete")

    return {
        "contribution": (
            kept("reference", "Vorgangsnummer"),
            kept("type", "Art des Beitrags"),
            kept("place", "Stelle"),
            kept("title", "Titel des Beitrags"),
            kept("source", "Text des Beitrags"),
            kept("html", "Text des Beitrags zur Anzeige", shown=False),
            kept("language", "Sprache des Beitrags"),
            kept("state", "Stand der Veröffentlichung"),
            kept("work", "Stand der Bearbeitung"),
            kept("identity", "verwendeter Nachweis"),
            kept("received_at", "Eingang"),
            kept("edited_at", "letzte Änderung"),
            kept("participant_id", "wer geschrieben hat, als Pseudonym", shown=False),
        ),
        "contribution_version": (
            kept("number", "Fassung"),
            kept("title", "Titel der Fassung"),
            kept("source", "Text der Fassung"),
            kept("salt", "Zusatz zur Prüfsumme; er geht mit dem Text"),
            kept("text_hash", "Prüfsumme des Textes"),
            kept("at", "Zeit der Fassung"),
        ),
        "anchor": (kept("node_key", "Stelle im Text"), kept("exact", "Wortlaut, auf den sich der Beitrag bezieht")),
        "rating": (
            kept("value", "Bewertung"),
            kept("at", "Zeit der Bewertung"),
            kept("participant_id", "wer bewertet hat, als Pseudonym", shown=False),
        ),
        "attachment": (
            kept("name", "Name der Datei"),
            kept("media_type", "Art der Datei"),
            kept("alternative", "Beschreibung der Datei"),
        ),
        "draft": (
            typed("person_id", "wessen Text", shown=False),
            typed("cookie_hash", "Prüfwert des Cookies", shown=False),
            typed("fields", "nicht abgesendeter Text"),
            typed("place", "Stelle"),
            typed("created_at", "Beginn"),
            typed("changed_at", "letzte Änderung"),
        ),
        "draft_file": (
            typed("name", "Name der Datei"),
            typed("media_type", "Art der Datei"),
            typed("alternative", "Beschreibung der Datei"),
        ),
        "form_key": (
            typed("person_id", "wer das Formular gesendet hat", shown=False),
            typed("body_hash", "Prüfwert des Gesendeten", shown=False),
            typed("at", "wann das Formular gesendet wurde"),
        ),
    }


def _notices() -> dict[str, tuple[dict[str, object], ...]]:
    def ordered(column: str, purpose: str, *, shown: bool = True) -> dict[str, object]:
        return rule(column, purpose, basis=CONSENT, period="bis zum Widerruf", in_export=shown, on_erase="delete")

    return {
        "subscription": (
            ordered("person_id", "wer Nachrichten bestellt hat", shown=False),
            ordered("key", "Schlüssel zum Abbestellen", shown=False),
            ordered("created_at", "wann bestellt"),
            ordered("confirmed_at", "wann bestätigt"),
        ),
        "report": (
            rule("email", "Antwort auf eine Meldung", basis=TASK, period=FILE, in_export=True, on_erase="clear"),
            rule("reason", "Grund der Meldung", basis=TASK, period=FILE, in_export=True),
            rule("note", "Text der Meldung", basis=TASK, period=FILE, in_export=True),
            rule("at", "Zeit der Meldung", basis=TASK, period=FILE, in_export=True),
        ),
        "barrier_report": (
            rule("email", "Antwort auf eine Meldung", basis=TASK, period=FILE, in_export=True, on_erase="clear"),
            rule("page", "gemeldete Seite", basis=TASK, period=FILE, in_export=True),
            rule("note", "Text der Meldung", basis=TASK, period=FILE, in_export=True),
            rule("at", "Zeit der Meldung", basis=TASK, period=FILE, in_export=True),
        ),
        "moderation_act": (
            rule("act", "was die Moderation tat", basis=TASK, period=FILE, in_export=True),
            rule("reason", "Grund", basis=TASK, period=FILE, in_export=True),
            rule("sentence", "Begründung", basis=TASK, period=FILE, in_export=True),
            rule("at", "wann", basis=TASK, period=FILE, in_export=True),
            rule("actor_id", "wer gehandelt hat; geht mit der Person", basis=TASK, period=FILE),
        ),
    }


def _staff() -> dict[str, tuple[dict[str, object], ...]]:
    return {
        "event": (
            rule("actor_id", "wer gehandelt hat, nur als Nummer", basis=TASK, period=AUDIT),
            rule("data", "Nummern, nie Angaben zur Person", basis=TASK, period=AUDIT),
        ),
        "event_delivery": (
            rule("target", "wohin etwas geht", basis=TASK, period="bis zur Zustellung", on_erase="delete"),
        ),
        "procedure": (rule("submitted_by_id", "wer vorgelegt hat; geht mit der Person", basis=TASK, period=FILE),),
        "limit_bucket": (rule("key", "Zähler von Versuchen, nur als Prüfwert", basis=SECURITY, period="1 Stunde"),),
    }


REST = (
    "activity", "document", "document_version", "event_seal", "lease", "legal_page", "node", "personal_data", "phase",
    "place_count", "scope_version", "search_entry", "tenant",
)  # fmt: skip


def upgrade() -> None:
    """Write the rules."""
    rest = rule("*", "keine Angaben zu Personen")
    for table, own in rules().items():
        declare(table, *own, rest)
    for table in REST:
        declare(table, rest)


def downgrade() -> None:
    """Take them out again."""
    withdraw([*rules(), *REST])
