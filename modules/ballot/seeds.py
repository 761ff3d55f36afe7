"""Load data: three questions and any number of ballots, written in bulk into the urn."""

from collections.abc import Sequence
from random import Random
from typing import Any

from sqlalchemy import insert

from modules.ballot.choosing import keys_of
from modules.ballot.queries import QuestionItem, questions_of
from modules.ballot.services import load
from participation.contributions.references import CROCKFORD
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.procedures.models import Activity, Participant
from participation.voting.models import Ballot

AT_ONCE = 1_000
SKIPPED = 0.1  # so many questions are left out
SAMPLE: dict[str, Any] = {
    "questions": [
        {
            "key": "q1",
            "kind": "yes_no_abstain",
            "title": "Soll der Park abends beleuchtet werden?",
            "text": "Gemeint sind die Hauptwege, bis 22 Uhr.",
            "most": 1,
            "options": [],
        },
        {
            "key": "q2",
            "kind": "single",
            "title": "Welcher Belag soll auf die Hauptwege?",
            "text": "",
            "most": 1,
            "options": [
                {"key": "o1", "title": "Kies", "text": "Wasser versickert."},
                {"key": "o2", "title": "Pflaster", "text": "Gut für Rollstühle."},
                {"key": "o3", "title": "Asphalt", "text": ""},
            ],
        },
        {
            "key": "q3",
            "kind": "several",
            "title": "Was soll zuerst gebaut werden?",
            "text": "",
            "most": 2,
            "options": [
                {"key": "o1", "title": "Spielplatz", "text": ""},
                {"key": "o2", "title": "Bänke", "text": ""},
                {"key": "o3", "title": "Trinkbrunnen", "text": ""},
                {"key": "o4", "title": "Toilette", "text": ""},
            ],
        },
    ]
}


def seed(activity: Activity, random: Random, number: int) -> None:
    """So many ballots of participants without a person, as after erasure; the questions are made where none are."""
    if not questions_of(activity):
        load(activity, SAMPLE)
    questions, phase = questions_of(activity), activity.phases[0]
    for start in range(0, number, AT_ONCE):
        voters = _participants(activity, random, min(AT_ONCE, number - start))
        rows = [_row(activity, phase.id, voter, random, questions) for voter in voters]
        db.session.execute(insert(Ballot), rows)


def _participants(activity: Activity, random: Random, number: int) -> list[int]:
    row = {"tenant_id": activity.tenant_id, "procedure_id": activity.procedure_id, "organisation_name": "", "badge": ""}
    rows = [row | {"pseudonym": f"Teilnehmende {_letters(random, 5)}", "created_at": now()} for _ in range(number)]
    return list(db.session.scalars(insert(Participant).returning(Participant.id), rows))


def _row(
    activity: Activity, phase_id: int, voter: int, random: Random, questions: Sequence[QuestionItem]
) -> dict[str, Any]:
    return {
        "tenant_id": activity.tenant_id,
        "activity_id": activity.id,
        "phase_id": phase_id,
        "participant_id": voter,
        "choices": _choices(random, questions),
        "receipt": f"{_letters(random, 5)}-{_letters(random, 5)}",
        "identity": "account",
        "cast_at": now(),
    }


def _choices(random: Random, questions: Sequence[QuestionItem]) -> dict[str, list[str]]:
    found = {}
    for question in questions:
        keys = keys_of(question)
        if random.random() >= SKIPPED:
            chosen = random.sample(keys, random.randint(1, min(question.most, len(keys))))
            found[question.key] = [key for key in keys if key in chosen]
    return found or {questions[0].key: keys_of(questions[0])[:1]}


def _letters(random: Random, number: int) -> str:
    return "".join(random.choices(CROCKFORD, k=number))
