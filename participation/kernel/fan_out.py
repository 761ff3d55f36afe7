"""From one delivery to one for each target, written in chunks: ten thousand need hardly more memory than ten."""

from collections.abc import Iterable
from itertools import islice

from sqlalchemy.dialects import postgresql, sqlite

from participation.kernel.clock import now
from participation.kernel.db import db, is_sqlite
from participation.kernel.events import Delivery, DeliveryRow, Handler

CHUNK = 500


def fan_out(handler: Handler, delivery: Delivery) -> None:
    """Write a delivery for each target of a handler, once for those it names twice; inside a transaction."""
    assert handler.targets is not None
    targets, at = iter(handler.targets(delivery)), now()
    while chunk := list(islice(targets, CHUNK)):
        _write(chunk, {"event_id": delivery.event_id, "handler": handler.name, "run_at": at})


def _write(targets: Iterable[str], values: dict[str, object]) -> None:
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    rows = [values | {"target": target, "state": "waiting", "attempts": 0, "error": ""} for target in targets]
    once = insert(DeliveryRow).on_conflict_do_nothing(index_elements=["event_id", "handler", "target"])
    db.session.execute(once, rows)
