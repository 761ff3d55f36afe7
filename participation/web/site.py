"""What the frame of every page shows: name, menu, language, account, legal pages. Templates call it `site`."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from participation.kernel import readonly
from participation.tenants.models import LEGAL_PAGES
from participation.web.messages import MESSAGES
from participation.web.preview import Banner, banner
from participation.web.staff_nav import staff_home

LANGUAGES = {"de": "Deutsch", "en": "English"}


@dataclass(frozen=True, kw_only=True)
class Site:
    """The frame. Where nobody is logged in it carries nothing personal, so that the page can be cached."""

    name: str
    home_url: str
    logo_url: str | None
    logo_alt: str
    stylesheet_url: str | None
    practice: bool
    nav: list[tuple[str, str, bool]]
    languages: list[tuple[str, str, str, bool]]
    account: list[tuple[str, str]]
    logout_url: str | None
    csrf_token: str | None
    legal: list[tuple[str, str]]
    barrier_url: str
    message: tuple[str, str] | None
    preview: Banner | None
    resting: Any | None


def init_app(app: Flask) -> None:
    """Give every template `locale`, and `site` where it is a page: the mails of the worker have no frame."""
    app.context_processor(lambda: {"locale": str(get_locale())} | ({"site": site()} if has_request_context() else {}))


def site() -> Site:
    """The frame of the page that is being made."""
    tenant = g.get("tenant")
    person, guest = getattr(session, "person", None), getattr(session, "guest", None)
    settings = current_app.config["SETTINGS"]
    return Site(
        name=tenant.name if tenant else settings["name"],
        home_url=url_for("portal.tenant_home") if tenant else url_for("portal.home"),
        logo_url=url_for("portal.logo") if tenant and tenant.logo_hash else None,
        logo_alt=tenant.logo_alt if tenant else "",
        stylesheet_url=url_for("portal.colours") if tenant else None,
        practice=settings["practice"],
        nav=_nav(),
        languages=[(code, name, language_url(code), code == str(get_locale())) for code, name in LANGUAGES.items()],
        account=_account(person),
        logout_url=url_for("account.log_out") if person else _leave_url(),
        csrf_token=generate_csrf() if person or guest else None,
        legal=_legal(in_tenant=tenant is not None),
        barrier_url=url_for("reports.barrier", page=request.path),
        message=MESSAGES.get(request.args.get("done", "")),
        preview=banner(),
        resting=readonly.banner(),
    )


def _nav() -> list[tuple[str, str, bool]]:
    entries = [(_("Verfahren"), url_for("portal.procedures")), (_("Suche"), url_for("search.results"))]
    return [(text, url, url == request.script_root + request.path) for text, url in entries]


def _legal(*, in_tenant: bool) -> list[tuple[str, str]]:
    pages = [(_title(key), url_for("portal.legal", key=key)) for key in LEGAL_PAGES]
    return [(_("Alle Behörden"), url_for("portal.home", tenant=None)), *pages] if in_tenant else pages


def _account(person: Any) -> list[tuple[str, str]]:
    if g.get("viewer") is not None and g.viewer.guest is not None:
        return [(_("Meine Beiträge"), url_for("guests.mine"))]
    if person is None:
        return [(_("login"), url_for("account.log_in"))]
    home = staff_home()
    staff = [(_("Verwaltung"), home)] if home else []
    return [*staff, (_("my_participation"), url_for("account.participation"))]


def _leave_url() -> str | None:
    """Where a guest leaves: as somebody without an account only in the own procedure."""
    is_guest = g.get("viewer") is not None and g.viewer.guest is not None
    return url_for("guests.leave") if is_guest else None


def _title(key: str) -> str:
    titles: dict[str, str] = {
        "imprint": _("Impressum"),
        "privacy": _("Datenschutz"),
        "rules": _("Nutzungsregeln"),
        "accessibility": _("Barrierefreiheit"),
        "help": _("Hilfe"),
        "contact": _("Kontakt"),
    }
    return titles[key]


def legal_title(key: str) -> str:
    """The title of a legal page."""
    return _title(key)


def language_url(code: str) -> str:
    """The address of this very page in another language."""
    root = request.script_root.removesuffix("/en") + ("/en" if code == "en" else "")
    path = request.path
    if g.get("host_tenant"):
        path = path.removeprefix(f"/{g.host_tenant}")
    query = request.query_string.decode("utf-8", "replace")
    return f"{root}{path}" + (f"?{query}" if query else "")
