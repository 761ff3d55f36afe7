"""The side menu of the staff: only what the viewer may, with the number of what waits there."""

from typing import NamedTuple

from flask import current_app, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from participation.access.rules import (
    ADMINISTER,
    ANSWER,
    EDIT,
    INVITE,
    MANAGE,
    MODERATE,
    PREPARE,
    RECOMMEND,
    Viewer,
    can,
    works_at,
)
from participation.interfaces import Action
from participation.moderation.desk import Work, desk_of, may_moderate, work_at
from participation.procedures.queries import stage_of
from participation.tenants.queries import slug_of

Entry = tuple[str, str, bool, int | None]
Group = list[Entry]


class Menu(NamedTuple):
    """The groups of a menu; in the workspace of a procedure with its title and stage above them."""

    groups: list[Group]
    title: str = ""
    stage: str = ""


class Place(NamedTuple):
    """A page of the workspace of a procedure, and who works there."""

    endpoint: str
    title: object
    action: Action


PLACES = (
    (
        Place("manage.overview", _l("Übersicht"), PREPARE),
        Place("dashboard.show", _l("Stand und Zahlen"), ANSWER),
        Place("manage.facts", _l("Angaben"), MANAGE),
        Place("formats.index", _l("Formate"), EDIT),
        Place("schedule.show", _l("Zeitplan"), MANAGE),
        Place("contents.index", _l("Inhalte"), EDIT),
        Place("people.index", _l("Listen und Codes"), MANAGE),
        Place("preview.choose", _l("Vorschau"), PREPARE),
        Place("steps.show", _l("Freigabe und Ablauf"), MANAGE),
    ),
    (
        Place("moderation.queue", _l("moderator"), MODERATE),
        Place("worklist.show", _l("Arbeitsliste"), ANSWER),
        Place("assignments.mine", _l("Mir zugewiesen"), RECOMMEND),
        Place("keywords.index", _l("Schlagwörter"), ANSWER),
        Place("intake.index", _l("Eingänge erfassen"), ANSWER),
        Place("answers.waiting", _l("Antworten freigeben"), ANSWER),
        Place("versions.work", _l("Fassungen des Textes"), EDIT),
        Place("results.work", _l("Ergebnis"), MANAGE),
        Place("outputs.index", _l("Ausgaben"), ANSWER),
    ),
    (Place("mailings.index", _l("E-Mails"), MANAGE), Place("log.show", _l("Protokoll"), MANAGE)),
)
SETTING_UP = ("areas", "passing_on")  # pages of a format that stand beside those of its module
RELEASING = ("answers.waiting", "answers.publish")  # the other pages of answers belong to the work list


def staff_nav(work: Work | None = None) -> Menu:
    """The staff menu: entries are (text, address, current, count); give `work` where the page has read it."""
    if g.tenant is None:
        return Menu([_operation_nav()])
    if g.procedure is not None:
        return Menu(_procedure_nav(), g.procedure.title, stage_of(g.procedure).value)
    return Menu([_tenant_nav(work)])


def _tenant_nav(work: Work | None) -> Group:
    entries = _if_there(_("Verfahren"), "making.home") if works_here() else []
    if may_moderate(g.viewer, g.tenant):
        work = work or work_at(desk_of(g.viewer, g.tenant))
        entries.append(_entry(_("moderator"), "moderation.queue", work.open))
    if can(g.viewer, MANAGE, g.tenant).allowed:
        entries += _if_there(_("Organisationen"), "organisations.index")
    if can(g.viewer, ANSWER, g.tenant).allowed:
        entries += _if_there(_("Textbausteine"), "answer_blocks.index")
    if can(g.viewer, INVITE, g.tenant).allowed:
        entries.append(_entry(_("Team"), "staff.team"))
    if can(g.viewer, ADMINISTER, g.tenant).allowed:
        entries += _if_there(_("Stellen"), "departments.index")
        entries += _if_there(_("Rollen und Rechte"), "rights.show")
        entries += _if_there(_("Datenschutz"), "privacy.show")
        entries += _if_there(_("Einstellungen"), "administration.show")
    return entries


def _operation_nav() -> Group:
    places = (
        ("operation.show", _("Behörden")),
        ("operation.procedures", _("Alle Verfahren")),
        ("operation.health", _("Zustand")),
        ("operation.people", _("Betrieb")),
        ("rights.installation", _("Rollen und Rechte")),
        ("privacy.installation", _("Datenschutz")),
        ("moderation.barriers", _("Gemeldete Barrieren")),
    )
    return [(text, url_for(endpoint), request.endpoint == endpoint, None) for endpoint, text in places]


def _procedure_nav() -> list[Group]:
    """Along the work: prepare and release, look after, look up."""
    groups = [
        [entry for place in places if can(g.viewer, place.action, g.procedure).allowed for entry in _place(place)]
        for places in PLACES
    ]
    return [group for group in groups if group]


def may_open(endpoint: str) -> bool:
    """Whether the viewer works on this page of the procedure's workspace."""
    found = [place for places in PLACES for place in places if place.endpoint == endpoint]
    return any(can(g.viewer, place.action, g.procedure).allowed for place in found)


def address_of(endpoint: str) -> str:
    """The address of a page of the workspace, as the menu has it."""
    return _entry("", endpoint)[1]


def _place(place: Place) -> list[Entry]:
    return _if_there(str(place.title), place.endpoint)


def works_here() -> bool:
    """Whether the viewer has any role at the authority or in one of its procedures; asks no database."""
    return works_at(g.viewer, g.tenant.id)


def _if_there(text: str, endpoint: str) -> list[Entry]:
    return [_entry(text, endpoint)] if endpoint in current_app.view_functions else []


def _entry(text: str, endpoint: str, count: int | None = None) -> Entry:
    narrow = {"procedure": g.procedure.slug} if endpoint == "moderation.queue" and g.procedure is not None else {}
    blueprint = endpoint.partition(".")[0]
    return text, url_for(endpoint, **narrow), _is_current(endpoint, blueprint), count


def _is_current(endpoint: str, blueprint: str) -> bool:
    """What prepares a format belongs to the formats, the picture to the facts, cases and answers to the work list."""
    if blueprint == "manage":
        return request.endpoint == endpoint or (endpoint, request.endpoint) == ("manage.facts", "manage.picture")
    if request.blueprint == "answers" and blueprint in ("answers", "worklist"):
        return (request.endpoint in RELEASING) == (blueprint == "answers")
    return (
        (request.blueprint, blueprint) == ("cases", "worklist")
        or request.blueprint == blueprint
        or (blueprint == "formats" and (g.get("activity") is not None or request.blueprint in SETTING_UP))
        or (request.blueprint, blueprint) == ("places", "administration")
    )


def staff_home() -> str | None:
    """Where "Verwaltung" in the account menu leads, None for everybody who is no staff here; asks no database.

    On the pages of the portal it leads to the first authority somebody works at; only there one query asks for it.
    """
    viewer, tenant = g.get("viewer"), g.get("tenant")
    if viewer is None or viewer.person is None:
        return None
    proven = viewer.with_proof()  # before that the page leads to the second factor
    if tenant is None:
        return url_for("operation.show") if proven.operates else _first_home(proven)
    return url_for("making.home") if works_at(proven, tenant.id) else None


def _first_home(viewer: Viewer) -> str | None:
    numbers = sorted({tenant for _role, tenant, _procedure in viewer.grants if works_at(viewer, tenant)})
    slug = slug_of(numbers[0]) if numbers else None
    return url_for("making.home", tenant=slug) if slug else None
