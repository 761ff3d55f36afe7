"""Table of contents: what the format `text` gives to the platform."""

from flask_babel import lazy_gettext as _l

from modules.text import checks, exports, figures, search, seeds, setup_views, views
from modules.text.actions import COMMENT, PREPARE
from modules.text.phases import COMMENTING, CONSULTATION
from modules.text.routes import bp
from modules.text.settings import PRESETS, TextSettings
from modules.text.types import TEXT_COMMENT
from participation.documents import importing
from participation.interfaces import Import, Module, SetupPage

PAGES = (views, setup_views)  # they hang their addresses on the blueprint

module = Module(
    name="text",
    title=_l("Text mit Kommentaren"),
    interface=1,
    blueprint=bp,
    phases=(CONSULTATION, COMMENTING),
    settings=TextSettings,
    presets=PRESETS,
    setup=(
        SetupPage(
            endpoint="prepare",
            title=_l("Text einlesen und berichtigen"),
            help=_l("Hier kommt der Text aus einer Datei herein, und Sie berichtigen seine Abschnitte."),
        ),
    ),
    checks=checks.missing,
    actions=(COMMENT, PREPARE),
    contributions=(TEXT_COMMENT,),
    figures=figures.numbers,
    exports=(exports.COMMENTS,),
    imports=(
        Import(
            name="text",
            title=_l("Text aus einer Datei"),
            run=importing.import_text,
            activity_title=importing.title_of_file,
        ),
    ),
    documents=search.entries,
    dump=importing.dump,
    load=importing.load,
    seed=seeds.seed,
)
