"""The site, with twelve places in the way of a ballot at which its process dies when it is told to.

An order to die lies as a file in a folder; the process that takes it away kills itself there and then, as a crash
would. `crashing:create_app()` is what gunicorn is started with; the tests write the orders.
"""

import functools
import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from flask import Flask, has_request_context, request

import app as site
import modules.ballot.services
import modules.ballot.views
import participation.voting.services
from participation.kernel import db as database
from participation.web import app_class

FOLDER = "CRASH_FOLDER"  # the variable that names the folder of the orders
CAST, RECEIPT = "/cast", "/receipt"
POINTS = (
    "the request has arrived",
    "its limit is noted",
    "the transaction has begun",
    "the person is locked",
    "the participant is there",
    "the ballot is made",
    "the ballot is written",
    "all is written",
    "the commit begins",
    "the commit is done",
    "the answer is half sent",
    "the receipt is asked for",
)


def order(folder: Path, point: str) -> Path:
    """The file that tells the next process that comes to a point to die there."""
    return folder / f"die-{POINTS.index(point)}"


def reached(point: str) -> None:
    """Die here, if that is what was ordered."""
    try:
        order(Path(os.environ[FOLDER]), point).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _is_cast() -> bool:
    return has_request_context() and request.path.endswith(CAST)


def _stop(owner: Any, name: str, point: str, *, after: bool) -> None:
    """Let a function of the site come to a point, before or after its work, while a ballot is cast."""
    work: Callable[..., Any] = getattr(owner, name)

    @functools.wraps(work)
    def watched(*arguments: Any, **values: Any) -> Any:
        if _is_cast() and not after:
            reached(point)
        found = work(*arguments, **values)
        if _is_cast() and after:
            reached(point)
        return found

    setattr(owner, name, watched)


def create_app() -> Flask:
    """The site, watched at its twelve points."""
    services, views = participation.voting.services, modules.ballot.views
    _stop(views, "_sent", "the request has arrived", after=False)
    _stop(views, "allow", "its limit is noted", after=True)
    _stop(modules.ballot.services, "questions_of", "the transaction has begun", after=False)
    _stop(services, "participant_of", "the person is locked", after=False)
    _stop(services, "participant_of", "the participant is there", after=True)
    _stop(services, "fresh_reference", "the ballot is made", after=True)
    _stop(modules.ballot.services, "cast", "the ballot is written", after=True)
    _stop(database, "_run_last", "all is written", after=True)
    _stop(app_class, "commit", "the commit begins", after=False)
    _stop(app_class, "commit", "the commit is done", after=True)
    made = site.create_app()
    made.wsgi_app = HalfSent(made.wsgi_app)  # type: ignore[method-assign]
    return made


@runtime_checkable
class Closable(Protocol):
    """An answer that wants to be told when it was read."""

    def close(self) -> None:
        """It was read."""


class HalfSent:
    """Around the site: dies when the head of an answer to a ballot is on its way, or before a receipt is shown."""

    def __init__(self, around: Callable[..., Iterable[bytes]]) -> None:
        self.around = around

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith(RECEIPT):
            reached("the receipt is asked for")
        answer = self.around(environ, start)
        return self._in_halves(answer) if environ["PATH_INFO"].endswith(CAST) else answer

    def _in_halves(self, answer: Iterable[bytes]) -> Iterable[bytes]:
        body = b"".join(answer)
        if isinstance(answer, Closable):
            answer.close()
        yield body[: len(body) // 2]
        reached("the answer is half sent")
        yield body[len(body) // 2 :]
