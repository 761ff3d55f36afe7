"""The authorities and procedures of the demo: each procedure lives through its stages on the days they happened."""

from datetime import datetime, time, timedelta

from participation.commands.answers import registry
from participation.commands.demo_contributions import plant_contributions
from participation.commands.demo_ideas import plant_areas, plant_departments, plant_files
from participation.commands.demo_stage import Demo, Entry, file
from participation.interfaces import Module
from participation.kernel.clock import standing_at, start_of_day
from participation.kernel.db import db
from participation.procedures.advancing import advance, record_clock
from participation.procedures.codes import make_codes
from participation.procedures.lifecycle import GRACE, MANAGERS
from participation.procedures.lists import make_list
from participation.procedures.models import Activity, Procedure
from participation.procedures.queries import dates_of
from participation.procedures.services import add_activity, add_phase, change_procedure, create_procedure
from participation.registry import load_callable
from participation.tenants.models import Tenant
from participation.tenants.services import create_tenant, switch_modules, write_legal_page

PREPARED = timedelta(days=14)  # before the announcement
TEXTS = (
    "title", "summary", "description", "picture_alt", "area", "level", "topic", "deciders", "fixed", "changeable",
    "contact", "legal_basis", "visible_to", "practice",
)  # fmt: skip


def plant_tenants(demo: Demo) -> dict[str, Tenant]:
    """The authorities with their pages, and the pages of the portal over all; by slug."""
    for key, source in demo.content["installation"]["pages"].items():
        write_legal_page(None, key, source)
    return {entry["slug"]: _tenant(entry) for entry in demo.content["tenants"]}


def _tenant(entry: Entry) -> Tenant:
    names = ("slug", "name", "short_name", "kind", "colour", "claim", "contact_email")
    values = {name: entry[name] for name in names}
    tenant = create_tenant(address="\n".join(entry["address"]), **values)
    switch_modules(tenant, entry["modules"])
    for key, source in entry["pages"].items():
        write_legal_page(tenant, key, source)
    return tenant


def plant_procedure(demo: Demo, tenant: Tenant, entry: Entry) -> None:
    """One procedure from its making to where it stands today."""
    announced = start_of_day(demo.day(entry["announced"]))
    prepared = min(announced, demo.planted_at) - PREPARED + timedelta(hours=9)
    with standing_at(prepared):
        procedure = _made(demo, tenant, entry)
        for activity in entry["activities"]:
            _activity(demo, procedure, activity)
    if len(procedure.activities) < len(entry["activities"]):
        demo.notes.append(f"{tenant.slug}/{procedure.slug} stays a draft: a module it needs is not installed.")
    elif entry["stage"] != "draft":
        _live(demo, procedure, entry, prepared)


def _made(demo: Demo, tenant: Tenant, entry: Entry) -> Procedure:
    picture = file("pictures", entry["picture"]).read_bytes() if entry["picture"] else None
    procedure = create_procedure(
        tenant,
        slug=entry["slug"],
        picture=picture,
        announced_on=demo.day(entry["announced"]),
        decision_on=demo.day(entry["decides_on"]),
        answers_by=demo.day(entry["answers_by"]),
        actor_id=demo.submitter.id,
        **{name: entry[name] for name in TEXTS},
    )
    db.session.refresh(procedure, ["tenant"])
    plant_departments(demo, tenant, entry)
    return procedure


def _activity(demo: Demo, procedure: Procedure, entry: Entry) -> None:
    """Place a format with its text and phases, where its module is installed."""
    module = registry().get(entry["module"])
    if module is None:
        return
    activity = add_activity(procedure, module, slug=entry["slug"], title=entry["title"], settings=entry["settings"])
    for phase in entry["phases"]:
        _phase(demo, activity, module, phase)
    _fill(activity, module, entry)


def _phase(demo: Demo, activity: Activity, module: Module, entry: Entry) -> None:
    kind = next(kind for kind in module.phases if kind.name == entry["kind"])
    add_phase(
        activity,
        kind,
        begins=datetime.combine(demo.day(entry["begins"]), time()),
        ends=datetime.combine(demo.day(entry["ends"] + 1), time()),
        title=entry["title"],
        round=entry["round"],
        audience=entry["audience"],
        list_id=_codes(demo, activity.procedure, entry) if "codes" in entry else None,
        identity=tuple(entry["identity"]),
        moderation=entry["moderation"],
    )


def _codes(demo: Demo, procedure: Procedure, entry: Entry) -> int:
    """A list of access codes for a phase; one of them is said, to try it out."""
    found = make_list(procedure, entry["list"], "codes", actor_id=demo.submitter.id)
    new = make_codes(found, entry["codes"], actor_id=demo.submitter.id)
    demo.notes.append(f"An access code of {procedure.slug}, list {found.name}: {new[0].code}")
    return found.id


def _fill(activity: Activity, module: Module, entry: Entry) -> None:
    """Give the format its content: areas on the map, a dump, a text that the module takes over by its own import."""
    if "areas" in entry:
        plant_areas(activity, file("raddialog", entry["areas"]))
    if "content" in entry:
        assert module.load is not None, f"{module.name} has no `load` for its content"
        module.load(activity, entry["content"])
    if "text" in entry:
        data = file("texts", entry["text"]).read_bytes()
        load_callable(module.imports[0].run)(activity, data, entry["text"])


def _seed(demo: Demo, procedure: Procedure, entry: Entry) -> None:
    """Let formats make so many items as an entry wants, on the first day of their first phase."""
    for activity, wanted in zip(procedure.activities, entry["activities"], strict=True):
        module = registry().get(activity.module)
        if module is not None and module.seed is not None and "items" in wanted:
            with standing_at(min(demo.at_ten(wanted["phases"][0]["begins"]), demo.planted_at)):
                module.seed(activity, demo.random, wanted["items"])


def _live(demo: Demo, procedure: Procedure, entry: Entry, prepared: datetime) -> None:
    """Submitted, released by a second person, announced and opened by the clock; then what people did; then the end."""
    with standing_at(prepared + timedelta(days=2)):
        advance(procedure, "submit", actor_id=demo.submitter.id, roles=MANAGERS)
    with standing_at(prepared + timedelta(days=6)):
        advance(procedure, "release", actor_id=demo.decider.id, roles=MANAGERS)
    dates = dates_of(procedure)
    assert dates.announced_at is not None
    assert dates.begins_at is not None
    _clock(demo, procedure, dates.announced_at, dates.begins_at)
    plant_contributions(demo, procedure, entry)
    plant_files(procedure, entry)
    _seed(demo, procedure, entry)
    _end(demo, procedure, entry)


def _clock(demo: Demo, procedure: Procedure, *moments: datetime | None, after: timedelta = timedelta(0)) -> None:
    """Record what the clock did at these moments, as far as they have come."""
    for at in moments:
        if at is not None and at + after <= demo.planted_at:
            with standing_at(at + after):
                record_clock(procedure)


def _end(demo: Demo, procedure: Procedure, entry: Entry) -> None:
    stage, manager = entry["stage"], demo.submitter.id
    if stage in ("paused", "cancelled"):
        resumes = demo.day(entry["resumes"]) if "resumes" in entry else None
        with standing_at(demo.at_ten(entry["stage_on"])):
            advance(
                procedure,
                {"paused": "pause", "cancelled": "cancel"}[stage],
                actor_id=manager,
                roles=MANAGERS,
                reason=entry["reason"],
                resumes_on=resumes,
            )
        return
    _clock(demo, procedure, dates_of(procedure).ends_at, after=GRACE)
    if stage in ("completed", "archived") and "result" not in entry:  # `demo_result` publishes that
        published = entry["stage_on"] if stage == "completed" else entry["decides_on"] + 1
        with standing_at(demo.at_ten(published)):
            advance(procedure, "publish_results", actor_id=demo.decider.id, roles=MANAGERS, frozen=True)
    if stage == "archived":
        retained = demo.day(entry["stage_on"])
        with standing_at(start_of_day(retained)):
            change_procedure(procedure, retained_until=retained)
            record_clock(procedure)
