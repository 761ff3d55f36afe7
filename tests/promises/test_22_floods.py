"""Promise 22: one address that floods the site slows nobody else down; nginx as documented, gunicorn as configured."""

import json
import subprocess
import sys
import time

import pytest

from tests.benchmarks.served import ROOT, Server
from tests.promises.nginx import proxied
from tests.promises.visitors import Visitors, begin, p95, planted
from tests.promises.writers import settings_for

SLOWEST = 1.0  # seconds
KINDS = ("requests", "slow", "log-ins")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The port of nginx, and what there is to read."""
    folder = tmp_path_factory.mktemp("floods")
    url, data = f"sqlite:///{folder / 'site.db'}", str(folder / "data")
    found = planted(url, data)
    server = Server("app:create_app()", settings_for(url, data, PARTICIPATION_PROXY_HOPS="1", WORKERS="2"))
    try:
        begin(server)
        with proxied(server.port, folder / "nginx") as port:
            yield port, found
    finally:
        server.stop()


@pytest.mark.waits
def test_a_flood_from_one_address_slows_nobody_else(site, sized, figure):
    port, found = site
    seconds = sized(test=3, quick=15, full=60)
    with Visitors(port, found, number=6, pause=0.3) as visitors:
        time.sleep(seconds / 3)
    said, slow, broken = [f"without a flood p95 {p95(visitors.seen) * 1000:.0f} ms"], [], []
    for kind in KINDS:
        with subprocess.Popen(
            [sys.executable, "-m", "tests.promises.flooding", kind, str(port), str(seconds)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        ) as flood, Visitors(port, found, number=6, pause=0.3) as visitors:  # fmt: skip
            answered = json.loads(flood.communicate(timeout=seconds + 120)[0])
        others = max(p95(visitors.seen, "read"), p95(visitors.seen, "write"))
        bad = [row for row in visitors.seen if row.status not in (200, 201)]
        refused = answered.get("429", 0) + answered.get("0", 0)
        said.append(f"{kind}: {sum(answered.values())} ({refused} turned away), others p95 {others * 1000:.0f} ms, "
                    f"{len(visitors.seen)} asked, {len(bad)} not served")  # fmt: skip
        slow += [kind] * (others > SLOWEST)
        broken += [f"{kind}: {row}" for row in bad]
    figure("; ".join(said))
    assert not broken
    assert not slow
