"""The pages of the work list: what the case workers see, do in bulk, take back, and save."""

import pytest
from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.evaluation import keywords
from participation.evaluation.batch_models import CaseBatch, SavedView
from participation.evaluation.case_models import Assignment, Tag
from participation.interfaces import Role
from participation.kernel.db import db, transaction
from participation.pages import worklist_many
from participation.testing.queries import count_queries


@pytest.fixture
def desk(world, client):
    procedure = world.procedure()
    rows = [world.contribution(procedure, source=f"Vorschlag {number}") for number in range(3)]
    worker = world.staff(procedure.tenant, Role.CASE_WORKER)
    world.log_in(client, worker, staff=True)
    return procedure, [row.reference for row in rows], worker


def at(procedure, path=""):
    return f"/{procedure.tenant.slug}/{procedure.slug}/-/manage/worklist{path}"


def send(client, procedure, path, **values):
    page = client.get(at(procedure)).text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    return client.post(at(procedure, path), data={"csrf_token": token, **values})


def row_of(reference):
    db.session.rollback()
    return db.session.scalars(select(Contribution).where(Contribution.reference == reference)).one()


@pytest.mark.requirement("RA-4.4-01")
def test_a_filter_is_an_address_and_each_can_be_taken_off(desk, client):
    procedure, _references, _worker = desk
    with transaction():
        db.session.scalars(select(Contribution).order_by(Contribution.id)).first().district = "Altstadt"
    page = client.get(at(procedure, "?district=Altstadt&words=Vorschlag&answer=all")).text
    assert "Vorschlag 0" in page
    assert "Vorschlag 1" not in page
    assert "1 Beitrag" in page
    assert "Ortsteil: Altstadt" in page
    assert f'href="{at(procedure)}?answer=all&amp;words=Vorschlag"' in page
    assert f'href="{at(procedure)}?answer=all&amp;district=Altstadt"' in page
    nothing = client.get(at(procedure, "?words=Nashorn")).text
    assert "Kein Beitrag passt zu diesen Filtern" in nothing


def test_odd_addresses_show_the_list(desk, client):
    procedure, _references, _worker = desk
    for odd in ("?answer=x&sort=&after=__&keyword=x&round=9999999999999", "?assignee=d&section=%20&district=%09"):
        assert "Vorschlag 0" in client.get(at(procedure, odd)).text


@pytest.mark.requirement("RA-4.4-01", "RA-4.4-02", "RA-3-02")
def test_many_are_given_to_somebody_and_that_is_taken_back(desk, client):
    procedure, references, worker = desk
    answer = send(client, procedure, "/act?words=Vorschlag", chosen=references[:2], act="assign", to=f"p{worker.id}")
    assert answer.location == at(procedure, "?words=Vorschlag")
    page = client.get(answer.location).text
    assert "2 Beiträge zugewiesen" in page
    assert page.count(worker.display_name) >= 2
    db.session.rollback()
    batch = db.session.scalars(select(CaseBatch)).one()
    assert send(client, procedure, f"/acts/{batch.id}/undo").location == at(procedure, "?done=worklist-undone")
    db.session.rollback()
    assert db.session.scalars(select(Assignment)).all() == []
    assert row_of(references[0]).work == "new"
    assert send(client, procedure, f"/acts/{batch.id}/undo").status_code == 409


def test_many_get_a_keyword_a_state_and_a_district(desk, client, world):
    procedure, references, _worker = desk
    with transaction():
        number = keywords.add_keyword(world.again(procedure), "Grün").id
    send(client, procedure, "/act", chosen=references, act="tag", to_keyword=str(number))
    send(client, procedure, "/act", chosen=references[:1], act="untag", to_keyword=str(number))
    send(client, procedure, "/act", chosen=references, act="work", to_work="processed")
    send(client, procedure, "/act", chosen=references[2:], act="district", to_district=" Alt  stadt ")
    assert row_of(references[2]).district == "Alt stadt"
    assert row_of(references[0]).work == "processed"
    assert len(db.session.scalars(select(Tag)).all()) == 2
    page = client.get(at(procedure)).text
    assert page.count("Bearbeitet</span>") == 3
    assert "Alt stadt" in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"act": "assign"}, "Bitte wählen Sie eine Stelle oder eine Person."),
        ({"act": "assign", "to": "p1", "due_on": "2020-01-01"}, "Dieser Tag ist schon vorbei."),
        ({"act": "assign", "due_on": "Unsinn", "to": "d1"}, "Bis einschließlich"),
        ({"act": "tag"}, "Bitte wählen Sie ein Schlagwort."),
        ({"act": "work"}, "Bitte wählen Sie einen Stand."),
        ({"act": "work", "to_work": "new"}, "Daran ist nichts zu ändern."),
        ({"act": "work", "to_work": "processed", "chosen": []}, "Bitte wählen Sie mindestens einen Beitrag"),
        ({"act": "district", "to_district": "x" * 81}, "Bitte kürzen Sie den Namen"),
    ],
)
def test_what_is_not_possible_is_said_and_everything_stays_ticked(desk, client, values, sentence):
    procedure, references, worker = desk
    if values.get("to") == "p1":
        values = {**values, "to": f"p{worker.id}"}
    answer = send(client, procedure, "/act", **({"chosen": references[:2]} | values))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert answer.text.count(" checked") == (0 if values.get("chosen") == [] else 2)
    db.session.rollback()
    assert db.session.scalars(select(CaseBatch)).all() == []


def test_an_unknown_act_and_an_unknown_keyword_are_not_there(desk, client):
    procedure, references, _worker = desk
    assert send(client, procedure, "/act", chosen=references, act="nonsense").status_code == 404
    assert send(client, procedure, "/act", chosen=references, act="tag", to_keyword="99").status_code == 404
    assert send(client, procedure, "/acts/99/undo").status_code == 404


def test_all_that_fits_the_filters_is_chosen_at_once(desk, client, world, monkeypatch):
    procedure, references, _worker = desk
    monkeypatch.setattr("participation.evaluation.worklist.PAGE", 1)
    send(client, procedure, "/act?words=Vorschlag", everything="y", act="work", to_work="processed")
    assert {row_of(reference).work for reference in references} == {"processed"}


def test_several_are_answered_together(desk, client):
    procedure, references, _worker = desk
    answer = send(client, procedure, "/act", chosen=references[:2], act="answer")
    page = client.get(answer.location).text
    assert "Vorschlag 0" in page
    assert "Vorschlag 1" in page
    assert send(client, procedure, "/act", act="answer").location == at(procedure, "?done=nothing-chosen")


def test_too_many_for_one_answer_are_not_cut_short_silently(desk, client, monkeypatch):
    monkeypatch.setattr(worklist_many, "AT_ONCE", 1)
    procedure, references = desk[:2]
    answer = send(client, procedure, "/act", chosen=references[:2], act="answer")
    assert answer.status_code == 422
    assert "höchstens 1 Beiträge" in answer.text


@pytest.mark.requirement("RA-4.4-01")
def test_a_view_is_saved_opened_shared_and_deleted(desk, client, world):
    procedure, _references, _worker = desk
    send(client, procedure, "/views?words=Vorschlag+1&sort=due", title="Meine Sicht")
    send(client, procedure, "/views?late=1", title="Spätes", shared="y")
    again = send(client, procedure, "/views", title="Spätes")
    assert again.status_code == 409
    assert "Eine Ansicht mit diesem Namen gibt es schon" in again.text
    assert send(client, procedure, "/views", title=" ").status_code == 422
    db.session.rollback()
    own, shared = db.session.scalars(select(SavedView).order_by(SavedView.id)).all()
    assert client.get(at(procedure, f"/views/{own.id}")).location == at(procedure, "?words=Vorschlag+1&sort=due")
    page = client.get(at(procedure)).text
    assert "Meine Sicht" in page
    world.log_in(client, world.staff(procedure.tenant, Role.CASE_WORKER), staff=True)
    page = client.get(at(procedure)).text
    assert "Meine Sicht" not in page
    assert "Spätes" in page
    assert client.get(at(procedure, f"/views/{own.id}")).status_code == 404
    assert send(client, procedure, f"/views/{shared.id}/delete").location == at(procedure, "?done=view-deleted")
    assert send(client, procedure, f"/views/{own.id}/delete").status_code == 404


def test_only_who_answers_works_here(desk, client, world):
    procedure, references, _worker = desk
    world.log_in(client, world.staff(procedure.tenant, Role.PLANNING_OFFICE), staff=True)
    assert client.get(at(procedure)).status_code == 403
    assert client.post(at(procedure, "/act"), data={"chosen": references}).status_code in (400, 403)


def test_the_old_address_leads_here(desk, client):
    procedure, _references, _worker = desk
    old = f"/{procedure.tenant.slug}/{procedure.slug}/-/manage/answers"
    assert client.get(old + "?show=waiting&place=here").location == at(procedure, "?answer=waiting&section=here")
    assert client.get(old + "?place=").location == at(procedure, "?section=*whole")
    assert client.get(old).location == at(procedure)


def test_the_list_stays_within_its_budget(desk, client):
    procedure, _references, _worker = desk
    client.get(at(procedure))
    with count_queries() as sent:
        client.get(at(procedure, "?answer=all&assignee=me&sort=section"))
    assert len(sent) <= 12
