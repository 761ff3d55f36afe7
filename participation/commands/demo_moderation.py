"""A desk that is not empty: what the moderation of the demo has hidden, what waits, what was reported."""

from sqlalchemy import select

from participation.access.queries import viewer_for
from participation.commands.demo_contributions import Saying, say
from participation.commands.demo_stage import Demo, Entry
from participation.contributions.models import Contribution
from participation.contributions.services import withdraw
from participation.kernel.clock import standing_at
from participation.kernel.db import db
from participation.moderation.reports import report_contribution
from participation.moderation.services import Seen, hide
from participation.procedures.models import Procedure
from participation.procedures.queries import procedure_at


def plant_moderation(demo: Demo) -> None:
    """Everything of moderation.toml whose procedure has an activity."""
    for entry in demo.moderation["contributions"]:
        procedure = procedure_at(entry["tenant"], entry["procedure"])
        if procedure is not None and procedure.activities:
            _contribution(demo, procedure, entry)
    for entry in demo.moderation["reports"]:
        procedure = procedure_at(entry["tenant"], entry["procedure"])
        if procedure is not None and procedure.activities:
            _report(demo, procedure, entry)


def _contribution(demo: Demo, procedure: Procedure, entry: Entry) -> None:
    saying = Saying(at=demo.moment(entry["day"]), entry=entry)
    contribution = say(demo, procedure.activities[0], saying)
    with standing_at(demo.moment(entry["day"], not_before=saying.at)):
        if entry["state"] == "hidden":
            seen = Seen(state=contribution.state, version=contribution.versions)
            reason = {"reason": entry["reason"], "sentence": entry["sentence"]}
            hide(contribution, actor_id=demo.moderator.id, seen=seen, **reason)
        elif entry["state"] == "withdrawn":
            withdraw(contribution, who=viewer_for(demo.people[entry["by"]], procedure.id))


def _report(demo: Demo, procedure: Procedure, entry: Entry) -> None:
    """Somebody reports the n-th first comment of a procedure."""
    first = select(Contribution.id).where(Contribution.procedure_id == procedure.id, Contribution.parent_id.is_(None))
    reported = db.session.scalars(first.order_by(Contribution.id).offset(entry["number"] - 1)).first()
    assert reported is not None
    with standing_at(demo.moment(entry["day"])):
        report_contribution(reported, reason=entry["reason"], note=entry["note"])
