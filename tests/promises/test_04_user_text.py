"""User text never becomes script: through the renderer, in every field, on every page, mail, feed and answer."""

import io
import logging
import re
import time
from email import message_from_bytes, policy
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Response
from flask.logging import default_handler
from flask_babel import lazy_gettext
from markupsafe import Markup

from participation.kernel.files import display_name
from participation.kernel.mail import mail_folder
from participation.kernel.outbox import work_off
from participation.kernel.text import RESIDENT, RICH, BrokenText, clean, render, render_rich
from participation.web.log_lines import OneLine
from tests.promises.crawling import Walk, fullest
from tests.promises.filled import CORPUS, OWN, corpus, fill, kind_of, text_columns
from tests.promises.forms_walk import Typist
from tests.promises.judging import faults, faults_of_html, faults_of_rendered, is_shown
from tests.promises.watching import Watch

RENDERED_SECONDS = 0.25
QUICK = ("visitor", "resident", "operator")
ARGUMENTS = ("after", "at", "group", "kind", "next", "page", "q", "section", "sort", "stage", "topic")


def test_the_corpus_is_large_enough(figure):
    assert len(OWN) >= 150
    assert len(CORPUS["file_names"]) >= 40
    assert len(corpus()) >= 300


def test_every_payload_goes_through_every_renderer_and_stays_text(figure):
    found, slowest, texts = [], 0.0, corpus()
    for text in texts:
        for make in (render, render_rich, clean, lambda html: clean(html, RICH)):
            began = time.process_time()
            try:
                html = make(text)
            except BrokenText:
                continue
            slowest = max(slowest, time.process_time() - began)
            found += [f"{text!r}: {fault}" for fault in faults_of_rendered(html)]
            policy = RESIDENT if make in (render, clean) else RICH
            if clean(html, policy) != html:
                found.append(f"{text!r} is not stable")
    figure(f"{len(texts)} payloads × 4 ways to HTML: {len(found)} not allowed; slowest {slowest * 1000:.0f} ms")
    assert found == []
    assert slowest <= RENDERED_SECONDS * 4  # of processor time on a busy machine; measured apart by promise 23


def test_a_sentence_with_words_of_people_is_text_wherever_it_is_joined(app):
    sentence = lazy_gettext("Möglich ist %(what)s.", what="<x9q>")
    template = app.jinja_env.from_string("{{ a }} {{ [a] | join(' ') }} {{ a ~ b }} {{ c | join }}")
    html = template.render(a=sentence, b=Markup("<br>"), c=[sentence, Markup("<hr>")])
    assert faults_of_rendered(html.replace("<hr>", "")) == []
    assert html.count("&lt;x9q&gt;") == 4


def test_every_column_of_words_is_known(app):
    unknown = [f"{column.table.name}.{column.name}" for column in text_columns() if not kind_of(column)]
    assert unknown == [], "Say in data/columns.toml whether people's words stand in these columns:"


class Seen:
    """What somebody saw on a walk over all pages, what they sent, and what was wrong with the answers."""

    def __init__(self, planted, role):
        self.planted, self.role = planted, role
        self.found, self.answers, self.shown, self.pages, self.html = [], 0, 0, [], {}
        self.client = planted.client(role)
        self.typist = Typist(planted.app, self.client)

    def judge(self, what, answer):
        """Note what an answer holds that is not ours."""
        self.answers, self.shown = self.answers + 1, self.shown + is_shown(answer)
        broken = [f"{answer.status_code}"] if answer.status_code >= 500 else []
        self.found += [f"{what} for {self.role}: {fault}" for fault in [*broken, *faults(answer)]]

    def walk(self, places, quick=False):
        """All pages, each kind once."""
        walk, found = Walk(self.planted.app, self.client, places, quick=quick), []
        for path, endpoint, answer in walk.pages():
            self.judge(f"{path} ({endpoint})", answer)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                self.pages.append(path)
                found.append((path, endpoint, answer))
                self.html.setdefault(endpoint, (path, answer.get_data(as_text=True)))
        self.views, self.full = set(walk.opened), fullest(found)
        return self

    def ask(self, most):
        """Pages with a payload in each argument of their address."""
        for path in self.pages[:most]:
            plain, names = path.partition("?")[0], {*ARGUMENTS, *dict(parse_qsl(urlsplit(path).query))}
            query = {name: OWN[(number * 7 + len(plain)) % len(OWN)] for number, name in enumerate(sorted(names))}
            with self.planted.app.app_context():
                self.judge(f"{plain} with arguments", self.client.get(plain, query_string=query, buffered=True))

    def send(self):
        """Every form of these pages."""
        for path, html in self.html.values():
            for view, target, answer in self.typist.send_all(path, html):
                self.judge(f"POST {target} ({view})", answer)

    def read_mails(self):
        """What was sent because of it, and how many mails that were."""
        with self.planted.app.app_context():
            work_off()
            paths = sorted(mail_folder().glob("*.eml"))
        for path in paths:
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            html = mail.get_body(("html",)).get_content()
            self.found += [f"mail {mail['Subject']!r}: {fault}" for fault in faults_of_html(html, is_mail=True)]
        return len(paths)


@pytest.mark.requirement("RA-5.1.7-01")
def test_whatever_people_type_is_only_text_on_every_page_and_in_every_mail(planted, figure, form, sized):
    found, answers, shown, views, sent, mails = [], 0, 0, set(), {}, 0
    for begin in range(sized(test=1, quick=2, full=10)):
        for role in sized(
            test=("tenant_admin",), quick=("visitor", "resident", "operator"), full=sorted(planted.people)
        ):
            planted.restore()
            with planted.app.app_context():
                fields, columns = fill(begin * 7)
            places = sized(test=planted.few, quick=planted.places, full=None)
            seen = Seen(planted, role).walk(places, quick=form != "full")
            seen.ask(sized(test=40, quick=400, full=10_000))
            seen.send()
            mails += seen.read_mails()
            found, views, sent = found + seen.found, views | seen.views, sent | seen.typist.fields
            answers, shown = answers + seen.answers, shown + seen.shown
    figure(
        f"{fields} fields in {columns} columns, {len(sent)} fields of forms filled; {answers} answers of {len(views)} "
        f"views ({shown} show payloads), {mails} mails: {len(found)} elements, attributes or addresses made by them"
    )
    assert found == []
    assert shown > 50
    assert len(sent) > 20
    assert mails > 0


def test_names_of_files_are_shown_and_sent_as_text():
    for name in CORPUS["file_names"]:
        shown = display_name(name, "pdf")
        assert not re.search(r'[<>"\\/\x00-\x1f\u202a-\u202e]', shown), name
        assert len(shown) <= 120
        assert shown.endswith(".pdf")
        head = Response()
        head.headers.set("Content-Disposition", "attachment", filename=shown)
        assert "\n" not in str(head.headers["Content-Disposition"])


LOGGED = [
    "x\r\n[2026-01-01] WARNING in x: forged",
    "\x1b[2J\x1b]0;x\x07",
    "a\u2028b\x85c",
    "\u202eabc",
    '{"a": "\n"}',
    "%s%n",
]


@pytest.mark.parametrize("words", LOGGED)
def test_nobody_writes_a_line_of_the_log(words):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine("[%(asctime)s] %(levelname)s in %(module)s: %(message)s"))
    log = logging.Logger("x")
    log.addHandler(handler)
    log.warning("somebody sent %s", words)
    try:
        raise ValueError(words)
    except ValueError:
        log.exception("failed at %s", words)
    lines = stream.getvalue().splitlines()
    assert [line for line in lines if line.startswith("[")] == [lines[0], lines[1]]
    assert all(line.startswith("    ") for line in lines[2:])
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", stream.getvalue())


def test_the_log_of_the_app_is_written_so(app):
    assert isinstance(default_handler.formatter, OneLine)


@pytest.mark.waits
@pytest.mark.browser
def test_no_page_runs_what_people_typed(planted, browser, figure, form, sized):
    with planted.app.app_context():
        fill()
    with Watch(planted, browser) as watch:
        for role in sized(test=(), quick=QUICK, full=sorted(planted.people)):
            places = sized(test=planted.few, quick=planted.places, full=None)
            seen = Seen(planted, role).walk(places, quick=form != "full")
            watch.open_all(role, seen.pages if form == "full" else seen.full)
    ran = f"{len(watch.found)} executions or foreign requests"
    figure(f"{watch.opened} pages of {len(watch.views)} views in Chromium: {ran}")
    assert watch.opened >= 100
    assert watch.found == []
