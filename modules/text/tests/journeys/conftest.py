"""A consultation on a real law, as the journeys find it."""

from datetime import timedelta
from pathlib import Path

import pytest

from participation.documents import importing
from participation.kernel.clock import today
from participation.kernel.db import transaction
from participation.procedures.models import Procedure
from participation.testing.browser import Site

LAW = Path(__file__).parents[4] / "tests" / "data" / "laws" / "ozg.md"
WORDS = {
    "slug": "onlinezugang",
    "title": "Wie Ämter online erreichbar werden",
    "summary": "Viele Anträge soll man von zu Hause stellen können. Sagen Sie, was das Gesetz dafür braucht.",
    "deciders": "Der Landtag von Musterland",
    "fixed": "Dass es ein Gesetz gibt.",
    "changeable": "Fristen und Zuständigkeiten.",
    "answers_by": today() + timedelta(days=90),
}


def consultation(site: Site, **values: object) -> Procedure:
    """A running procedure with the text of the law, open for comments by confirmed e-mail and by account."""
    tenant = site.world.tenant("musterland", name="Ministerium für Digitales")
    made = site.world.procedure(tenant, module="text", **WORDS, **values)
    with transaction():
        importing.import_text(site.world.activity(made), LAW.read_bytes(), LAW.name)
    return site.world.again(made)


@pytest.fixture
def law(site: Site) -> Procedure:
    """The consultation of `consultation`."""
    return consultation(site)
