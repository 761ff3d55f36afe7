"""`flask version`: prepare, compare and publish a version from the command line."""

import pytest

from participation.documents.services import add_version, create_document
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from tests.documents.changed_laws import LAWS, readings


@pytest.mark.requirement("RA-4.1-10")
def test_a_version_is_prepared_compared_and_published(world, runner):
    tenant = world.tenant("amt")
    procedure = world.procedure(tenant, slug="gesetz")
    with transaction():
        found = world.again(procedure)
        document = create_document(found, "Gesetz")
        add_version(document, readings("plansig")[0])
        found.activities[0].settings = {"document_id": document.id}
    comment = world.contribution(procedure, place="p4-abs1")
    editor = world.staff(tenant, Role.EDITOR).email
    nobody = world.person().email

    def run(*words: str) -> tuple[int, str]:
        result = runner.invoke(args=["version", *words[:1], "amt", "gesetz", *words[1:]])
        db.session.rollback()
        return result.exit_code, result.output

    assert run("draft", str(LAWS / "plansig.md"), "--by", nobody)[0] != 0
    assert "in preparation" in run("draft", str(LAWS / "plansig.md"), "--by", editor)[1]
    assert "Comments: 1 carried, 0 moved, 0 orphaned" in run("compare")[1]
    assert run("publish", "--by", editor, "--revision", "7")[0] != 0
    assert "1 carried" in run("publish", "--by", editor, "--revision", "1")[1]
    assert [line.split()[0] for line in run("list")[1].splitlines()] == ["2", "1"]
    db.session.refresh(comment)
    assert comment.place == "p4-abs1"
