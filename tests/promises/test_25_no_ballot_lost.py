"""Promise 25: whoever saw a receipt is counted once, with what was chosen last, wherever the site crashed meanwhile."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select

from app import create_app
from modules.ballot.counting import count
from modules.ballot.results import collect
from participation.kernel.clock import now, standing_at
from participation.kernel.db import db
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_by_id
from participation.testing.fixtures import _postgres_database
from participation.voting.models import Ballot
from tests.benchmarks.served import Server
from tests.promises.ballots_cast import CHOICES, furnished_at
from tests.promises.crashing import FOLDER, POINTS
from tests.promises.electorate import Electorate, Orders, Seen, vote_in_browser
from tests.promises.writers import settings_for


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database of this test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'site.db'}"
        return
    with _postgres_database("ballots") as url:
        yield url


def urn_of(base: str, folder: str) -> tuple[list[Seen], Counter[tuple[str, str]]]:
    """Each ballot there is with its receipt, and after the end of the vote what the count of the format comes to."""
    app = create_app({"database_url": base, "data_folder": folder})
    with app.app_context(), standing_at(now() + timedelta(days=60)):
        rows = db.session.execute(select(Ballot.receipt, Ballot.choices)).all()
        there = [Seen(receipt, CHOICES.index(choices)) for receipt, choices in rows]
        number = db.session.scalar(select(Procedure.id).where(Procedure.slug == "abstimmung"))
        tallies = count(collect(procedure_by_id(number).activities[0])).tallies
        figures = Counter({(tally.key, bar.key): bar.value for tally in tallies for bar in tally.bars if bar.value})
        db.session.remove()
        db.engine.dispose()
    return there, figures


@pytest.mark.waits
@pytest.mark.browser
def test_every_receipt_is_one_counted_ballot_whatever_crashed(base, tmp_path, browser, sized, chance, figure, request):
    voters, screens = sized(test=24, quick=120, full=1_000), sized(test=1, quick=5, full=50)
    rounds = sized(test=1, quick=1, full=5)
    data, orders_in = str(tmp_path / "data"), tmp_path / "orders"
    orders_in.mkdir()
    site = furnished_at(base, data, voters + screens)
    more = {"PARTICIPATION_EMBEDDED_WORKER": "false", "WORKERS": "2", "THREADS": "4", FOLDER: str(orders_in)}
    server = Server("tests.promises.crashing:create_app()", settings_for(base, data, **more))
    people = Electorate(server.port, site, tmp_path, chance)
    orders = Orders(people, orders_in, rounds, voters)
    giving = Thread(target=orders.give, daemon=True)
    try:
        server.start()
        people.start(voters)
        giving.start()
        for number in range(screens):
            choices = chance.randrange(len(CHOICES))
            vote_in_browser(browser, f"http://127.0.0.1:{server.port}", people, site.cookies[voters + number], choices)
        people.join(120 + voters)
    finally:
        people.is_over = True
        server.kill_all()
        giving.join(10)
    there, figures = urn_of(base, data)
    seen = people.on_disk()
    lost = Counter(seen) - Counter(there)
    expected = Counter((key, one) for _, chosen in seen for key, all_ in CHOICES[chosen].items() for one in all_)
    figure(
        f"{request.node.callspec.params['base']}: {len(orders.done)} crashes at {len(set(orders.done))} points, "
        f"{voters} voters and {screens} in Chromium, {people.retries} retries: {len(seen)} receipts, {len(there)} "
        f"ballots, {lost.total()} lost or other than cast, count {'equal' if figures == expected else 'DIFFERENT'}"
    )
    assert people.refused == []
    assert Counter(orders.done) == dict.fromkeys(POINTS, rounds)
    assert len({row.receipt for row in seen}) == len(seen) == voters + screens
    assert Counter(there) == Counter(seen)
    assert figures == expected
