"""Promise 6, row 41: the drill of changing the key. A new one signs, an old one only reads, a removed one is dead."""

import pyotp
import pytest
from sqlalchemy import select

from participation.accounts import second_factor as factor
from participation.accounts.models import SecondFactor, Token
from participation.accounts.services import send_link
from participation.accounts.tokens import read_token, sign
from participation.kernel.clock import now
from participation.kernel.config import ConfigError, load
from participation.kernel.db import db, transaction
from participation.kernel.keys import fresh_key, keyed_hash, read_keys, write_keys
from participation.procedures import codes, lists
from participation.testing.lint import LintingClient
from tests.promises.people import TOKEN


def keys(monkeypatch, app, present, *before):
    """Let the server have these keys."""
    monkeypatch.setitem(app.config, "SECRET_KEY", present)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", list(before))
    monkeypatch.setitem(app.config, "WTF_CSRF_SECRET_KEY", [*reversed(before), present])


class Things:
    """One of everything that hangs on the key, and whether it still works."""

    def __init__(self, world, app):
        self.app, self.tenant = app, world.tenant()
        self.person, self.procedure = world.person(), world.procedure(self.tenant)
        world.code(self.person)
        with transaction():
            send_link("log_in", self.person.email, self.tenant.id, language="de")
        self.link = sign(db.session.scalars(select(Token)).one())
        with transaction():
            made = lists.make_list(world.again(self.procedure), name="Klasse 8b", kind="codes")
            self.paper = codes.make_codes(made, 1)[0].code
        self.client = LintingClient(app, app.response_class, use_cookies=True)
        self.token = TOKEN.search(self.client.get("/-/log-in").text)[1]

    def work(self):
        """Each thing and whether it works."""
        sent = self.client.post("/-/log-in", data={"csrf_token": self.token, "email": "a@b.example", "password": "x"})
        row = db.session.scalars(select(SecondFactor)).one()
        return {
            "link in a mail": read_token(self.link, self.tenant.id) is not None,
            "code on paper": codes.knows(self.tenant.id, self.paper),
            "second factor": factor.opened(row.secret) is not None,
            "form that stands open": sent.status_code == 422,
        }


@pytest.mark.requirement("RA-5.1.7-01")
def test_a_new_key_signs_an_old_one_reads_and_a_removed_one_is_dead(world, app, monkeypatch, figure):
    old, new = fresh_key(), fresh_key()
    keys(monkeypatch, app, old)
    things = Things(world, app)
    assert set(things.work().values()) == {True}
    keys(monkeypatch, app, new, old)
    after_rotation = things.work()
    signed_now, hashed_now = sign(db.session.scalars(select(Token)).one()), keyed_hash("x")
    with transaction():
        assert factor.seal_anew() == 1
    keys(monkeypatch, app, new)
    after_removal = things.work()
    dead = [name for name, works in after_removal.items() if not works]
    alive = sum(after_rotation.values())
    figure(f"{alive} of {len(after_rotation)} things read with the old key, {len(dead)} of 3 dead after its removal")
    assert set(after_rotation.values()) == {True}
    assert dead == ["link in a mail", "code on paper", "form that stands open"]
    assert read_token(signed_now, things.tenant.id) is not None, "after the change the new key signs"
    assert hashed_now == keyed_hash("x")
    key = factor.opened(db.session.scalars(select(SecondFactor)).one().secret)
    with transaction():
        factor.prove(db.session.merge(things.person), pyotp.TOTP(key).at(now()))


def test_the_key_file_is_for_one_pair_of_eyes_and_changed_in_one_step(app, runner, tmp_path, monkeypatch):
    path = tmp_path / "keys"
    for variable in ("ENVIRONMENT", "SECRET_KEY"):
        monkeypatch.delenv(f"PARTICIPATION_{variable}", raising=False)
    on = {"secret_key": "", "secret_key_file": str(path), "data_folder": str(tmp_path)}
    first = load(on)["secret_key"]
    assert path.stat().st_mode & 0o077 == 0
    monkeypatch.setitem(app.config, "SETTINGS", {**app.config["SETTINGS"], **on, "secret_key": first})
    assert runner.invoke(args=["keys", "rotate"]).exit_code == 0
    settings = load(on)
    assert settings["secret_key_fallbacks"] == [first]
    assert settings["secret_key"] not in ("", first)
    assert path.stat().st_mode & 0o077 == 0
    assert runner.invoke(args=["keys", "seal"]).exit_code == 0
    assert runner.invoke(args=["keys", "drop", "--yes"]).exit_code == 0
    assert read_keys(path) == [settings["secret_key"]]
    path.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        load(on)
    path.unlink()
    write_keys(path, ["short"])
    with pytest.raises(ConfigError, match="too short"):
        load(on)
