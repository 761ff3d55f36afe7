"""Promise 26: a published result can be counted again by anybody; receipts say that somebody voted, never how.

The levels of secrecy that there are: "open". Inclusion in the count is proven to nobody at this level, and nothing says
that it were; the checksum on the receipt of a contribution does prove that its text is in the package.
"""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from modules.ballot.counting import count
from modules.ballot.settings import SECRECY
from modules.ballot.tests.conftest import make_vote
from participation.contributions.models import Contribution, ContributionVersion
from participation.contributions.references import SHAPE
from participation.kernel.clock import now
from participation.kernel.db import db
from participation.procedures.queries import procedure_by_id
from participation.results.container import MANIFEST, pack
from participation.results.counting import figures_of
from participation.results.models import Result
from participation.results.store import path_of
from participation.results.verifying import faults_of, opened
from participation.voting.models import Ballot
from tests.promises import second_count
from tests.promises.ballots_cast import CHOICES, Site, Voter, by_call, cookies_of
from tests.promises.urns import (
    Town,
    packed,
    random_ballot,
    random_questions,
    said,
    said_in,
    single_changes,
)
from tests.results.conftest import KEY
from tests.results.test_package import flipped, verdict, with_file

MARKED = re.compile(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}|value=\"[^\"]{20,}\"")


@pytest.mark.requirement("BX-03", "LP-12")
def test_two_programs_agree_on_random_urns(tmp_path, sized, chance, figure):
    urns, cast, ties, different = sized(test=60, quick=300, full=1_000), 0, 0, []
    for number in range(urns):
        questions = random_questions(chance)
        ballots = [random_ballot(chance, questions) for _ in range(chance.choice((0, 1, 2, 5, 9, 10, 40)))]
        path = packed(tmp_path / "package", chance, questions, ballots)
        files = second_count.content(path)
        with opened(path) as package:
            assert faults_of(package) == []
            parameters = json.loads(package.archive.read("parameters.json"))
            ours = said(figures_of(parameters, package.open, {"ballot": count})["activities"][0])
        theirs = second_count.tally(files)["ballot-a"]
        cast, ties = cast + len(ballots), ties + sum(one["tie"] for one in theirs["questions"].values())
        if ours != theirs or second_count.faults(files) or said_in(files) != ours:
            different.append((number, ours, theirs))
    figure(f"{urns} random urns with {cast} ballots and {ties} ties: two programs differ on {len(different)}")
    assert different == []


def test_the_second_program_shares_nothing_with_the_portal():
    tree = ast.parse(Path(second_count.__file__).read_text("utf-8"))
    named = [node.names for node in ast.walk(tree) if isinstance(node, ast.Import)]
    used = {alias.name for names in named for alias in names}
    used |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in used} <= sys.stdlib_module_names


@pytest.fixture
def town(app, world):
    return Town(world)


def wrong_with(runner, path, root):
    """What the verifier, the command and the second program say against a package; nothing where all is well."""
    with opened(path) as package:
        found = faults_of(package)
    files = second_count.content(path)
    found += second_count.faults(files)
    if second_count.root(json.loads(files[MANIFEST])) != root:
        found.append("another root than published")
    done = runner.invoke(args=["recount", str(path)])
    if done.exit_code or json.loads(done.output)["root"] != root:
        found.append(done.output)
    published = {entry["activity"]: entry for entry in json.loads(files["figures.json"])["activities"]}
    for folder, theirs in second_count.tally(files).items():
        if said(published[folder]) != theirs:
            found.append(f"{folder}: the second program counts otherwise")
    return found


def test_each_published_package_verifies(town, runner, figure):
    packages = town.packages()
    faults = [fault for path, root in packages for fault in wrong_with(runner, path, root)]
    alone = [sys.executable, "-I", second_count.__file__, str(packages[-1][0])]
    done = subprocess.run(alone, capture_output=True, text=True, check=True)
    figure(f"{len(packages)} published packages, {len(faults)} faults by verifier, recount and second program")
    assert len(packages) == 3
    assert faults == []
    assert json.loads(done.stdout.splitlines()[0]) == {"faults": [], "root": packages[-1][1]}


@pytest.mark.waits
def test_each_package_of_the_demo_verifies(planted, figure):
    runner = planted.app.test_cli_runner()
    with planted.app.app_context():
        query = select(Result.stored_name, Result.root).where(Result.state == "published", Result.stored_name != "")
        packages = [(path_of(name), root) for name, root in db.session.execute(query)]
        faults = [fault for path, root in packages for fault in wrong_with(runner, path, root)]
    figure(f"{len(packages)} published packages of the demo, {len(faults)} faults")
    assert packages
    assert faults == []


@pytest.mark.requirement("BX-03")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a file is a file on both
def test_each_single_change_is_found(town, tmp_path, chance, sized, figure):
    path, _root = town.packages()[1]
    whole, changed, overlooked = path.read_bytes(), tmp_path / "changed.zip", []
    most = sized(test=300, quick=2_000, full=len(whole))
    places = sorted(chance.sample(range(len(whole)), min(most, len(whole))))
    for place in places:
        changed.write_bytes(flipped(whole, place, 1 << chance.randrange(8)))
        overlooked += [] if verdict(changed) else [f"byte {place}"]
    tried = 0
    for name, change in single_changes(path):
        tried += 1
        forged = with_file(path, changed, None, change)
        seen = verdict(forged), second_count.faults(second_count.content(forged))
        overlooked += [] if all(seen) else [f"{name}: {seen}"]
    figure(
        f"{len(places)} of {len(whole)} bytes flipped one by one, {tried} lines and files removed, doubled, swapped or "
        f"added by two verifiers: {len(overlooked)} overlooked"
    )
    assert overlooked == []


def test_a_package_forged_as_a_whole_has_another_root(town, tmp_path, figure):
    path, root = town.packages()[1]
    folder, forged = tmp_path / "forged", tmp_path / "forged.zip"
    for name, data in second_count.content(path).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    urn = next(iter(folder.rglob("ballots.jsonl")))
    urn.write_bytes(urn.read_bytes().replace(b'"yes"', b'"no"', 1))
    (folder / MANIFEST).unlink()
    others = {name: manifest[name] for name in manifest if name not in ("files", "contributions", "root", "format")}
    made = pack(folder, forged, others, contributions=manifest["contributions"], key=KEY)
    files = second_count.content(forged)
    figure("one ballot of a package forged with all its checksums: another root, and figures that do not fit")
    assert verdict(forged) == second_count.faults(files) == []
    assert made != root
    assert said_in(files) != second_count.tally(files)["ballot-a"]


@pytest.mark.requirement("LP-12")
def test_receipts_prove_participation_and_nothing_else(town, figure):
    assert SECRECY == ("open",), "a further level: say here what its receipts prove"
    shown = 0
    for number, receipts in town.votes:
        rows = db.session.execute(
            select(Ballot.receipt, Ballot.choices).where(Ballot.activity_id.in_(of(number)))
        ).all()
        assert all(SHAPE.fullmatch(receipt) for receipt in receipts)
        assert {row.receipt: row.choices for row in rows} == receipts, "each number stands on the ballot of who saw it"
        shown += len(receipts)
    whole = b"".join(path.read_bytes() for path, _root in town.packages()).decode("utf-8", "replace")
    numbers = [receipt for _number, receipts in town.votes for receipt in receipts]
    inside = [number for number in numbers if number in whole]
    leaves = set(db.session.scalars(checksums_of_published()))
    kept = {leaf for path, _root in town.packages() for leaf in manifest_of(path)["contributions"]}
    figure(
        f"levels: {', '.join(SECRECY)} (no level verifiable): {shown} of {shown} receipts stand on one ballot each, "
        f"{len(inside)} in a package, so inclusion is proven by none; {len(leaves & kept)} of {len(leaves)} checksums "
        "of published contributions are in a package"
    )
    assert inside == []
    assert leaves
    assert leaves <= kept


def of(procedure_id):
    """The activities of a procedure."""
    return [activity.id for activity in procedure_by_id(procedure_id).activities]


def manifest_of(path):
    """The manifest of a package."""
    return json.loads(second_count.content(path)[MANIFEST])


def checksums_of_published():
    """What stands on the receipts of contributions that everybody can read."""
    query = select(ContributionVersion.text_hash).join(
        Contribution, Contribution.id == ContributionVersion.contribution_id
    )
    return query.where(Contribution.state == "published", ContributionVersion.number == Contribution.versions)


def test_the_receipt_looks_the_same_whatever_was_chosen(app, world, at):
    vote = make_vote(world, world.tenant("stadt"), slug="abstimmung")
    path, pages = f"/stadt/{vote.slug}/ballot/a/", set()
    with at(now()):
        for cookie, choices in zip(cookies_of(len(CHOICES), all_with_password=True), CHOICES, strict=True):
            ask = by_call(app, cookie)
            assert Voter(ask, Site(path, path, "", [])).cast(path, choices) == 303
            body = ask("GET", f"{path}receipt", None).body
            pages.add(re.sub(r"Wählerin \d+", "", MARKED.sub("", body[body.index("<main") : body.index("</main>")])))
    assert len(pages) == 1
