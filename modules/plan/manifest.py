"""Table of contents: what the format `plan` gives to the platform."""

from flask_babel import lazy_gettext as _l

from modules.plan import checks, exports, figures, search, seeds, services, setup_views, views
from modules.plan.actions import COMMENT, PREPARE
from modules.plan.phases import DISCUSSING, DISPLAY
from modules.plan.routes import bp
from modules.plan.settings import PlanSettings
from modules.plan.types import STATEMENT
from participation.documents import importing
from participation.interfaces import Import, Module, SetupPage

PAGES = (views, setup_views)  # they hang their addresses on the blueprint

module = Module(
    name="plan",
    title=_l("Plan"),
    interface=1,
    blueprint=bp,
    phases=(DISPLAY, DISCUSSING),
    settings=PlanSettings,
    setup=(
        SetupPage(
            endpoint="setup",
            title=_l("Ebenen und Unterlagen"),
            help=_l("Was auf der Karte liegt, mit Legende, und die Unterlagen als Text daneben."),
        ),
    ),
    checks=checks.missing,
    actions=(COMMENT, PREPARE),
    contributions=(STATEMENT,),
    figures=figures.numbers,
    exports=(exports.STATEMENTS,),
    imports=(
        Import(
            name="plan",
            title=_l("Unterlagen des Plans"),
            run="participation.documents.importing:import_text",
            activity_title=importing.title_of_file,
        ),
    ),
    documents=search.entries,
    dump=services.dump,
    load=services.load,
    seed=seeds.seed,
)
