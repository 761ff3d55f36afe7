"""A forwarded header counts only where the configuration says that a proxy of ours wrote it."""

import pytest
from flask import request

from app import create_app
from participation.kernel.db import db
from participation.kernel.migrations import owners, upgrade


@pytest.mark.parametrize(("hops", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_the_address_is_taken_from_as_many_proxies_as_configured(tmp_path, hops, seen):
    overrides = {"database_url": f"sqlite:///{tmp_path}/x.db", "data_folder": str(tmp_path), "proxy_hops": hops}
    app = create_app(overrides)
    with app.app_context():
        upgrade(db.engine, owners(app.extensions["registry"].folders()))
    addresses = []
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: addresses.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
    assert addresses == [seen]
