"""Typed text survives: the log-in ended, the portal rests, the phase closed; the same form goes out later, whole."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest

from participation.accounts.models import LoginSession
from participation.contributions.models import Contribution, Draft
from participation.kernel import readonly
from participation.kernel.clock import now
from participation.kernel.db import db, transaction

SIGNS = "äöüßÄÖÜ€→“”'\"<>&%{}\\/;–𝄞😀 0123456789 abcdefghijklmnopqrstuvwxyz"
LONGEST = 20_000


@pytest.fixture(autouse=True)
def on_again(app):
    yield
    readonly.turn_off()


class Shown(HTMLParser):
    """The form with a text on a page, as a browser would send it; what is shown to be copied counts as `text` too."""

    def __init__(self, answer) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._open: dict[str, str] = {}
        self._area = ""
        self.feed(answer.get_data(as_text=True))

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = {}
        elif tag == "input" and (values.get("type") == "hidden" or "checked" in values):
            self._open[values["name"]] = values.get("value", "")
        elif tag == "textarea":
            self._area = values.get("name", "text")
            self._open[self._area] = ""

    def handle_data(self, data):
        if self._area:
            self._open[self._area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._open[self._area] = self._open[self._area].removeprefix("\n")  # as browsers do
            self._area = ""
        if "text" in self._open and tag in ("form", "textarea"):
            self.fields = self._open


class Writer:
    """Somebody with a log-in who has typed a text and stands before its last button."""

    def __init__(self, world, client, procedure) -> None:
        self.world, self.client, self.person = world, client, world.person()
        with transaction():
            self.person.confirmed_at = now() - timedelta(days=30)
        self.root = f"/{procedure.tenant.slug}/{procedure.slug}"

    def log_in(self):
        self.world.log_in(self.client, self.person)

    def begin(self):
        self.client.delete_cookie("s")
        self.client.delete_cookie("d")
        self.log_in()
        names = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here"}
        self.draft = self.client.post(f"{self.root}/-/drafts", data=names | {"text": "Der Anfang."}).location
        return self.form()

    def form(self):
        return Shown(self.client.get(self.draft)).fields

    def send(self, fields):
        return self.client.post(self.draft, data=fields | {"do": "send"})


def interrupted(how, writer, fields, at):
    """The answer to the form that was sent at the wrong moment; afterwards the moment is right again."""
    if how == "log-in":
        with transaction():
            db.session.query(LoginSession).delete()
        answer = writer.send(fields)
        writer.log_in()
    elif how == "resting":
        readonly.turn_on()
        answer = writer.send(fields)
        readonly.turn_off()
    else:
        with at(now() + timedelta(days=60)):
            writer.log_in()
            answer = writer.send(fields | {"csrf_token": writer.form()["csrf_token"]})
        writer.log_in()
    return answer


def same(one, other):
    """Equal but for spaces at the ends of lines, which are not kept."""
    lines = [[line.rstrip() for line in text.strip().splitlines()] for text in (one, other)]
    return lines[0] == lines[1]


def test_what_was_typed_is_there_after_each_interruption(world, client, at, sized, chance, figure):
    rounds, lost, statuses = sized(test=2, quick=10, full=100), [], {}
    procedure = world.procedure()
    for number in range(rounds):
        for how in ("log-in", "resting", "closed"):
            length = chance.choice((30, 300, LONGEST))
            words = f"{number} {how} " + "".join(chance.choices(SIGNS + "\n", k=length - 30)) + "."
            writer = Writer(world, client, procedure)
            fields = writer.begin() | {"text": words.replace("\n", "\r\n")}
            answer = interrupted(how, writer, fields, at)
            statuses[how] = answer.status_code
            shown = Shown(answer).fields.get("text", "")
            sent = writer.send(writer.form() | {"text": shown, "for_organisation": "self"})
            made = db.session.query(Contribution).order_by(Contribution.id.desc()).first()
            if not (same(shown, words) and sent.status_code == 303 and made is not None and same(made.source, words)):
                lost.append((how, words[:80], shown[:80], sent.status_code))
    figure(
        f"{len(lost)} of {3 * rounds} texts lost or changed: log-in ended, portal resting (503), phase closed (409); "
        "each was shown whole and sent later as it was shown"
    )
    assert not lost, lost[:3]
    assert statuses == {"log-in": 401, "resting": 503, "closed": 409}
    assert db.session.query(Draft).count() == 0
