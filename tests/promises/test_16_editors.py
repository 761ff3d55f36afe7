"""Promise 16: of two who edit the same, the second overwrites nothing and sees both texts."""

import importlib
import pkgutil
from concurrent.futures import ThreadPoolExecutor
from random import Random

from flask_wtf import FlaskForm
from wtforms import HiddenField

import participation.pages
from participation.kernel.config import ROOT
from participation.kernel.db import db
from participation.testing.lint import LintingClient
from tests.promises.editors import VERSION, Page, Pages, fields_of
from tests.promises.test_14_twice import subclasses

EDITED = sorted(name for name in vars(Pages) if name.endswith("Form"))

# Forms that say what was seen and are no text two people write: the test that shows that the second is stopped.
ELSEWHERE = {
    "ResultForm": "tests/pages/test_results.py::test_what_was_typed_stays_when_somebody_else_was_faster",
    "StepForm": "tests/pages/test_steps.py",
    "SummaryForm": "tests/pages/test_versions.py",
    "PublishForm": "tests/pages/test_versions.py",
    "SectionForm": "modules/text/tests/test_preparing.py",
    "QuestionForm": "modules/ballot/tests/test_views.py",
    "HideForm": "tests/pages/test_moderation.py",
    "BulkForm": "tests/pages/test_moderation_many.py",
    "RedactForm": "tests/moderation/test_redaction.py",
    "EscalateForm": "tests/pages/test_moderation.py",
    "SeenForm": "tests/pages/test_moderation.py",
    "MoveForm": "tests/pages/test_moderation.py",
    "MarkForm": "tests/pages/test_moderation.py",
}


def versioned() -> set[str]:
    """Every form of core and modules with a hidden field that says what was on the page."""
    for module in pkgutil.iter_modules(participation.pages.__path__, "participation.pages."):
        importlib.import_module(module.name)
    for path in (ROOT / "modules").glob("*/*forms.py"):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    ours = (form for form in subclasses(FlaskForm) if form.__module__.startswith(("participation.", "modules.")))
    return {form.__name__ for form in ours if any(_is_hidden(form, name) for name in VERSION)}


def _is_hidden(form: type, name: str) -> bool:
    return getattr(getattr(form, name, None), "field_class", None) is HiddenField


def test_every_form_with_a_version_is_raced_here_or_names_its_test(app):
    assert versioned() == set(EDITED) | set(ELSEWHERE)
    for place in ELSEWHERE.values():
        path, _, name = place.partition("::")
        said = (ROOT / path).read_text("utf-8")
        assert "409" in said
        assert name in said


def test_no_update_is_lost(app, world, sized, chance: Random, figure):
    rounds = sized(test=len(EDITED), quick=50, full=200)
    pages, known, lost = Pages(world), {}, []
    for number in range(rounds):
        name = EDITED[number % len(EDITED)]
        page = known[name] = known.get(name) or getattr(pages, name)()
        lost += round_of(app, world, page, number, at_once=chance.random() < 0.5)
    figure(f"{rounds} rounds of two editors over {len(EDITED)} forms: {len(lost)} lost or hidden updates")
    assert lost == []


def round_of(app, world, page: Page, number: int, *, at_once: bool) -> list[tuple]:
    """Both open the page, both write, both send; what went wrong."""
    editors = [LintingClient(app, app.response_class, use_cookies=True) for _ in page.people]
    for editor, person in zip(editors, page.people, strict=True):
        world.log_in(editor, person, staff=True)
    words = [f"Stand {number} der ersten Person", f"Stand {number} der zweiten Person"]
    sent = [
        fields_of(editor.get(page.path).text, page.field) | {page.field: text}
        for editor, text in zip(editors, words, strict=True)
    ]
    db.session.rollback()

    def send(index: int):
        return editors[index].post(page.path, data=sent[index])

    if at_once:
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(send, (0, 1)))
    else:
        answers = [send(0), send(1)]
    codes = [answer.status_code for answer in answers]
    if sorted(code // 100 for code in codes) != [3, 4] or 409 not in codes:
        return [(number, page.path, codes)]
    slow = codes.index(409)
    both = all(text in answers[slow].text for text in words)
    stored = fields_of(editors[0].get(page.path).text, page.field)[page.field]
    return [] if both and stored == words[1 - slow] else [(number, page.path, codes, both, stored)]
