"""Large tables are written in constant memory; documents are accessible and stay whole whatever is written in them."""

import subprocess
import sys
from pathlib import Path

import openpyxl
import outloud
import pymupdf
import pytest

from participation.openness.blocks import Document, Heading, Items, Paragraph, Table
from participation.openness.sheets import CELL, Column, Sheet, write_xlsx
from participation.openness.writing_pdf import NotSet, write_pdf
from tests.openness.conftest import EVIL

MOST = 50  # MB
WRITE = """
import sys
from pathlib import Path
from participation.openness.sheets import Column, Sheet, write_xlsx
from participation.openness.tabular import write_csv

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024

def rows(number):
    for row in range(number):
        yield {"reference": f"R{row}", "text": f"{row} " + "Bitte bauen Sie einen Radweg. " * 12, "answer": "Ja. " * 40}

def make(number, target):
    if target.suffix == ".csv":
        with target.open("w") as file:
            file.writelines(write_csv(rows(number)))
    else:
        columns = [Column(name=name, title=name) for name in ("reference", "text", "answer")]
        write_xlsx(target, [Sheet(title="Alles", columns=columns, rows=rows(number))], title="T", author="A")

target = Path(sys.argv[1])
make(100, target)
before = peak()
make(100_000, target)
print(peak() - before)
"""


@pytest.mark.requirement("RA-4.4-09")
@pytest.mark.parametrize("name", ["large.csv", "large.xlsx"])
def test_a_hundred_thousand_rows_take_hardly_any_memory(tmp_path, name):
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", WRITE, str(tmp_path / name)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert int(done.stdout) <= MOST
    assert (tmp_path / name).stat().st_size > 1_000_000


def document(*texts):
    def rows():
        yield from ((text, "Wird übernommen", text, "") for text in texts)

    heads = ["Beitrag", "Abwägung", "Antwort der Verwaltung", "Änderung"]
    blocks = [Items([f"Behörde: {texts[0]}"]), Heading(texts[0], 1), Heading("§ 1", 2), Paragraph(texts[0])]
    table = Table("§ 1", heads, [4, 2, 4, 3], rows())
    return Document(title=f"Synopse {EVIL}", author="Stadt", subject="Probe", blocks=iter([*blocks, table]))


@pytest.mark.requirement("RA-4.4-05")
def test_a_pdf_passes_the_accessibility_checker_whatever_is_written_in_it(tmp_path):
    path = tmp_path / "output.pdf"
    write_pdf(path, document(EVIL, *[f"{number}. {EVIL}\n\nZweiter Absatz" for number in range(60)]))
    errors = [finding for finding in outloud.check(str(path)).findings if str(finding.severity).endswith("error")]
    assert errors == []
    with pymupdf.open(path) as file:
        text = " ".join("".join(page.get_text() for page in file).split())
        assert len(file) > 1
        assert file.metadata["title"].startswith("Synopse =HYPERLINK")
    assert '#panic("typst") \\end{} @ref $x$ {{ 7 * 7 }}' in text
    assert "Zeichen" not in text
    assert text.count("Antwort der Verwaltung") > 1, "the head comes again on each page"


def test_a_pdf_that_cannot_be_set_is_no_half_file(tmp_path, monkeypatch):
    monkeypatch.setattr("participation.openness.writing_pdf.SECONDS", 0.001)
    with pytest.raises(NotSet):
        write_pdf(tmp_path / "output.pdf", document("Text"))
    assert list(tmp_path.iterdir()) == []


def test_a_text_that_no_cell_holds_is_cut_and_says_so(tmp_path):
    rows = [{"text": "x" * (CELL + 1)}, {"text": "y" * CELL}]
    sheets = [Sheet(title="A/B: [1]", columns=[Column(name="text", title="Text")], rows=rows)]
    write_xlsx(tmp_path / "x.xlsx", sheets, title="T", author="A")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert sheet["A2"].value.endswith("CSV oder JSON)")
    assert sheet["A3"].value == "y" * CELL
