"""Everybody of the permission table at one moment of two procedures, and how each of them tries to act."""

import tomllib
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

from participation.access.queries import viewer_for
from participation.access.rules import CORE_ACTIONS
from participation.accounts.api_tokens import make_token
from participation.interfaces import STAFF, Role
from participation.kernel.db import transaction
from participation.procedures.guests import join_as_guest, open_guest_session
from participation.registry import load_callable

TABLE = tomllib.loads((Path(__file__).parent / "data" / "permissions.toml").read_text("utf-8"))
NO_STAFF = ("visitor", "guest", "address", "participant", "unproven", "foreign")
PHASES = {
    "coming": {"begins": timedelta(days=2)},
    "open": {"begins": timedelta(days=-5)},
    "over": {"begins": timedelta(days=-60), "lasts": timedelta(days=30)},
}
ANYHOW = ("form_token", "email", "account")
FORMATS = {"text": ANYHOW, "ballot": ("account",), "ideas": ANYHOW, "plan": ANYHOW}
LAW = "# Gesetz zur Probe\n\n## § 1 Zweck\n\n(1) Dieses Gesetz dient der Probe.\n".encode()
QUESTION = {"key": "q1", "kind": "yes_no_abstain", "title": "Soll es so sein?", "text": "", "most": 1, "options": []}
CATEGORY = {"key": "k1", "title": "Wege", "colour": "blue", "shape": "circle"}
CONTENT = {"ballot": {"questions": [QUESTION]}, "ideas": {"categories": [CATEGORY]}}  # else the law is read in
SENT = {  # what people add
    "text": {"type": "text.comment", "place": "p1-abs1"},
    "ideas": {"type": "ideas.idea", "title": "Mehr Licht", "category": "k1"},
    "plan": {"type": "plan.statement"},
}
PAGES = {  # where somebody with the action works; seen from the procedure of the format
    "core:moderate": "/{tenant}/-/moderation/text-blocks",
    "core:invite": "/{tenant}/-/team",
    "core:prepare": "/{tenant}/{procedure}/-/manage/",
    "core:manage": "/{tenant}/{procedure}/-/manage/schedule",
    "core:edit": "/{tenant}/{procedure}/-/manage/contents",
    "core:answer": "/{tenant}/{procedure}/-/manage/worklist",
    "core:recommend": "/{tenant}/{procedure}/-/manage/assigned",
    "core:export": "/{tenant}/{procedure}/-/manage/outputs/with-names?kind=synopsis&format=csv",
    "core:administer": "/{tenant}/-/settings/portal",
    "core:operate": "/-/operation",
    "text:prepare": "/{tenant}/{procedure}/text/a/prepare",
    "ballot:prepare": "/{tenant}/{procedure}/ballot/a/setup",
    "ideas:prepare": "/{tenant}/{procedure}/ideas/a/setup",
    "plan:prepare": "/{tenant}/{procedure}/plan/a/setup",
}
LED_IN = (200, 303)


class Scene:
    """Procedures of an authority at one moment, one for each format, and everybody."""

    def __init__(self, world, moment):
        self.world, self.app, self.moment = world, world.app, moment
        self.tenant = world.tenant("amt")
        at = TABLE["moments"][moment]
        self.places = {name: self._procedure(name, at["stage"], PHASES[at["phases"]]) for name in FORMATS}
        self.reference = world.contribution(self.places["text"], place="p1-abs1").reference
        self.people = {role: self._person(role) for role in TABLE["roles"]}
        with transaction():
            self.guests = {name: join_as_guest(world.again(place), "x" * 43) for name, place in self.places.items()}

    def _procedure(self, module, stage, phases):
        kinds = [kind.name for kind in self.app.extensions["registry"].get(module).phases[:1]]
        values = {"stage": stage, "module": module, "kinds": kinds, "identity": FORMATS[module], **phases}
        made = self.world.procedure(self.tenant, slug=f"mit-{module}", **values)
        found = self.app.extensions["registry"].get(module)
        with transaction():
            activity = self.world.activity(made)
            if module in CONTENT:
                found.load(activity, CONTENT[module])
            else:
                load_callable(found.imports[0].run)(activity, LAW, "probe.md")
        return self.world.again(made)

    def _person(self, role):
        if role in ("visitor", "guest"):
            return None
        if role in ("address", "participant", "operator"):
            person = self.world.person(account=role != "address", operator=role == "operator")
        elif role == "foreign":
            return self.world.staff(self.world.tenant("anderes-amt"), Role.TENANT_ADMIN)
        else:
            return self.world.staff(self.tenant, Role.TENANT_ADMIN if role == "unproven" else Role(role))
        if role == "participant":
            for place in self.places.values():
                self.world.participant(place, person)
        return person

    def place_of(self, action):
        """The procedure in which an action is tried."""
        return self.places.get(action.partition(":")[0], self.places["text"])

    def _guest(self, place):
        return next(self.guests[name] for name, entry in self.places.items() if entry is place)

    def viewer(self, role, place):
        """How the policy sees somebody of the table."""
        guest = self._guest(place) if role == "guest" else None
        return viewer_for(self.people[role], place.id, proven=role != "unproven", guest=guest)

    def client(self, role, place):
        """A browser of somebody of the table."""
        client = FlaskClient(self.app, self.app.response_class, use_cookies=True)  # whatever linted before
        if role == "guest":
            with transaction():
                key, _csrf = open_guest_session(self._guest(place))
            client.set_cookie(str(self.app.config["SESSION_COOKIE_NAME"]), key)
        elif self.people[role] is not None:
            self.world.log_in(client, self.people[role], proven=role != "unproven")
        return client

    def token(self, role):
        """What a program of this person sends; nothing for those who are no person."""
        if self.people[role] is None:
            return {}
        with transaction():
            return {"Authorization": f"Bearer {make_token(self.people[role], self.tenant.id, 'Test')}"}

    def tries(self, client, action):
        """Whether somebody gets through with an action by the pages."""
        if action in PAGES:
            names = {"tenant": self.tenant.slug, "procedure": self.place_of(action).slug}
            return asked(client, "GET", PAGES[action].format(**names)).status_code in LED_IN
        base = f"/{self.tenant.slug}/{self.place_of(action).slug}"
        if action == "core:rate":
            answer = asked(client, "POST", f"{base}/-/contributions/{self.reference}/rate", data={"value": "agree"})
            return answer.status_code in (302, 303)
        if action == "ballot:vote":
            return asked(client, "POST", f"{base}/ballot/a/cast", data={"q1": "yes"}).status_code == 303
        if action == "core:comment":
            return self._sends(client, base, {"module": "text", "parent": self.reference, **SENT["text"]})
        module = action.partition(":")[0]
        return self._sends(client, base, {"module": module, **SENT[module]})

    def _sends(self, client, base, said):
        kept = asked(client, "POST", f"{base}/-/drafts", data={"activity": "a", "text": "Mehr.", **said})
        if kept.status_code != 303:
            return False
        sent = {"do": "send", "text": "Mehr.", "for_organisation": "self", **said}
        return asked(client, "POST", kept.location, data=sent).status_code == 303

    def asks(self, client, headers, action):
        """Whether a program gets through with an action; None where the interface does not offer it."""
        base = f"/api/v1/tenants/{self.tenant.slug}/procedures/{self.places['text'].slug}/contributions"
        new = {"module": "text", "activity": "a", "type": "text.comment", "place": "p1-abs1", "text": "Mehr."}
        calls = {
            "text:comment": ("POST", base, new),
            "core:comment": ("POST", f"{base}/{self.reference}/comments", {"text": "Auch."}),
            "core:rate": ("PUT", f"{base}/{self.reference}/rating", {"value": "agree"}),
        }
        if action not in calls:
            return None
        method, path, sent = calls[action]
        return asked(client, method, path, json=sent, headers=headers).status_code in (200, 201)


def asked(client, method, path, **values):
    """An answer as a server of its own gives it: what the request before put into `g` is gone."""
    with client.application.app_context():
        return client.open(path, method=method, buffered=True, **values)


def actions_of(app):
    """Every action of the core and of the formats, by name."""
    registry = app.extensions["registry"]
    formats = [action for name in FORMATS for action in registry.get(name).actions]
    return {action.name: action for action in (*CORE_ACTIONS, *formats)}


def allowed(role, action, moment):
    """What the table says."""
    if action in TABLE["staff"]:
        return role in TABLE["staff"][action]
    return moment == "during" and role in TABLE["taking_part"][action]


ROLES = {*NO_STAFF, *(role.value for role in STAFF)}
