"""Every role at every route, in every state of a petition, compared with the expected responses in `who_may.txt`.

The roles belong to the petition's unit, a foreign, an invited, an accused or a former one.
"""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from werkzeug.test import TestResponse

from petitions.domain.lifecycle.states import Action, State
from petitions.domain.petition.petition import petition_path
from tests.released import all_but
from tests.security.role_requests import body_of, path_of
from tests.security.role_table import BLOCKS, PEOPLE, STEPS, Row
from tests.security.role_world import FILER, MARK, Place, step

OPEN = "open, and on a laptop alone but for the files that pages load"
EVERY_STATE = "in every state"
DENUNCIATION = "a denunciation that lies with a unit, before a coordinator has it"
STEP = "POST /petitions/<code>/actions/<action>"
OF_NEW = {"POST /petitions/<code>/take-up new", "POST /petitions/<code>/give new"}
GIVING = [f"POST /contacts/<request_id>/give-answer{variant}" for variant in ("", " accused")]
OVERDUE = {"POST /petitions/<code>/recovery", "GET /boards/lateness"}


@pytest.fixture(scope="module")
def place() -> Place:
    return Place()


def letter(answer: TestResponse, changed: set[str]) -> str:
    """Return the letter that stands for the given response in the table.

    A response that shows the petition must be Y or R in the table, whatever its status.
    """
    text = answer.get_data().decode(errors="replace")
    if any(mark in text for mark in FILER):
        return "R"
    if answer.status_code == HTTPStatus.UNAUTHORIZED or answer.headers.get("Location", "").startswith("/sign-in"):
        found = "i"
    elif answer.status_code == HTTPStatus.FORBIDDEN:
        found = "x"
    elif answer.status_code == HTTPStatus.NOT_FOUND:
        found = "."
    else:
        assert answer.status_code in {200, 303, 400}, (answer.status_code, text)
        if any(not path.startswith("audit/") for path in changed):
            assert answer.request.method == "POST"
            return "y"
        return "Y" if MARK in text else "n"
    assert all(path.startswith("audit/") for path in changed), answer.status_code
    assert answer.request.method == "POST" or MARK not in text
    return found


def refusal_in(answer: TestResponse) -> str:
    found = re.search(r'role="alert">(.*?)(?: <a|</p>)', answer.get_data().decode(errors="replace"))
    return found[1] if found else ""


def answered(place: Place, row: Row, documents: dict[str, dict[str, Any]]) -> dict[str, str]:
    found = {}
    for who in row.answers:
        there = place.variant(who, documents)
        place.restore(there)
        answer = place.send(who, row.method, path_of(row, place), body_of(row, place) if row.method == "POST" else None)
        found[who] = letter(answer, place.changed(there))
    return found


def in_words(letters: dict[str, str]) -> str:
    return " ".join("".join(letters[who] for who in group) for group in PEOPLE.values())


def test_every_route_has_a_row_and_every_step(place: Place) -> None:
    rules = {
        (method, rule.rule)
        for rule in place.office.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith("/api/v1/")  # for systems with a key, not for people signed in
    }
    assert {(row.method, row.rule) for rows in BLOCKS.values() for row in rows} == rules
    assert set(STEPS) == set(Action)


@pytest.mark.parametrize("block", sorted(BLOCKS.keys() - {OPEN, EVERY_STATE}))
def test_every_route_responds_as_in_the_table(place: Place, block: str) -> None:
    documents = place.in_state[State.IN_PROGRESS]
    path = petition_path(place.code)
    if block == DENUNCIATION:
        documents = documents | {path: documents[path] | {"petition_class": "denunciation"}}
    due = place.office.clock.now() - timedelta(days=3)
    clocks = {name: clock | {"due_at": due} for name, clock in documents[path]["clocks"].items()}
    late = documents | {path: documents[path] | {"clocks": clocks, "due_at": due}}
    other = dict.fromkeys(OVERDUE, late) | dict.fromkeys(OF_NEW, place.in_state[State.NEW])
    other |= dict.fromkeys(GIVING, place.in_state[State.ANSWERED])
    found = {str(row): in_words(answered(place, row, other.get(str(row), documents))) for row in BLOCKS[block]}
    assert found == {str(row): in_words(row.answers) for row in BLOCKS[block]}


@pytest.mark.parametrize("state", all_but([State.NEW, State.IN_PROGRESS, State.ANSWERED], State))
def test_same_people_see_it_in_every_state(place: Place, state: State) -> None:
    found = {str(row): in_words(answered(place, row, place.in_state[state])) for row in BLOCKS[EVERY_STATE]}
    assert found == {str(row): in_words(row.answers) for row in BLOCKS[EVERY_STATE]}


@pytest.mark.parametrize("state", all_but([State.NEW, State.IN_PROGRESS, State.ANSWERED], State))
def test_every_step_in_every_state_by_everybody(place: Place, state: State) -> None:
    steps = next(row for row in BLOCKS["in progress"] if str(row) == STEP)
    found, expected, refusals = dict[str, str](), dict[str, str](), dict[str, set[str]]()
    for action in Action:
        refusals[action] = set()
        answers, may = dict[str, str](), STEPS[action][state]
        for who in steps.answers:
            there = place.variant(who, place.in_state[state])
            place.restore(there)
            answer = place.send(who, "POST", *step(place, action))
            answers[who] = letter(answer, place.changed(there))
            refusals[action] |= {refusal_in(answer)} - {""}
        found[action] = in_words(answers)
        refused = {who: "x" if item == "y" and who not in may else item for who, item in steps.answers.items()}
        if action is Action.SUBMIT_ANSWER:  # this page refuses coordinators before it looks for the petition
            refused["coordinator of the accused"] = "x"
        if action is Action.CLOSE and state is State.TRANSFERRED_OUT:  # not closed before its filer is notified
            refused = {who: "Y" if item == "y" else item for who, item in refused.items()}
        expected[action] = in_words(refused)
    assert found == expected, {action: words for action, words in refusals.items() if found[action] != expected[action]}
