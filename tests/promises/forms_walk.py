"""Fills in every form of every page with hostile words, as somebody who is allowed to send it."""

from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urljoin, urlsplit

from tests.promises.crawling import ORIGIN, seen_as
from tests.promises.filled import CORPUS, OWN

TYPED = {"text", "search", "textarea", "tel", "password"}  # what takes any words
SAMPLE = {"email": "jemand@uebung.example", "number": "1", "date": "2026-12-01", "url": "https://foreign.example/x9q"}
ENDS_A_SESSION = ("log_out", "leave", "end_session", "end_sessions", "end_other")


class Forms(HTMLParser):
    """The forms of a page: address, method, fields with kind and value."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict] = []
        self.select, self.area = "", ""

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append({"action": values.get("action", ""), "method": values.get("method", "get"), "fields": []})
        elif tag in ("input", "textarea", "select", "button") and values.get("name") and self.found:
            self._field(tag, values)
        elif tag == "option" and self.select and ("selected" in values or values.get("value")):
            fields = self.found[-1]["fields"]
            if "selected" in values or not any(name == self.select for name, _, _ in fields):
                fields[:] = [field for field in fields if field[0] != self.select]
                fields.append((self.select, "select", values.get("value", "")))

    def _field(self, tag, values):
        kind = values.get("type", "text") if tag == "input" else tag
        if tag == "select":
            self.select = values["name"]
        elif kind in ("checkbox", "radio", "button") and any(
            values["name"] == name for name, _, _ in self.found[-1]["fields"]
        ):
            return
        else:
            value = values.get("accept" if kind == "file" else "value", "")
            self.found[-1]["fields"].append((values["name"], kind, value))

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""


def forms_of(html: str) -> list[dict]:
    """All forms of a page."""
    parser = Forms()
    parser.feed(html)
    return parser.found


class Typist:
    """Sends each kind of form once a round: a kind is a view with the names of its fields."""

    def __init__(self, app, client) -> None:
        self.app, self.client = app, client
        self.seen: set[tuple] = set()
        self.fields: dict[tuple[str, str], int] = {}  # how many payloads a field has had
        self.number = 0

    def send_all(self, path: str, html: str):
        """The answers to all forms of a page that were not sent yet, each with the name of its view."""
        for form in forms_of(html):
            address = urlsplit(urljoin(f"{ORIGIN}{path}", form["action"]))
            target = address._replace(scheme="", netloc="", fragment="").geturl()
            view = self._view(target, form["method"])
            kind = (view, *sorted({name for name, _, _ in form["fields"]}))
            if kind in self.seen or not view or any(word in view for word in ENDS_A_SESSION):
                continue
            self.seen.add(kind)
            yield view, target, self._send(view, target, form)

    def _view(self, target: str, method: str) -> str:
        if method.lower() == "get":
            return seen_as(self.app, target)[0]
        plain = urlsplit(target).path.removeprefix("/en")
        try:
            return str(self.app.url_map.bind("localhost").match(plain, method="POST")[0])
        except Exception:  # an address that is none
            return ""

    def _send(self, view: str, target: str, form: dict):
        values = {name: self._value(view, name, kind, value) for name, kind, value in form["fields"]}
        with self.app.app_context():
            if form["method"].lower() == "get":
                return self.client.get(target.partition("?")[0], query_string=values, buffered=True)
            return self.client.post(target, data=values, buffered=True, headers={"Origin": ORIGIN})

    def _file(self, accept: str):
        """A table with hostile heads and cells, or a text, whichever is asked for; the name is hostile too."""
        name, payload = CORPUS["file_names"][self.number % 40], OWN[self.number % len(OWN)]
        if "csv" in accept:
            cell = payload.replace('"', '""')
            return BytesIO(f'Text;Name;"{cell}"\r\n"{cell}";"{cell}";"{cell}"\r\n'.encode()), f"{name}.csv"
        return BytesIO(f"# {payload}\n\n## § 1 {payload}\n\n(1) {payload}\n".encode()), f"{name}.md"

    def _value(self, view: str, name: str, kind: str, value: str):
        if name in ("csrf_token",) or kind in ("hidden", "button", "submit", "checkbox", "radio", "select"):
            return value
        self.number += 1
        self.fields[view, name] = self.fields.get((view, name), 0) + 1
        if kind == "file":
            return self._file(value)
        if kind in TYPED:
            return OWN[self.number % len(OWN)]
        return SAMPLE.get(kind, value)
