"""Mail: composed from a text and an HTML template, sent by the worker, or put into a folder in development."""

import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale

from participation.kernel.clock import now
from participation.kernel.config import ROOT
from participation.kernel.events import Final

TIMEOUT_SECONDS = 20
ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
LONGEST_ANSWER = 300  # characters of what a mail server says


class Undeliverable(Final):
    """The mail server refused for good (5xx): there is no such mailbox, or it does not want this mail.

    Its text is the answer of the server, without addresses.
    """


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
    """Hand a mail to the server, or to the folder.

    Raises Undeliverable where the server refuses for good, else what smtplib raises; then the outbox tries again.
    """
    settings = current_app.config["SETTINGS"]
    if not settings["mail_server"]:
        return _put_into_folder(message)
    with smtplib.SMTP(settings["mail_server"], settings["mail_port"], timeout=TIMEOUT_SECONDS) as server:
        if settings["mail_starttls"]:
            server.starttls(context=ssl.create_default_context())
        if settings["mail_user"]:
            server.login(settings["mail_user"], settings["mail_password"])
        _hand_over(server, message)
    return None


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        if all(500 <= code < 600 for code in _codes(error)):
            raise Undeliverable(answer_of(error)) from None  # the cause holds an address, which no log may tell
        raise


def _codes(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [error.smtp_code]


def answer_of(error: Exception) -> str:
    """What a mail server said, or what kind of error it was; no addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error  # type: ignore[assignment]
    else:
        return str(error) if isinstance(error, Final) else type(error).__name__
    answer: object = said  # bytes, but text where the line broke
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return " ".join(ADDRESS.sub("…", f"{code} {words}").split())[:LONGEST_ANSWER]


def mail_folder() -> Path:
    """Where mails land when there is no mail server."""
    folder: Path = ROOT / current_app.config["SETTINGS"]["data_folder"] / "mail"
    return folder


def _put_into_folder(message: EmailMessage) -> None:
    folder = mail_folder()
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{now():%Y%m%d-%H%M%S-%f}-{message['Message-ID'].strip('<>').partition('@')[0]}.eml"
    (folder / name).write_bytes(message.as_bytes())
