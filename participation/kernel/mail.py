"""Mail: composed from a text and an HTML template, sent by the worker, or put into a folder in development."""

import smtplib
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale

from participation.kernel.clock import now
from participation.kernel.config import ROOT

TIMEOUT_SECONDS = 20


def compose(
    template: str,
    *,
    to: str,
    language: str,
    number: str,
    sender_name: str,
    unsubscribe: str | None = None,
    **values: Any,
) -> EmailMessage:
    """A mail from `mail/<template>.txt` (whose first line is the subject) and `mail/<template>.html`.

    `number` makes the Message-ID, the same over all tries. A line break in a header is refused by the policy.
    """
    settings = current_app.config["SETTINGS"]
    with force_locale(language):
        subject, _, body = render_template(f"mail/{template}.txt", **values).partition("\n")
        html = render_template(f"mail/{template}.html", subject=subject, **values)
    message = EmailMessage()
    message["Subject"] = subject.strip()
    message["From"] = str(Address(sender_name, addr_spec=settings["mail_sender"]))
    message["To"] = to
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{number}@{settings['mail_sender'].partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(body.strip() + "\n")
    message.add_alternative(html, subtype="html")
    return message


def send(message: EmailMessage) -> None:
    """Hand a mail to the server, or to the folder. Raises what smtplib raises; the outbox tries again."""
    settings = current_app.config["SETTINGS"]
    if not settings["mail_server"]:
        return _put_into_folder(message)
    with smtplib.SMTP(settings["mail_server"], settings["mail_port"], timeout=TIMEOUT_SECONDS) as server:
        if settings["mail_starttls"]:
            server.starttls()
        if settings["mail_user"]:
            server.login(settings["mail_user"], settings["mail_password"])
        server.send_message(message)
    return None


def mail_folder() -> Path:
    """Where mails land when there is no mail server."""
    folder: Path = ROOT / current_app.config["SETTINGS"]["data_folder"] / "mail"
    return folder


def _put_into_folder(message: EmailMessage) -> None:
    folder = mail_folder()
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{now():%Y%m%d-%H%M%S-%f}-{message['Message-ID'].strip('<>').partition('@')[0]}.eml"
    (folder / name).write_bytes(message.as_bytes())
