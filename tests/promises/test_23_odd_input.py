"""Odd input never breaks a page: odd strings in every field of every form and in every parameter of every page."""

import pytest

from tests.promises.odd_forms import BROKEN, ODD, ROLES, Form, filled, parameters, query, walk

WALKED: dict[tuple, tuple] = {}  # once for all tests of this file
LED_AWAY = ("/log-in", "/second-factor", "/-/code")


class Browsers:
    """Somebody of each role, logged in anew where a form ended the log-in."""

    def __init__(self, planted):
        self.planted, self.clients = planted, {}

    def open(self, role, path, **values):
        """The answer, or the error that a server would have answered with 500."""
        client = self.clients.get(role) or self.clients.setdefault(role, self.planted.client(role))
        try:
            with self.planted.app.app_context():
                return client.open(path, buffered=True, **values)
        except Exception as error:
            return error

    def forget(self, role):
        self.clients.pop(role, None)


def fault(answer, about):
    """What is wrong with an answer, in words; nothing where it is an answer."""
    if isinstance(answer, Exception):
        return f"{type(answer).__name__}: {str(answer)[:300]} – {about}"
    return f"{answer.status_code} – {about}" if answer.status_code >= 500 else ""


def send(browsers, form: Form, turn, chance):
    """Fill a form with odd strings and send it; says what was wrong with the answer."""
    fields, odd = filled(form, turn, chance)
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value.encode("utf-8", "ignore").decode())
    if form.method == "GET":
        answer = browsers.open(form.role, f"{form.action.partition('?')[0]}?{query(odd)}")
    else:
        kind = "multipart/form-data" if form.is_multipart else "application/x-www-form-urlencoded"
        answer = browsers.open(form.role, form.action, method="POST", data=data, content_type=kind)
    led = "" if isinstance(answer, Exception) else answer.location or ""
    if any(way in led for way in LED_AWAY):
        browsers.forget(form.role)
    about = {name: value[:40] for name, value in odd.items()}
    return fault(answer, f"{form.method} {form.action} as {form.role} with {about}")


@pytest.fixture
def found(planted, monkeypatch, form, sized):
    """All forms and pages, and everybody's browser; tokens are not compared, another promise does that."""
    monkeypatch.setattr(planted.app, "testing", True)  # a fault shows itself
    monkeypatch.setattr("flask_wtf.csrf.validate_csrf", lambda *_values, **_more: None)
    roles = sized(test=("operator",), quick=ROLES, full=ROLES)
    if roles not in WALKED:
        places = sized(test=planted.few, quick=planted.few, full=planted.places)
        WALKED[roles] = walk(planted, roles=roles, places=places, quick=form != "full")
    forms, pages = WALKED[roles]
    return list(forms.values()), list(pages.values()), Browsers(planted)


def test_no_odd_string_in_any_field_of_any_form_breaks_a_page(found, sized, chance, figure, planted):
    forms, _pages, browsers = found
    turns, fields, faults = sized(test=2, quick=12, full=len(ODD)), 0, []
    for form in sorted(forms, key=lambda form: (form.endpoint, form.names)):
        begin = chance.randrange(len(ODD))
        fields += len(form.names)
        for turn in range(turns):
            faults.append(send(browsers, form, begin + turn * 29, chance))
        planted.restore()
        browsers.clients.clear()
    faults = sorted(filter(None, faults))
    figure(f"{len(ODD)} strings, {len(forms)} forms, {fields} fields, {turns * len(forms)} requests: {len(faults)} 5xx")
    assert len(forms) > 60
    assert faults == [], "\n".join(faults)


def test_no_odd_string_in_any_parameter_of_any_page_breaks_it(found, sized, chance, figure):
    _forms, pages, browsers = found
    names, faults, asked = parameters(), [], 0
    for path, role in pages:
        for _turn in range(sized(test=1, quick=5, full=100)):
            values = {name: chance.choice(ODD) for name in names if chance.random() < 0.7}
            asked += 1
            answer = browsers.open(role, f"{path.partition('?')[0]}?{query(values)}"[:60_000])
            faults.append(fault(answer, f"GET {path} as {role} with {values}"))
    faults = sorted(filter(None, faults))
    figure(f"{len(names)} parameters on {len(pages)} pages, {asked} requests: {len(faults)} 5xx")
    assert faults == [], "\n".join(faults)


def test_bytes_that_are_no_text_are_answered_with_400(found, figure):
    _forms, pages, browsers = found
    answers = []
    for number, (path, role) in enumerate(pages):
        odd = "".join(f"%{byte:02x}" for byte in BROKEN[number % len(BROKEN)])
        answers.append((f"{path}?q={odd}", browsers.open(role, f"{path.partition('?')[0]}?q={odd}")))
    assert {(path, answer.status_code) for path, answer in answers if answer.status_code != 400} == set()
    figure(f"{len(answers)} addresses: all 400")
