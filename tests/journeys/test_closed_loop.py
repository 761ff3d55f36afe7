"""From the poster to the changed sentence: what one comment on a phone, and one letter, bring about."""

import pytest

from participation.documents import importing as text_services
from participation.evaluation import departments
from participation.evaluation.keywords import add_keyword
from participation.interfaces import Role
from participation.kernel.db import transaction
from tests.journeys import loop_steps as steps
from tests.journeys.loop_steps import PATH, WORK

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
ROLES = {
    "moderator": Role.MODERATOR,
    "worker": Role.CASE_WORKER,
    "second": Role.CASE_WORKER,
    "editor": Role.MANAGER,
}


@pytest.fixture
def people(site):
    """Who works on a running procedure with a text whose comments are read before they appear."""
    tenant = site.world.tenant("stadt")
    procedure = site.world.procedure(
        tenant, slug="platz", title="Der Platz", module="text", moderation="always", summary="Wann ist er offen?"
    )
    found = {name: site.world.staff(tenant, role) for name, role in ROLES.items()}
    found["planner"] = site.world.staff(tenant, Role.PLANNING_OFFICE, procedure)
    with transaction():
        text_services.import_text(site.world.activity(procedure), steps.LAW.encode(), "satzung.md")
        office = departments.make_department(tenant, steps.OFFICE, external=True)
        departments.add_member(office, found["planner"].email, procedure.id, actor_id=found["worker"].id)
        add_keyword(procedure, steps.KEYWORD)
    return found


@pytest.mark.requirement("RA-3-22", "RA-3-26", "RA-3-28", "RA-4.1-10", "RA-4.4-01")
def test_a_comment_and_a_letter_change_a_sentence_and_their_authors_are_told(site, visit, people):
    def desk(who, path):
        return visit(site, path, person=people[who])

    phone = visit(site, f"{PATH}/-/poster", **PHONE)
    steps.come_from_the_poster(phone)
    number = steps.comment(site, phone)
    worker = desk("worker", f"{WORK}/intake/new")
    letter = steps.record_the_letter(worker)
    steps.publish_both(desk("moderator", "/stadt/-/moderation?list=waiting"))
    worker.goto(f"{WORK}/worklist")
    steps.tag_and_assign(worker, number, letter)
    steps.recommend(desk("planner", f"{WORK}/assigned"))
    worker.reload()
    steps.answer_both(worker, letter)
    steps.release(desk("second", f"{WORK}/answers/waiting"))
    fate = steps.read_the_mail(site)
    worker.goto(f"{WORK}/intake")
    steps.print_the_letter(worker)
    editor = desk("editor", f"{WORK}/versions")
    steps.change_the_paragraph(editor)
    steps.link_and_publish(editor)
    phone.goto(fate)
    steps.see_what_became_of_it(phone)
    steps.go_from_the_change_to_the_answer(phone, number)
    phone.goto(f"{PATH}/-/contributions/{letter}")
    steps.see_what_became_of_it(phone)
