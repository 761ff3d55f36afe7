"""Many who vote and try again until they see a receipt, and whoever orders the crashes meanwhile."""

import http.client
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Lock, Thread
from typing import NamedTuple, TypeVar

from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as BrowserError

from tests.promises.ballots_cast import CHOICES, Site, Voter, by_socket
from tests.promises.crashing import POINTS, order

LATER = 0.05  # seconds until somebody asks again
IMPATIENT_MS = 6_000  # until somebody in a browser begins anew

T = TypeVar("T")


class Seen(NamedTuple):
    """The number that a voter saw, and what they chose."""

    receipt: str
    choices: int  # place in CHOICES


@dataclass
class Electorate:
    """So many voters by several lines at once; what they saw lies on the disk before they go."""

    port: int
    site: Site
    folder: Path
    chance: Random
    seen: list[Seen] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    retries: int = 0
    is_over: bool = False
    _lock: Lock = field(default_factory=Lock)
    _next: int = 0
    _threads: list[Thread] = field(default_factory=list)

    def start(self, number: int, lines: int = 6) -> None:
        """Let the first `number` of the voters come."""
        chosen = [self.chance.randrange(len(CHOICES)) for _ in range(number)]
        self._threads = [Thread(target=self._line, args=(chosen,), daemon=True) for _ in range(lines)]
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> None:
        """Wait until all of them have seen a receipt; AssertionError where that takes longer."""
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        assert not any(thread.is_alive() for thread in self._threads), f"stuck after {len(self.seen)} receipts"

    def note(self, seen: Seen) -> None:
        """Write down what somebody saw, on the disk."""
        with self._lock, (self.folder / "receipts").open("ab", buffering=0) as file:
            file.write(f"{seen.receipt}\t{seen.choices}\n".encode())
            os.fsync(file.fileno())
            self.seen.append(seen)

    def on_disk(self) -> list[Seen]:
        """What was written down."""
        rows = (self.folder / "receipts").read_text("utf-8").splitlines()
        return [Seen(receipt, int(choices)) for receipt, choices in (row.split("\t") for row in rows)]

    def _line(self, chosen: list[int]) -> None:
        while (number := self._take(len(chosen))) is not None:
            voter = Voter(by_socket(self.port, self.site.cookies[number]), self.site)
            self._until(lambda: voter.token)  # noqa: B023
            receipt = ""
            while not receipt and not self.is_over:
                status = self._until(lambda: voter.cast(self.site.ballot, CHOICES[chosen[number]]))  # noqa: B023
                if status not in (303, None) and status < 500:
                    self.refused.append(f"{number}: {status}")
                    return
                receipt = self._until(lambda: voter.receipt(self.site.ballot)) or ""  # noqa: B023
            if receipt:
                self.note(Seen(receipt, chosen[number]))

    def _take(self, number: int) -> int | None:
        with self._lock:
            self._next += 1
            return None if self.is_over or self._next > number else self._next - 1

    def _until(self, asked: Callable[[], T]) -> T | None:
        """What somebody answers, as soon as somebody does; None where it is all over."""
        while not self.is_over:
            try:
                return asked()
            except (OSError, http.client.HTTPException, AssertionError):
                self.retries += 1
                time.sleep(LATER)
        return None


@dataclass
class Orders:
    """Orders a crash at each point so many times, spread over all voters; knows which were carried out."""

    electorate: Electorate
    folder: Path
    rounds: int
    voters: int
    done: list[str] = field(default_factory=list)

    def give(self) -> None:
        """Give one order after the other and wait until it is carried out."""
        points = [*POINTS] * self.rounds
        self.electorate.chance.shuffle(points)
        for index, point in enumerate(points):
            while len(self.electorate.seen) < index * self.voters // (len(points) + 1):
                if self.electorate.is_over:
                    return
                time.sleep(LATER)
            order(self.folder, point).touch()
            while order(self.folder, point).exists():
                if self.electorate.is_over:
                    return
                time.sleep(LATER)
            self.done.append(point)


def vote_in_browser(browser: Browser, url: str, electorate: Electorate, cookie: str, choices: int) -> None:
    """Somebody at a screen: chooses, checks, casts, and begins anew where no page comes, until the receipt is there."""
    context = browser.new_context(base_url=url, locale="de-DE", timezone_id="Europe/Berlin")
    context.set_default_timeout(IMPATIENT_MS)
    context.add_cookies([{"name": "s", "value": cookie, "url": url}])
    try:
        electorate.note(Seen(_receipt_of(context, electorate, choices), choices))
    finally:
        context.close()


def _receipt_of(context: BrowserContext, electorate: Electorate, choices: int) -> str:
    vote, page = electorate.site.ballot, context.new_page()
    for _ in range(40):
        try:
            page.goto(f"{vote}receipt")  # leads back to the questions where there is none
            number = page.locator(".receipt__number")
            if not number.count():
                _cast(page, choices)
            return str(number.inner_text()).strip()
        except BrowserError:
            electorate.retries += 1
    raise AssertionError("no receipt after 40 tries")


def _cast(page: Page, choices: int) -> None:
    for key, options in CHOICES[choices].items():
        for option in options:
            page.locator(f'input[name="{key}"][value="{option}"]').check()
    page.get_by_role("button", name="Auswahl prüfen").click()
    page.get_by_role("button", name="Stimme jetzt abgeben").click()
    page.locator(".receipt__number").wait_for()
