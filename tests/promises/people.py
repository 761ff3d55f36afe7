"""Browsers of people, as the promises about log-ins need them."""

import re

import pyotp
from flask.testing import FlaskClient

from participation.kernel.clock import now
from participation.testing.lint import LintingClient

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def code_now(key):
    """The code an app shows now."""
    return pyotp.TOTP(key).at(now())


class Device:
    """A browser of its own."""

    def __init__(self, app, *, linting=True):
        client = LintingClient if linting else FlaskClient
        self.app, self.client = app, client(app, app.response_class, use_cookies=True)

    @classmethod
    def with_key(cls, app, key, **values):
        """A browser that was given the key of somebody's cookie."""
        device = cls(app, **values)
        device.client.set_cookie(app.config["SESSION_COOKIE_NAME"], key)
        return device

    def key(self):
        """What the cookie of the session holds."""
        return self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"]).value

    def copied(self):
        """Another browser with all the cookies of this one."""
        other = Device(self.app)
        for cookie in self.client._cookies.values():
            other.client.set_cookie(cookie.key, cookie.value)
        return other

    def is_in(self):
        """Whether somebody is logged in here."""
        return self.client.get("/-/settings").status_code == 200

    def token(self, page):
        """The CSRF value of a page: of its own form, else that of the frame."""
        html = self.client.get(page).get_data(as_text=True)
        found = TOKEN.search(html[html.index("<main") :]) or TOKEN.search(html)
        return found[1] if found else ""

    def post(self, url, *, environ=None, headers=None, **values):
        """Open a page and send its form."""
        data = {"csrf_token": self.token(url), **values}
        return self.client.post(url, data=data, environ_overrides=environ or {}, headers=headers or {})

    def press(self, page, action, **values):
        """Press a button that stands on a page."""
        return self.client.post(action, data={"csrf_token": self.token(page), **values})
