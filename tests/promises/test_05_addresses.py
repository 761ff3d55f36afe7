"""Promise 5: no address from outside leads away from us: where a log-in goes on, and under which name we answer."""

import pytest

from participation.pages.account_next import local_path
from tests.promises.towns import DATA

AWAY = [
    line.encode().decode("unicode_escape")
    for line in (DATA / "redirects.txt").read_text("ascii").splitlines()
    if line and not line.startswith("#")
]
OURS = ("/", "/-/settings", "/amt/mit-text/?a=1", "/amt/mit-text/-/drafts/x#text", "/en/amt/", "/amt/?page=%2Famt")
HOSTS = (
    "evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "localhost@evil.example",
    "127.0.0.1.evil.example",
    "",
)


def test_only_our_own_paths_survive_as_the_way_on(figure):
    survived = [text for text in AWAY if local_path(text) is not None]
    figure(f"{len(AWAY)} spellings of a foreign address, {len(survived)} survive; {len(OURS)} paths of ours, all kept")
    assert len(AWAY) >= 60
    assert survived == []
    assert [path for path in OURS if local_path(path) != path] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_wrong_host_is_refused_and_stands_in_no_link(app, world, client, mails, figure):
    person, answered = world.person(), []
    for host in HOSTS:
        for path in ("/", "/-/forgotten", "/healthz"):
            answer = app.test_client().get(path, headers={"Host": host})
            answered.append(answer.status_code)
            assert not host or host not in answer.text
    client.post("/-/forgotten", data={"email": person.email}, headers={"Host": "evil.example"})
    client.post("/-/forgotten", data={"email": person.email}, headers={"X-Forwarded-Host": "evil.example"})
    told = [mail for mail in mails() if "evil.example" in mail.as_string()]
    figure(f"{len(answered)} requests under a wrong name: {sorted(set(answered))}; {len(told)} mails with it")
    assert set(answered) == {400}
    assert told == []
