"""Two authorities that look alike: everybody of the permission table, and one thing of each kind in each procedure.

The first is the permission table's scene, filled from `data/rows.toml`; the second its copy, with its own people.
"""

import hashlib
import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import DateTime, insert, select, update

from participation.accounts.api_tokens import make_token
from participation.accounts.models import Person
from participation.kernel.clock import now
from participation.kernel.config import ROOT
from participation.kernel.db import Instant, db, transaction
from participation.kernel.files import file_store
from participation.kernel.uploads import Upload
from participation.procedures.guests import open_guest_session
from participation.procedures.models import Participant
from participation.tenants.models import Tenant
from tests.permission_scene import Scene

DATA = Path(__file__).parent / "data"
ROWS = tomllib.loads((DATA / "rows.toml").read_text("utf-8"))["row"]
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TIMES = {"now": timedelta(0), "later": timedelta(days=2), "earlier": timedelta(days=-2)}
DRAFT_COOKIE = "the-cookie-of-the-draft-door"
SOFT = {  # keys that the database does not know as such
    "current_version_id": "document_version",
    "draft_version_id": "document_version",
    "before_id": "document_version",
    "root_id": "contribution",
    "parent_id": "contribution",
}
OTHERS_OWN = {
    "tenant",
    "event",
    "event_seal",
    "event_delivery",
    "scope_version",
    "limit_bucket",
    "lease",
    "personal_data",
}


UNPROVEN = ("unproven", "barehanded")  # an administrator and an operator who have not shown a second factor


@dataclass
class Town:
    """An authority: `people` by role, and by procedure the rows there are, each by its name in `data/rows.toml`."""

    world: object
    tenant: str
    people: dict[str, int | None]
    things: dict[str, dict[str, dict]] = field(default_factory=dict)

    def client(self, role):
        """A browser of somebody, with a log-in of its own; it answers as a server does, with a context for each."""
        app = self.world.app
        client = FlaskClient(app, app.response_class, use_cookies=True)
        if role == "guest":
            with transaction():
                key, _csrf = open_guest_session(db.session.get(Participant, self.things["mit-text"]["guest"]["id"]))
            client.set_cookie(str(app.config["SESSION_COOKIE_NAME"]), key)
        elif self.people[role] is not None:
            self.world.log_in(client, db.session.get(Person, self.people[role]), proven=role not in UNPROVEN)
        client.own = dict(client._cookies)  # what the browser shows at every request, whatever it was told to forget
        client.token = {"Authorization": f"Bearer {self._token(role)}"} if self.people.get(role) else {}
        return client

    def _token(self, role):
        """What a program of this person sends."""
        with transaction():
            tenant = db.session.scalar(select(Tenant.id).where(Tenant.slug == self.tenant))
            return make_token(db.session.get(Person, self.people[role]), tenant, "Test")


def two_towns(world):
    """The first authority and its copy."""
    scene = Scene(world, "during")
    people = {role: person.id if person else None for role, person in scene.people.items() if role != "foreign"}
    people |= {"stranger": world.person().id, "member": world.person().id, "barehanded": world.person(operator=True).id}
    first = Town(world, scene.tenant.slug, people)
    with transaction():
        for name, place in scene.places.items():
            shared = next(iter(first.things.values()), {})
            first.things[place.slug] = Furnished(world.again(place), scene.guests[name].id, people, shared).rows
    second = _copied(first, scene.tenant.id)
    folder = ROOT / str(scene.app.config["SETTINGS"]["data_folder"]) / "uploads"
    folder.mkdir(exist_ok=True)
    for key in db.session.scalars(select(Upload.key)):
        (folder / key).touch()
    return first, second


class Furnished:
    """Fills a procedure with the rows of `data/rows.toml`; what there is once in an authority may be `shared`."""

    def __init__(self, place, guest_id, people, shared):
        self.place, self.people, self.count = place, people, 0
        self.rows = {"procedure": _row("procedure", place.id), "guest": _row("participant", guest_id)}
        self.rows["activity"] = _row("activity", place.activities[0].id)
        self.rows["phase"] = _row("phase", place.activities[0].phases[0].id)
        for role, name in (("participant", "author"), ("stranger", "stranger")):
            self.rows[name] = self._participant(people[role], name)
        for table in ("document", "document_version", "node"):
            self._find(table)
        for row in ROWS:
            if row.get("once") and row["table"] in shared:
                self.rows[row["table"]] = shared[row["table"]]
            else:
                self._add({name: value for name, value in row.items() if name != "once"})

    def _find(self, table):
        """What the format has made already, or a row like it."""
        columns = db.metadata.tables[table].c
        owner = {"document": "procedure", "document_version": "document", "node": "document_version"}[table]
        key = columns[{"node": "version_id"}.get(table, f"{owner}_id")]
        found = db.session.execute(select(columns.id).where(key == self.rows[owner]["id"]).limit(1)).scalar()
        fresh = {"number": 1, "key": "p1-abs1", "position": 1, "kind": "paragraph", "text": "Text", "html": "Text"}
        named = {name: value for name, value in fresh.items() if name in columns} | {key.name: self.rows[owner]["id"]}
        self.rows[table] = _row(table, found) if found else self._add({"table": table, "title": "Text"} | named)

    def _participant(self, person_id, name):
        columns = db.metadata.tables["participant"].c
        here = select(columns.id).where(columns.procedure_id == self.place.id, columns.person_id == person_id)
        found = db.session.execute(here).scalar()
        return _row("participant", found) if found else self._add(
            {"table": "participant", "as": name, "person_id": person_id, "pseudonym": "Jemand", "identity": "account"}
        )  # fmt: skip

    def _add(self, row):
        self.count += 1
        table, name = db.metadata.tables[row.pop("table")], row.pop("as", None)
        mark = f"Kanarie{(name or table.name).replace('.', '').replace('_', '')}{self.place.id}"
        given = {column: self._value(value, mark) for column, value in row.items() if column in table.c}
        values = {column.name: self._needed(column, mark) for column in table.c if self._is_missing(column, given)}
        number = db.session.execute(insert(table).values(values | given)).inserted_primary_key[0]
        made = self.rows[name or table.name] = self.rows[table.name] = _row(table.name, number) | {"mark": mark}
        return made

    def _is_missing(self, column, given):
        is_needed = column.name == "tenant_id" or not (column.nullable or column.primary_key)
        return is_needed and column.name not in given and (column.default is None or bool(column.foreign_keys))

    def _needed(self, column, mark):
        if column.name == "tenant_id":
            return self.place.tenant_id
        owners = [key.column.table.name for key in column.foreign_keys if key.column.name == "id"]
        if owners:
            return self.people["participant"] if owners == ["person"] else self.rows[owners[0]]["id"]
        if isinstance(column.type, Instant | DateTime):
            return now()
        kind = column.type.python_type
        if column.name == "reference":
            return _reference(f"{mark}{self.count}")
        return {int: 1, str: mark, bool: False, dict: {}, list: [], date: now().date()}[kind]

    def _value(self, value, mark):
        if isinstance(value, dict):
            return {name: self._value(entry, mark) for name, entry in value.items()}
        if not isinstance(value, str):
            return value
        if value in TIMES:
            return now() + TIMES[value]
        if value.startswith("@"):
            return self._meant(*value[1:].partition(":")[::2])
        if value == "{file}":
            return str(file_store().put(b"Test"))
        unique = hashlib.sha256(f"{mark}{self.count}".encode()).hexdigest()
        named = {"mark": mark, "n": f"{mark}-{self.count}", "key": unique[:40]}
        value = value.format(**named, cookie=hashlib.sha256(DRAFT_COOKIE.encode()).hexdigest())
        return date.fromisoformat(value) if value[:3] == "202" and len(value) == 10 else value

    def _meant(self, name, role):
        if name == "person":
            return self.people[role]
        return db.session.get(Person, self.people[role]).email if name == "mail" else self.rows[name]["id"]


def _reference(seed):
    digits = hashlib.sha256(seed.encode()).digest()
    letters = "".join(ALPHABET[byte % 32] for byte in digits[:10])
    return f"{letters[:5]}-{letters[5:]}"


def _row(table, number):
    """A row as it stands in the database, with the name of its table."""
    columns = db.metadata.tables[table]
    found = db.session.execute(select(columns).where(columns.c.id == number)).mappings().one()
    return {"table": table, **found}


def _copied(first, tenant_id):
    """The second authority: every row of the first one again, under the same name, with people of its own."""
    with transaction():
        numbers = {"person": {}, "tenant": {}}
        tables = db.metadata.tables
        mine = select(tables["tenant"]).where(tables["tenant"].c.id == tenant_id)
        numbers["tenant"][tenant_id] = _insert(tables["tenant"], db.session.execute(mine).mappings().one(), numbers)
        for number in filter(None, first.people.values()):
            person = db.session.execute(select(tables["person"]).where(tables["person"].c.id == number))
            numbers["person"][number] = _insert(tables["person"], person.mappings().one(), numbers)
        _copy_rows(tenant_id, numbers)
    people = {role: numbers["person"].get(number) for role, number in first.people.items()}
    slug = db.session.get(Tenant, numbers["tenant"][tenant_id]).slug
    things = {place: {name: _twin(row, numbers) for name, row in rows.items()} for place, rows in first.things.items()}
    return Town(first.world, slug, people, things)


def _copy_rows(tenant_id, numbers):
    for table in db.metadata.sorted_tables:
        if table.name in OTHERS_OWN | {"person"} or "tenant_id" not in table.c:
            continue
        numbers[table.name] = copied = {}
        rows = db.session.execute(select(table).where(table.c.tenant_id == tenant_id).order_by(table.c.id)).mappings()
        for row in rows.all():
            copied[row["id"]] = _insert(table, row, numbers)
    for table in db.metadata.sorted_tables:
        for name in SOFT.keys() & {column.name for column in table.c if not column.foreign_keys}:
            for old, new in numbers[SOFT[name]].items():
                mine = (table.c.id.in_(numbers[table.name].values()), table.c[name] == old)
                db.session.execute(update(table).where(*mine).values({name: new}))


def _insert(table, row, numbers):
    """The copy of a row: keys lead to the copies, what is unique in the installation gets a tail."""
    alone = {
        constraint.columns[0].name for constraint in table.constraints if len(getattr(constraint, "columns", ())) == 1
    }
    alone |= {column.name for column in table.c if column.unique}
    values = {}
    for column in table.c:
        value = row[column.name]
        owners = [key.column.table.name for key in column.foreign_keys if key.column.name in ("id", "tenant_id")]
        if column.primary_key or value is None:
            continue
        if column.name == "tenant_id":
            value = numbers["tenant"][value]
        elif owners:
            value = numbers.get(owners[0], {}).get(value, value)
        elif column.name in alone and isinstance(value, str):
            value = value[::-1] if column.name == "stored_name" else f"b{value}"
        values[column.name] = value
    return db.session.execute(insert(table).values(values)).inserted_primary_key[0]


def _twin(row, numbers):
    found = numbers.get(row["table"], {}).get(row["id"])
    return _row(row["table"], found) if found else row
