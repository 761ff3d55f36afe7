"""A cache that many people share, as eager as the rules let it be (RFC 9111): what it may keep, it keeps."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

KEPT = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501}  # what may be kept without being told so


class SharedCache:
    """Stands between an app and its readers, and knows nobody."""

    def __init__(self) -> None:
        self._kept: dict[str, list[tuple[dict[str, str], TestResponse]]] = {}
        self.hits = 0

    def get(self, client: FlaskClient, path: str, cookies: str) -> TestResponse:
        """The answer for somebody who sends these cookies: one that was kept where the rules allow it."""
        headers = {"Cookie": cookies} if cookies else {}
        kept = self._fitting(path, headers)
        if kept is not None and not kept.cache_control.no_cache:
            self.hits += 1
            return kept
        if kept is not None and kept.headers.get("ETag"):
            asked = client.get(path, headers=headers | {"If-None-Match": kept.headers["ETag"]}, buffered=True)
            if asked.status_code == 304:
                self.hits += 1
                return kept
        else:
            asked = client.get(path, headers=headers, buffered=True)
        self._keep(path, headers, asked)
        return asked

    def _fitting(self, path: str, headers: dict[str, str]) -> TestResponse | None:
        return next((answer for chosen, answer in self._kept.get(path, []) if _selects(chosen, headers)), None)

    def _keep(self, path: str, headers: dict[str, str], answer: TestResponse) -> None:
        rules = answer.cache_control
        if answer.status_code in KEPT and not rules.no_store and not rules.private and "*" not in answer.vary:
            chosen = {name: headers.get(name.title(), "") for name in answer.vary}
            others = [pair for pair in self._kept.get(path, []) if pair[0] != chosen]
            self._kept[path] = [(chosen, answer), *others]


def _selects(chosen: dict[str, str], headers: dict[str, str]) -> bool:
    return all(headers.get(name.title(), "") == value for name, value in chosen.items())
