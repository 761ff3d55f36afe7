"""Production writes to no database that could lose what was confirmed."""

from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from participation.kernel.config import ConfigError
from participation.kernel.gate import database_mistakes


def require_durable(engine: Engine) -> None:
    """Look at every new connection of an engine, and at the first one now, if the server is up. Raises ConfigError."""

    def check(raw: Any, _record: Any) -> None:
        for mistake in database_mistakes(raw, engine.dialect.name):
            raise ConfigError(mistake)

    event.listen(engine, "connect", check)
    with suppress(OperationalError):  # /readyz tells that it is down
        engine.connect().close()
    engine.dispose()
