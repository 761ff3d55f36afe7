"""Erasing a person by the registry: each column's rule says what happens to it, whoever made its table."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select, update

from participation.accounts.belonging import Belonging, Rule, rules_by_table
from participation.accounts.events import PersonErased
from participation.accounts.models import Person
from participation.kernel.db import db
from participation.kernel.erased import mark_of
from participation.kernel.events import DeliveryRow, EventRow, emit
from participation.kernel.forgetting import emptied


def erase(person: Person, *, rename: Callable[[], str], withdrawn: bool = False, removed: Collection[int] = ()) -> None:
    """Carry out the registry for a person. `rename` gives a fresh name for each column with the rule "rename".

    keep: stays, and points to nobody any more. clear: emptied. cut: the reference to the person is taken out.
    text: stays as keep does, but is emptied with the contributions whose numbers are in `removed`.
    delete: the whole row goes; deleted last, so that no cascade takes more than the rules ask for.
    """
    db.session.flush()
    rules = rules_by_table()
    mine = Belonging(person, rules)
    person_id, email, mark = person.id, person.email, mark_of(person.id, person.created_at)
    ids = {name: mine.ids(name) for name in mine.tables}  # read before any reference is cut
    for name, table in mine.tables.items():
        _change(table, rules[name], ids[name], rename)
        _empty_texts(table, rules[name], mine.within(name, removed))
    for name, table in reversed(mine.tables.items()):
        if any(rule.on_erase == "delete" for rule in rules[name]):
            _run(delete(table).where(table.c.id.in_(ids[name])))
    _forget_deliveries(person_id, email)
    db.session.expire_all()
    emit(PersonErased(person_id=person_id, mark=mark, withdrawn=withdrawn))


def _change(table: Table, rules: list[Rule], ids: list[int], rename: Callable[[], str]) -> None:
    """Empty, cut and rename in the rows with these numbers."""
    if not ids:
        return
    mine = table.c.id.in_(ids)
    values = {rule.column: _empty(table, rule) for rule in rules if rule.on_erase in ("clear", "cut")}
    if values:
        _run(update(table).where(mine).values(values))
    for rule in rules:
        if rule.on_erase == "rename":
            for number in ids:
                _run(update(table).where(table.c.id == number).values({rule.column: rename()}))


def _empty_texts(table: Table, rules: list[Rule], ids: Collection[int]) -> None:
    """Empty what the person wrote in these rows: they are removed, not only taken off the person."""
    values = {rule.column: _empty(table, rule) for rule in rules if rule.on_erase == "text"}
    if values and ids:
        _run(update(table).where(table.c.id.in_(ids)).values(values))


def _empty(table: Table, rule: Rule) -> Any:
    """What an emptied column holds: nothing, or an empty text or object where something must stand."""
    return None if rule.on_erase == "cut" else emptied(table, rule.column)


def _forget_deliveries(person_id: int, email: str) -> None:
    """What the outbox still had for the person is not delivered."""
    of_person: ColumnElement[bool] = EventRow.data["person_id"].as_integer() == person_id
    about = select(EventRow.id).join(DeliveryRow, DeliveryRow.event_id == EventRow.id)
    waiting = about.where(DeliveryRow.state == "waiting", of_person)
    _run(delete(DeliveryRow).where(DeliveryRow.state == "waiting", DeliveryRow.event_id.in_(waiting)))
    _run(delete(DeliveryRow).where(DeliveryRow.target == email))


def _run(statement: Any) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})
