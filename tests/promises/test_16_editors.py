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
from tests.promises.deciders import Decision, Decisions, filled
from tests.promises.editors import VERSION, Page, Pages, fields_of
from tests.promises.markers import all_cells
from tests.promises.test_14_twice import subclasses

EDITED = sorted(name for name in vars(Pages) if name.endswith("Form"))

DECIDED = sorted(name for name in vars(Decisions) if name.endswith("Form"))
BASES = {"SeenForm"}  # others are built on it, no page shows it
ON_A_MAP = {"RelocateForm"}  # a format with a map races it in its own tests


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


def test_every_form_with_a_version_is_raced(app):
    assert versioned() - BASES - ON_A_MAP == {*EDITED, *DECIDED}


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


def test_of_two_decisions_on_the_same_state_one_counts(app, world, sized, chance: Random, figure):
    rounds = sized(test=len(DECIDED), quick=4 * len(DECIDED), full=200)
    decisions, wrong = Decisions(world), []
    for number in range(rounds):
        decision = getattr(decisions, DECIDED[number % len(DECIDED)])()
        wrong += decided(app, world, decision, number, at_once=chance.random() < 0.5)
    figure(f"{rounds} rounds of two who decide over {len(DECIDED)} forms: {len(wrong)} not exactly one, or words lost")
    assert not wrong, "\n".join(map(str, wrong))


def decided(app, world, decision: Decision, number: int, *, at_once: bool) -> list[tuple]:
    """Both open the page, both send; one is taken, the other is told, keeps the words, and writes nothing."""
    words = [f"Entscheidung {number} der ersten Person", f"Entscheidung {number} der zweiten Person"]
    clients = [LintingClient(app, app.response_class, use_cookies=True) for _ in decision.people]
    for client, person in zip(clients, decision.people, strict=True):
        world.log_in(client, person, staff=True)
    sent = [filled(client.get(decision.page).text, decision, text) for client, text in zip(clients, words, strict=True)]
    db.session.rollback()

    def send(index: int):
        return clients[index].post(decision.sent_to, data=sent[index])

    if at_once:
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(send, (0, 1)))
    else:
        answers = [send(0), send(1)]
    codes = [answer.status_code for answer in answers]
    told = [code for code in codes if code in (409, 422)]  # 422: what the form names is no longer there
    if sorted(code // 100 for code in codes) != [3, 4] or not told:
        return [(number, decision.sent_to, codes)]
    slow = codes.index(told[0])
    if not any(words[0] in value for value in sent[0].values()):
        return []  # nothing was typed: the answers say it all
    db.session.rollback()
    stored = "\n".join(all_cells().values())
    kept, lost = words[slow] in answers[slow].text, words[1 - slow] not in stored
    return [(number, decision.sent_to, codes, kept, lost)] if not kept or lost or words[slow] in stored else []
