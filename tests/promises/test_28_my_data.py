"""My data: out and gone. Every place that can hold something of a person is marked, exported, erased, searched."""

import io
import json
import re
import tomllib
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.accounts.models import Person
from participation.accounts.own_data import own_data
from participation.accounts.processing import homeless
from participation.contributions.intake_models import Intake
from participation.contributions.models import Attachment
from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.files import file_store
from participation.kernel.orphans import sweep_files
from participation.kernel.outbox import work_off
from participation.kernel.retention import PersonalData
from participation.search.models import SearchRow
from participation.voting.leaving import leave
from tests.promises.markers import MARK, all_cells, files_with, index_holds, mark_everything

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
KEPT = tomllib.loads((Path(__file__).parent / "data" / "kept_without_name.toml").read_text("utf-8"))


def kept(*kinds):
    return {(table, column) for kind in kinds for table, columns in KEPT[kind].items() for column in columns}


def test_the_download_covers_every_column_of_the_registry(world, figure):
    person = world.person(name=f"{MARK} Name")
    made = mark_everything(person)
    query = select(PersonalData.table_name, PersonalData.column_name).where(PersonalData.in_export)
    wanted = {tuple(row) for row in db.session.execute(query)}
    tables = list(own_data(person))
    found = {(table.name, column) for table in tables for column, _ in table.purposes}
    shown = json.dumps([table.rows for table in tables], ensure_ascii=False, default=str)
    lost = [cell for cell, mark in made.cells.items() if cell in wanted and mark not in shown]
    figure(f"{len(found & wanted)} of {len(wanted)} columns, {len(made.cells)} marked cells, {len(lost)} missing")
    assert wanted - found == set()
    assert lost == []


def test_every_table_with_personal_data_stands_in_the_record_of_processing(app):
    """A table that is not there: say in `participation/processing.toml` to which activity it belongs."""
    assert homeless() == []


@pytest.mark.parametrize("withdraw_all", [False, True], ids=["keep", "remove"])
def test_after_erasure_no_mark_is_left_but_what_stays_without_a_name(world, figure, withdraw_all):
    """Every text cell of every table that belongs to somebody, those of removed modules too."""
    world.procedure()
    person, other = world.person(name=f"{MARK} Name"), world.person()
    with transaction():
        person.email = f"{MARK}@uebung.example"
    made, theirs = mark_everything(person), mark_everything(other)
    with transaction():
        leave(person, withdraw_all=withdraw_all)
    cells = all_cells()
    left = {cell for cell, mark in made.cells.items() if mark in cells.get(cell, "")}
    left |= {cell for cell, said in cells.items() if f"{MARK}@" in said or f"{MARK} Name" in said}
    may = kept("always", *([] if withdraw_all else ["text"]))
    surprising, stale = sorted(left - may), sorted(may - left)
    hurt = [cell for cell, mark in theirs.cells.items() if mark not in cells.get(cell, "")]
    figure(f"{len(surprising)} of {len(made.cells)} marks left where none may be; {len(hurt)} of another person hurt")
    assert surprising == [], "say in data/kept_without_name.toml why it stays"
    assert stale == [], "stands in data/kept_without_name.toml, and goes"
    assert hurt == []
    assert db.session.get(Person, made.person_id) is None


def test_each_column_that_stays_has_a_reason_of_its_own(figure):
    said = [reason for tables in KEPT.values() for columns in tables.values() for reason in columns.values()]
    empty = [reason for reason in said if len(reason) < 20]
    figure(f"{len(said)} columns stay after an erasure, {len(empty)} without a reason")
    assert empty == []


def test_a_letter_of_the_person_loses_its_scan_and_what_leads_to_the_paper(world, figure):
    """What staff recorded for somebody with an account: name, address, file number and the bytes of the scan."""
    person, procedure = world.person(), world.procedure()
    written, stored = world.contribution(procedure, person, "Steht auch im Brief."), file_store().put(b"Unterschrift")
    about = {"tenant_id": procedure.tenant_id, "contribution_id": written.id, "recorded_at": now()}
    marks = dict.fromkeys(("sender_name", "sender_address", "sender_email", "file_reference", "file_name"), MARK)
    with transaction():
        db.session.add(Intake(**about, **marks, stored_name=stored, media_type="application/pdf", size=12))
    with transaction():
        leave(db.session.get(Person, person.id), withdraw_all=False)
    sweep_all()
    found = db.session.scalars(select(Intake).where(Intake.contribution_id == written.id)).one()
    left = [name for name in (*marks, "stored_name", "media_type") if getattr(found, name)]
    files = files_with("Unterschrift")
    figure(f"{len(left)} columns and {len(files)} files of a letter left")
    assert (left, files) == ([], [])


def test_pages_index_outbox_mails_and_files_hold_no_mark_after_removal(world, client, mails, caplog, figure):
    """A life by the services: a name, an address, a text, a file; then pages, index, outbox, folder, log."""
    person, procedure = world.person(name=f"{MARK} Name"), world.procedure()
    with transaction():
        person.email = f"{MARK}@uebung.example"
    written = world.contribution(procedure, person, f"{MARK}text soll weg.")
    stored = attach(written, f"{MARK}.txt", f"{MARK} bytes".encode())
    mails()
    page = f"/{procedure.tenant.slug}/{procedure.slug}/-/contributions/{written.reference}"
    assert MARK in client.get(page).get_data(as_text=True)
    assert db.session.scalar(select(SearchRow.id).where(SearchRow.contribution_id == written.id)) is not None
    archive = archive_of(world, person)
    assert f"{MARK}text soll weg." in archive.read("meine-daten.json").decode()
    assert archive.read(f"dateien/attachment/1-{MARK}.txt") == f"{MARK} bytes".encode()
    with transaction():
        leave(db.session.get(Person, person.id), withdraw_all=True)
    work_off()
    sweep_all()
    places = {
        "cells": [cell for cell, said in all_cells().items() if MARK in said],
        "files": [name for name in files_with(MARK, stored) if not name.startswith("mail/")],
        "page": [page] if MARK in client.get(page).get_data(as_text=True) else [],
        "index": ["database file"] if index_holds(MARK) else [],
        "log": [record.getMessage() for record in caplog.records if MARK in record.getMessage()],
    }
    figure(f"{sum(map(len, places.values()))} places with a mark: tables, files, pages, index, log")
    assert not any(places.values()), places


def attach(contribution, name, data):
    """A file beside a contribution, as sending one stores it."""
    stored = file_store().put(data)
    with transaction():
        row = {"tenant_id": contribution.tenant_id, "contribution_id": contribution.id, "stored_name": stored}
        db.session.add(Attachment(**row, name=name, media_type="text/plain", size=len(data)))
    return stored


def archive_of(world, person):
    """What the person downloads."""
    browser = FlaskClient(world.app, world.app.response_class, use_cookies=True)
    world.log_in(browser, person)
    token = TOKEN.search(browser.get("/-/data").get_data(as_text=True))[1]
    answer = browser.post("/-/data", data={"csrf_token": token})
    return zipfile.ZipFile(io.BytesIO(answer.data))


def sweep_all():
    """The sweeper, two hours later."""
    with standing_at(now() + timedelta(hours=2)):
        sweep_files()
