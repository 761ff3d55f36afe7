"""Who will see this stands beside each field that a resident fills in."""

from html.parser import HTMLParser

import pytest

PATHS = (
    "/-/log-in", "/-/register", "/-/forgotten", "/-/log-in-link", "/-/settings", "/-/e-mail", "/-/password",
    "/-/delete-account", "/{tenant}/{procedure}/-/subscribe",
)  # fmt: skip
NOT_ASKED = ("hidden", "submit", "button", "radio", "checkbox")  # choices say it once for their group


class Fields(HTMLParser):
    """The fields of forms that are sent, and whether each names the place that says who sees it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent, self.silent, self.asked = False, [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "form":
            self.sent = (said.get("method") or "get").lower() == "post"
        if self.sent and tag in ("input", "textarea", "select") and said.get("type", "text") not in NOT_ASKED:
            self.asked += 1
            if "-audience" not in (said.get("aria-describedby") or ""):
                self.silent.append(said.get("name"))


@pytest.mark.parametrize("path", PATHS)
def test_every_field_of_a_residents_form_says_who_will_see_it(world, client, path, figure):
    procedure, person = world.procedure(), world.person()
    if path.rpartition("/")[2] in ("settings", "e-mail", "password", "delete-account"):
        world.log_in(client, person)
    answer = client.get(path.format(tenant=procedure.tenant.slug, procedure=procedure.slug))
    assert answer.status_code == 200
    fields = Fields(answer.get_data(as_text=True).partition("<main")[2])
    figure(f"{fields.asked} fields of {path}, {len(fields.silent)} without a word on who sees them")
    assert fields.asked
    assert fields.silent == []
