"""The door to other machines: closed by default, open for named hosts alone, and never for long."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from participation.kernel import config, geocoder, outbound
from participation.kernel.config import ConfigError

SPOT = {"display_name": "Markt 1, Musterstadt", "lat": "50.7352", "lon": "7.0986"}


class Service:
    """A geocoder of this test: says what it is told to say, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: tuple[int, bytes, dict[str, str]] = (200, b"[]", {})
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.asked.append(self.path)
                status, body, headers = service.answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Leave it out."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}/search"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def says(self, what: Any) -> None:
        self.answer = (200, json.dumps(what).encode(), {})


@contextmanager
def listening() -> Iterator[Service]:
    service = Service()
    try:
        yield service
    finally:
        service.server.shutdown()
        service.server.server_close()


@pytest.fixture
def service() -> Iterator[Service]:
    with listening() as made:
        yield made


@pytest.fixture
def opened(app: Flask, service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The operator named the service."""
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(settings, "outbound_hosts", [service.host])
    monkeypatch.setitem(settings, "geocoder_url", service.url)
    return service


def test_by_default_nobody_is_asked(app: Flask, service: Service) -> None:
    assert geocoder.spots_at("Markt") == []
    with pytest.raises(outbound.NotAllowed):
        outbound.fetch_json(service.url)
    assert service.asked == []


def test_a_named_service_finds_addresses_and_gets_the_words_alone(opened: Service) -> None:
    opened.says([SPOT, {"display_name": "kaputt", "lat": "x", "lon": "7"}, {"lat": "91", "lon": "7"}, "?", None])
    found = geocoder.spots_at("Markt 1 & mehr", "en")
    assert [(spot.name, spot.position) for spot in found] == [("Markt 1, Musterstadt", "50.7352 7.0986")]
    asked = parse_qs(urlsplit(opened.asked[0]).query)
    assert asked == {"q": ["Markt 1 & mehr"], "format": ["jsonv2"], "limit": ["8"], "accept-language": ["en"]}


@pytest.mark.parametrize("answer", [{"error": "nothing"}, "text", None, 7])
def test_an_odd_answer_is_no_place(opened: Service, answer: Any) -> None:
    opened.says(answer)
    assert geocoder.spots_at("Markt") == []


def test_a_redirect_is_not_followed(opened: Service) -> None:
    with listening() as other:
        opened.answer = (302, b"", {"Location": other.url})
        with pytest.raises(outbound.NoAnswer):
            geocoder.spots_at("Markt")
        assert other.asked == []


@pytest.mark.parametrize("body", [b"no json", b"[" * 100_000, b"[" + b" " * outbound.LARGEST + b"]"])
def test_what_is_no_short_json_is_no_answer(opened: Service, body: bytes) -> None:
    opened.answer = (200, body, {})
    with pytest.raises(outbound.NoAnswer):
        geocoder.spots_at("Markt")


def test_a_service_that_is_away_is_no_answer(app: Flask, opened: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.server.shutdown()
    opened.server.server_close()
    with pytest.raises(outbound.NoAnswer):
        geocoder.spots_at("Markt")


def test_a_proxy_of_the_environment_is_not_asked(opened: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{proxy.host}")
        opened.says([SPOT])
        assert geocoder.spots_at("Markt")
        assert proxy.asked == []


def test_a_geocoder_whose_host_is_not_named_is_refused_at_the_start(tmp_path: Any) -> None:
    wanted = {"data_folder": str(tmp_path), "geocoder_url": "https://geocoder.example/search"}
    with pytest.raises(ConfigError, match="outbound_hosts"):
        config.load(wanted)
    assert config.load(wanted | {"outbound_hosts": ["geocoder.example"]})["geocoder_url"]
