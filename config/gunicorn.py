"""How the site is served: `gunicorn -c config/gunicorn.py 'app:create_app()'`.

BIND and PORT say where, WORKERS and THREADS how many. One process with threads is enough for one machine; each
further process has its own page cache, and one lease row elects the process that delivers jobs.
"""

import gc
import os
from collections.abc import Callable
from typing import Any

from participation.kernel import outbox
from participation.kernel.db import db

_address = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
_ends: list[Callable[[], None]] = []

bind = [_address]
worker_class = "gthread"
workers = int(os.environ.get("WORKERS", "1"))
threads = int(os.environ.get("THREADS", "8"))
timeout = 60
graceful_timeout = 20
keepalive = 5
limit_request_line = 8190  # long searches answer as a page, not with a bare 414
max_requests = 0  # a process that serves well is left alone
control_socket_disable = True
preload_app = True  # the app is built once, before the fork: a process that died is replaced in a moment
reuse_port = True  # after a killed master the next one listens at once, also while its orphans finish
errorlog = "-"
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Say where the site is, once it listens. What the start made stays: no collection of garbage looks at it again."""
    gc.collect()
    gc.freeze()
    address = os.environ.get("PARTICIPATION_BASE_URL") or f"http://{_address}"
    server.log.warning("The portal answers at %s (stop: Ctrl+C)", address)


def post_fork(server: Any, _worker: Any) -> None:
    """Connections that the start opened stay with the master: each process has its own."""
    app = server.app.wsgi()
    with app.app_context():
        db.engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """Jobs are delivered by a thread of the web process, begun after the fork."""
    app = worker.wsgi
    if app.config["SETTINGS"]["embedded_worker"]:
        _ends.append(outbox.start_embedded(app))


def worker_exit(_server: Any, _worker: Any) -> None:
    """Let the thread finish what it holds, take nothing new and make room for the next process."""
    for end in _ends:
        end()
