"""publiccode.yml says what catalogues of public software ask for, in the words they allow."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]

# controlled vocabularies of the standard, as far as this project could use them
STATES = {"concept", "development", "beta", "stable", "obsolete"}
TYPES = {"standalone/web", "standalone/backend", "standalone/other"}
MAINTENANCE = {"internal", "contract", "community", "none"}
CATEGORIES = {
    "digital-citizenship",
    "feedback-and-reviews-management",
    "survey",
    "collaboration",
    "online-community",
}
SCOPES = {"local-authorities", "society", "environment", "infrastructures"}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))


def test_every_mandatory_key_is_there(told: dict[str, Any]) -> None:
    mandatory = {
        "publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType",
        "description", "legal", "maintenance", "localisation",
    }  # fmt: skip
    assert mandatory - told.keys() == set()


def test_the_values_come_from_the_vocabularies_of_the_standard(told: dict[str, Any]) -> None:
    assert told["publiccodeYmlVersion"] == "0"
    assert told["developmentStatus"] in STATES
    assert told["softwareType"] in TYPES
    assert told["platforms"] == ["web"]
    assert set(told["categories"]) <= CATEGORIES
    assert set(told["intendedAudience"]["scope"]) <= SCOPES


def test_the_address_is_an_address(told: dict[str, Any]) -> None:
    address = urlsplit(told["url"])
    assert address.scheme == "https"
    assert address.netloc


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_language_describes_the_platform_within_the_limits(told: dict[str, Any], language: str) -> None:
    text = told["description"][language]
    assert 0 < len(text["shortDescription"].strip()) <= 150
    assert 150 <= len(text["longDescription"]) <= 10_000
    assert text["localisedName"]
    assert text["features"]
    assert all(0 < len(feature) <= 100 for feature in text["features"])


@pytest.mark.requirement("RA-5.1.8-01")
def test_the_licence_is_the_one_that_lies_beside_it(told: dict[str, Any]) -> None:
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert told["legal"]["license"] == "EUPL-1.2"
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert [f"\n{number}. " in licence for number in range(1, 16)] == [True] * 15
    assert "Appendix" in licence


def test_maintenance_names_a_kind_and_a_contact(told: dict[str, Any]) -> None:
    assert told["maintenance"]["type"] in MAINTENANCE
    assert all(contact["name"] for contact in told["maintenance"]["contacts"])


def test_the_languages_are_those_of_the_catalogues(told: dict[str, Any]) -> None:
    languages = {path.parents[1].name for path in ROOT.glob("participation/translations/*/LC_MESSAGES/*.po")}
    assert told["localisation"]["localisationReady"] is True
    assert set(told["localisation"]["availableLanguages"]) == languages
