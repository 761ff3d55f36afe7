"""The configuration names each bad value; production is refused where it would not be safe."""

import tomllib

import pytest

from participation.kernel.config import ROOT, ConfigError, ConfigSchema, flask_settings, load

SECRET = "x" * 32
SAFE = {"secret_key": SECRET, "base_url": "https://portal.example", "mail_server": "mail.portal.example"}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Sets variables of ours for one test."""

    def choose(kind, /, **variables):
        monkeypatch.setenv("PARTICIPATION_ENVIRONMENT", kind)
        monkeypatch.setenv("PARTICIPATION_DATA_FOLDER", str(tmp_path))
        for key, value in variables.items():
            monkeypatch.setenv(f"PARTICIPATION_{key.upper()}", value)

    return choose


def test_every_bad_value_is_named_with_what_is_wrong(environment):
    environment("testing", contact="nobody", proxy_hops="9")
    with pytest.raises(ConfigError) as refused:
        load({"base_url": "ftp://portal"})
    for name in ("contact", "proxy_hops", "base_url"):
        assert name in str(refused.value)


def test_an_unknown_setting_is_refused(environment):
    environment("testing", datbase_url="sqlite://")
    with pytest.raises(ConfigError, match="datbase_url"):
        load()


def test_a_variable_wins_over_the_files_and_lists_are_split_at_commas(environment):
    environment("testing", name="Mitreden", modules_disabled="ideas,text", page_cache="true")
    settings = load()
    assert (settings["name"], settings["modules_disabled"], settings["page_cache"]) == (
        "Mitreden",
        ["ideas", "text"],
        True,
    )


@pytest.mark.requirement("RA-5.1.7-01")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"secret_key": ""}, "secret_key"),
        ({"secret_key": "short"}, "secret_key"),
        ({"base_url": "http://portal.example"}, "base_url"),
        ({"mail_server": ""}, "mail_server"),
    ],
    ids=["no secret", "short secret", "plain http", "mails into a folder"],
)
def test_production_refuses_what_is_not_safe(environment, change, named):
    environment("production")
    assert load(SAFE)["environment"] == "production"
    with pytest.raises(ConfigError, match=named):
        load(SAFE | change)


def test_development_makes_a_secret_and_keeps_it(environment, tmp_path):
    environment("development")
    first, second = load({"secret_key": ""}), load({"secret_key": ""})
    assert first["secret_key"] == second["secret_key"]
    assert len(first["secret_key"]) == 64
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0, "nobody else may read it"


def test_an_unknown_environment_is_refused(environment):
    environment("staging")
    with pytest.raises(ConfigError, match="environment"):
        load()


def test_a_relative_sqlite_path_lies_in_the_project():
    url = flask_settings(load({"database_url": "sqlite:///data/x.db"}))["SQLALCHEMY_DATABASE_URI"]
    assert url == f"sqlite:///{ROOT}/data/x.db"


def test_every_setting_of_the_files_is_known():
    for path in (ROOT / "config").glob("*.toml"):
        assert set(tomllib.loads(path.read_text("utf-8"))) <= set(ConfigSchema._declared_fields), path.name
