"""Configuration: TOML files, then PARTICIPATION_… variables; a schema refuses bad values with a sentence."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask.helpers import get_debug_flag
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from participation.kernel import gate
from participation.kernel.keys import fresh_key, read_keys, write_keys
from participation.kernel.outbound import is_allowed

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "PARTICIPATION_"
ENVIRONMENTS = ("development", "testing", "production")


class ConfigError(RuntimeError):
    """The configuration is not usable; the message names each setting and what is wrong with it."""


class ConfigSchema(Schema):
    """Every setting there is; `config/default.toml` explains each one."""

    class Meta:
        unknown = RAISE

    environment = fields.String(required=True, validate=validate.OneOf(ENVIRONMENTS))
    name = fields.String(required=True)
    claim = fields.String(load_default="")
    contact = fields.Email(required=True)
    secret_key = fields.String(load_default="")
    secret_key_file = fields.String(load_default="")
    secret_key_fallbacks = fields.List(fields.String(), load_default=list)
    database_url = fields.String(required=True)
    base_url = fields.Url(required=True, require_tld=False, schemes={"http", "https"})
    data_folder = fields.String(required=True)
    backup_folder = fields.String(load_default="")
    backup_days = fields.Integer(load_default=2, validate=validate.Range(1, 365))
    heads_file = fields.String(load_default="")
    upload_megabytes = fields.Integer(load_default=300, validate=validate.Range(1, 10_000))
    trusted_hosts = fields.List(fields.String(), load_default=list)
    proxy_hops = fields.Integer(load_default=0, validate=validate.Range(0, 5))
    mail_server = fields.String(load_default="")
    mail_port = fields.Integer(load_default=25)
    mail_user = fields.String(load_default="")
    mail_password = fields.String(load_default="")
    mail_starttls = fields.Boolean(load_default=False)
    mail_sender = fields.Email(required=True)
    outbound_hosts = fields.List(fields.String(), load_default=list)
    geocoder_url = fields.String(load_default="")
    embedded_worker = fields.Boolean(load_default=True)
    page_cache = fields.Boolean(load_default=True)
    safe_mode = fields.Boolean(load_default=False)
    modules_disabled = fields.List(fields.String(), load_default=list)
    modules_installed = fields.List(fields.String(), load_default=list)
    writable_code = fields.Boolean(load_default=False)
    practice = fields.Boolean(load_default=False)


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The checked settings, lower-case. Raises ConfigError naming every bad value."""
    environment = os.environ.get(PREFIX + "ENVIRONMENT", "development")
    values = _toml("default.toml") | _toml(f"{environment}.toml")
    values |= {"environment": environment} | _from_variables() | dict(overrides or {})
    try:
        settings: dict[str, Any] = ConfigSchema().load(values)
    except ValidationError as error:
        messages: dict[str, list[str]] = error.messages_dict
        lines = [f"{name}: {' '.join(map(str, texts))}" for name, texts in sorted(messages.items())]
        raise ConfigError("The configuration is not usable. " + " · ".join(lines)) from error
    _check_safety(settings)
    return settings


def flask_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """What Flask and its extensions want to know, from our settings."""
    url = str(settings["database_url"])
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        path = ROOT / url.removeprefix("sqlite:///")
        path.parent.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{path}"
    return {
        "SETTINGS": settings,
        "MODULES_FOLDER": str(ROOT / "modules"),
        "SECRET_KEY": settings["secret_key"],
        "SECRET_KEY_FALLBACKS": settings["secret_key_fallbacks"],
        "WTF_CSRF_SECRET_KEY": [*reversed(settings["secret_key_fallbacks"]), settings["secret_key"]],
        "TESTING": settings["environment"] == "testing",
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 10, "pool_pre_ping": url.startswith("postgresql")},
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 200_000,  # bytes of one field beside a file; who needs more says so in `takes`
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": None,  # bound to the session, which has its own end
        "WTF_CSRF_SSL_STRICT": False,  # Referrer-Policy same-origin; Origin is checked by `web/protection.py`
    }


def _toml(name: str) -> dict[str, Any]:
    path = ROOT / "config" / name
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def _from_variables() -> dict[str, Any]:
    lists = {name for name, field in ConfigSchema._declared_fields.items() if isinstance(field, fields.List)}
    found: dict[str, Any] = {}
    for variable, value in os.environ.items():
        name = variable.removeprefix(PREFIX).lower()
        if variable.startswith(PREFIX) and name != "environment":
            found[name] = [part for part in value.split(",") if part] if name in lists else value
    return found


def _check_safety(settings: dict[str, Any]) -> None:
    """Production brings its own secret, https and a mail server; development makes a secret and keeps it."""
    if not settings["secret_key"]:
        settings["secret_key"], *settings["secret_key_fallbacks"] = _keys_from_file(settings)
    if any(len(key) < 32 for key in (settings["secret_key"], *settings["secret_key_fallbacks"])):
        raise ConfigError("secret_key is too short: at least 32 characters, the earlier ones too.")
    if settings["geocoder_url"] and not is_allowed(settings["geocoder_url"], settings["outbound_hosts"]):
        raise ConfigError("geocoder_url: name its host in outbound_hosts, so that it may be called, and give a path.")
    if settings["environment"] == "production":
        for mistake in gate.mistakes(settings, debug=get_debug_flag(), root=ROOT):
            raise ConfigError(mistake)


def key_file(settings: Mapping[str, Any]) -> Path | None:
    """The file the keys are read from; None where they stand in the configuration."""
    if settings["secret_key_file"]:
        return Path(settings["secret_key_file"])
    is_made = settings["environment"] != "production"
    return ROOT / str(settings["data_folder"]) / "secret" if is_made else None


def _keys_from_file(settings: Mapping[str, Any]) -> list[str]:
    """The keys of the file, the one that signs first; outside production the file is made where there is none."""
    path = key_file(settings)
    if path is None:
        raise ConfigError("secret_key is missing: name a file in secret_key_file, or set PARTICIPATION_SECRET_KEY.")
    if not path.exists() and settings["environment"] != "production":
        write_keys(path, [fresh_key()])
    try:
        found = read_keys(path)
    except (OSError, ValueError) as error:
        raise ConfigError(f"secret_key_file: {error}") from error
    if not found:
        raise ConfigError(f"secret_key_file: there is no key in {path}.")
    return found
