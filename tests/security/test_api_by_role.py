"""What schemathesis makes of the API's description, sent by each role: no fault, and nothing stored out of turn.

Every request begins with the same documents, so that what one did is not taken for another's.
"""

from __future__ import annotations

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

from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import petition_path
from tests.security.role_world import KEPT, LETTER, MARK, Place

ANSWERS = {200, 400, 401, 403, 404, 409, 413}
CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
A_PETITION = {"petitions", "inbox", "audit", "difficulties", "officers"}
HANDLING = A_PETITION | {"notices", "citizens", "contact_requests"}
MAY_STORE = {
    "-": set[str](),
    "sxd-left": set[str](),
    "sxd-officer": HANDLING,
    "sxd-head": HANDLING,
    "sdl-head": A_PETITION,
    "syt-head": A_PETITION,
    "px-head": A_PETITION,
    "stp-head": A_PETITION,
    "coordinator": HANDLING | {"corrections", "portal_differences", "dead_letters"},
    "inspector": {"audit", "difficulties", "officers"},
    "admin": {"officers", "reference", "rules", "audit", "difficulties"},
}
"""The collections in which each may cause anything to be written. Any unit may take a petition in and name deputies;
everybody with lists keeps filters in their own document."""
HOLD_IT = {"sxd-officer", "sxd-head", "coordinator"}
SEE_IT = HOLD_IT | {"syt-head", "inspector"}


@pytest.fixture(scope="module")
def place() -> Place:
    return Place()


@pytest.mark.parametrize("who", MAY_STORE)
def test_the_api_holds_and_stores_nothing_out_of_turn(place: Place, who: str) -> None:
    walk(place, who, GenerationMode.POSITIVE, examples=3)


@pytest.mark.parametrize("who", ["sxd-head", "admin"])
def test_what_the_description_forbids_is_refused(place: Place, who: str) -> None:
    walk(place, who, GenerationMode.NEGATIVE, examples=2)


@pytest.mark.faults
@pytest.mark.parametrize("who", MAY_STORE)
def test_the_same_at_length(place: Place, who: str) -> None:
    walk(place, who, GenerationMode.POSITIVE, examples=100)
    walk(place, who, GenerationMode.NEGATIVE, examples=20)


def walk(place: Place, who: str, mode: GenerationMode, examples: int) -> None:
    """Send so many requests to every operation, as the description has them or not; every run sends the same."""
    documents = place.in_state[State.IN_PROGRESS]
    place.restore(documents)
    found = place.send("admin", "GET", "/api/openapi.json").get_json()
    schema, statuses = schemathesis.openapi.from_dict(found), set[int]()

    def send(case: Any) -> None:
        place.restore(documents)
        for name, there in _there(place).items():
            if name in case.path_parameters:
                case.path_parameters[name] = there
        if isinstance(case.body, dict) and isinstance(case.body.get("version"), int):
            case.body["version"] = place.version
        before = place.office.store._clock
        answer = place.asks(who, case)
        case.validate_response(answer, checks=CHECKED)
        assert answer.status_code in ANSWERS
        # What its filer wrote to a unit about the unit's answer stays with that unit.
        own = who == "stp-head" and case.operation.path == "/api/contacts"
        assert own or who in SEE_IT or MARK not in answer.get_data(as_text=True)
        if place.office.store._clock != before:
            _look_at_what_was_stored(place, who, documents)
            assert answer.status_code == 200
        statuses.add(answer.status_code)

    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    assert len(operations) > 30
    for operation in operations:
        if operation.path == "/api/sign-in":
            continue  # another's session would begin
        chosen = settings(
            max_examples=examples, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        with suppress(Unsatisfiable):  # no request can be wrong where nothing is asked for
            seed(17)(chosen(given(case=operation.as_strategy(generation_mode=mode))(send)))()
    outside = who in {"-", "sxd-left"}
    statuses -= {404} if outside else set()  # what can be no id is in no address of the API, whoever asks
    assert statuses == {401} if outside else statuses >= ({200} if mode is GenerationMode.POSITIVE else {400, 403})


def _look_at_what_was_stored(place: Place, who: str, before: dict[str, dict[str, Any]]) -> None:
    """Fail for a document that this person has no business with."""
    after, petition, changed = place.office.store.documents, petition_path(place.code), place.changed(before)
    assert {path.partition("/")[0] for path in changed} <= MAY_STORE[who], (who, sorted(changed))
    touched = {path for path in changed if path == petition or path.startswith(f"{petition}/")}
    if who == "syt-head" and touched:
        fields = {name for name in after[petition] if after[petition][name] != before[petition].get(name)}
        assert fields <= {"version", "changed"}, fields
        notes = [after[path]["action"] for path in touched if path != petition]
        assert set(notes) <= {"noted", "called"}
    elif who not in HOLD_IT:
        assert touched == set()


def _there(place: Place) -> dict[str, str]:
    """What there is in the place, so that a request comes further than to its absence."""
    return {
        "code": place.code, "kind": "calendars", "key": "menu", "unit_code": "SYT", "difference_id": "D1",
        "officer_id": "sdl-head", "request_id": "own-low", "difficulty_id": "own-difficulty",
        "letter_id": LETTER, "file_id": "draft", "filter_id": KEPT,
    }  # fmt: skip
