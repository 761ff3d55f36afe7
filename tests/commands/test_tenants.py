"""`flask tenant`: authorities from the command line."""

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from PIL import Image

from participation.tenants.queries import legal_page, tenant_at
from participation.testing import World

NEW = ["tenant", "create", "musterau", "--name", "Stadt Musterau", "--contact-email", "k@musterau.example"]


def test_an_authority_is_made_with_every_module_switched_on(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=[*NEW, "--kind", "town", "--address", "Marktplatz 1 / 00002 Musterau"])
    tenant = tenant_at("musterau")
    assert result.exit_code == 0, result.output
    assert tenant is not None
    assert tenant.address == "Marktplatz 1\n00002 Musterau"
    assert "probe" in tenant.modules


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (NEW, "already"),
        (["tenant", "set", "musterau", "--colour", "blue"], "#00538a"),
        (["tenant", "set", "nirgends", "--name", "x"], "There is no authority 'nirgends'"),
        (["tenant", "set", "musterau"], "Nothing to change"),
        (["tenant", "modules", "musterau", "chess"], "Not installed: chess"),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_1(runner: FlaskCliRunner, arguments: list[str], sentence: str) -> None:
    runner.invoke(args=NEW)
    result = runner.invoke(args=arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output
    if sentence != "already":  # the catalogue may not hold the English yet
        assert sentence in result.output


def test_modules_and_host_are_set_and_listed(runner: FlaskCliRunner) -> None:
    runner.invoke(args=NEW)
    assert runner.invoke(args=["tenant", "modules", "musterau"]).output == "Switched on: none.\n"
    assert runner.invoke(args=["tenant", "host", "musterau", "Mitreden.Musterau.example"]).exit_code == 0
    listed = runner.invoke(args=["tenant", "list"]).output
    assert "musterau" in listed
    assert "modules: none" in listed
    assert "mitreden.musterau.example" in listed
    runner.invoke(args=["tenant", "host", "musterau"])
    tenant = tenant_at("musterau")
    assert tenant is not None
    assert tenant.host is None


def test_a_legal_page_is_written_for_an_authority_and_for_the_portal(
    runner: FlaskCliRunner, world: World, tmp_path: Path
) -> None:
    tenant = world.tenant("musterau")
    page = tmp_path / "imprint.md"
    page.write_text("## Herausgeber\n\nStadt Musterau", "utf-8")
    for slug in ("musterau", "-"):
        result = runner.invoke(args=["tenant", "page", slug, "imprint", str(page)])
        assert result.exit_code == 0, result.output
    for tenant_id in (tenant.id, None):
        written = legal_page(tenant_id, "imprint")
        assert written is not None
        assert "Stadt Musterau" in written.html


def test_a_page_that_is_no_utf8_is_refused_with_its_place(runner: FlaskCliRunner, world: World, tmp_path: Path) -> None:
    world.tenant("musterau")
    page = tmp_path / "imprint.md"
    page.write_bytes(b"Stra\xdfe")
    result = runner.invoke(args=["tenant", "page", "musterau", "imprint", str(page)])
    assert (result.exit_code, "byte 5" in result.output) == (1, True)


def test_a_logo_is_taken_over_and_a_text_as_logo_is_refused(
    runner: FlaskCliRunner, world: World, tmp_path: Path
) -> None:
    world.tenant("musterau")
    good, bad = tmp_path / "logo.png", tmp_path / "logo.jpg"
    Image.new("RGB", (900, 300), "#00538a").save(good)
    bad.write_text("no picture")
    assert runner.invoke(args=["tenant", "logo", "musterau", str(bad), "--alt", "Wappen"]).exit_code == 1
    assert runner.invoke(args=["tenant", "logo", "musterau", str(good), "--alt", "Wappen"]).exit_code == 0
    tenant = tenant_at("musterau")
    assert tenant is not None
    assert tenant.logo
    assert tenant.logo_alt == "Wappen"
