"""Watching that nobody is called: sockets of this process, and a listener that hears every call, whoever makes it."""

import socket
import sys
import threading
from contextlib import contextmanager

CALLS = (
    "socket.connect",
    "socket.sendto",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "urllib.Request",
    "ftplib.connect",
)
_watching: list[list[str]] = []


def _hear(event, arguments):
    if _watching and event in CALLS:
        _watching[-1].append(f"{event} {arguments[1:]}")


sys.addaudithook(_hear)  # cannot be taken off again; says nothing while nobody watches


@contextmanager
def watched():
    """Every call for a connection or a name that Python code of this process makes meanwhile."""
    heard: list[str] = []
    _watching.append(heard)
    try:
        yield heard
    finally:
        _watching.remove(heard)


class Canary:
    """A listener at this machine; whatever is fetched from it, by libraries and other processes too, is counted."""

    def __init__(self):
        self.heard = []
        self.sockets = [self._listening(socket.AF_INET, "127.0.0.1", 0)]
        self.port = self.sockets[0].getsockname()[1]
        self.threads = [threading.Thread(target=self._listen, args=(one,), daemon=True) for one in self.sockets]
        for thread in self.threads:
            thread.start()

    def _listening(self, family, host, port):
        made = socket.socket(family)
        made.bind((host, port))
        made.listen(50)
        return made

    def _listen(self, listening):
        while True:
            try:
                caller, address = listening.accept()
            except OSError:
                return
            self.heard.append(address)
            caller.close()

    def close(self):
        """Stop listening."""
        for one in self.sockets:
            one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self.threads:
            thread.join(5)

    @property
    def tricks(self) -> list[str]:
        """Forty ways to write the address of the listener, or of what lies on this machine."""
        return [trick.replace("PORT", str(self.port)) for trick in TRICKS]


TRICKS = (
    "http://127.0.0.1:PORT/a",
    "HTTP://127.0.0.1:PORT/a",
    "https://127.0.0.1:PORT/a",
    "http://localhost:PORT/a",
    "http://LOCALHOST.:PORT/a",
    "http://127.1:PORT/a",
    "http://127.0.1:PORT/a",
    "http://2130706433:PORT/a",
    "http://0x7f000001:PORT/a",
    "http://0x7f.0.0.1:PORT/a",
    "http://0177.0.0.1:PORT/a",
    "http://017700000001:PORT/a",
    "http://0:PORT/a",
    "http://0.0.0.0:PORT/a",
    "http://127.000.000.001:PORT/a",
    "http://127.127.127.127:PORT/a",
    "http://[::1]:PORT/a",
    "http://[::ffff:127.0.0.1]:PORT/a",
    "http://[::ffff:7f00:1]:PORT/a",
    "http://[0:0:0:0:0:0:0:1]:PORT/a",
    "http://127。0。0。1:PORT/a",
    "http://１２７.0.0.1:PORT/a",
    "http://①②⑦.⓪.⓪.①:PORT/a",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/a",
    "http://example.org@127.0.0.1:PORT/a",
    "http://127.0.0.1:PORT#@example.org/",
    "http://127.0.0.1:PORT\\@example.org/",
    "//127.0.0.1:PORT/a",
    "\\\\127.0.0.1@PORT\\a",
    "http:/\\127.0.0.1:PORT/a",
    "http:127.0.0.1:PORT/a",
    "ht\ttp://127.0.0.1:PORT/a",
    "http://127.0.0.1%3aPORT/a",
    "http://%31%32%37.0.0.1:PORT/a",
    "ftp://127.0.0.1:PORT/a",
    "gopher://127.0.0.1:PORT/_a",
    "file:///etc/hostname",
    "file://127.0.0.1:PORT/a",
    "jar:http://127.0.0.1:PORT/a!/b",
    "feed:http://127.0.0.1:PORT/a",
)
