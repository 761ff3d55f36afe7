"""Nothing is kept longer: every period of the registry has a clock, and the clock is exact."""

import re
from datetime import timedelta

from sqlalchemy import inspect, select

from participation.accounts.services import request_confirmation
from participation.accounts.tokens import VALID
from participation.contributions.drafts import keep_draft
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.kernel.forgetting import forget_due
from participation.kernel.retention import CONTACT, FILE, PersonalData, RetentionRule
from participation.moderation.models import Report
from participation.procedures import lists
from participation.procedures.audience_models import ListEntry
from participation.procedures.contact_data import forget_contacts
from participation.procedures.models import Procedure
from tests.promises.rows_made import make_row, no_keys, table_named

NO_CLOCK = {  # ends by what people do, or by a job of its own: what that is
    FILE: "the archive decides",
    CONTACT: "contact_data",
    "bis zur Löschung des Kontos": "erasure, unused_accounts",
    "bis zur Löschung des Kontos oder des Passkeys": "erasure",
    "bis zum Widerruf": "ending the subscription",
    "solange die Person mitarbeitet": "taking the role away",
    "bis die Organisation jemanden streicht": "the organisation",
    "solange das Protokoll aufbewahrt wird": "numbers only",
    "7 Tage nach der Ausgabe": "outputs",
}
JOBS = {"retention", "contact_data", "unused_accounts", "outputs", "uploads", "proofs", "files"}
A_MINUTE = timedelta(minutes=1)


def rules():
    return list(db.session.scalars(select(RetentionRule).order_by(RetentionRule.table_name)))


def follows(name, timed):
    """Whether rows of a table go with rows of one that has a clock."""
    return any(
        key["options"].get("ondelete") == "CASCADE" and key["referred_table"] in timed
        for key in inspect(db.engine).get_foreign_keys(name)
    )


def test_every_period_of_the_registry_is_kept_by_something(app, figure):
    """A column with a period that no job keeps fails here: give its table a rule with `keep_for` in its migration."""
    timed = {rule.table_name for rule in rules()}
    found = db.session.execute(select(PersonalData.table_name, PersonalData.column_name, PersonalData.period)).all()
    columns = [(table, column, period) for table, column, period in found if column != "*"]
    missing = [
        f"{table}.{column}: {period}"
        for table, column, period in columns
        if period not in NO_CLOCK and table not in timed and not follows(table, timed)
    ]
    figure(f"{len(columns)} columns with a period, {len(missing)} that nothing keeps")
    assert missing == []
    assert {job.name for job in app.extensions["periodics"]} >= JOBS


def test_a_rule_counts_the_days_that_the_registry_names(app):
    wrong = []
    for rule in rules():
        query = select(PersonalData.period).where(PersonalData.table_name == rule.table_name)
        named = {int(number) for period in db.session.scalars(query) for number in re.findall(r"(\d+) Tag", period)}
        if rule.days and named and rule.days not in named:
            wrong.append(f"{rule.table_name}: {rule.days} days, but {sorted(named)}")
    assert wrong == []


def test_time_travel_takes_all_due_rows_and_none_early(app, figure):
    """In every table with a clock one row a minute before its time and one a minute after it."""
    kept, due = {}, {}
    with no_keys() as connection:
        for rule in rules():
            table, edge = table_named(rule.table_name), now() - timedelta(days=rule.days)
            filled = dict.fromkeys([name for name in rule.clears.split(",") if name], "gefüllt@uebung.example")
            kept[rule.table_name] = make_row(connection, table, **{rule.counted_from: edge + A_MINUTE}, **filled)
            due[rule.table_name] = make_row(connection, table, **{rule.counted_from: edge - A_MINUTE}, **filled)
    with transaction():
        forget_due()
    late = [name for name, number in due.items() if is_there(name, number)]
    early = [name for name, number in kept.items() if not is_there(name, number)]
    figure(f"{len(due) - len(late)} of {len(due)} due rows gone, {len(early)} early")
    assert (late, early) == ([], [])


def is_there(name, number):
    """Whether a row still holds what its rule lets go."""
    table = table_named(name)
    rule = db.session.scalars(select(RetentionRule).where(RetentionRule.table_name == name)).one()
    columns = [table.c[column] for column in rule.clears.split(",") if column] or [table.c.id]
    found = db.session.execute(select(*columns).where(table.c.id == number)).first()
    return found is not None and any(found)


def test_what_the_platform_makes_itself_ends_on_time(world, at):
    """From the making of a draft and a link, not from a date that a test wrote."""
    procedure, began = world.procedure(), now()
    fields = {"text": "Noch nicht fertig"}
    with transaction():
        on = {"cookie": "c", "person_id": None, "kind": "probe.note", "place": "", "parent": None, "fields": fields}
        keep_draft(world.activity(procedure), **on)
        request_confirmation("neu@uebung.example", None, "", "de")
    lasts = {"draft": timedelta(days=90), "token": VALID["log_in"] + timedelta(days=1)}
    for name, length in sorted(lasts.items(), key=lambda entry: entry[1]):
        with at(began + length - A_MINUTE), transaction():
            assert name not in forget_due()
        with at(began + length + A_MINUTE), transaction():
            assert forget_due()[name] == 1


def test_contact_data_goes_when_the_period_of_its_procedure_is_over(world, at, figure):
    """Each column the registry calls contact data, in a procedure whose period is over, in one whose is not, in one
    that still runs."""
    began, found = now(), {}
    for name, stage, days in (("over", "completed", 10), ("later", "completed", 20), ("running", "running", 1)):
        procedure = world.procedure(stage=stage)
        with transaction():
            db.session.get(Procedure, procedure.id).contact_days = days
        found[name] = contacts_in(world, procedure)
    named = set(db.session.scalars(select(PersonalData.table_name).where(PersonalData.period == CONTACT)))
    assert named == set(found["over"]), "a table with contact data that this test does not fill"
    with at(began + timedelta(days=10) - A_MINUTE), transaction():
        assert forget_contacts() == 0
    with at(began + timedelta(days=10) + A_MINUTE), transaction():
        gone = forget_contacts()
    left = {name: [table for table, mark in rows.items() if holds(table, mark)] for name, rows in found.items()}
    figure(f"{gone} rows with contact data emptied of {len(named)} due, {2 * len(named)} kept before their time")
    assert left == {"over": [], "later": sorted(named), "running": sorted(named)}
    assert gone == len(named)


def contacts_in(world, procedure):
    """A mark in every table with contact data of a procedure, by table."""
    marks = {name: f"{name}-{procedure.id}@uebung.example" for name in ("intake", "list_entry", "report")}
    written = world.contribution(procedure)
    with transaction():
        listed = lists.make_list(world.again(procedure), name="Eingeladen", kind="members")
        db.session.add(
            ListEntry(tenant_id=procedure.tenant_id, list_id=listed.id, email=marks["list_entry"], added_at=now())
        )
        about = {"tenant_id": procedure.tenant_id, "contribution_id": written.id}
        db.session.add(Report(**about, reason="insult", at=now(), email=marks["report"]))
    with no_keys() as connection:
        letter = {"tenant_id": procedure.tenant_id, "contribution_id": written.id, "sender_email": marks["intake"]}
        make_row(connection, table_named("intake"), **letter)
    return dict(sorted(marks.items()))


def holds(name, mark):
    """Whether a mark still stands in a table."""
    rows = db.session.execute(select(table_named(name))).mappings()
    return any(mark in str(value) for row in rows for value in row.values())
