"""The three kinds of questions."""

from flask_babel import lazy_gettext as _l

YES_NO, SINGLE, SEVERAL = "yes_no_abstain", "single", "several"
KINDS = {
    YES_NO: _l("Ja, Nein oder Enthaltung"),
    SINGLE: _l("Eine Möglichkeit wählen"),
    SEVERAL: _l("Mehrere Möglichkeiten wählen, bis zu einer Höchstzahl"),
}
YES_NO_TITLES = {"yes": _l("Ja"), "no": _l("Nein"), "abstain": _l("Enthaltung")}
GERMAN = {"yes": "Ja", "no": "Nein", "abstain": "Enthaltung"}  # in packages: the same words on every machine
