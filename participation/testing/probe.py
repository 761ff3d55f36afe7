"""The smallest whole module: what the core's own tests place in procedures, so that they name no real one."""

from collections import Counter
from pathlib import Path
from random import Random

from flask import Blueprint, g
from flask_babel import lazy_gettext as _l

from participation.contributions import services as contributions
from participation.interfaces import (
    INTERFACE,
    Action,
    Bar,
    ContributionType,
    Found,
    Module,
    Package,
    PhaseKind,
    Results,
    Step,
    Tally,
    Visibility,
)
from participation.procedures.models import Activity
from participation.procedures.participants import participant_for
from participation.testing.people import some_people
from participation.web.guard import public

bp = Blueprint("probe", __name__)

ADD = Action(name="probe:add", title=_l("Eine Notiz hinzufügen"), taking_part=True)
LOOK = Action(name="probe:look", title=_l("Notizen lesen"), taking_part=True)
VOTE = Action(name="probe:vote", title=_l("Über Notizen abstimmen"), taking_part=True)
CORE = frozenset({"core:comment", "core:rate"})
NOTING = PhaseKind(name="noting", title=_l("Notieren"), step=Step.CONSULTATION, opens=CORE | {"probe:add"})
TALKING = PhaseKind(name="talking", title=_l("Besprechen"), step=Step.COMMENTING, opens=CORE)
SECRET = PhaseKind(
    name="secret",
    title=_l("Im Stillen"),
    step=Step.CONSULTATION,
    opens=frozenset({"probe:add"}),
    visible_to=Visibility.OWN,
)
VOTING = PhaseKind(
    name="voting",
    title=_l("Abstimmen"),
    step=Step.VOTING,
    opens=frozenset({"probe:vote"}),
    visible_to=Visibility.OWN,
)
NOTE = ContributionType(
    name="probe.note",
    title=_l("Notiz"),
    action=ADD.name,
    place_exists=lambda _activity, place: place in ("", "here", "there"),
    place_title=lambda _activity, place: f"Stelle {place}" if place else "",
)


@bp.get("/")
@public
def index() -> str:
    """A page with nothing but its title."""
    return (
        f"<!doctype html><html lang=de><head><title>{g.activity.title}</title></head><body><h1>Probe</h1></body></html>"
    )


@bp.get("/notes/<reference>")
@public
def detail(reference: str) -> str:
    """A page for one note."""
    return f"<!doctype html><html lang=de><head><title>{reference}</title></head><body><h1>Notiz</h1></body></html>"


def seed(activity: Activity, random: Random, number: int) -> None:
    """So many notes by some people, in the first phase."""
    people = some_people(random, min(number, 20))
    for position in range(number):
        person = people[position % len(people)]
        by = participant_for(activity.procedure, person)
        contributions.add(activity.phases[0], by=by, kind=NOTE.name, source=f"Notiz {position}", place="here")


def collect(activity: Activity) -> Package:
    """The choices that a test put into the settings, as if people had cast them."""
    return Package(parameters={"options": ["yes", "no"]}, rows={"ballots": list(activity.settings.get("cast", ()))})


def count(package: Package) -> Results:
    """How often each option was chosen; the one chosen most is picked, unless two were."""
    votes = Counter(ballot["choice"] for ballot in package.rows["ballots"])
    most = max(votes.values(), default=0)
    tie = list(votes.values()).count(most) > 1
    bars = tuple(
        Bar(key=key, label=f"Antwort {key}", value=votes[key], chosen=not tie and 0 < votes[key] == most)
        for key in package.parameters["options"]
    )
    tally = Tally(key="probe", title="Soll es so sein?", bars=bars, total=votes.total(), tie=tie)
    return Results(ballots=votes.total(), tallies=(tally,))


MODULE = Module(
    name="probe",
    title=_l("Probe"),
    interface=INTERFACE,
    blueprint=bp,
    phases=(NOTING, TALKING, SECRET, VOTING),
    actions=(ADD, LOOK, VOTE),
    contributions=(NOTE,),
    collect=collect,
    count=count,
    seed=seed,
)
PROBE = Found(module=MODULE, folder=Path(__file__).parent / "probe_folder")
