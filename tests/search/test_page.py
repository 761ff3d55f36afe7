"""The search page: what was found with the words marked, an address for every state, no more than five queries."""

from html.parser import HTMLParser

import pytest
from sqlalchemy import delete, select

from participation.contributions import services as contributions
from participation.contributions.models import Contribution
from participation.kernel.db import db, transaction
from participation.kernel.outbox import work_off
from participation.search.models import SearchRow
from participation.testing.queries import count_queries


class Reader(HTMLParser):
    """Links of hits, and marked words."""

    def __init__(self, html):
        super().__init__()
        self.marked, self.links, self._inside = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._inside.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        self._inside.remove(tag)

    def handle_data(self, data):
        if "mark" in self._inside:
            self.marked.append(data)


def page(client, question, **more):
    answer = client.get("/-/search", query_string={"q": question, **more})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.fixture
def park(world):
    procedure = world.procedure(title="Stadtpark", summary="Mehr Grün am Ufer.")
    world.contribution(procedure, source="Wir brauchen **Bäume** & <b>Bänke</b>.")
    here = f"/{procedure.tenant.slug}/{procedure.slug}"
    work_off()
    return here


def test_a_hit_leads_to_its_place_and_marks_the_words(client, park):
    html = page(client, "Baum")
    found = Reader(html)
    assert found.marked == ["Bäume"]
    assert sum(1 for link in found.links if link.startswith(f"{park}/-/contributions/")) == 1
    assert "<b>Bänke" not in html


def test_a_procedure_is_found_at_the_portal_and_at_its_authority(client, park):
    tenant = park.split("/")[1]
    assert f"{park}/" in Reader(page(client, "Ufer")).links
    assert f"{park}/" in Reader(client.get(f"/{tenant}/-/search?q=Ufer").text).links


def test_another_authority_does_not_find_it(client, park, world):
    slug = world.tenant().slug
    assert "Dazu haben wir nichts gefunden" in client.get(f"/{slug}/-/search?q=Ufer&tenant={park.split('/')[1]}").text


def test_a_search_is_narrowed_by_kind_and_procedure(client, park):
    assert "1 Treffer" in page(client, "Stadtpark", kind="procedure")
    assert "Dazu haben wir nichts gefunden" in page(client, "Stadtpark", kind="contribution")
    assert "Nur im Verfahren „Stadtpark“." in page(client, "Ufer", procedure=park.split("/")[2])


@pytest.mark.parametrize(
    "spelling", [str, str.lower, lambda text: text.replace("-", " "), lambda text: text.replace("0", "O")]
)
def test_a_number_leads_straight_to_the_contribution(client, park, spelling):
    reference = db.session.scalar(select(Contribution.reference))
    answer = client.get("/-/search", query_string={"q": spelling(reference)})
    assert answer.location == f"{park}/-/contributions/{reference}"


def test_the_number_of_a_hidden_contribution_leads_nowhere(client, park):
    reference, number = db.session.execute(select(Contribution.reference, Contribution.id)).one()
    with transaction():
        contributions.change_state(db.session.get_one(Contribution, number), "hidden", actor_id=None)
    assert "Dazu haben wir nichts gefunden" in page(client, reference)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("", "Wonach suchen Sie?"),
        ("   ", "Wonach suchen Sie?"),
        ("§ ?!", "lässt sich nicht suchen"),
        ("zzz", "nichts gefunden"),
    ],
)
def test_an_empty_or_odd_question_has_a_clear_page(client, app, question, sentence):
    assert sentence in page(client, question)


@pytest.mark.parametrize("question", ['"><script>alert(1)</script>', "a" * 5000, "%", "' OR 1=1 --", "AND", "😀"])
def test_no_question_breaks_the_page(client, park, question):
    assert "<script>alert" not in page(client, question)


@pytest.mark.parametrize("number", ["0", "-1", "x", "11", "99999999999999999999"])
def test_an_odd_page_number_has_a_page(client, park, number):
    page(client, "Baum", page=number)


def test_hits_are_paged(client, world):
    procedure = world.procedure(title="X")
    row = {"tenant_id": procedure.tenant_id, "procedure_id": procedure.id, "kind": "procedure"}
    with transaction():
        db.session.execute(delete(SearchRow))
        for number in range(25):
            values = {"title": f"Baum {number}", "text": "", "stems": "baum", "changed_at": procedure.created_at}
            db.session.add(SearchRow(**row, **values, key=f"k{number}"))
    first, second = page(client, "Baum"), page(client, "Baum", page="2")
    assert "25 Treffer" in first
    assert (first.count("<article"), second.count("<article")) == (20, 5)
    assert "page=2" in first
    assert 'start="21"' in second


def test_a_search_asks_the_database_five_times_at_most(client, park):
    page(client, "Baum")
    with count_queries() as statements:
        page(client, "Baum")
    assert len(statements) <= 5, statements


def test_a_search_sets_no_cookie_and_is_not_indexed(client, park):
    answer = client.get("/-/search?q=Baum")
    assert "Set-Cookie" not in answer.headers
    assert '<meta name="robots" content="noindex">' in answer.text


def test_the_command_rebuilds_the_index(client, park, runner):
    with transaction():
        db.session.execute(delete(SearchRow))
    result = runner.invoke(args=["search", "rebuild"])
    assert result.exit_code == 0
    assert "1 contributions" in result.output
    assert Reader(page(client, "Baum")).marked == ["Bäume"]
