"""Who will see this stands beside each field that a resident fills in: on every page that the routes lead to."""

import lxml.html
import pytest

from tests.promises.towns import two_towns
from tests.promises.walk import asks, nothing_stays, open_ask, path_of, roles_let_in

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # pages are the same on both
RESIDENTS = ("visitor", "address", "guest", "participant", "member", "stranger")
PRESSED = ("hidden", "submit", "button", "image", "reset")
SAYS = "Sichtbar für:"
BY_ID = "//*[@id=$name]"
NOT_SEEN = {  # fields that nobody keeps, with the reason
    ("contributions.find", "reference"): "the number is only looked up",
}


def resident_pages(app, town):
    """Every address that a resident may open, as each of them, with the page; each answer once."""
    clients, seen = {role: town.client(role) for role in RESIDENTS}, set()
    for ask in asks(app):
        if ask.method != "GET" or ask.endpoint.startswith("development."):
            continue
        for role in [role for role in RESIDENTS if role in roles_let_in(app, ask)]:
            answer = open_ask(clients[role], ask, path_of(ask, town))
            text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            if answer.status_code == 200 and (ask.endpoint, shape(text)) not in seen:
                seen.add((ask.endpoint, shape(text)))
                yield ask, text


def shape(html):
    """The names of the fields of a page."""
    return tuple(sorted({name for _form, field in asked_for(html) if (name := field.get("name"))}))


def asked_for(html):
    """The fields that people fill in, of all forms that are sent; those hidden from people left out."""
    for form in lxml.html.fromstring(html).xpath("//main//form") if "<main" in html else []:
        if (form.get("method") or "get").lower() == "post":
            for field in form.xpath(".//input|.//textarea|.//select"):
                if field.get("type", "text") not in PRESSED and not field.xpath("ancestor-or-self::*[@hidden]"):
                    yield form, field


def says_who_sees(field):
    """Whether a field, or the group it is in, names the element that says who sees it."""
    places = [field, *field.xpath("ancestor::fieldset")]
    names = [name for place in places for name in (place.get("aria-describedby") or "").split()]
    root = field.getroottree()
    return any(
        SAYS in lxml.html.tostring(found, encoding="unicode")
        for name in names
        for found in root.xpath(BY_ID, name=name)
    )


def test_every_field_of_a_residents_form_says_who_will_see_it(app, world, figure):
    town, _other = two_towns(world)
    pages, kinds, silent = 0, {}, set()
    with nothing_stays(app):
        for ask, html in resident_pages(app, town):
            fields = [field for _form, field in asked_for(html)]
            pages += bool(fields)
            for field in fields:
                kind = field.get("type", "text") if field.tag == "input" else field.tag
                kinds[kind] = kinds.get(kind, 0) + 1
                if not says_who_sees(field) and (ask.endpoint, field.get("name")) not in NOT_SEEN:
                    silent.add(f"{ask.endpoint} <{kind} name={field.get('name')}>")
    counted = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    figure(f"{sum(kinds.values())} fields of {pages} pages ({counted}), {len(silent)} without a word on who sees them")
    assert not silent, "\n".join(sorted(silent))
    assert {"radio", "checkbox", "select", "textarea", "email"} <= kinds.keys()
