"""Promise 23: where a request ends is never a matter of opinion between the proxy and the portal (smuggling)."""

import re
import socket

import pytest

from tests.benchmarks.served import Server
from tests.promises.nginx import proxied
from tests.promises.visitors import begin
from tests.promises.visitors import planted as planted_site
from tests.promises.writers import settings_for

HIDDEN = "GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n"
HEAD = "POST /-/log-in HTTP/1.1\r\nHost: {host}\r\n"
CHUNKED = "0\r\n\r\n" + HIDDEN
PLAIN = "x" * 5
AMBIGUOUS = {  # requests whose end two readers could see at different places
    "length and chunks": HEAD + "Content-Length: {whole}\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
    "chunks and length": HEAD + "Transfer-Encoding: chunked\r\nContent-Length: {whole}\r\n\r\n" + CHUNKED,
    "two lengths": HEAD + "Content-Length: 5\r\nContent-Length: {more}\r\n\r\n" + PLAIN + HIDDEN,
    "two lengths in one": HEAD + "Content-Length: 5, {more}\r\n\r\n" + PLAIN + HIDDEN,
    "a length with a sign": HEAD + "Content-Length: +5\r\n\r\n" + PLAIN + HIDDEN,
    "a negative length": HEAD + "Content-Length: -1\r\n\r\n" + HIDDEN,
    "a length in hex": HEAD + "Content-Length: 0x5\r\n\r\n" + PLAIN + HIDDEN,
    "a blank before the colon": HEAD + "Content-Length : 5\r\nTransfer-Encoding : chunked\r\n\r\n" + PLAIN + HIDDEN,
    "chunks in a disguise": HEAD + "Content-Length: {whole}\r\nTransfer-Encoding: xchunked\r\n\r\n" + CHUNKED,
    "chunks named twice": HEAD + "Transfer-Encoding: chunked, identity\r\nContent-Length: 5\r\n\r\n" + CHUNKED,
    "a tab before chunked": HEAD + "Content-Length: {whole}\r\nTransfer-Encoding:\x0bchunked\r\n\r\n" + CHUNKED,
    "a folded header": HEAD + "Content-Length: {whole}\r\nTransfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKED,
    "a chunk with a wrong size": HEAD + "Transfer-Encoding: chunked\r\n\r\n5x\r\nabcde\r\n" + CHUNKED,
    "a broken chunk before a request": HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + HIDDEN,
    "a chunk that is too long": HEAD + "Transfer-Encoding: chunked\r\n\r\n2\r\nabcde\r\n" + CHUNKED,
    "a bare line feed in the size": HEAD + "Transfer-Encoding: chunked\r\n\r\n0\n\n" + HIDDEN,
    "chunks in HTTP/1.0": HEAD.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n" + CHUNKED,
}
# nginx ends the first request there and passes two on, each with an end of its own making: both still agree
TWO_FOR_BOTH = {("nginx", "a bare line feed in the size")}
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


def answered(port, text):
    """The statuses that come back for these bytes on one connection."""
    host = f"127.0.0.1:{port}"
    body = text.partition("\r\n\r\n")[2].format(host=host, whole=0, more=0)
    sent = text.format(host=host, whole=len(body), more=len(body))
    with socket.create_connection(("127.0.0.1", port), timeout=3) as connection:
        connection.sendall(sent.encode("latin-1"))
        found = b""
        try:
            while piece := connection.recv(65536):
                found += piece
        except (TimeoutError, ConnectionError):
            pass  # it stays open, or was cut: what came is what there is
    return [int(status) for status in STATUS.findall(found)]


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    """The ports of gunicorn and of nginx before it."""
    folder = tmp_path_factory.mktemp("smuggling")
    url, data = f"sqlite:///{folder / 'site.db'}", str(folder / "data")
    planted_site(url, data, people=1)
    server = Server("app:create_app()", settings_for(url, data, PARTICIPATION_PROXY_HOPS="1"))
    try:
        begin(server)
        with proxied(server.port, folder / "nginx") as port:
            yield {"gunicorn": server.port, "nginx": port}
    finally:
        server.stop()


@pytest.mark.waits
def test_no_request_hides_in_the_body_of_another(doors, figure):
    plain = HEAD + "Content-Length: 5\r\n\r\n" + PLAIN + HIDDEN
    found, through = 0, []
    for door, port in doors.items():
        assert answered(port, plain)[-1:] == [200], "two whole requests on one connection: the second is answered"
        for name, text in AMBIGUOUS.items():
            statuses = answered(port, text)
            found += 1
            if (200 in statuses or not statuses or statuses[0] < 400) and (door, name) not in TWO_FOR_BOTH:
                through.append(f"{door}: {name}: {statuses}")
    figure(f"{found} requests with two possible ends, {len(through)} let a second one through")
    assert through == []
