"""Exports do not attack the reader: no live formula in any file, and every text comes back as it was typed."""

import re

import pytest
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.kernel.db import db
from participation.kernel.text import normalise, normalise_name
from participation.openness.outputs.files import write_output
from participation.openness.outputs.kinds import KINDS
from participation.openness.outputs.scope import Scope
from participation.openness.tabular import write_csv
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_by_id
from tests.promises import filled
from tests.promises.crawling import Walk
from tests.promises.formulas import FORMULAS, as_typed, cells_of_csv, live_in, live_in_csv, texts_of
from tests.test_house_rules import OURS, name_of

NOT_AN_ATTACHMENT = {"text/html", "application/json", "application/problem+json", "application/atom+xml"}


@pytest.mark.parametrize("text", FORMULAS)
def test_whatever_separator_a_spreadsheet_expects_nothing_is_calculated(text):
    file = "".join(write_csv([{"first": text, "second": f"x{text}", "third": [text], "fourth": {"a": text}}]))
    assert live_in_csv(file) == []
    assert [as_typed(cell) for cell in cells_of_csv(file, ";")[4:6]] == [text, f"x{text}"]


def formula(number, lines):
    """A formula for a field, another one for each row."""
    text = FORMULAS[number % len(FORMULAS)]
    return normalise(text) if lines else normalise_name(text)


@pytest.fixture
def calculating(planted, monkeypatch):
    """The portal with formulas in every field of people's words."""

    def value(column, old, number):
        kind = filled.kind_of(column)
        if kind == "html":
            return old
        return filled._in_data(old, number) if kind == "data" else formula(number, kind == "lines")

    monkeypatch.setattr(filled, "_value", value)
    monkeypatch.setattr(filled, "words", lambda number, _joined="": formula(number, False))
    with planted.app.app_context():
        planted.fields, planted.columns = filled.fill()
    return planted


def made(planted, folder, numbers):
    """Every kind of output in every format, with and without names."""
    for number in numbers:
        for kind, entry in KINDS.items():
            for format_ in entry.formats:
                for names in entry.names:
                    path = folder / f"{number}-{kind}-{names}.{format_}"
                    try:
                        write_output(path, Scope(procedure=procedure_by_id(number), names=names), kind, format_)
                    finally:
                        db.session.rollback()
                    yield path


@pytest.mark.requirement("RA-4.4-09")
def test_no_output_holds_a_live_cell_and_every_text_survives(calculating, tmp_path, figure, sized):
    slugs, found, lost, files = calculating.few, [], [], 0
    with calculating.app.app_context():
        asked = (
            select(Procedure.id)
            .where(Procedure.slug.in_(slugs), Procedure.visible_to == "public")
            .order_by(Procedure.id)
        )
        numbers = db.session.scalars(asked).all()[: sized(test=1, quick=3, full=9)]
        spoken = set(db.session.scalars(select(Contribution.procedure_id)))  # where nobody wrote, no text can be lost
        for path in made(calculating, tmp_path, numbers):
            files += 1
            found += [f"{path.name}: {each}" for each in live_in(path)]
            if path.suffix not in (".pdf", ".zip") and int(path.name.partition("-")[0]) in spoken:
                lost += [path.name] if "cmd|'/C calc'!A0" not in texts_of(path) else []
    figure(
        f"{files} outputs of {len(KINDS)} kinds, {calculating.fields} fields in {calculating.columns} columns filled: "
        f"{len(found)} live cells, {len(lost)} files that lost a text"
    )
    assert found == []
    assert lost == []


def test_no_download_of_any_page_holds_a_live_cell(calculating, tmp_path, figure, form, sized):
    found, number = [], 0
    for role in sized(test=("tenant_admin",), quick=("tenant_admin", "visitor"), full=sorted(calculating.people)):
        walk = Walk(calculating.app, calculating.client(role), calculating.few, quick=form == "test")
        for path, _endpoint, answer in walk.pages():
            is_upload = "sandbox" in answer.headers["Content-Security-Policy"]  # what people stored: promise 8
            if answer.status_code != 200 or answer.mimetype in NOT_AN_ATTACHMENT or is_upload:
                continue
            suffix = re.search(
                r"\.(csv|xlsx|docx|odt|ods|zip|pdf|json)\b", f"{answer.headers.get('Content-Disposition')} {path}"
            )
            if suffix is None:
                continue
            file, number = tmp_path / f"{number}{suffix[0]}", number + 1
            file.write_bytes(answer.get_data())
            found += [f"{path}: {each}" for each in live_in(file)]
    figure(f"{number} downloads of pages: {len(found)} live cells")
    assert number > 5
    assert found == []


def test_every_writer_of_csv_is_the_one_that_defuses():
    writers = [name_of(path) for path in OURS if re.search(r"csv\.(writer|DictWriter)\(", path.read_text("utf-8"))]
    defusing = {"participation/openness/tabular.py", "participation/commands/assignments.py"}
    codes_only = {"participation/pages/people.py"}  # numbers and codes that the platform made
    assert set(writers) <= defusing | codes_only, (
        "Write CSV with participation.openness.tabular, which defuses formulas:"
    )
