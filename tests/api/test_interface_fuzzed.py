"""Requests made up from the description: never a 5xx, every answer as it is described."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from participation.accounts.api_tokens import make_token
from participation.kernel.db import transaction

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CASES = int(os.environ.get("FUZZ_CASES", "10"))  # for each operation and database


@pytest.mark.requirement("RA-5.1.3-01")
def test_no_request_breaks_it_and_every_answer_is_as_described(app, world):
    procedure, person = world.procedure(), world.person()
    references = [world.contribution(procedure).reference for _number in range(3)]
    with transaction():
        token = make_token(person, procedure.tenant.id, "Test")
    known = {
        "tenant": [procedure.tenant.slug], "procedure": [procedure.slug], "reference": references,
        "module": ["probe"], "slug": ["a"], "name": ["notes"],
    }  # fmt: skip
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    for found in schema.get_all_operations():
        run(found.ok(), known, token)


def run(operation, known, token):
    limits = settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )

    @limits
    @given(case=operation.as_strategy())
    def ask(case):
        for name in list(case.path_parameters or {}):
            if name in known:
                case.path_parameters[name] = known[name][0]
        sent = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=sent, checks=CHECKS)

    ask()
