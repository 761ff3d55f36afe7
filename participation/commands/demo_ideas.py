"""What the demo takes over from files: areas on the map, and proposals with comments of a real dialogue.

`config/demo/raddialog/SOURCE.md` says where they come from.
"""

import gzip
import json
from pathlib import Path

from participation.commands.answers import registry
from participation.commands.demo_stage import Demo, Entry, file
from participation.contributions.locations import AREA, DISTRICT, keep_areas
from participation.evaluation.departments import make_department
from participation.kernel import geometry
from participation.procedures.models import Activity, Procedure
from participation.registry import load_callable
from participation.tenants.models import Tenant


def plant_departments(demo: Demo, tenant: Tenant, entry: Entry) -> None:
    """The departments that the categories of a procedure name."""
    for title in entry.get("departments", ()):
        make_department(tenant, title, external=False, actor_id=demo.submitter.id)


def plant_areas(activity: Activity, path: Path) -> None:
    """The area and the districts of a file: features with `kind` and `name`."""
    features = json.loads(path.read_text("utf-8"))["features"]
    for kind in (AREA, DISTRICT):
        wanted = [feature for feature in features if feature["properties"]["kind"] == kind]
        shapes = [geometry.read(feature["geometry"], kinds=geometry.LOADED) for feature in wanted]
        names = [feature["properties"]["name"] for feature in wanted]
        keep_areas(activity, kind, list(zip(names, shapes, strict=True)))


def plant_files(procedure: Procedure, entry: Entry) -> None:
    """Files with contributions, by the import of the format; their days are their own."""
    for activity, wanted in zip(procedure.activities, entry["activities"], strict=True):
        if "import" in wanted:
            module = registry().get(activity.module)
            assert module is not None
            (data, name), comments = (_unpacked(wanted["import"][key]) for key in ("file", "comments"))
            load_callable(module.imports[0].run)(activity, data, name, comments)


def _unpacked(name: str) -> tuple[bytes, str]:
    return gzip.decompress(file("raddialog", name).read_bytes()), name.removesuffix(".gz")
