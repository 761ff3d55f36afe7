"""`python -m tests.promises.fuzzing TARGET RUNS SEED`: atheris feeds one of the doors for text and files.

Whatever a door refuses with a sentence is an answer; every other exception ends the process with a report.
"""

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["participation", "markdown_it", "html5lib", "docx"]):
    from participation.contributions.intake_table import read_table
    from participation.documents.reading import UnreadableFile, read
    from participation.kernel.files import FileRefused, display_name, inspect
    from participation.kernel.media import DOCUMENTS, PICTURES
    from participation.kernel.refusal import Invalid
    from participation.kernel.text import RICH, TextProblem, clean, excerpt, plain, render, render_rich

from tests.promises.odd_forms import ODD
from tests.promises.upload_set import PDF, related, saved_document

REFUSED = (TextProblem, UnreadableFile, FileRefused, Invalid)


def text_of(data):
    """Bytes as a text; what is no UTF-8 becomes lone surrogates, which are refused."""
    return data.decode("utf-8", "surrogateescape")


def words(data):
    """A text on all its ways to a page."""
    excerpt(plain(render(text_of(data))), 100)


def rich(data):
    """A text of the staff."""
    render_rich(text_of(data))


def markup(data):
    """HTML from elsewhere."""
    clean(text_of(data), RICH)


TARGETS = {
    "words": words,
    "rich": rich,
    "markup": markup,
    "markdown": lambda data: read(data, "a.md"),
    "html": lambda data: read(data, "a.html"),
    "docx": lambda data: read(data, "a.docx"),
    "csv": lambda data: list(read_table(data, "a.csv").lines),
    "file": lambda data: inspect(data, "a.txt", DOCUMENTS | PICTURES | {"xlsx"}),
    "name": lambda data: display_name(text_of(data), "pdf"),
}


def main(target, runs, seed):
    """Feed a door so often, beginning with odd strings and sound files."""

    def one(data):
        with suppress(REFUSED):
            TARGETS[target](data)

    with tempfile.TemporaryDirectory() as folder:
        begun = [text.encode("utf-8", "ignore")[:2_000] for text in ODD]
        begun += [PDF, related("image", "x"), saved_document()] if target in ("docx", "file") else []
        for number, data in enumerate(begun):
            (Path(folder) / str(number)).write_bytes(data)
        options = [
            f"-runs={runs}",
            f"-seed={seed}",
            "-max_len=4000",
            "-timeout=20",
            "-rss_limit_mb=2048",
        ]
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={tempfile.gettempdir()}/", folder], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
