"""Finds a page of every view: by links from the start pages, and from the table of addresses where no link leads."""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

ORIGIN = "http://localhost"
START = ["/", "/-/account", "/-/operation", "/-/staff"]
LEADS = {"a": "href", "link": "href", "img": "src", "script": "src"}
TRIES = 6  # addresses for a view that no link leads to


class Links(HTMLParser):
    """The addresses of ours a page leads to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found = page, []

    def handle_starttag(self, tag, attrs):
        if address := dict(attrs).get(LEADS.get(tag, "")):
            joined = urlsplit(urljoin(f"{ORIGIN}{self.page}", address))
            if f"{joined.scheme}://{joined.netloc}" == ORIGIN:
                self.found.append(joined._replace(scheme="", netloc="", fragment="").geturl())


def links_of(page: str, html: str) -> list[str]:
    """Where a page leads, without leaving the portal."""
    parser = Links(page)
    parser.feed(html)
    return parser.found


def seen_as(app: Flask, path: str) -> tuple[str, dict[str, object]]:
    """The view behind an address of ours and what the address tells it; or nothing."""
    plain = re.sub(r"^/-/preview/[^/]+/[^/]+", "", urlsplit(path).path).removeprefix("/en") or "/"
    try:
        endpoint, values = app.url_map.bind("localhost").match(plain, method="GET")
    except HTTPException:
        return "", {}
    return str(endpoint), dict(values)


def fullest(found: list[tuple[str, str, TestResponse]]) -> list[str]:
    """Of each view the page with the most on it, of what a walk found."""
    best: dict[str, tuple[int, str]] = {}
    for path, endpoint, answer in found:
        best[endpoint] = max(best.get(endpoint, (0, "")), (len(answer.data), path))
    return [path for _, path in best.values()]


class Walk:
    """The pages somebody reaches, each kind once: a kind is a view in a place, with its format, its language and the
    names of its query; on a quick walk without the last two.
    """

    def __init__(self, app: Flask, client: FlaskClient, places: set[str] | None = None, *, quick: bool = False) -> None:
        self.app, self.client, self.places, self.is_quick = app, client, places, quick
        self.opened: dict[str, str] = {}  # endpoint → an address that answered 200
        self.values: dict[str, set[object]] = defaultdict(set)  # what stands in addresses, by its name

    def pages(self, start=None) -> Iterator[tuple[str, str, TestResponse]]:
        """Address, endpoint and answer, first by links, then what is missing."""
        yield from self._by_links(list(start or START))
        missing = [rule for rule in self.app.url_map.iter_rules() if "GET" in rule.methods]
        for rule in missing:
            for path in self._addresses(rule) if rule.endpoint not in self.opened else ():
                answer = self._open(path, rule.endpoint)
                yield path, rule.endpoint, answer
                if answer.status_code == 200:
                    break

    def _by_links(self, start: list[str]) -> Iterator[tuple[str, str, TestResponse]]:
        waiting, seen, times = deque(start), set(start), Counter()
        while waiting:
            path = waiting.popleft()
            endpoint, values = seen_as(self.app, path)
            for name, value in values.items():
                self.values[name].add(value)
            place = values.get("procedure") or values.get("tenant")
            kind = (endpoint, place, values.get("format"), *self._turn(path))
            if not endpoint or times[kind] or self._is_elsewhere(place) or "/preview/" in path:
                continue
            times[kind] += 1
            answer = self._open(path, endpoint)
            yield path, endpoint, answer
            for link in self._further(path, answer):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)

    def _turn(self, path: str) -> list[object]:
        query = sorted(dict(parse_qsl(urlsplit(path).query)))
        return [] if self.is_quick else [path.startswith("/en"), *query]

    def _is_elsewhere(self, place: object) -> bool:
        return bool(self.places) and place is not None and place not in self.places

    def _open(self, path: str, endpoint: str) -> TestResponse:
        with self.app.app_context():
            answer = self.client.get(path, buffered=True)
        if answer.status_code == 200:
            self.opened.setdefault(endpoint, path)
        return answer

    def _further(self, path: str, answer: TestResponse) -> list[str]:
        if answer.location:
            return [answer.location.removeprefix(ORIGIN)]
        is_page = answer.mimetype == "text/html" and answer.status_code < 500
        return links_of(path, answer.get_data(as_text=True)) if is_page else []

    def _addresses(self, rule: Rule) -> list[str]:
        """Some addresses of a view, from what stood in others."""
        adapter, found = self.app.url_map.bind("localhost"), []
        names = sorted(rule.arguments - set(rule.defaults or {}))
        known = [sorted(self.values.get(name) or {1, "x"}, key=str)[:TRIES] for name in names]
        for values in list(product(*known))[:TRIES]:
            try:
                found.append(
                    adapter.build(rule.endpoint, dict(zip(names, values, strict=True)) | (rule.defaults or {}))
                )
            except Exception:  # a value that this converter does not take
                continue
        return found
