"""Downloading one's data, and deleting the account."""

import json
import shutil
import zipfile
from contextlib import suppress
from datetime import datetime
from io import BytesIO

from flask import g, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from participation.access.rules import VISITOR
from participation.accounts.models import Person
from participation.accounts.own_data import OwnFile, OwnTable, own_data
from participation.accounts.processing import titles_of_tables
from participation.accounts.queries import person_at
from participation.accounts.services import send_link
from participation.accounts.tokens import LinkOver, read_token, take_token
from participation.contributions.leaving import kept_by_law
from participation.contributions.own import own_procedures
from participation.kernel.clock import local, now
from participation.kernel.db import writing
from participation.kernel.files import UnknownFile, file_store
from participation.pages.account_entry import tenant_id
from participation.pages.account_forms import DeleteForm
from participation.pages.account_routes import bp
from participation.pages.account_settings import knows_password
from participation.voting.leaving import leave
from participation.web.again import again_by_factor
from participation.web.guard import personal, public
from participation.web.known_devices import forget_device
from participation.web.routes import everywhere
from participation.web.sessions import log_out


@everywhere(bp, "/data", methods=["GET", "POST"])
@personal
def data() -> ResponseReturnValue:
    """Say what is in the file; by POST make it."""
    form = FlaskForm()
    if not form.validate_on_submit():
        return render_template("pages/account/data.html")
    at = local(now())
    archive = _archive(list(own_data(g.viewer.person)), at)
    name = f"meine-daten-{at:%Y-%m-%d}.zip"
    answer = send_file(archive, "application/zip", as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _archive(tables: list[OwnTable], at: datetime) -> BytesIO:
    """The file, made and sent in the same log-in: it has no address that somebody else could open later."""
    plain = {"stand": at.isoformat(timespec="seconds"), "daten": {table.name: table.rows for table in tables}}
    plain["dateien"] = {table.name: [file.path for file in table.files] for table in tables if table.files}
    page = render_template("pages/account/data_file.html", tables=tables, titles=titles_of_tables(), made_at=at)
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("meine-daten.json", json.dumps(plain, ensure_ascii=False, indent=2))
        archive.writestr("meine-daten.html", page)
        for own in (own for table in tables for own in table.files):
            _add(archive, own)
    file.seek(0)
    return file


def _add(archive: zipfile.ZipFile, own: OwnFile) -> None:
    """The bytes of a file; one that is no longer in the store is missed by nobody else."""
    with suppress(UnknownFile), file_store().open(own.stored_name) as stored, archive.open(own.path, "w") as copy:
        shutil.copyfileobj(stored, copy)


@everywhere(bp, "/delete-account", methods=["GET", "POST"])
@personal
@again_by_factor
def delete() -> ResponseReturnValue:
    """Say what stays, ask what happens to the contributions, and ask for the password or send a link."""
    person, form = g.viewer.person, DeleteForm()
    if form.validate_on_submit() and knows_password(person, form):
        return _leave(person, form) if person.has_account else _ask_by_mail(person, form)
    number = sum(count for _id, _title, count in own_procedures(person.id))
    values = {"contributions": number, "formal": kept_by_law(person.id)}
    page = render_template("pages/account/delete.html", form=form, person=person, **values)
    return page, 422 if form.errors else 200


def _leave(person: Person, form: DeleteForm) -> ResponseReturnValue:
    with writing():
        leave(person, withdraw_all=form.contributions.data == "withdraw")
    return _farewell()


def _farewell() -> ResponseReturnValue:
    log_out()
    forget_device()
    g.viewer = VISITOR
    return redirect(url_for("portal.tenant_home" if g.tenant else "portal.home", done="account-deleted"))


def _ask_by_mail(person: Person, form: DeleteForm) -> ResponseReturnValue:
    values = {"withdraw": form.contributions.data == "withdraw", "language": person.language}
    with writing():
        send_link("erase", person.email, tenant_id(), person_id=person.id, **values)
    return redirect(url_for("account.sent"))


@everywhere(bp, "/delete-account/<token>", methods=["GET", "POST"])
@public
def erase(token: str) -> ResponseReturnValue:
    """Delete the account of somebody without a password, by link."""
    form = FlaskForm()
    if not form.validate_on_submit():
        link = read_token(token, tenant_id(), "erase")
        if link is None:
            raise LinkOver
        return render_template("pages/account/erase.html", form=form, link=link)
    with writing():
        taken = take_token(token, tenant_id(), "erase")
        person = person_at(taken.person_id)
        if person is None:
            raise LinkOver
        leave(person, withdraw_all=bool(taken.data.get("withdraw")))
    return _farewell()
