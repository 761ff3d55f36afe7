"""The synopsis: place, contribution, weighing, answer, change, in the order of the text."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from participation.openness.blocks import Block, Heading, Paragraph, Table
from participation.openness.outputs import words
from participation.openness.outputs.cases import Case, cases_of
from participation.openness.outputs.scope import Scope
from participation.openness.sheets import Column

PEOPLE = (
    Column(name="author", title=_l("Von"), width=18),
    Column(name="organisation", title=_l("Organisation"), width=18),
)
KNOWN = (
    Column(name="email", title=_l("E-Mail-Adresse"), width=24),
    Column(name="address", title=_l("Anschrift"), width=28),
)
INTERNAL = (
    Column(name="keywords", title=_l("Schlagwörter"), width=18),
    Column(name="recommendation", title=_l("Empfehlung"), width=40),
    Column(name="state", title=_l("Stand des Beitrags"), width=14),
    Column(name="answer_state", title=_l("Stand der Antwort"), width=14),
)


def columns(scope: Scope) -> list[Column]:
    """The columns of the table, for people."""
    first = [
        Column(name="activity", title=str(_("Format")), width=18),
        Column(name="section", title=str(_("Stelle")), width=16),
        Column(name="reference", title=str(_("receipt.number")), width=13),
        Column(name="argument", title=str(_("Argument")), width=9),
        Column(name="contribution", title=str(_("Beitrag")), width=60),
    ]
    last = [
        Column(name="weighing", title=str(_("weighing")), width=20),
        Column(name="answer", title=str(_("response")), width=60),
        Column(name="change_before", title=str(_("Text bisher")), width=40),
        Column(name="change_after", title=str(_("Text jetzt")), width=40),
        Column(name="received_at", title=str(_("Eingegangen")), width=12),
        Column(name="late", title=str(_("flag.late")), width=10),
        Column(name="intake_channel", title=str(_("Eingangsweg")), width=12),
    ]
    people = (*PEOPLE, *KNOWN) if scope.names == "names" else PEOPLE
    return [*first, *people, *last, *(() if scope.is_public else INTERNAL)]


def rows(scope: Scope) -> Iterator[dict[str, Any]]:
    """One row a line, with stored values, for programs."""
    for case in cases_of(scope):
        yield row(case, scope)


def row(case: Case, scope: Scope) -> dict[str, Any]:
    """A line as stored values."""
    own, answer = case.row, case.answer
    found = {
        "activity": own.activity,
        "section": own.citation or "",
        "place": own.place,
        "passage": own.passage,
        "reference": own.reference,
        "argument": case.number,
        "title": own.title,
        "contribution": case.text,
        **case.person,
        "received_at": own.received_at,
        "late": own.late,
        "intake_channel": own.intake_channel,
        "round": own.round,
        "weighing": answer.decision if answer else "",
        "answer": answer.text if answer else "",
        "answered_at": answer.at if answer else None,
        "change_before": "\n".join(before for before, _after in case.changes),
        "change_after": "\n".join(after for _before, after in case.changes),
    }
    if scope.is_public:
        return found
    return found | {
        "state": own.state,
        "answer_state": answer.state if answer else "",
        "keywords": ", ".join(case.keywords),
        "recommendation": case.recommendation,
    }


def readable(rows_: Iterator[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The rows with words for people instead of stored values."""
    for entry in rows_:
        answer_state = {"published": _("veröffentlicht"), "proposed": _("Vorschlag")}.get(entry.get("answer_state", ""))
        yield entry | {
            "contribution": "\n".join(filter(None, (entry["title"], entry["contribution"]))),
            "weighing": str(_(f"decision.{entry['weighing']}")) if entry["weighing"] else "",
            "intake_channel": words.channel(entry["intake_channel"]),
            "late": str(_("ja")) if entry["late"] else "",
            "state": words.state(entry.get("state", "")),
            "answer_state": str(answer_state or ""),
        }


def blocks(scope: Scope) -> Iterator[Block]:
    """The synopsis as a document: a heading for each place, below it a table."""
    heads = [str(_("Beitrag")), str(_("weighing")), str(_("response")), str(_("Änderung"))]
    empty = True
    for activity, of_activity in groupby(cases_of(scope), key=lambda case: case.row.activity):
        empty = False
        yield Heading(activity, 1)
        for (_place, title), lines in groupby(of_activity, key=lambda case: (case.row.place, words.place(case))):
            yield Heading(title, 2)
            yield Table(title, heads, [4, 2, 4, 3], (_cells(case) for case in lines))
    if empty:
        yield Paragraph(str(_("Es gibt keine Beiträge.")))


def _cells(case: Case) -> tuple[str, str, str, str]:
    own = case.row
    number = own.reference if case.number is None else _("%(ref)s, Argument %(n)s", ref=own.reference, n=case.number)
    about = [str(number), words.author(case.person), words.day(own.received_at)]
    about += [str(_("flag.late"))] * bool(own.late)
    about += [words.state(own.state)] * (own.state != "published")
    said = filter(None, (own.title, case.text, *_contact(case.person), " · ".join(about)))
    weighed = filter(None, (words.decision(case.answer), case.recommendation, ", ".join(case.keywords)))
    answer = case.answer.text if case.answer else ""
    return "\n".join(said), "\n".join(weighed), answer, words.change(case.changes)


def _contact(person: dict[str, str]) -> list[str]:
    return [part for part in (person.get("email", ""), person.get("address", "")) if part]
