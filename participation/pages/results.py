"""The public pages of a result: the newest version, older ones, the annex for the council, the data."""

from flask import Response, g, render_template, send_file

from participation.kernel.refusal import Unknown
from participation.pages import result_work  # noqa: F401 - its views belong to the blueprint
from participation.pages.result_routes import bp
from participation.pages.result_shown import package_name, page_of, shown_of
from participation.results.queries import published, published_versions
from participation.results.store import open_package
from participation.web.guard import public

__all__ = ["bp"]


@bp.get("/result")
@public
def show() -> str:
    """The newest version; 404 until there is one."""
    return _page(None)


@bp.get("/result/<int:number>")
@public
def version(number: int) -> str:
    """One version, which stays readable when others follow."""
    return _page(number)


def _page(number: int | None) -> str:
    versions = published_versions(g.procedure.id)
    result = published(g.procedure.id, number) if versions else None
    if result is None:
        raise Unknown
    return page_of(g.procedure, result, versions)


@bp.get("/result/<int:number>/annex")
@public
def annex(number: int) -> str:
    """The result on two sheets for the council, to print."""
    result = published(g.procedure.id, number)
    if result is None:
        raise Unknown
    shown = shown_of(g.procedure, result)
    return render_template("pages/results/annex.html", procedure=g.procedure, shown=shown, result=result)


@bp.get("/result/<int:number>/package")
@public
def package(number: int) -> Response:
    """The data for a recount, as a file."""
    result = published(g.procedure.id, number)
    if result is None or result.stored_name is None:
        raise Unknown
    file, name = open_package(result.stored_name), package_name(g.procedure, result)
    answer = send_file(file, "application/zip", as_attachment=True, download_name=name, etag=result.package_hash)
    answer.content_length = result.size
    answer.headers["Cache-Control"] = "no-cache"  # a text may have to leave it
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
