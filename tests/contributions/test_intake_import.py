"""A table of letters is taken over: looked at first, whole or without its bad rows, and never twice."""

import io
from datetime import UTC, datetime

import pytest
import xlsxwriter

from participation.contributions.counters import recount
from participation.contributions.intake_import import take_over
from participation.contributions.intake_look import look, passed_on
from participation.contributions.intake_models import Intake
from participation.contributions.intake_table import read_table
from participation.contributions.models import Contribution
from participation.contributions.queries import counts_by_place
from participation.kernel.db import db, transaction
from participation.kernel.events import DeliveryRow, EventRow
from participation.kernel.refusal import Conflict, Invalid, Refused
from participation.kernel.tables import day_of
from participation.openness.tabular import write_csv
from participation.testing.queries import count_queries

HEAD = "Eingangsweg;Eingegangen am;Stelle;Text;Einwilligung;Name\n"
ROWS = HEAD + "Brief;19.11.2026;here;Mehr Bäume.;Text;Erika\nTelefon;2026-11-18;;=1+1;nein;\n"


@pytest.fixture(autouse=True)
def _noon(at):
    with at(datetime(2026, 11, 20, 11, tzinfo=UTC)):
        yield


@pytest.fixture
def activity(world):
    procedure = world.procedure()
    yield world.activity(procedure)
    assert procedure.id, "held until here: an activity finds its procedure only while it lives"


def taken(activity, data, name="briefe.csv", **values):
    found = look(activity, data, name)
    with transaction():
        return take_over(activity, found, **{"skip_bad": False, "actor_id": None, **values})


def stored():
    return db.session.query(Contribution).order_by(Contribution.id).all()


@pytest.mark.requirement("RA-3-01", "RA-3-25")
@pytest.mark.parametrize(
    "data",
    [
        ROWS.encode(),
        ROWS.encode("utf-8-sig"),
        ROWS.encode("cp1252"),
        ROWS.replace(";", ",").encode(),
        ROWS.replace("\n", "\r\n").encode(),
        ("\n\n" + ROWS + ";;;;;\n").encode(),
    ],
    ids=["utf-8", "with a mark", "windows", "commas", "carriage returns", "empty lines"],
)
def test_a_table_is_read_as_spreadsheets_write_it(activity, data):
    assert taken(activity, data) == 2
    first, second = stored()
    assert (first.source, first.state, first.place, first.intake_channel) == (
        "Mehr Bäume.",
        "published",
        "here",
        "letter",
    )
    assert (second.source, second.state, second.intake_channel) == ("=1+1", "filed", "telephone")
    assert first.received_at == datetime(2026, 11, 19, 11, tzinfo=UTC)
    assert [row.sender_name for row in db.session.query(Intake).order_by(Intake.id)] == ["Erika", ""]
    assert counts_by_place(activity) == {"here": 1, "*": 1}
    assert recount() == 0


def xlsx(*rows):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell, *([day] if isinstance(cell, datetime) else []))
    book.close()
    return stream.getvalue()


def test_a_workbook_with_true_days_and_numbers_is_read(activity):
    head = HEAD.strip().split(";")
    data = xlsx(head, ["Brief", datetime(2026, 11, 19), "here", "Mehr Bäume.", "Text", 7])
    assert taken(activity, data, "briefe.xlsx") == 1
    assert db.session.query(Intake).one().sender_name == "7"


@pytest.mark.parametrize(
    "data",
    [b"", b"Name;Wohnort\na;b\n", b"\x00\x01\x02", b"PK\x03\x04kaputt", HEAD.encode() + b'"offen;' + b"x" * 300_000],
    ids=["empty", "other columns", "no text", "no workbook", "an open quote"],
)
def test_what_is_no_such_table_is_refused_with_a_sentence(activity, data):
    with pytest.raises(Invalid) as caught:
        look(activity, data, "datei")
    assert str(caught.value.sentence)
    assert stored() == []


def test_bad_rows_are_named_and_stop_everything_unless_they_may_be_left_out(activity):
    data = (ROWS + "Taube;19.11.2026;;Gurr;;\nBrief;31.2.2026;;Text;;\nBrief;19.11.2026;nowhere;Text;;\n").encode()
    found = look(activity, data, "briefe.csv")
    assert [(row.number, str(row.sentence)) for row in found.bad] == [
        (4, "Bitte wählen Sie, wie der Beitrag einging."),
        (5, "Bitte schreiben Sie das Datum so: 14.12.2026"),
        (6, "Diese Stelle gibt es im Text nicht."),
    ]
    assert (found.rows, len(found.good)) == (5, 2)
    with pytest.raises(Invalid):
        taken(activity, data)
    assert stored() == []
    assert taken(activity, data, skip_bad=True) == 2


def test_refused_rows_come_back_with_the_reason_and_can_be_imported_again(activity):
    found = look(activity, (HEAD + "Taube;19.11.2026;;=SUMME(1);;\n").encode(), "briefe.csv")
    table = "".join(write_csv(passed_on(found.bad)))
    assert "wie der Beitrag einging" in table
    assert "'=SUMME(1)" in table
    assert taken(activity, table.replace("Taube", "Brief").encode()) == 1
    assert stored()[0].source == "=SUMME(1)"


def test_the_same_rows_are_taken_over_once_also_from_a_corrected_file(activity):
    twice = HEAD + "Brief;19.11.2026;;Gleicher Wortlaut.;;\n" * 2
    assert taken(activity, twice.encode()) == 2
    assert look(activity, twice.encode(), "briefe.csv").known == 2
    assert taken(activity, twice.encode()) == 0
    assert taken(activity, (twice + "Brief;18.11.2026;;Neu.;;\n").encode()) == 1
    assert len(stored()) == 3


def test_two_people_who_take_the_same_file_over_at_once_make_nothing_twice(activity):
    found = look(activity, ROWS.encode(), "briefe.csv")
    with transaction():
        take_over(activity, found, skip_bad=False, actor_id=None)
    with pytest.raises(Conflict), transaction():
        take_over(activity, found, skip_bad=False, actor_id=None)
    assert len(stored()) == 2


def test_rows_that_say_what_is_there_already_are_pointed_out(world, activity):
    known = world.contribution(activity.procedure, source="Mehr Bäume!")
    assert [row.double for row in look(activity, ROWS.encode(), "briefe.csv").doubles] == [known.reference]


def test_a_procedure_that_has_not_begun_takes_no_table(world):
    held = world.procedure(stage="draft")
    where = world.activity(held)
    with pytest.raises(Refused):
        look(where, ROWS.encode(), "briefe.csv")


@pytest.mark.parametrize(
    ("text", "day"), [("14.12.2026", (2026, 12, 14)), ("2026-12-14", (2026, 12, 14)), ("14/12", None)]
)
def test_days_are_read(text, day):
    found = day_of(text)
    assert (found and (found.year, found.month, found.day)) == day


def test_a_file_of_too_many_rows_is_refused():
    table = read_table((HEAD + "Brief;19.11.2026;;Text;;\n" * 10_001).encode(), "a.csv")
    with pytest.raises(Invalid, match="refused"):
        list(table.lines)


@pytest.mark.requirement("RA-3-25")
def test_five_thousand_rows_and_a_bad_one_need_few_queries(activity):
    lines = [
        f"Brief;19.11.2026;here;Brief Nummer {number} über die Straße.;Text;Name {number}\n" for number in range(4_999)
    ]
    data = (HEAD + "".join(lines) + "Brief;19.11.2027;;Zu früh.;;\n").encode()
    with count_queries() as asked:
        found = look(activity, data, "briefe.csv")
    assert len(asked) < 35
    assert len(found.bad) == 1
    with count_queries() as written, transaction():
        number = take_over(activity, found, skip_bad=True, actor_id=None)
    assert number == 4_999
    assert len(written) < 200
    assert db.session.query(Contribution).count() == 4_999
    assert db.session.query(EventRow).filter_by(name="contributions.contribution_sent").count() == 4_999
    assert db.session.query(DeliveryRow).filter_by(handler="search.contribution").count() == 4_999
    assert counts_by_place(activity) == {"here": 4_999, "*": 4_999}
