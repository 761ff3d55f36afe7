"""Results of the demo: computed, written, submitted by one, published by another, as in the browser."""

from participation.commands.answers import procedure_named, registry
from participation.commands.demo_stage import Demo, Entry
from participation.kernel.clock import standing_at
from participation.kernel.db import transaction
from participation.procedures.lifecycle import MANAGERS, Stage
from participation.procedures.queries import stage_of
from participation.results import services
from participation.results.freezing import freeze
from participation.results.services import Words


def plant_result(demo: Demo, entry: Entry) -> None:
    """Publish the result of a procedure on its day. A package is frozen from what is committed, so this comes last."""
    words, where = entry["result"], (entry["tenant"], entry["slug"])
    with standing_at(demo.at_ten(entry["stage_on"])):
        procedure = procedure_named(*where)
        if stage_of(procedure) is not Stage.EVALUATION:  # stayed a draft: its module is not installed
            return
        frozen = freeze(procedure, registry(), 1)
        steps = [(demo.day(day), sentence) for day, sentence in words["next"]]
        said = Words(decision=words["decision"], changed=words["changed"], next_steps=steps, press=words["press"])
        with transaction():
            result = services.compute(procedure_named(*where), frozen, actor_id=demo.submitter.id)
        with transaction():
            services.write(result, said, version=result.version)
        with transaction():
            services.submit(result, actor_id=demo.submitter.id)
        with transaction():
            services.publish(result, actor_id=demo.decider.id, roles=MANAGERS)
