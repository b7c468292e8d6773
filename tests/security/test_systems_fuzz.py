"""Requests that schemathesis derives from the description of `/api/v1`, sent with every kind of account.

Every request starts with the same documents, so that requests cannot affect one another.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import TestResponse

from petitions.domain.lifecycle.states import State
from petitions.domain.officers.service_account import ServiceRight
from petitions.domain.petition.petition import petition_path
from tests.security.role_world import MARK, Place
from tests.unit.desk.api.systems import SELF, System, system

CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ACCOUNTS: dict[str, tuple[str, tuple[ServiceRight, ...]]] = {
    "holder": ("SXD", tuple(ServiceRight)),
    "invited": ("SYT", tuple(ServiceRight)),
    "accused": ("PX-00175", tuple(ServiceRight)),
    "foreign": ("SDL", tuple(ServiceRight)),
    "reader": ("SXD", (ServiceRight.READ, ServiceRight.UNIT)),
    "alone": ("SXD", SELF),
}
WORDLESS = "Giá trị không hợp lệ."
"""The general message for a fault that has no message of its own."""
SEE_IT = {"holder", "invited", "reader"}


@pytest.fixture(scope="module")
def place() -> Place:
    return Place()


@pytest.mark.parametrize("kind", [*ACCOUNTS, "stranger"])
def test_nothing_is_held_or_changed_out_of_turn(place: Place, kind: str) -> None:
    documents = place.in_state[State.IN_PROGRESS]
    place.restore(documents)
    unit, rights = ACCOUNTS.get(kind, ("SXD", tuple(ServiceRight)))
    caller = system(place.office, kind, unit=unit, rights=rights)
    described = caller.get("/openapi.json").get_json()
    schema = schemathesis.openapi.from_dict(described)
    documents = dict(place.office.store.documents)
    if kind == "stranger":
        caller = System(caller.client, "stranger.none")
    statuses = set[int]()

    def send(case: Any) -> None:
        place.restore(documents)
        for name, there in (("code", place.code), ("file_id", "draft")):
            if name in case.path_parameters:
                case.path_parameters[name] = there
        answer = _sent(caller, case)
        case.validate_response(answer, checks=CHECKED)
        assert WORDLESS not in answer.get_data(as_text=True)
        if kind not in SEE_IT:
            assert MARK not in answer.get_data(as_text=True)
            path = petition_path(place.code)
            assert place.office.store.documents[path] == documents[path]
        statuses.add(answer.status_code)

    operations = [
        get_all_operation.ok() for get_all_operation in schema.get_all_operations() if isinstance(get_all_operation, Ok)
    ]
    assert len(operations) > 8
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        for operation in operations:
            chosen = settings(
                max_examples=3, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
            )
            with suppress(Unsatisfiable):  # no request can be invalid without any parameters
                seed(17)(chosen(given(case=operation.as_strategy(generation_mode=mode))(send)))()
    statuses -= {404, 405}
    assert statuses == {401} if kind == "stranger" else statuses >= {200, 400}


def _sent(caller: System, case: Any) -> TestResponse:
    body = case.body
    raw = body if isinstance(body, bytes) else json.dumps(body, default=repr).encode()
    headers = {name: str(value) for name, value in (case.headers or {}).items()}
    headers = {name: value for name, value in headers.items() if value.isprintable() and value.isascii()}
    return caller.client.open(
        case.formatted_path,
        method=case.method,
        query_string={name: str(value) for name, value in (case.query or {}).items()},
        headers=headers | {"Authorization": f"Bearer {caller.key}"},
        data=raw if case.media_type else None,
        content_type="application/json",
    )
