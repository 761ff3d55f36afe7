"""Promise 1: each item of OWASP ASVS 5.0, levels 1 and 2, has one honest answer, and what it cites exists."""

import re
from collections import Counter

from tests.promises.asvs import ROOT, STATUS, answers, asked, is_there, named_files, summary

MOST_NOT_APPLICABLE = 60
SECURITY = ROOT / "docs" / "security.md"


def test_every_item_has_one_answer(figure):
    rows, ids = answers(), asked()
    counts = Counter(row.status for row in rows)
    still = " ".join(row.id for row in rows if row.status == "open")
    met, away, waiting = (counts[one] for one in STATUS)
    figure(f"{len(rows)} ids: {met} met, {away} not applicable, {waiting} open: {still}")
    assert len(ids) == len(set(ids)) == 253
    assert [row.id for row in rows] == ids
    assert set(counts) <= set(STATUS)
    assert away <= MOST_NOT_APPLICABLE
    assert [row.id for row in rows if len(row.evidence) < 10] == []


def test_what_is_met_names_a_test_or_a_document_that_exists():
    rows = answers()
    assert [row.id for row in rows if row.status == "met" and not row.tests] == []
    assert [row.id for row in rows if row.status != "met" and row.tests] == []
    assert [f"{row.id}: {one}" for row in rows for one in row.tests if not is_there(one)] == []


def test_files_named_in_the_evidence_exist():
    missing = [
        f"{row.id}: {name}"
        for row in answers()
        for name in named_files(row.evidence)
        if not any((ROOT / place / name).exists() for place in ("", "participation"))
    ]
    assert missing == []


def test_the_document_says_the_same_as_the_table():
    text = SECURITY.read_text("utf-8")
    assert summary(answers()) in text, "run: python -m tests.promises.asvs"
    assert "docs/security.md" in (ROOT / "SECURITY.md").read_text("utf-8")
    assert "docs/security.md" in (ROOT / "README.md").read_text("utf-8")


def test_links_of_the_document_lead_somewhere():
    links = re.findall(r"\]\(([^)#]+)", SECURITY.read_text("utf-8"))
    assert len(links) > 20
    assert [link for link in links if not link.startswith("https://") and not (SECURITY.parent / link).exists()] == []
