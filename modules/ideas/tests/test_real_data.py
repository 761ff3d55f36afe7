"""All of a real dialogue: what went in comes out of the pages and the interface, figure by figure.

`data/facts.json` was counted from the files by a program that shares no code with this one.
"""

import csv
import gzip
import html
import io
import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from modules.ideas.importing.writing import import_ideas
from participation.contributions import counters
from participation.contributions.locations import AREA, DISTRICT, keep_areas
from participation.kernel.clock import local
from participation.kernel.config import ROOT
from participation.kernel.db import transaction
from participation.kernel.outbox import work_off
from participation.procedures.queries import procedure_by_id
from participation.testing import World
from participation.testing.fixtures import fresh

REAL = ROOT / "config" / "demo" / "raddialog"
FACTS = json.loads((Path(__file__).parent / "data" / "facts.json").read_text("utf-8"))
PAGE = "/stadt/rad/ideas/a/"
LIST = "/api/v1/tenants/stadt/procedures/rad/activities/ideas/a/resources/ideas?limit=100"


def unpacked(name):
    return gzip.decompress((REAL / name).read_bytes())


TITLE = re.compile(r'class="idea__title"[^>]*>\s*<a[^>]*>([^<]+)</a>')
SOURCE = {row["id"]: row for row in csv.DictReader(io.StringIO(unpacked("proposals.csv.gz").decode(), newline=""))}


def areas(kind):
    """The practice areas of a kind, by name."""
    features = json.loads((REAL / "practice_districts.geojson").read_text("utf-8"))["features"]
    own = [entry for entry in features if entry["properties"]["kind"] == kind]
    return [(entry["properties"]["name"], entry["geometry"]) for entry in own]


@pytest.fixture(scope="module")
def client(server_app):
    """Taken over once for all tests of this file, which only read."""
    with server_app.app_context():
        world = World(server_app)
        procedure = world.procedure(world.tenant("stadt"), slug="rad", module="ideas")
        with transaction():
            whole = procedure_by_id(procedure.id)
            for kind in (AREA, DISTRICT):
                keep_areas(whole.activities[0], kind, areas(kind))
            comments = (unpacked("comments.csv.gz"), "comments.csv")
            import_ideas(whole.activities[0], unpacked("proposals.csv.gz"), "proposals.csv", comments)
        work_off()
        yield server_app.test_client()
        fresh(server_app)


def ideas(client, more=""):
    """All pages of the list that other systems read."""
    found, after = [], 0
    while after is not None:
        page = client.get(f"{LIST}{more}&after={after}").json
        found += page["items"]
        after = page["next"]
    return found


def total(client, more=""):
    """The number above the list on the page."""
    page = client.get(f"{PAGE}{more}").text
    return int(re.search(r'<h2 id="ideen-titel">([\d.]+)', page)[1].replace(".", ""))


def told(client, more=""):
    """The rows of the download beside the list."""
    return client.get(f"/stadt/rad/-/exports/a/ideas.geojson?module=ideas{more}").json["features"]


def test_everything_arrived(client):
    features = told(client)
    own = [entry for entry in features if not entry["properties"]["parent"]]
    answers = [entry for entry in features if entry["properties"]["parent"]]
    roots = {entry["id"] for entry in own}
    assert (len(own), len(answers)) == (FACTS["proposals"], FACTS["comments"])
    assert sum(entry["properties"]["parent"] not in roots for entry in answers) == FACTS["replies"]
    assert sum(entry["properties"]["imported"] for entry in own) == FACTS["votes_total"]
    assert total(client) == FACTS["proposals"]
    with transaction():
        assert not counters.drift()


def test_each_proposal_has_its_title_place_day_and_votes(client):
    expected = Counter(
        (" ".join(row["title"].split()), float(row["lon"]), float(row["lat"]), row["date"], int(row["votes"]))
        for row in SOURCE.values()
    )
    assert Counter(_marks(item) for item in ideas(client)) == expected


def _marks(item):
    day = local(datetime.fromisoformat(item["created_at"])).date().isoformat()
    return (item["title"], *item["geometry"]["coordinates"], day, item["imported"])


def test_per_category_and_per_day(client):
    found = ideas(client)
    assert Counter(item["category"] for item in found) == FACTS["by_category"]
    assert Counter(_marks(item)[3] for item in found) == FACTS["by_date"]
    page = client.get(PAGE).text
    chips = re.finditer(r'href="[^"]*[?&;]at=(k\d)[^"]*"[^>]*>\s*([^<]+?)\s*<', page)
    keys = {html.unescape(match[2]): match[1] for match in chips}
    assert {title: total(client, f"?at={keys[title]}") for title in FACTS["by_category"]} == FACTS["by_category"]


def test_the_top_lists_by_votes_and_by_comments(client):
    for order, name, value in (("agreed", "top_votes", "votes"), ("discussed", "most_commented", "comments")):
        facts = FACTS[name]
        page = client.get(f"{PAGE}?sort={order}").text
        shown = [html.unescape(found).strip() for found in re.findall(TITLE, page)]
        assert shown[: len(facts)] != []
        ranks = {" ".join(entry["title"].split()): entry[value] for entry in facts}
        assert [ranks.get(title) for title in shown[: len(facts)]] == [entry[value] for entry in facts], order
        measured = {"votes": "imported", "comments": "comments"}[value]
        numbers = Counter((item["title"], item[measured]) for item in ideas(client))
        assert set(ranks.items()) <= numbers.keys()
        above = sum(number for (_title, count), number in numbers.items() if count > facts[-1][value])
        assert above == sum(count > facts[-1][value] for count in ranks.values()), "nobody above them is left out"


def test_within_a_radius(client):
    for words, ids in FACTS["near_points"].items():
        lon, lat, radius = (float(word) for word in words.strip("()").split(","))
        near = f"near={lat},{lon}&radius={radius:.0f}"
        expected = sorted(" ".join(SOURCE[number]["title"].split()) for number in ids)
        assert sorted(item["title"] for item in ideas(client, f"&{near}")) == expected
        assert total(client, f"?{near}") == len(ids)
        own = [entry for entry in told(client, f"&{near}") if not entry["properties"]["parent"]]
        assert sorted(entry["properties"]["title"] for entry in own) == expected


def test_everything_lies_in_a_practice_district(client):
    found = ideas(client)
    by_district = Counter(item["district"] for item in found)
    assert "" not in by_district
    assert {name: total(client, f"?district={name}") for name in by_district} == by_district


def test_no_name_is_left_where_people_sign():
    for name in ("proposals.csv.gz", "comments.csv.gz"):
        for row in csv.DictReader(io.StringIO(unpacked(name).decode(), newline="")):
            assert not re.search(r"\b(Herrn?|Frau) [A-ZÄÖÜ](?!berbürger)[a-zäöü]+", row["text"]), row["id"]
            assert not re.search(r"Moderation [A-ZÄÖÜ](?!tadt)", row["text"]), row["id"]
