"""The doors whose forms carry a key: how each is opened, sent and counted. Secret ballots never have one."""

import re
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from participation.accounts.api_tokens import make_token
from participation.contributions.models import Contribution
from participation.interfaces import Role
from participation.kernel.clock import today
from participation.kernel.db import db, transaction
from participation.moderation.models import BarrierReport, Report
from participation.testing.lint import LintingClient
from participation.testing.world import World

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
KEY = re.compile(r'name="form_key"[^>]*value="([^"]+)"')
BARE = {"for_organisation": "self", "quote": ""}


class Opened(NamedTuple):
    """One form that lies open: how its copy is sent with a text, and how often a text arrived."""

    send: Callable[[str], TestResponse]
    times: Callable[[str], int]


class Doors:
    """Opens doors of one procedure; each call is a form of its own, of somebody new where the form has a limit."""

    def __init__(self, world: World) -> None:
        self.world, self.app = world, world.app
        self.app.test_client_class = LintingClient  # each request has a context of its own
        self.procedure = world.procedure(
            world.tenant("stadt"), slug="plan", identity=("form_token", "email", "account")
        )
        self.clerk = world.staff(self.procedure.tenant, Role.CASE_WORKER)
        self.shown = world.contribution(self.procedure, source="Steht schon da.")
        self.here = "/stadt/plan/-"
        self._numbers = count(1)

    def comment(self) -> Opened:
        """A comment of somebody who is logged in."""
        browser = self._browser(self.world.person())
        return self._draft(browser, "send")

    def guest(self) -> Opened:
        """A comment without an account."""
        return self._draft(self._browser(None), "alone")

    def program(self) -> Opened:
        """A comment of a program, with the header `Idempotency-Key`."""
        person = self.world.person()
        with transaction():
            token = make_token(person, self.procedure.tenant_id, "Test")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"form-{next(self._numbers)}"}
        fixed = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here"}
        url = "/api/v1/tenants/stadt/procedures/plan/contributions"
        return Opened(
            lambda text: self.app.test_client().post(url, json=fixed | {"text": text}, headers=headers), contributions
        )

    def letter(self) -> Opened:
        """A letter that somebody of the staff records."""
        browser = self._browser(self.clerk, staff=True)
        url = f"{self.here}/manage/intake/new"
        fixed = hidden(browser.get(url)) | {"channel": "letter", "received_on": today().isoformat(), "consent": "text"}
        return Opened(lambda text: twin(browser).post(url, data=fixed | {"text": text}), contributions)

    def report(self) -> Opened:
        """A report on a contribution."""
        browser = self._browser(None)
        url = f"{self.here}/contributions/{self.shown.reference}/report"
        fixed = hidden(browser.get(url)) | {"reason": "insult", "email": ""}
        return Opened(lambda text: twin(browser).post(url, data=fixed | {"note": text}), reports)

    def barrier(self) -> Opened:
        """A report on a page of an authority that somebody could not use."""
        return self._barrier("/stadt/-/barrier")

    def barrier_of_the_portal(self) -> Opened:
        """The same on the central portal: it belongs to no authority."""
        return self._barrier("/-/barrier")

    def _barrier(self, url: str) -> Opened:
        browser = self._browser(None)
        fixed = hidden(browser.get(url)) | {"page": "Startseite", "email": ""}
        return Opened(lambda text: twin(browser).post(url, data=fixed | {"note": text}), barriers)

    def _browser(self, person: object | None, *, staff: bool = False) -> FlaskClient:
        browser = self.app.test_client()
        if person is not None:
            self.world.log_in(browser, person, staff=staff)  # type: ignore[arg-type]
        return browser

    def _draft(self, browser: FlaskClient, do: str) -> Opened:
        """Send a draft. It is opened with one text and may be sent with another: the last one counts."""
        where = {"module": "probe", "activity": "a", "type": "probe.note", "place": "here"}
        first = f"Angefangen {next(self._numbers)}"
        place = browser.post(f"{self.here}/drafts", data=where | {"text": first}).location
        fixed = {"do": do, "csrf_token": TOKEN.search(browser.get(place).text)[1]} | BARE
        return Opened(lambda text: twin(browser).post(place, data=fixed | {"text": text}), contributions)


DOORS = ("comment", "guest", "program", "letter", "report", "barrier", "barrier_of_the_portal")
OF_FORMS = {"RecordForm": "letter", "ReportForm": "report", "BarrierForm": "barrier"}  # forms with a key: their doors


def twin(browser: FlaskClient) -> FlaskClient:
    """Another window of the same browser: clients are not made for threads."""
    other = browser.application.test_client()
    other._cookies = dict(browser._cookies)
    return other


def hidden(page: TestResponse) -> dict[str, str]:
    """The token and the form key that a page carries."""
    return {"csrf_token": TOKEN.search(page.text)[1], "form_key": KEY.search(page.text)[1]}


def contributions(text: str) -> int:
    """How often a contribution with these words is there."""
    return _count(select(func.count()).select_from(Contribution).where(Contribution.source == text))


def reports(text: str) -> int:
    """How often a report with these words is there."""
    return _count(select(func.count()).select_from(Report).where(Report.note == text))


def barriers(text: str) -> int:
    """How often a report on a page with these words is there."""
    return _count(select(func.count()).select_from(BarrierReport).where(BarrierReport.note == text))


def _count(query: object) -> int:
    db.session.rollback()
    return db.session.scalar(query)  # type: ignore[call-overload]
