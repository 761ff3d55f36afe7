"""What the pages are measured against: a view that does nothing, and one that selects 20 plain rows."""

from flask import Flask, render_template_string
from sqlalchemy import text

from participation.kernel.db import db
from participation.web.guard import public

ROWS = """<!doctype html><html lang="de"><head><title>Zeilen</title></head><body><h1>Zeilen</h1><ul>
{% for row in rows %}<li>{{ row.id }} {{ row.reference }} {{ row.source }}</li>{% endfor %}</ul></body></html>"""
SELECT = text("SELECT id, reference, source FROM contribution ORDER BY id LIMIT 20")


def bare_app(address: str) -> Flask:
    """A Flask app of two views on the same database, under the same server."""
    app = Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    app.config["SETTINGS"] = {"embedded_worker": False}  # what config/gunicorn.py asks
    db.init_app(app)
    app.add_url_rule("/bare", view_func=public(bare))
    app.add_url_rule("/rows", view_func=public(rows))
    return app


def bare() -> str:
    """Nothing but Flask."""
    return "<!doctype html><title>Nichts</title>"


def rows() -> str:
    """Twenty plain rows, without a count."""
    return render_template_string(ROWS, rows=db.session.execute(SELECT).all())
