"""What was given to somebody, on pages: the list, recommending, deciding, departments, and who may do what."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.access.rules import PREPARE, RECOMMEND
from participation.access.team import accept_invitation
from participation.accounts.models import Person, Token
from participation.accounts.queries import person_by_email
from participation.accounts.tokens import sign
from participation.contributions import services as contributions
from participation.contributions.models import Contribution
from participation.evaluation import departments, recommending
from participation.evaluation.assigning import assign, assignment_of
from participation.evaluation.case_models import Argument, ArgumentVersion, Department
from participation.evaluation.discussion import discussion_of
from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import db, transaction
from participation.procedures.models import Participant
from participation.testing.queries import count_queries
from participation.web.guard import rule_of

MANAGE = "/<tenant>/<procedure>/-/manage"


@pytest.fixture
def desk(world):
    """A procedure with two contributions, one of them given to a planning office; and its case worker."""
    procedure = world.procedure(title="Stadtpark")
    given, other = (
        world.contribution(procedure, source="Bitte eine Bank."),
        world.contribution(procedure, source="Mehr Licht."),
    )
    planner = world.staff(procedure.tenant, Role.PLANNING_OFFICE, procedure)
    worker = world.staff(procedure.tenant, Role.CASE_WORKER)
    with transaction():
        office = departments.make_department(procedure.tenant, "Büro Grün", external=True)
        departments.add_member(office, planner.email, procedure.id, actor_id=worker.id)
        assign(given, department_id=office.id, due_on=today() + timedelta(days=3), actor_id=worker.id)
        number = office.id
    return Desk(procedure, given.reference, other.reference, planner, worker, number)


class Desk:
    """What the tests here begin with."""

    def __init__(self, procedure, given, other, planner, worker, office):
        self.procedure, self.given, self.other = procedure, given, other
        self.planner, self.worker, self.office = planner, worker, office
        self.base = f"/{procedure.tenant.slug}/{procedure.slug}/-/manage/assigned"
        self.tenant = f"/{procedure.tenant.slug}/-"

    def entry(self, reference=None):
        return db.session.scalars(select(Contribution).where(Contribution.reference == (reference or self.given))).one()


def send(client, page, url, **values):
    """POST with the token of a page."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).get_data(as_text=True))
    return client.post(url, data={"csrf_token": token[1]} | values)


def text_of(client, url):
    return " ".join(client.get(url).get_data(as_text=True).split())


@pytest.mark.requirement("RA-3-28", "RA-3-26")
def test_a_planning_office_finds_its_work_and_recommends_and_a_case_worker_takes_it_over(desk, world, client):
    world.log_in(client, desk.planner)
    home = text_of(client, f"{desk.tenant}/staff")
    assert "1 Beitrag für Sie" in home
    assert desk.base in home
    assert "Bitte eine Bank." in text_of(client, desk.base)
    page = f"{desk.base}/{desk.given}"
    assert "Bitte eine Bank." in text_of(client, page)
    values = {"recommend-decision": "followed", "recommend-source": "Eine Bank passt hin."}
    answer = send(client, page, f"{page}/recommend", **values)
    assert answer.status_code == 302
    assert "Ihre Empfehlung ist angekommen" in text_of(client, answer.location)
    assert "Nichts wartet auf Sie" in text_of(client, desk.base)
    world.log_in(client, desk.worker)
    assert "Bitte eine Bank." in text_of(client, f"{desk.base}?show=recommended")
    link = re.search(r'href="([^"]*recommendation=[^"]*)"', client.get(page).get_data(as_text=True))
    form = text_of(client, link[1].replace("&amp;", "&"))
    assert "Eine Bank passt hin.</textarea>" in form
    assert re.search(r'checked[^>]*value="followed"|value="followed"[^>]*checked', form)


@pytest.mark.requirement("RA-3-28")
def test_a_case_worker_hands_back_with_a_note_and_both_see_it(desk, world, client):
    with transaction():
        values = {"decision": "noted", "source": "Danke.", "department_id": desk.office, "actor_id": desk.planner.id}
        made = recommending.recommend(desk.entry(), **values).id
    page = f"{desk.base}/{desk.given}"
    world.log_in(client, desk.worker)
    empty = send(client, page, f"{page}/hand-back", **{"back-recommendation": str(made), "back-text": " "})
    assert empty.status_code == 422
    done = send(client, page, f"{page}/hand-back", **{"back-recommendation": str(made), "back-text": "Wer zahlt?"})
    assert done.status_code == 302
    again = send(client, page, f"{page}/hand-back", **{"back-recommendation": str(made), "back-text": "Und?"})
    assert again.status_code == 409
    assert "Und?" in again.get_data(as_text=True)
    world.log_in(client, desk.planner)
    assert "Wer zahlt?" in text_of(client, page)
    assert "1 Beitrag wartet auf Sie" in text_of(client, desk.base)


def test_a_case_worker_assigns_and_takes_away(desk, world, client):
    world.log_in(client, desk.worker)
    page = f"{desk.base}/{desk.other}"
    assert "Noch niemandem zugewiesen" in text_of(client, page)
    late = {"assign-department": str(desk.office), "assign-due_on": (today() - timedelta(days=1)).isoformat()}
    refused = send(client, page, f"{page}/assign", **late)
    assert refused.status_code == 422
    assert "Dieser Tag ist schon vorbei." in refused.get_data(as_text=True)
    assert send(client, page, f"{page}/assign", **{"assign-department": str(desk.office)}).status_code == 302
    assert "Zugewiesen: Büro Grün" in text_of(client, page)
    assert send(client, page, f"{page}/assign").status_code == 302
    assert assignment_of(desk.entry(desk.other)) is None


def test_what_was_typed_stays_when_a_recommendation_lacks_its_decision(desk, world, client):
    world.log_in(client, desk.planner)
    page = f"{desk.base}/{desk.given}"
    answer = send(client, page, f"{page}/recommend", **{"recommend-source": "Ein langer Grund."})
    assert answer.status_code == 422
    assert "Ein langer Grund.</textarea>" in answer.get_data(as_text=True)
    assert "Bitte wählen Sie eine Entscheidung." in answer.get_data(as_text=True)


@pytest.mark.requirement("RA-3-26", "RA-5.1.7-01")
@pytest.mark.parametrize("act", ["", "/recommend", "/note", "/assign", "/hand-back"])
def test_what_was_not_given_to_a_planning_office_is_not_there(desk, world, client, act):
    world.log_in(client, desk.planner)
    page, other = f"{desk.base}/{desk.given}", f"{desk.base}/{desk.other}"
    values = {"recommend-decision": "noted", "recommend-source": "So.", "note-text": "So."}
    answer = send(client, page, other + act, **values) if act else client.get(other)
    assert answer.status_code in (403, 404)
    assert "Mehr Licht." not in answer.get_data(as_text=True)
    assert discussion_of(desk.entry(desk.other)).notes == []


@pytest.mark.requirement("RA-3-26")
def test_of_an_argument_that_was_given_only_its_own_words_are_seen(desk, world, client):
    with transaction():
        entry = desk.entry(desk.other)
        values = {"tenant_id": entry.tenant_id, "procedure_id": entry.procedure_id, "contribution_id": entry.id}
        words = {"number": 1, "version": 1, "start": 0, "end": 4, "source": "Nur die Laterne.", "text_key": "x"}
        argument = Argument(**values, **words)
        db.session.add(argument)
        db.session.flush()
        cut = {"tenant_id": entry.tenant_id, "argument_id": argument.id, "number": 1, "at": now()}
        db.session.add(ArgumentVersion(**cut, source=entry.source[0:4]))
        assign(entry, argument_id=argument.id, department_id=desk.office, actor_id=desk.worker.id)
        number = argument.id
    world.log_in(client, desk.planner)
    page = f"{desk.base}/{desk.other}"
    shown = text_of(client, page)
    assert "Nur die Laterne." in shown
    assert "Mehr Licht." not in shown
    values = {"recommend-decision": "noted", "recommend-source": "So."}
    assert send(client, page, f"{page}/recommend", **values).status_code == 404
    assert send(client, page, f"{page}/recommend", **values, **{"recommend-argument": str(number)}).status_code == 302


@pytest.mark.requirement("RA-3-26", "RA-5.1.7-01")
def test_every_other_page_of_the_workspace_is_shut_to_a_planning_office(desk, world, client, app):
    world.log_in(client, desk.planner)
    adapter = app.url_map.bind("localhost")
    known = {
        "tenant": desk.procedure.tenant.slug,
        "procedure": desk.procedure.slug,
        "activity": "a",
        "reference": desk.other,
    }
    seen = 0
    for rule in app.url_map.iter_rules():
        action = rule_of(app.view_functions[rule.endpoint]).action
        if not rule.rule.startswith(MANAGE) or "GET" not in rule.methods or action in (PREPARE, None):
            continue
        values = {name: known.get(name) or value(rule, name) for name in rule.arguments}
        answer = client.get(adapter.build(rule.endpoint, values, method="GET"))
        is_list = rule.endpoint == "assignments.mine"
        assert answer.status_code in ((200,) if is_list else (403, 404)), rule.endpoint
        assert action is not RECOMMEND or "Mehr Licht." not in answer.get_data(as_text=True), rule.endpoint
        seen += 1
    assert seen > 15


def value(rule, name):
    converter = rule._converters[name]
    return {"Number": 1, "AnyConverter": None}.get(type(converter).__name__, "x") or next(iter(converter.items))


@pytest.mark.requirement("RA-3-26")
def test_a_planning_office_reads_elsewhere_what_everybody_reads(desk, world, client):
    with transaction():
        world.set_state(desk.entry(desk.other), "hidden")
        world.set_state(desk.entry(), "hidden")
    page = f"/{desk.procedure.tenant.slug}/{desk.procedure.slug}/-/contributions"
    world.log_in(client, desk.planner)
    assert "Mehr Licht." not in client.get(f"{page}/{desk.other}").get_data(as_text=True)
    assert "Bitte eine Bank." in text_of(client, f"{desk.base}/{desk.given}")
    world.log_in(client, desk.worker)
    assert "Mehr Licht." in client.get(f"{page}/{desk.other}").get_data(as_text=True)


def test_the_name_of_whoever_wrote_it_is_not_shown(desk, world, client):
    world.log_in(client, desk.planner)
    author = db.session.get(Participant, desk.entry().participant_id)
    shown = text_of(client, f"{desk.base}/{desk.given}")
    assert author.pseudonym not in shown
    assert db.session.get(Person, author.person_id).display_name not in shown


def test_the_list_asks_as_much_for_many_as_for_one(desk, world, client):
    world.log_in(client, desk.planner)
    client.get(desk.base)
    with count_queries() as few:
        client.get(desk.base)
    with transaction():
        for _number in range(25):
            first = desk.entry()
            by = db.session.get(Participant, first.participant_id)
            entry = contributions.add(world.phase(desk.procedure), by=by, kind=first.type, source="Noch ein Beitrag.")
            assign(entry, department_id=desk.office, actor_id=desk.worker.id)
    with count_queries() as many:
        page = client.get(desk.base)
    assert len(many) <= len(few) + 1
    assert len(many) <= 12
    rest = re.search(r'href="([^"]*after=[^"]*)"', page.get_data(as_text=True))
    assert "Beitrag" in client.get(rest[1].replace("&amp;", "&")).get_data(as_text=True)


@pytest.mark.requirement("RA-3-28")
def test_an_administrator_makes_a_department_and_lets_people_join(desk, world, client, mails):
    admin = world.staff(desk.procedure.tenant, Role.TENANT_ADMIN)
    world.log_in(client, admin, staff=True)
    page = f"{desk.tenant}/departments"
    assert "Büro Grün" in text_of(client, page)
    assert send(client, page, page, title="Büro Grün", kind="external").status_code == 422
    made = send(client, page, page, title="Fachbereich Umwelt", kind="internal")
    one = made.location.partition("?")[0]
    values = {"email": desk.worker.email, "procedure": "0"}
    assert "member-added" in send(client, one, f"{one}/members", **values).location
    assert desk.worker.display_name in text_of(client, one)
    new = {"email": "neu@umwelt.example", "procedure": str(desk.procedure.id)}
    assert "done=invited" in send(client, one, f"{one}/members", **new).location
    assert person_by_email("neu@umwelt.example") is None
    assert any(mail["To"] == "neu@umwelt.example" for mail in mails())
    assert "department-closed" in send(client, one, f"{one}/close").location
    assert "geschlossen" in text_of(client, one)


def test_whoever_accepts_the_invitation_works_for_the_department(desk, mails):
    office = db.session.get(Department, desk.office)
    with transaction():
        assert departments.add_member(office, "neu@buero.example", desk.procedure.id, actor_id=desk.worker.id)
        signed = sign(db.session.scalars(select(Token).where(Token.email == "neu@buero.example")).one())
    with transaction():
        person = accept_invitation(signed, desk.procedure.tenant_id, name="Neue Person", password_hash="-")
    mails()
    members = departments.members_of_department(db.session.get(Department, desk.office))
    assert (person.id, True) in {(member.person_id, member.has_role) for member in members}


@pytest.mark.requirement("RA-3-25", "RA-3-30", "RA-5.1.7-01")
def test_the_table_of_rights_says_what_the_guard_does(desk, world, client):
    editor = world.staff(desk.procedure.tenant, Role.EDITOR, desk.procedure)
    second = world.procedure(desk.procedure.tenant, title="Zweites")
    world.log_in(client, world.staff(desk.procedure.tenant, Role.TENANT_ADMIN), staff=True)
    shown = {
        number: text_of(client, f"{desk.tenant}/rights?procedure={number}").partition('id="people"')[2]
        for number in ("", desk.procedure.id, second.id)
    }
    row = "Texte, Dokumente und Mitteilungen bearbeiten"
    assert editor.display_name in shown[desk.procedure.id].partition(row)[2].partition("</tr>")[0]
    assert (
        editor.display_name not in shown[desk.procedure.id].partition("Beiträge beantworten")[2].partition("</tr>")[0]
    )
    assert editor.display_name not in shown[""] + shown[second.id]
    assert client.get(f"{desk.tenant}/rights?procedure=999999").status_code == 404


def test_an_operator_reads_the_table_of_the_installation(desk, world, client):
    world.log_in(client, world.person(operator=True), staff=True)
    page = text_of(client, "/-/rights")
    assert "Antworten auf zugewiesene Beiträge empfehlen" in page
    assert f"{desk.tenant}/rights" in page
