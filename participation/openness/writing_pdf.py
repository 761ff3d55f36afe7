"""A document as PDF/UA-1 and PDF/A-2a, set by typst in a process of its own.

The process has a memory that goes with it, and where it dies only this file fails. What people wrote reaches typst as
data, never as markup. typst refuses to write a PDF that is not accessible.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from participation.kernel.clock import now
from participation.kernel.config import ROOT
from participation.openness.blocks import Block, Document, Heading, Items, Paragraph, paragraphs

SECONDS = 240  # less than the lease of a job


class NotSet(Exception):
    """The file could not be set; the message is for the log."""


def write_pdf(target: Path, document: Document) -> None:
    """Write the document. Raises NotSet."""
    source = target.with_suffix(".input.json")
    with source.open("w", encoding="utf-8") as file:
        for piece in _json(document):
            file.write(piece)
    command = [sys.executable, "-m", "participation.openness.typesetting", str(source), str(target)]
    try:
        done = subprocess.run(command, cwd=ROOT, timeout=SECONDS, capture_output=True, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise NotSet("typst took too long") from error
    finally:
        source.unlink()
    if done.returncode != 0 or not target.exists():
        raise NotSet(f"typst ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")


def _json(document: Document) -> Iterator[str]:
    said = {"title": document.title, "author": document.author, "subject": document.subject}
    yield json.dumps(said | {"made_at": now().isoformat()}, ensure_ascii=False)[:-1] + ', "blocks": ['
    separator = ""
    for block in document.blocks:
        yield separator + json.dumps(_plain(block), ensure_ascii=False)
        separator = ",\n"
    yield "]}"


def _plain(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "text": block.text, "level": block.level}
    if isinstance(block, Paragraph):
        return {"kind": "text", "lines": paragraphs(block.text)}
    if isinstance(block, Items):
        return {"kind": "items", "entries": list(block.entries)}
    rows = [[paragraphs(cell) for cell in row] for row in block.rows]
    return {"kind": "table", "heads": list(block.heads), "widths": list(block.widths), "rows": rows}
