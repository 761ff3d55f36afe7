"""`python -m participation.openness.typesetting INPUT.json OUTPUT.pdf`: sets one document, then ends."""

import json
import re
import sys
from datetime import datetime
from pathlib import Path

import typst

HERE = Path(__file__).parent
TEMPLATE = "document.typ"
UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
BOX = "\u25a1"  # stands for a character for which there is no font
ROUNDS = 4


def main(source: Path, target: Path) -> None:
    """Set the document; characters for which there is no font become a box, as the document says at its end."""
    data = source.read_text("utf-8")
    made = int(datetime.fromisoformat(json.loads(data)["made_at"]).timestamp())
    for _round in range(ROUNDS):
        try:
            pdf = typst.compile(
                HERE / TEMPLATE,
                root=HERE,
                sys_inputs={"data": data},
                pdf_standards=["ua-1", "a-2a"],
                timestamp=made,
            )
            target.write_bytes(pdf)
            return
        except typst.TypstError as error:
            unshown = _unshown(str(getattr(error, "diagnostic", error)))
            if not unshown:
                raise
            data = _without(data, unshown)
    raise SystemExit("characters without a font remain")


def _unshown(diagnostic: str) -> set[str]:
    return {ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) for text in UNSHOWN.findall(diagnostic)}


def _without(data: str, unshown: set[str]) -> str:
    letters = "".join(sorted({sign for text in unshown for sign in text if ord(sign) > 126}))
    return re.sub(f"[{re.escape(letters)}]", BOX, data) if letters else data


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
