"""Plain files with an address that changes with their content, so that browsers keep them for a year."""

import hashlib
from pathlib import Path

from flask import Flask, Response, abort, send_from_directory

from participation.registry import Registry
from participation.web.guard import public
from participation.web.headers import SANDBOX

YEAR = 31_536_000


class StaticFiles:
    """The files of `static/` and of each module's `static/`, served below /static/ and /static/modules/<name>/."""

    def __init__(self, root: Path, registry: Registry) -> None:
        self.folders = {"": root} | {name: folder / "static" for name, folder in registry.folders().items()}
        self._hashes: dict[str, str] = {}

    def url(self, path: str) -> str:
        """The address of a file; without the language prefix, because a file has no language."""
        if path not in self._hashes:
            self._hashes[path] = hashlib.sha256(self._find(path).read_bytes()).hexdigest()[:12]
        return f"/static/{path}?v={self._hashes[path]}"

    def _find(self, path: str) -> Path:
        if path.startswith("modules/"):
            _, name, rest = path.split("/", 2)
            return self.folders[name] / rest
        return self.folders[""] / path

    def send(self, path: str) -> Response:
        """A file, or 404."""
        folder, rest = self.folders[""], path
        if path.startswith("modules/"):
            parts = path.split("/", 2)
            if len(parts) != 3 or parts[1] not in self.folders:
                abort(404)
            folder, rest = self.folders[parts[1]], parts[2]
        response = send_from_directory(folder.resolve(), rest, max_age=YEAR)
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        response.headers["Content-Security-Policy"] = SANDBOX
        response.direct_passthrough = False
        response.get_data()  # small files: read and closed here, because compression would leave them open
        return response


def init_app(app: Flask, root: Path, registry: Registry) -> None:
    """Serve the files and give templates `static_url`."""
    files = StaticFiles(root, registry)
    app.jinja_env.globals["static_url"] = files.url
    app.add_url_rule("/static/<path:path>", "static", public(lambda path: files.send(path)))
