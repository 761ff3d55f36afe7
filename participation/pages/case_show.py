"""The file of one contribution on one page: its words, arguments, keywords, what is said about it, its answer."""

from flask import g, render_template
from flask_wtf import FlaskForm

from participation.access.rules import ANSWER
from participation.contributions.intake_queries import intake_of
from participation.contributions.models import Contribution
from participation.evaluation import case_file
from participation.evaluation.alike import alike_contributions
from participation.evaluation.answer_blocks import answer_blocks
from participation.moderation.inquiries import inquiries_on
from participation.pages.answer_forms import AnswerForm
from participation.pages.assignment_forms import discussion_values
from participation.pages.case_routes import bp, case, keyword_values, looks_near, place_title
from participation.pages.moderation_sorting_forms import AskForm
from participation.web.guard import access
from participation.web.staff_nav import staff_nav


@bp.get("/<reference>")
@access(ANSWER)
def show(reference: str) -> str:
    """Everything about one contribution, and what is to be done with it next."""
    return page_of(case(reference))


def page_of(contribution: Contribution, quote: str = "", fault: object = "", asking: FlaskForm | None = None) -> str:
    """The page; with what was typed and refused: words to split off and why not, or a question to the author."""
    singles = case_file.arguments_of(contribution)
    live, near = [one for one in singles if one.removed_at is None], looks_near()
    given = None if live else case_file.given_to(contribution)
    keywords = keyword_values(contribution)
    is_open = not live and given is None
    mine = [id_ for id_, _title in keywords["keywords"].get(None, [])]
    return render_template(
        "pages/cases/show.html",
        staff_nav=staff_nav(),
        contribution=contribution,
        about=case_file.about(contribution),
        place=place_title(contribution),
        pieces=case_file.marked(contribution, singles),
        singles=singles,
        live=live,
        given=given,
        near=near,
        alike=alike_contributions(contribution, near=near) if not live else [],
        form=AnswerForm(formdata=None) if is_open else None,
        blocks=answer_blocks(g.tenant.id, mine) if is_open else [],
        steps=case_file.steps_of(contribution),
        neighbours=case_file.neighbours(contribution),
        quote=quote,
        fault=fault,
        ask_form=asking or AskForm(formdata=None, prefix="ask-"),
        inquiries=inquiries_on(contribution.id),
        close_endpoint="cases.close_inquiry",
        intake=intake_of(contribution.id),
        **keywords,
        **discussion_values(contribution),
    )
