"""The commands of `flask`: for operators, for seeds, for everything a screen does not do yet."""

from flask import Flask

from participation.commands import database, demo, export, imports, inspection, procedures, search, tenants, users, work
from participation.commands.requirements import requirements_command

COMMANDS = (
    database.db_group,
    demo.demo_group,
    export.export_group,
    imports.import_command,
    inspection.audit_group,
    inspection.doctor_command,
    inspection.modules_command,
    procedures.procedure_group,
    requirements_command,
    search.search_group,
    tenants.tenant_group,
    users.user_group,
    work.tick_command,
    work.work_command,
)


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in COMMANDS:
        app.cli.add_command(command)
