"""Table of contents: what the format `ideas` gives to the platform."""

from flask_babel import lazy_gettext as _l

from modules.ideas import (
    checks,
    exports,
    figures,
    handlers,
    import_views,
    near_views,
    open311,
    resources,
    seeds,
    services,
    setup_views,
    views,
)
from modules.ideas.actions import PREPARE, SUBMIT
from modules.ideas.phases import COLLECTING, RATING
from modules.ideas.routes import bp
from modules.ideas.settings import PRESETS, IdeasSettings
from modules.ideas.types import IDEA
from participation.interfaces import Import, Module, SetupPage

PAGES = (near_views, views, import_views, setup_views)  # they hang their addresses on the blueprint

module = Module(
    name="ideas",
    title=_l("Ideen"),
    interface=1,
    blueprint=bp,
    phases=(COLLECTING, RATING),
    settings=IdeasSettings,
    presets=PRESETS,
    setup=(
        SetupPage(
            endpoint="setup",
            title=_l("Kategorien"),
            help=_l("Wonach Ideen geordnet sind, mit einem Zeichen für die Karte."),
        ),
        SetupPage(
            endpoint="choose_files",
            title=_l("Ideen aus einer Datei"),
            help=_l("Ideen und Kommentare aus einem anderen Portal oder einer Tabelle übernehmen."),
        ),
    ),
    checks=checks.missing,
    actions=(SUBMIT, PREPARE),
    contributions=(IDEA,),
    handlers=handlers.HANDLERS,
    figures=figures.numbers,
    exports=(exports.IDEAS,),
    imports=(
        Import(
            name="ideas",
            title=_l("Ideen aus einer Datei"),
            run="modules.ideas.importing.writing:import_ideas",
            comments=True,
        ),
    ),
    resources=(resources.IDEAS, resources.PLACES, open311.SERVICES, open311.REQUESTS),
    dump=services.dump,
    load=services.load,
    seed=seeds.seed,
)
