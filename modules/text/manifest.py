"""Table of contents: what the format `text` gives to the platform."""

from flask_babel import lazy_gettext as _l

from modules.text import checks, exports, figures, search, seeds, services
from modules.text.actions import COMMENT
from modules.text.phases import COMMENTING, CONSULTATION
from modules.text.settings import TextSettings
from modules.text.types import TEXT_COMMENT
from modules.text.views import bp
from participation.interfaces import Import, Module

module = Module(
    name="text",
    title=_l("Text mit Kommentaren"),
    interface=1,
    blueprint=bp,
    phases=(CONSULTATION, COMMENTING),
    settings=TextSettings,
    checks=checks.missing,
    actions=(COMMENT,),
    contributions=(TEXT_COMMENT,),
    figures=figures.numbers,
    exports=(exports.COMMENTS,),
    imports=(
        Import(
            name="text",
            title=_l("Text aus einer Datei"),
            run=services.import_text,
            activity_title=services.title_of_file,
        ),
    ),
    documents=search.entries,
    dump=services.dump,
    load=services.load,
    seed=seeds.seed,
)
