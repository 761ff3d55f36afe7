"""The page of a draft: what it refers to, how it will look, and what this viewer may do with it now."""

from typing import Any

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from participation.access import rules
from participation.accounts.queries import address_asked_for
from participation.contributions.attachments import files_of
from participation.contributions.drafts import drafts_beside
from participation.contributions.models import Draft
from participation.contributions.queries import item_in
from participation.contributions.sending import passage_at
from participation.contributions.targets import Target
from participation.interfaces import Decision
from participation.kernel.text import TextProblem, render
from participation.pages.contribution_forms import DraftForm
from participation.pages.contribution_handing import Handing, handing_of
from participation.pages.contribution_similar import like_typed
from participation.web.drafts import draft_cookie


def quote_is_new_and_lost(found: Draft, target: Target, form: DraftForm) -> bool:
    """Whether the quoted words do not stand there, and the page did not say so about these very words yet."""
    was_warned = form.fields()["quote"].split() == (form.warned.data or "").split()
    return not was_warned and quote_is_lost_at(found, target, form)


def quote_is_lost_at(found: Draft, target: Target, form: DraftForm) -> bool:
    """Whether the quoted words do not stand at the place."""
    quote = form.fields()["quote"]
    if not quote or found.parent_id is not None:
        return False
    return passage_at(found, quote, target.activity, target.kind) is None


def page_of_draft(
    found: Draft,
    target: Target,
    form: DraftForm,
    status: int = 200,
    refusal: Any = None,
    handing: Handing | None = None,
) -> ResponseReturnValue:
    """The draft with what it refers to, how it will look, and what this viewer may do with it now."""
    decision = rules.can(g.viewer, target.action, target.activity)
    is_answer, by_email = found.parent_id is not None, _accepts_email(decision)
    quote_is_lost = quote_is_lost_at(found, target, form)
    form.warned.data = form.fields()["quote"] if quote_is_lost else ""
    alone = not g.viewer.is_known and rules.accepts(target.action, target.activity, "form_token")
    asked = address_asked_for(found.key) if by_email and not g.viewer.person else None
    form.email.data = form.email.data or asked
    html = render_template(
        "pages/contributions/draft.html",
        draft=found,
        target=target,
        form=form,
        decision=decision,
        refusal=refusal,
        is_answer=is_answer,
        preview=_preview(form),
        files=files_of(found),
        answered=item_in(g.procedure, target.parent.reference, g.viewer) if target.parent else None,
        quote_is_lost=quote_is_lost and not form.quote.errors,
        by_email=by_email,
        alone=alone,
        ways=decision.phase.identity if decision.phase else [],
        asked=asked,
        others=_others(found),
        similar=like_typed(target, form.particulars() | {"text": form.text.data or ""}),
        handing=handing or handing_of(found),
        here=url_for("contributions.draft", key=found.key),
    )
    return html, status, {"Cache-Control": "no-store"}


def _others(found: Draft) -> list[Draft]:
    """What else this browser or person typed in this procedure and did not send."""
    person = g.viewer.person
    ids = [activity.id for activity in g.procedure.activities]
    return drafts_beside(found, ids, cookie=draft_cookie(), person_id=person.id if person else None)


def _preview(form: DraftForm) -> Markup | None:
    """The text as it will look; None where it cannot be shown."""
    try:
        return Markup(render(form.text.data or ""))  # noqa: S704 - `render` sanitises
    except TextProblem:
        return None


def _accepts_email(decision: Decision) -> bool:
    """Whether confirming an address is enough here."""
    return decision.login_helps and decision.phase is not None and "email" in decision.phase.identity
