"""Table of contents: what the format `ballot` gives to the platform."""

from flask_babel import lazy_gettext as _l

from modules.ballot import adopting, checks, dates, results, search, seeds, services, setup_views, views
from modules.ballot.actions import PREPARE, VOTE
from modules.ballot.phases import VOTING
from modules.ballot.routes import bp
from modules.ballot.settings import PRESETS, BallotSettings
from participation.interfaces import Module, SetupPage

PAGES = (views, setup_views)  # they hang their addresses on the blueprint

module = Module(
    name="ballot",
    title=_l("Abstimmung"),
    interface=1,
    blueprint=bp,
    phases=(VOTING,),
    settings=BallotSettings,
    presets=PRESETS,
    setup=(
        SetupPage(
            endpoint="setup",
            title=_l("Fragen der Abstimmung"),
            help=_l("Hier schreiben Sie die Fragen und was man wählen kann. Mit der Öffnung stehen sie fest."),
        ),
    ),
    checks=checks.missing,
    actions=(VOTE, PREPARE),
    dates=dates.days,
    collect=results.collect,
    count="modules.ballot.counting:count",
    figures=results.numbers,
    exports=(results.COUNTED, results.BALLOTS),
    documents=search.entries,
    dump=services.dump,
    load=services.load,
    adopt=adopting.adopt,
    adopted=adopting.adopted,
    seed=seeds.seed,
)
