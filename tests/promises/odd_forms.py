"""Every form and every parameter there is, found by walking the pages as different people; filled with odd strings."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import lxml.html
from werkzeug.exceptions import HTTPException

from tests.promises.crawling import Walk

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ODD: list[str] = [
    *json.loads((ROOT / "tests/data/hostile/naughty_strings.json").read_text("utf-8")),
    *json.loads((HERE / "data/odd_strings.json").read_text("utf-8")),
]
BROKEN = (
    b"\x00",
    b"a\x00b",
    b"\xff",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xed\xb0\x80x",
    b"\xf8\x88\x80\x80\x80",
    b"\xc0\xaf",
)
ROLES = ("visitor", "resident", "case_worker", "tenant_admin", "operator")
ARGUMENT = re.compile(r"""args\.(?:get|getlist|get_all)\(\s*["'](\w+)["']""")


@dataclass(frozen=True)
class Form:
    """A form on a page: where it goes, and its fields with what stands in them."""

    page: str
    role: str
    action: str
    endpoint: str
    method: str
    is_multipart: bool
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Its fields without the token."""
        return sorted({name for name, _value in self.fields} - {"csrf_token"})


def parameters() -> list[str]:
    """The names of all query parameters that some code reads."""
    code = [path for folder in ("participation", "modules") for path in (ROOT / folder).rglob("*.py")]
    return sorted({name for path in code for name in ARGUMENT.findall(path.read_text("utf-8"))})


def walk(planted, *, roles=ROLES, places=None, quick=False) -> tuple[dict, dict]:
    """Everything found: forms by (endpoint, method, names), and pages by (endpoint, names of the query)."""
    forms: dict[tuple, Form] = {}
    pages: dict[tuple, tuple[str, str]] = {}
    for role in roles:
        for path, endpoint, answer in Walk(planted.app, planted.client(role), places, quick=quick).pages():
            if answer.mimetype == "text/html" and answer.status_code == 200:
                asked = sorted(dict(parse_qsl(urlsplit(path).query)))
                pages.setdefault((endpoint, *asked), (path, role))
                for form in forms_on(planted.app, path, role, answer.get_data(as_text=True)):
                    forms.setdefault((form.endpoint, form.method, *form.names), form)
    return forms, pages


def forms_on(app, path: str, role: str, html: str) -> Iterator[Form]:
    """The forms of a page."""
    for form in lxml.html.fromstring(html).forms:
        action = (
            urlsplit(urljoin(f"http://localhost{path}", form.get("action") or ""))
            ._replace(scheme="", netloc="")
            .geturl()
        )
        method = (form.get("method") or "get").upper()
        endpoint = _view(app, action, method)
        if endpoint:
            yield Form(
                path, role, action, endpoint, method,
                form.get("enctype") == "multipart/form-data",
                tuple(_values(form)),
                tuple(field.get("name") for field in form.xpath(".//input[@type='file']")),
            )  # fmt: skip


def _view(app, action: str, method: str) -> str:
    path = urlsplit(action).path.removeprefix("/en") or "/"
    try:
        return app.url_map.bind("localhost").match(path, method=method)[0]
    except HTTPException:
        return ""


def _values(form) -> Iterator[tuple[str, str]]:
    for field in form.xpath(".//input[@name]|.//textarea[@name]|.//select[@name]|.//button[@name]"):
        if field.get("type") == "file":
            continue
        if field.tag == "select":
            chosen = field.xpath(".//option[@selected]") or field.xpath(".//option")
            yield field.get("name"), (chosen[0].get("value") or "") if chosen else ""
        else:
            yield field.get("name"), field.text_content() if field.tag == "textarea" else field.get("value", "")


def filled(form: Form, turn: int, chance: random.Random) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The fields, about half of them with an odd string instead of what stood there; and which these were."""
    odd = {
        name: ODD[(turn + 17 * place) % len(ODD)] for place, name in enumerate(form.names) if chance.random() < 0.6
    } or {name: ODD[turn % len(ODD)] for name in form.names[:1]}
    kept = dict(form.fields)
    return [*((kept | odd).items())], odd


def query(values: dict[str, str]) -> str:
    """A query string; lone surrogates cannot stand in one."""
    return urlencode({name: value.encode("utf-8", "ignore") for name, value in values.items()})
