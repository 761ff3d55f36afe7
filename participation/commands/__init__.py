"""The commands of `flask`: for operators, for seeds, for everything a screen does not do yet."""

from flask import Flask

from participation.commands import (
    areas,
    assignments,
    backup,
    contributions,
    database,
    demo,
    doctor,
    export,
    imports,
    inspection,
    keys,
    keywords,
    moderation,
    moving,  # noqa: F401 - hangs its commands on the group of `tenants`
    notices,
    passing_on,  # noqa: F401 - hangs its command on the group of `contributions`
    places,
    privacy,
    procedures,
    readonly,
    recount,
    responses,
    results,
    rights,  # noqa: F401 - hangs its command on the group of `tenants`
    schedule,  # noqa: F401 - hangs its commands on the group of `procedures`
    search,
    standing,  # noqa: F401 - likewise
    templates,
    tenants,
    users,
    versions,
    work,
    worklist,
)
from participation.commands.requirements import requirements_command

COMMANDS = (
    areas.areas_group,
    assignments.assignment_group,
    backup.backup_group,
    contributions.contributions_group,
    database.db_group,
    demo.demo_group,
    export.export_group,
    imports.import_command,
    inspection.audit_group,
    doctor.doctor_command,
    inspection.modules_command,
    moderation.moderation_group,
    keys.keys_group,
    keywords.keyword_group,
    notices.mail_group,
    notices.notice_group,
    places.places_group,
    privacy.group,
    procedures.procedure_group,
    readonly.readonly_group,
    recount.recount_command,
    requirements_command,
    responses.answer_group,
    results.result_group,
    search.search_group,
    templates.template_group,
    tenants.tenant_group,
    users.user_group,
    versions.version_group,
    work.tick_command,
    work.work_command,
    worklist.worklist_group,
)


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in COMMANDS:
        app.cli.add_command(command)
