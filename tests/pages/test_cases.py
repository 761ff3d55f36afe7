"""The file of one contribution: arguments, keywords, text blocks, what is alike, its answer, and the release."""

from datetime import timedelta

import pytest

from participation.evaluation import answer_blocks, arguments, keywords, queries, services
from participation.evaluation.keyword_lists import keyword_rows
from participation.evaluation.public_answers import answers_to
from participation.evaluation.releasing import publish_due
from participation.interfaces import Role
from participation.kernel.clock import now, today
from participation.kernel.db import transaction
from participation.testing.queries import count_queries

LONG = "Am Bahnhof fehlt eine Bank.\n\nUnd der Radweg endet im Nichts."


@pytest.fixture
def desk(world, client):
    procedure = world.procedure()
    contribution = world.contribution(procedure, source=LONG)
    writer = world.staff(procedure.tenant, Role.CASE_WORKER)
    world.log_in(client, writer, staff=True)
    return procedure, contribution, writer


def place(procedure, path=""):
    return f"/{procedure.tenant.slug}/{procedure.slug}/-/manage{path}"


def page_of(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def send(client, url, form, **values):
    """Send a form whose token stands on the page `form`."""
    token = page_of(client, form).partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    return client.post(url, data={"csrf_token": token, **values})


def _publish_due():
    with transaction():
        return publish_due()


@pytest.mark.requirement("RA-4.4-04", "RA-4.4-07")
def test_a_passage_over_two_paragraphs_is_split_off_edited_and_answered(desk, client, world):
    procedure, contribution, _writer = desk
    case = place(procedure, f"/cases/{contribution.reference}")
    made = send(client, f"{case}/arguments", case, quote="fehlt eine Bank. Und der Radweg", version="1")
    assert made.status_code == 302
    page = page_of(client, case)
    assert "<mark" in page
    assert "fehlt eine Bank.\n\nUnd der Radweg</mark>" in page
    one = f"{case}/arguments/1"
    assert send(client, one, one, **{"copy-source": "Bank und Radweg", "copy-number": "1"}).status_code == 302
    page = page_of(client, one)
    assert "Fassungen der Arbeitskopie (2)" in page
    assert "fehlt eine Bank.\n\nUnd der Radweg" in page
    argument = arguments.argument_at(contribution, 1)
    values = {"argument": str(argument.id), "back": contribution.reference, "decision": "followed", "source": "Ja."}
    answer = send(client, place(procedure, "/answers/new"), one, **values)
    assert answer.location.partition("?")[0].endswith(f"/cases/{contribution.reference}")
    second = world.staff(procedure.tenant, Role.MANAGER)
    waiting = queries.waiting(procedure)
    assert (waiting[0].contributions, waiting[0].arguments) == (1, 1)
    with transaction():
        services.publish(queries.response_in(procedure, waiting[0].id), number=1, actor_id=second.id)
    client.delete_cookie("s")
    public = page_of(client, f"/{procedure.tenant.slug}/{procedure.slug}/-/contributions/{contribution.reference}")
    assert "Wird übernommen" in public
    assert "Bank und Radweg" not in public  # the working copy is for staff
    data = client.get(f"/api/v1/tenants/{procedure.tenant.slug}/procedures/{procedure.slug}/contributions").json
    item = next(entry for entry in data["items"] if entry["reference"] == contribution.reference)
    assert item["response"] is None
    assert item["responses_to_passages"][0]["passages"] == ["fehlt eine Bank.\n\nUnd der Radweg"]


def test_words_that_do_not_stand_there_are_shown_again_with_the_reason(desk, client):
    procedure, contribution, _writer = desk
    case = place(procedure, f"/cases/{contribution.reference}")
    answer = send(client, f"{case}/arguments", case, quote="Das steht hier nicht", version="1")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "So steht es nicht im Beitrag" in page
    assert "Das steht hier nicht" in page


def test_marked_offsets_count_code_points(desk, client, world):
    procedure, _contribution, _writer = desk
    contribution = world.contribution(procedure, source="🚲🚲 Radweg bauen, Radweg pflegen")
    case = place(procedure, f"/cases/{contribution.reference}")
    values = {"quote": "Radweg", "start": "16", "end": "31", "version": "1"}
    assert send(client, f"{case}/arguments", case, **values).status_code == 302
    assert arguments.argument_at(contribution, 1).source == "Radweg pflegen"


def test_of_two_who_edit_a_working_copy_the_second_sees_both(desk, client):
    procedure, contribution, writer = desk
    with transaction():
        argument = arguments.split(contribution, quote="eine Bank", version=1, actor_id=writer.id)
    with transaction():
        arguments.change(argument, source="Von jemand anderem.", number=1, actor_id=writer.id)
    one = place(procedure, f"/cases/{contribution.reference}/arguments/1")
    answer = send(client, one, one, **{"copy-source": "Mein Text.", "copy-number": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Von jemand anderem." in page
    assert "Mein Text." in page
    assert argument.source == "Von jemand anderem."


def test_an_argument_is_joined_again_and_brought_back(desk, client):
    procedure, contribution, writer = desk
    with transaction():
        arguments.split(contribution, quote="eine Bank", version=1, actor_id=writer.id)
    case = place(procedure, f"/cases/{contribution.reference}")
    assert send(client, f"{case}/arguments/1/remove", case).status_code == 302
    assert "Wieder verbundene Argumente (1)" in page_of(client, case)
    assert send(client, f"{case}/arguments/1/restore", case).status_code == 302
    assert "Wieder verbundene" not in page_of(client, case)


@pytest.mark.requirement("RA-4.4-03")
def test_a_keyword_brings_its_text_block_which_goes_into_the_reason_without_script(desk, client):
    procedure, contribution, writer = desk
    tenant_id = procedure.tenant_id
    with transaction():
        answer_blocks.keep_answer_block(tenant_id, None, title="Allgemein", source="Danke.", actor_id=writer.id)
        block = answer_blocks.keep_answer_block(
            tenant_id, None, title="Radwege", source="Der Radweg ist geplant.", decision="followed", actor_id=writer.id
        )
        keyword = keywords.add_keyword(procedure, "Radverkehr", block_id=block.id)
    case = place(procedure, f"/cases/{contribution.reference}")
    assert send(client, f"{case}/keywords", case, keyword="radverkehr").status_code == 302
    page = page_of(client, case)
    assert page.index("Radwege") < page.index("Allgemein")
    values = {"reference": contribution.reference, "source": "Gern.", "insert": str(block.id)}
    answer = send(client, place(procedure, "/answers/new"), case, **values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Gern.\n\nDer Radweg ist geplant.</textarea>" in page
    assert queries.waiting(procedure) == []
    assert send(client, f"{case}/keywords/{keyword.id}/remove", case).status_code == 302
    assert "Radverkehr entfernen" not in page_of(client, case)


@pytest.mark.requirement("RA-4.4-10")
def test_the_same_and_nearly_the_same_are_offered_and_answered_together(desk, client, world):
    procedure, contribution, _writer = desk
    same = world.contribution(procedure, source=LONG.upper())
    near = world.contribution(procedure, source=LONG.replace("Bank", "Sitzbank"))
    other = world.contribution(procedure, source="Etwas ganz anderes als alle anderen hier.")
    page = page_of(client, place(procedure, f"/cases/{contribution.reference}"))
    assert f'value="{same.reference}"' in page
    assert f'value="{near.reference}"' in page
    assert f'value="{other.reference}"' not in page
    chosen = [contribution.reference, same.reference, near.reference]
    values = {"reference": chosen, "decision": "noted", "source": "Danke.", "back": contribution.reference}
    case = place(procedure, f"/cases/{contribution.reference}")
    assert send(client, place(procedure, "/answers/new"), case, **values).status_code == 302
    assert queries.waiting(procedure)[0].contributions == 3


@pytest.mark.requirement("RA-3-27")
def test_answers_are_released_for_a_day_and_appear_then_in_the_version_that_was_read(desk, client, world, at):
    procedure, contribution, writer = desk
    with transaction():
        response = services.answer(procedure, [contribution], decision="noted", source="Ja.", actor_id=writer.id)
    waiting, publish = place(procedure, "/answers/waiting"), place(procedure, "/answers/publish")
    day = (today() + timedelta(days=3)).isoformat()
    chosen = {"response": f"{response.id}:1", "when": "day"}
    assert send(client, publish, waiting, **chosen, on=day).status_code == 403  # who wrote it
    world.log_in(client, world.staff(procedure.tenant, Role.MANAGER), staff=True)
    assert send(client, publish, waiting, **chosen, on="").status_code == 422
    assert send(client, publish, waiting, **chosen, on=day).status_code == 302
    assert "Freigegeben für einen Tag" in page_of(client, waiting)
    assert _publish_due() == 0
    with at(now() + timedelta(days=4)):
        assert [_publish_due(), _publish_due()] == [1, 0]
    assert answers_to([contribution.id])[contribution.id][0].source == "Ja."


def test_a_change_takes_the_release_back(desk, client, world, at):
    procedure, contribution, writer = desk
    with transaction():
        response = services.answer(procedure, [contribution], decision="noted", source="Ja.", actor_id=writer.id)
    world.log_in(client, world.staff(procedure.tenant, Role.MANAGER), staff=True)
    waiting, publish = place(procedure, "/answers/waiting"), place(procedure, "/answers/publish")
    day = (today() + timedelta(days=3)).isoformat()
    send(client, publish, waiting, response=f"{response.id}:1", when="day", on=day)
    show = place(procedure, f"/answers/{response.id}")
    assert "Freigabe zurücknehmen" in page_of(client, show)
    assert send(client, show, show, decision="noted", source="Doch nicht.", number="1").status_code == 302
    with at(now() + timedelta(days=4)):
        assert _publish_due() == 0
    assert queries.waiting(procedure)[0].publish_on is None


def test_a_release_is_taken_back_by_hand_and_a_draft_thrown_away(desk, client, world):
    procedure, contribution, writer = desk
    with transaction():
        response = services.answer(procedure, [contribution], decision="noted", source="Ja.", actor_id=writer.id)
    number = response.id
    world.log_in(client, world.staff(procedure.tenant, Role.MANAGER), staff=True)
    waiting, publish = place(procedure, "/answers/waiting"), place(procedure, "/answers/publish")
    day = (today() + timedelta(days=3)).isoformat()
    send(client, publish, waiting, response=f"{number}:1", when="day", on=day)
    assert send(client, place(procedure, f"/answers/{number}/take-back"), waiting).status_code == 302
    assert queries.waiting(procedure)[0].publish_on is None
    assert send(client, place(procedure, f"/answers/{number}/discard"), waiting).status_code == 302
    assert queries.waiting(procedure) == []


@pytest.mark.requirement("RA-4.4-03")
def test_keywords_are_read_in_one_a_line_and_faults_are_named(desk, client):
    procedure, _contribution, writer = desk
    index = place(procedure, "/keywords")
    with transaction():
        answer_blocks.keep_answer_block(procedure.tenant_id, None, title="Radwege", source="Ja.", actor_id=writer.id)
    typed = "Schlagwort;Textbaustein\nRadverkehr;Radwege\nBänke\n\nradverkehr\nLärm;Gibt es nicht"
    answer = send(client, index, index, titles=typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Zeile 6" in page
    assert "2 neu angelegt, 1 gab es schon" in page
    keyword = next(row for row in keyword_rows(procedure) if row.title == "Radverkehr")
    assert keyword.block == "Radwege"
    change = place(procedure, f"/keywords/{keyword.id}")
    assert send(client, change, change, title="Rad", block="0", department="0").status_code == 302
    assert send(client, change, change, title="bänke", block="0", department="0").status_code == 422
    assert send(client, f"{change}/clear", change).status_code == 302
    assert send(client, f"{change}/remove", change).status_code == 302
    assert [row.title for row in keyword_rows(procedure)] == ["Bänke"]


@pytest.mark.requirement("RA-4.4-10")
def test_a_proposed_word_becomes_a_keyword_of_all_that_use_it_only_if_somebody_agrees(desk, client, world):
    procedure, _contribution, _writer = desk
    for text in (
        "Mehr Spielplätze für alle.",
        "Ein Spielplatz fehlt hier.",
        "Der Spielplatz ist kaputt.",
        "Bitte Ruhe.",
    ):
        world.contribution(procedure, source=text)
    proposals = place(procedure, "/keywords/proposals")
    page = page_of(client, proposals)
    assert "In 3 Beiträgen" in page
    assert keyword_rows(procedure) == []
    assert send(client, proposals, proposals, stem="spielplatz", title="Spielplatz", spread="1").status_code == 302
    assert [(row.title, row.contributions) for row in keyword_rows(procedure)] == [("Spielplatz", 3)]
    assert "Spielplatz" not in page_of(client, proposals)


def test_text_blocks_are_kept_on_a_page_of_the_authority(desk, client):
    procedure, _contribution, _writer = desk
    url = f"/{procedure.tenant.slug}/-/answer-blocks"
    assert send(client, url, url, title="Radwege", source="Ja.", decision="followed").status_code == 302
    assert "Radwege" in page_of(client, url)
    assert send(client, url, url, title="Radwege", source="Noch einer.", decision="").status_code == 422
    number = answer_blocks.answer_blocks(procedure.tenant_id)[0].id
    assert send(client, f"{url}?number={number}", url, title="Rad", source="Nein.", decision="").status_code == 302
    assert send(client, f"{url}/{number}/remove", url).status_code == 302
    assert answer_blocks.answer_blocks(procedure.tenant_id) == []


def test_the_page_of_a_case_stays_within_its_budget(desk, client, world):
    procedure, contribution, writer = desk
    with transaction():
        for quote in ("eine Bank", "der Radweg"):
            arguments.split(contribution, quote=quote, version=1, actor_id=writer.id)
    url = place(procedure, f"/cases/{contribution.reference}")
    client.get(url)
    with count_queries() as sent:
        assert client.get(url).status_code == 200
    assert len(sent) <= 24


def test_the_author_is_asked_back_from_the_case(desk, client):
    procedure, contribution, _writer = desk
    case = place(procedure, f"/cases/{contribution.reference}")
    assert send(client, f"{case}/ask", case, **{"ask-question": ""}).status_code == 422
    assert send(client, f"{case}/ask", case, **{"ask-question": "Welche Bank?"}).status_code == 302
    page = page_of(client, case)
    assert "Welche Bank?" in page
    assert "Rückfrage stellen" not in page
    number = page.partition("/ask/")[2].partition("/")[0]
    assert send(client, f"{case}/ask/{number}/close", case).status_code == 302
    assert "Rückfrage stellen" in page_of(client, case)


def test_nobody_without_the_role_opens_a_case(desk, client, world):
    procedure, contribution, _writer = desk
    world.log_in(client, world.staff(procedure.tenant, Role.MODERATOR), staff=True)
    assert client.get(place(procedure, f"/cases/{contribution.reference}")).status_code == 403
