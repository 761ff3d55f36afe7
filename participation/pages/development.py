"""Pages of a development site only: mails it would have sent, codes of invented people, the gallery of components."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, abort, render_template

from participation.accounts.practice import practice_codes
from participation.kernel.mail import mail_folder
from participation.kernel.text import plain
from participation.pages.component_form import forms_to_look_at
from participation.web.guard import public

NEWEST = 100
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")

bp = Blueprint("development", __name__)


class Mail(NamedTuple):
    """A mail in the folder; `pieces` is its text cut at links: (words, is a link)."""

    name: str
    subject: str
    to: str
    date: str
    pieces: list[tuple[str, bool]]
    html_words: str


@bp.get("/-/development/mails")
@public
def mails() -> str:
    """The newest mails of the folder, with their links to press."""
    paths = sorted(mail_folder().glob("*.eml"), reverse=True)
    found = [_read(path) for path in paths[:NEWEST]]
    return render_template("pages/development/mails.html", mails=found, number=len(paths))


@bp.get("/-/development/mails/<name>")
@public
def mail(name: str) -> str:
    """One mail: its text with links, and the words of its HTML part."""
    path = next((path for path in mail_folder().glob("*.eml") if path.stem == name), None)
    return render_template("pages/development/mail.html", mail=_read(path or abort(404)))


@bp.get("/-/development/codes")
@public
def codes() -> str:
    """The present one-time codes of invented people: whoever tries the portal out has no telephone for them."""
    return render_template("pages/development/codes.html", people=practice_codes())


@bp.get("/-/development/components")
@public
def components() -> str:
    """Every component in every state."""
    form, fresh = forms_to_look_at()
    return render_template("pages/components.html", form=form, fresh=fresh)


def _read(path: Path) -> Mail:
    message: EmailMessage = message_from_bytes(path.read_bytes(), policy=policy.default)
    subject, to, date = (str(message.get(header, "")) for header in ("Subject", "To", "Date"))
    html = _part(message, "html")
    return Mail(path.stem, subject, to, date, _pieces(_part(message, "plain")), plain(html).strip())


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _pieces(text: str) -> list[tuple[str, bool]]:
    pieces, end = [], 0
    for link in LINK.finditer(text):
        pieces += [(text[end : link.start()], False), (link.group(), True)]
        end = link.end()
    return [*pieces, (text[end:], False)]
