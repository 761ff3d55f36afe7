"""The log of a procedure in words: one plain sentence for each kind of event."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from participation.kernel.clock import instant, last_day
from participation.kernel.dates import day
from participation.openness.outputs.kinds import KINDS as OUTPUTS
from participation.openness.outputs.kinds import NAMES_WORDS
from participation.openness.outputs.queries import reasons_of_outputs
from participation.procedures.log import Entry, reasons_of
from participation.procedures.step_models import StepTaken

KINDS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "steps": (_l("Ablauf"), ("procedures.procedure_advanced",)),
    "content": (
        _l("Inhalt und Termine"),
        (
            "procedures.procedure_c",
            "procedures.activity_",
            "procedures.phase_",
            "procedures.list_",
            "procedures.entry_",
            "notices.",
            "procedures.template_",
            "documents.",
        ),
    ),
    "contributions": (_l("Beiträge"), ("contributions.",)),
    "moderation": (_l("moderator"), ("moderation.",)),
    "results": (_l("Antworten und Ergebnis"), ("evaluation.", "results.")),
    "outputs": (_l("Ausgaben"), ("openness.",)),
}
STEPS: Mapping[str, Any] = {
    "submit": _l("Zur Freigabe vorgelegt"),
    "send_back": _l("Zur Überarbeitung zurückgegeben"),
    "release": _l("Freigegeben"),
    "announce": _l("Angekündigt"),
    "open": _l("Geöffnet: Die erste Phase hat begonnen"),
    "close": _l("Geschlossen: Die letzte Phase ist beendet"),
    "pause": _l("Unterbrochen"),
    "resume": _l("Fortgesetzt"),
    "extend": _l("Frist verlängert"),
    "reopen": _l("Erneut geöffnet"),
    "publish_results": _l("Ergebnis veröffentlicht und Verfahren abgeschlossen"),
    "cancel": _l("Vorzeitig beendet"),
    "archive": _l("Ins Archiv gelegt"),
}
SENTENCES: Mapping[str, Any] = {
    "procedures.procedure_created": _l("Verfahren angelegt"),
    "procedures.procedure_changed": _l("Angaben geändert"),
    "procedures.activity_added": _l("Format hinzugefügt"),
    "procedures.activity_changed": _l("Format geändert"),
    "procedures.activity_removed": _l("Format entfernt"),
    "procedures.phase_added": _l("Phase hinzugefügt"),
    "procedures.phase_changed": _l("Phase geändert"),
    "procedures.phase_removed": _l("Phase entfernt"),
    "procedures.list_changed": _l("Liste von Personen oder Codes geändert"),
    "procedures.entry_changed": _l("Mitteilung, Frage oder Dokument geändert"),
    "procedures.template_kept": _l("Als Vorlage gespeichert"),
    "procedures.template_shared": _l("Vorlage für andere Behörden freigegeben"),
    "procedures.template_removed": _l("Vorlage entfernt"),
    "documents.draft_begun": _l("Neue Fassung des Textes begonnen"),
    "documents.draft_discarded": _l("Neue Fassung des Textes verworfen"),
    "documents.draft_published": _l("Neue Fassung des Textes veröffentlicht"),
    "documents.version_added": _l("Neue Fassung des Textes"),
    "access.role_granted": _l("Rolle vergeben"),
    "access.role_taken": _l("Rolle zurückgenommen"),
    "contributions.draft_handed_over": _l("Entwurf einer Organisation der Koordination vorgelegt"),
    "contributions.draft_given_back": _l("Entwurf einer Organisation zurückgegeben"),
    "accounts.organisation_changed": _l("Organisation oder ihre Mitglieder geändert"),
    "contributions.contribution_sent": _l("Beitrag eingegangen"),
    "contributions.contribution_edited": _l("Beitrag geändert"),
    "contributions.contribution_withdrawn": _l("Beitrag zurückgezogen"),
    "contributions.state_changed": _l("Stand eines Beitrags geändert"),
    "contributions.intake_recorded": _l("Eingang auf anderem Weg erfasst"),
    "contributions.intake_corrected": _l("Erfasster Eingang berichtigt"),
    "contributions.intake_taken_back": _l("Erfasster Eingang zurückgenommen"),
    "contributions.intake_imported": _l("Tabelle mit Eingängen übernommen"),
    "contributions.contributions_imported": _l("Beiträge aus einer Datei übernommen"),
    "contributions.scan_opened": _l("Eingescanntes Original geöffnet"),
    "contributions.answered_on_paper": _l("Antwort als Brief versendet"),
    "contributions.words_replaced": _l("Gezeigter Wortlaut eines Beitrags geändert"),
    "contributions.counters_repaired": _l("Zähler wichen von den Beiträgen ab und wurden berichtigt"),
    "contributions.contributions_passed_on": _l("Beiträge an ein anderes Format weitergegeben"),
    "contributions.contribution_moved": _l("Beitrag an eine andere Stelle verschoben"),
    "moderation.contribution_reported": _l("Beitrag gemeldet"),
    "moderation.contribution_published": _l("Beitrag veröffentlicht"),
    "moderation.contribution_hidden": _l("Beitrag ausgeblendet"),
    "moderation.contribution_restored": _l("Beitrag wieder veröffentlicht"),
    "moderation.contribution_redacted": _l("Beitrag teilweise geschwärzt"),
    "moderation.redaction_lifted": _l("Schwärzung aufgehoben"),
    "moderation.reports_closed": _l("Meldungen erledigt"),
    "moderation.contribution_escalated": _l("Beitrag an die zuständige Stelle weitergegeben"),
    "moderation.escalation_opened": _l("Weitergegebenen Beitrag geöffnet"),
    "moderation.escalation_closed": _l("Weitergabe abgeschlossen"),
    "moderation.original_opened": _l("Geschwärzten Wortlaut geöffnet"),
    "moderation.contribution_merged": _l("Beitrag mit einem anderen zusammengeführt"),
    "moderation.contribution_split": _l("Zusammengeführten Beitrag wieder getrennt"),
    "moderation.place_corrected": _l("Beitrag bei der richtigen Stelle eingeordnet"),
    "moderation.location_corrected": _l("Ort eines Beitrags berichtigt"),
    "moderation.marked_answered": _l("Beitrag als beantwortet gekennzeichnet"),
    "moderation.answered_mark_removed": _l("Kennzeichnung als beantwortet entfernt"),
    "moderation.inquiry_asked": _l("Rückfrage gestellt"),
    "moderation.inquiry_answered": _l("Rückfrage beantwortet"),
    "moderation.inquiry_closed": _l("Rückfrage abgeschlossen"),
    "moderation.digest_due": _l("Tägliche Übersicht der Moderation versendet"),
    "moderation.decisions_undone": _l("Entscheidung der Moderation zurückgenommen"),
    "moderation.appeal_filed": _l("Überprüfung verlangt"),
    "moderation.appeal_decided": _l("Über die Überprüfung entschieden"),
    "evaluation.response_written": _l("Antwort vorgelegt"),
    "evaluation.response_published": _l("Antwort veröffentlicht"),
    "evaluation.response_released": _l("Antwort für einen Tag freigegeben, oder Freigabe zurückgenommen"),
    "evaluation.response_discarded": _l("Nicht veröffentlichte Antwort verworfen"),
    "evaluation.contribution_answered": _l("Alle Argumente eines Beitrags beantwortet"),
    "evaluation.keywords_changed": _l("Schlagwort geändert"),
    "evaluation.contribution_tagged": _l("Schlagwort vergeben"),
    "evaluation.contribution_untagged": _l("Schlagwort entfernt"),
    "evaluation.argument_changed": _l("Argument bearbeitet"),
    "evaluation.argument_removed": _l("Argument mit dem übrigen Beitrag verbunden"),
    "evaluation.argument_restored": _l("Argument wieder getrennt"),
    "evaluation.contribution_assigned": _l("Beitrag zugewiesen"),
    "evaluation.contribution_unassigned": _l("Zuweisung eines Beitrags aufgehoben"),
    "evaluation.assignments_ready": _l("E-Mail über zugewiesene Beiträge versendet"),
    "evaluation.recommendation_given": _l("Antwort empfohlen"),
    "evaluation.recommendation_handed_back": _l("Empfehlung mit Rückfrage zurückgegeben"),
    "evaluation.note_written": _l("Interne Notiz geschrieben"),
    "evaluation.department_changed": _l("Stelle geändert"),
    "access.department_entered": _l("Einladung einer Stelle angenommen"),
    "evaluation.batch_done": _l("Mehrere Beiträge auf einmal bearbeitet"),
    "evaluation.batch_undone": _l("Bearbeitung mehrerer Beiträge zurückgenommen"),
    "evaluation.answer_blocks_changed": _l("Textbaustein für Antworten geändert"),
    "results.result_computed": _l("Ergebnis berechnet"),
    "results.result_submitted": _l("Ergebnis zur Freigabe vorgelegt"),
    "results.result_approved": _l("Ergebnis freigegeben"),
    "results.result_taken_back": _l("Ergebnis zurückgegeben"),
    "results.result_published": _l("Ergebnis veröffentlicht"),
    "results.result_text_withdrawn": _l("Text des Ergebnisses zurückgezogen"),
    "notices.mailing_ordered": _l("Mitteilung per E-Mail bestellt oder abbestellt"),
    "notices.notice_due": _l("Mitteilung per E-Mail gesendet"),
    "notices.mailing_retried": _l("E-Mail noch einmal gesendet"),
    "notices.subscription_asked": _l("Nachrichten bestellt"),
    "openness.output_requested": _l("Ausgabe angefordert"),
    "openness.output_fetched": _l("Ausgabe heruntergeladen"),
    "openness.output_failed": _l("Ausgabe nicht erstellt"),
}
BY_PEOPLE = (
    "contributions.",
    "moderation.contribution_reported",
    "moderation.appeal_filed",
    "moderation.inquiry_answered",
)
BATCH = 500


class Line(NamedTuple):
    """One act as the log tells it."""

    at: datetime
    actor: str
    what: str
    reason: str
    details: str


def lines(entries: Iterable[Entry]) -> Iterator[Line]:
    """The entries in words; reasons are read for some hundred at once."""
    waiting = iter(entries)
    while some := list(islice(waiting, BATCH)):
        reasons, outputs = reasons_of(some), reasons_of_outputs(_outputs_in(some))
        for entry in some:
            step = reasons.get(entry.data.get("step_id", 0))
            reason = step.reason if step else outputs.get(entry.data.get("output_id", 0), "")
            yield Line(entry.at, _actor(entry), _what(entry), reason, _details(step) or _output(entry))


def _outputs_in(entries: Iterable[Entry]) -> set[int]:
    return {entry.data["output_id"] for entry in entries if entry.data.get("output_id")}


def _output(entry: Entry) -> str:
    """What was given out, and how far it names people."""
    kind, format_, names = (entry.data.get(name, "") for name in ("kind", "format", "names"))
    if not entry.name.startswith("openness.output_") or kind not in OUTPUTS:
        return ""
    return f"{OUTPUTS[kind].title}, {format_.upper()}, {NAMES_WORDS.get(names, names)}"


def _actor(entry: Entry) -> str:
    """Who it was: staff by name, everybody else by kind."""
    if entry.actor_id is not None:
        return entry.actor or str(_("Gelöschtes Konto"))
    if entry.name == "procedures.procedure_advanced":
        return str(_("Die Uhr"))
    return str(_("Teilnehmende") if entry.name.startswith(BY_PEOPLE) else _("Ohne Person"))


def _what(entry: Entry) -> str:
    if entry.name == "procedures.procedure_advanced":
        transition = str(entry.data.get("transition", ""))
        return str(STEPS.get(transition, transition))
    return str(SENTENCES.get(entry.name) or _("Anderes Ereignis: %(name)s", name=entry.name))


def _details(step: StepTaken | None) -> str:
    if step is None:
        return ""
    found = []
    if step.ends_local:
        until = last_day(instant(datetime.fromisoformat(step.ends_local)))
        found.append(_("Neues Ende: bis einschließlich %(date)s.", date=day(until)))
    if step.resumes_on:
        found.append(_("Geht voraussichtlich am %(date)s weiter.", date=day(step.resumes_on)))
    return " ".join(map(str, found))
