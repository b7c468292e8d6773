"""What schemathesis makes of the description is sent to the API: no fault of ours, every answer as described."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.unit.desk.office import Office

EXAMPLES = 20
"""Of one operation for one role; derandomised, so that every run sends the same."""

CHECKED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("who", ["coordinator", "sxd-head", "inspector", "admin"])
def test_no_body_breaks_the_api(who: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk(who)
    office.app.extensions["desk_limit"]._most = 1e9
    office.app.extensions["desk_limit"]._buckets.clear()
    schema = schemathesis.openapi.from_dict(browser.see("/api/openapi.json").get_json())
    statuses: set[int] = set()

    def send(case: Any) -> None:
        if "code" in case.path_parameters:
            case.path_parameters["code"] = petition.code
        for name, there in (("kind", "calendars"), ("key", "menu")):
            if name in case.path_parameters:
                case.path_parameters[name] = there
        if isinstance(case.body, dict) and isinstance(case.body.get("version"), int):
            case.body["version"] = office.petition(petition.code).version
        # Its own transport forgets the session; what it generated is sent as it is.
        answer = browser.client.open(
            case.formatted_path,
            method=case.method,
            query_string={name: str(value) for name, value in (case.query or {}).items()},
            headers={"X-CSRF-Token": browser.csrf},
            json=case.body if case.media_type else None,
        )
        case.validate_response(answer, checks=CHECKED)
        statuses.add(answer.status_code)

    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    for operation in operations:
        if operation.path == "/api/sign-in":
            continue  # another role's session would begin
        chosen = settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        chosen(given(case=operation.as_strategy())(send))()
    assert len(operations) > 10
    assert {200, 400} <= statuses <= {200, 400, 403, 404, 409}
