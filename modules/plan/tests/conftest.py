"""A plan with documents and a layer."""

import re

import pytest

from modules.plan import services
from participation.documents.importing import import_text
from participation.kernel.db import transaction

TEXT = """# Begründung

## 1 Anlass

Der Bahnhof bekommt einen Vorplatz.

Die Linden bleiben stehen.

## 2 Verkehr

Busse halten künftig im Norden.
"""
SHAPES = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Baufeld 1"}, "geometry": '
    '{"type": "Polygon", "coordinates": [[[7.0, 50.7], [7.1, 50.7], [7.1, 50.8], [7.0, 50.8], [7.0, 50.7]]]}}]}'
)


@pytest.fixture
def procedure(world):
    made = world.procedure(module="plan", title="Bahnhofsplatz")
    with transaction():
        import_text(world.activity(made), TEXT.encode(), "begruendung.md")
        services.add_shapes(world.activity(made), title="Baufelder", legend="Blau umrandet.", source=SHAPES)
    return world.again(made)


@pytest.fixture
def base(procedure):
    return f"/{procedure.tenant.slug}/{procedure.slug}"


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
