"""The table of a petition's steps: the usual course, every row (LAW 7.6), refusals, and the diagram."""

from __future__ import annotations

import pytest

from petitions.domain.lifecycle.lifecycle import (
    CAME_FROM,
    FILING_EFFECTS,
    FINAL_STATES,
    OPEN_STATES,
    ROLE_LABELS,
    STATE_LABELS,
    TRANSITIONS,
    Action,
    ClockName,
    ClockVerb,
    ForbiddenTransition,
    Role,
    State,
    TransitionRow,
    allowed,
    awaiting_sources,
    to_mermaid,
    transition,
    ways_back,
)

S, A, R = State, Action, Role

# LAW 7.6, row by row, with the actions of the portal's officers. awaiting_citizen goes back to the former state.
EDGES: dict[State, set[State]] = {
    S.NEW: {S.AWAITING_CITIZEN, S.ACCEPTED, S.REFUSED, S.TRANSFERRED_OUT},
    S.AWAITING_CITIZEN: {S.NEW, S.ACCEPTED, S.ASSIGNED, S.IN_PROGRESS, S.REFUSED},
    S.ACCEPTED: {S.ASSIGNED, S.TRANSFERRED_OUT, S.REFUSED, S.AWAITING_CITIZEN, S.RETURNED},
    S.ASSIGNED: {S.IN_PROGRESS, S.ACCEPTED, S.RETURNED, S.AWAITING_CITIZEN},
    S.RETURNED: {S.ASSIGNED, S.TRANSFERRED_OUT, S.REFUSED},
    S.IN_PROGRESS: {S.ASSIGNED, S.AWAITING_CITIZEN, S.AWAITING_APPROVAL, S.RETURNED, S.REFUSED, S.TRANSFERRED_OUT},
    S.AWAITING_APPROVAL: {S.ANSWERED, S.REDO, S.IN_PROGRESS, S.ASSIGNED, S.RETURNED},
    S.REDO: {S.IN_PROGRESS, S.AWAITING_APPROVAL, S.ASSIGNED, S.RETURNED},
    S.ANSWERED: {S.PUBLISHED, S.CLOSED, S.REOPENED, S.REDO},
    S.PUBLISHED: {S.ANSWERED, S.CLOSED, S.REOPENED, S.REDO},
    S.REOPENED: {S.IN_PROGRESS, S.ASSIGNED, S.RETURNED},
    S.CLOSED: set(),
    S.REFUSED: {S.REOPENED},
    S.TRANSFERRED_OUT: {S.CLOSED, S.ACCEPTED},
    S.WITHDRAWN: set(),
    S.MERGED: set(OPEN_STATES),
}

FLOW = [
    (A.ACCEPT, R.OFFICER, S.ACCEPTED),
    (A.ASSIGN, R.OFFICER, S.ASSIGNED),
    (A.START, R.OFFICER, S.IN_PROGRESS),
    (A.SUBMIT_ANSWER, R.OFFICER, S.AWAITING_APPROVAL),
    (A.RECALL_ANSWER, R.OFFICER, S.IN_PROGRESS),
    (A.SUBMIT_ANSWER, R.OFFICER, S.AWAITING_APPROVAL),
    (A.RETURN_FOR_REDO, R.HEAD, S.REDO),
    (A.SUBMIT_ANSWER, R.OFFICER, S.AWAITING_APPROVAL),
    (A.APPROVE, R.HEAD, S.ANSWERED),
    (A.PORTAL_RETURN, R.PORTAL, S.REDO),
    (A.RESUME_WORK, R.HEAD, S.IN_PROGRESS),
    (A.SUBMIT_ANSWER, R.HEAD, S.AWAITING_APPROVAL),
    (A.APPROVE, R.COORDINATOR, S.ANSWERED),
    (A.PUBLISH, R.COORDINATOR, S.PUBLISHED),
    (A.REOPEN, R.CITIZEN, S.REOPENED),
    (A.RESUME_WORK, R.OFFICER, S.IN_PROGRESS),
    (A.GIVE_BACK, R.OFFICER, S.RETURNED),
    (A.TRANSFER_OUT, R.COORDINATOR, S.TRANSFERRED_OUT),
    (A.SENT_BACK, R.COORDINATOR, S.ACCEPTED),
    (A.REFUSE, R.COORDINATOR, S.REFUSED),
]


def _next_states(state: State) -> set[State]:
    targets = set()
    for row in TRANSITIONS:
        if state in row.sources:
            targets |= set(ways_back(state)) if row.to == CAME_FROM else {State(row.to)}
    return targets - {state}


def test_a_long_life() -> None:
    state = S.NEW
    for action, role, expected in FLOW:
        state = transition(state, action, role).to
        assert state is expected


@pytest.mark.parametrize("state", State)
def test_the_edges_are_those_of_the_design(state: State) -> None:
    expected = EDGES[state] | ({S.WITHDRAWN, S.MERGED, S.TRANSFERRED_OUT} if state in OPEN_STATES else set())
    assert _next_states(state) == expected


def test_every_action_is_in_the_table_and_no_row_is_ambiguous() -> None:
    assert {row.action for row in TRANSITIONS} == set(Action)
    for state in State:
        for role in Role:
            actions = [row.action for row in allowed(state, role)]
            assert len(actions) == len(set(actions)), (state, role)


@pytest.mark.parametrize("source", sorted(awaiting_sources()))
def test_a_supplement_leads_back_to_where_the_question_came_from(source: State) -> None:
    asked = transition(source, A.ASK_SUPPLEMENT, R.OFFICER)
    assert asked.came_from is source
    answered = transition(asked.to, A.SUPPLEMENT, R.CITIZEN, came_from=asked.came_from)
    assert answered.to is source
    assert answered.came_from is None


@pytest.mark.parametrize("came_from", [None, *sorted(set(State) - awaiting_sources())])
def test_a_supplement_never_invents_a_state(came_from: State | None) -> None:
    with pytest.raises(ForbiddenTransition, match="không có trạng thái trước đó"):
        transition(S.AWAITING_CITIZEN, A.SUPPLEMENT, R.CITIZEN, came_from=came_from)


def test_roles_allowed_a_second_request_are_in_the_table() -> None:
    for row in TRANSITIONS:
        expected = {R.HEAD, R.COORDINATOR} if row.action is A.ASK_SUPPLEMENT else row.roles
        assert row.again == expected, row


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
def test_coordinators_take_back_and_assign_anew_in_every_open_state(state: State) -> None:
    actions = {row.action for row in allowed(state, R.COORDINATOR)}
    assert actions & {A.TAKE_BACK, A.REASSIGN, A.ASSIGN}
    assert A.TAKE_BACK in actions or state is S.RETURNED
    assert actions & {A.REASSIGN, A.ASSIGN}
    for role in (R.OFFICER, R.HEAD):
        assert not {row.action for row in allowed(state, role)} & {A.TAKE_BACK, A.REASSIGN, A.UNPUBLISH, A.UNMERGE}


@pytest.mark.parametrize(
    ("action", "came_from", "remembered"),
    [
        (A.TAKE_BACK, S.NEW, S.NEW),
        (A.TAKE_BACK, S.IN_PROGRESS, S.ACCEPTED),
        (A.REASSIGN, S.NEW, S.NEW),
        (A.REASSIGN, S.ACCEPTED, S.ASSIGNED),
    ],
)
def test_petition_awaiting_its_citizen_still_waits_in_another_unit(
    action: Action, came_from: State, remembered: State
) -> None:
    step = transition(S.AWAITING_CITIZEN, action, R.COORDINATOR, came_from)
    assert (step.to, step.came_from) == (S.AWAITING_CITIZEN, remembered)
    assert bool(step.effects) is (came_from is not S.NEW)  # no transfer before acceptance
    assert transition(step.to, A.SUPPLEMENT, R.CITIZEN, step.came_from).to is remembered


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
def test_a_merging_that_is_undone_leads_back(state: State) -> None:
    merged = transition(state, A.MERGE, R.COORDINATOR, S.NEW)
    assert merged.came_from is state
    assert transition(S.MERGED, A.UNMERGE, R.COORDINATOR, state).to is state
    with pytest.raises(ForbiddenTransition, match="không có trạng thái trước đó"):
        transition(S.MERGED, A.UNMERGE, R.COORDINATOR)


@pytest.mark.parametrize("state", [S.ACCEPTED, S.RETURNED])
def test_an_assignment_that_is_undone_leads_back(state: State) -> None:
    assigned = transition(state, A.ASSIGN, R.COORDINATOR)
    assert transition(assigned.to, A.UNASSIGN, R.COORDINATOR, assigned.came_from).to is state


def test_a_refusal_speaks_to_the_person() -> None:
    with pytest.raises(ForbiddenTransition) as caught:
        transition(S.CLOSED, A.ACCEPT, R.OFFICER)
    assert str(caught.value) == "Không thể “Tiếp nhận” khi hồ sơ ở trạng thái “Đóng”."
    assert (caught.value.state, caught.value.action, caught.value.role) == (S.CLOSED, A.ACCEPT, R.OFFICER)
    with pytest.raises(ForbiddenTransition, match="Vai trò “cán bộ xử lý” không được “Duyệt và gửi trả lời”"):
        transition(S.AWAITING_APPROVAL, A.APPROVE, R.OFFICER)


@pytest.mark.parametrize("action", [A.REFUSE, A.TRANSFER_OUT, A.PUBLISH])
def test_decisions_of_named_officers_are_never_automatic(action: Action) -> None:
    for row in TRANSITIONS:
        if row.action is action:
            assert not row.roles & {R.SYSTEM, R.PORTAL, R.CITIZEN}


def test_only_coordinators_reopen_a_refusal() -> None:
    assert transition(S.REFUSED, A.REOPEN, R.COORDINATOR).to is S.REOPENED
    with pytest.raises(ForbiddenTransition):
        transition(S.REFUSED, A.REOPEN, R.CITIZEN)


def test_inspectors_only_look() -> None:
    assert not [row for state in State for row in allowed(state, R.INSPECTOR)]


def test_rows_that_judge_or_ask_need_words() -> None:
    wordless = {A.ACCEPT, A.ASSIGN, A.UNASSIGN, A.START, A.APPROVE, A.RESUME_WORK, A.PUBLISH, A.CLOSE}
    for row in TRANSITIONS:
        own = (row.action, row.roles) in [
            (A.WITHDRAW, frozenset({R.CITIZEN, R.PORTAL})),
            (A.SUPPLEMENT, frozenset({R.SYSTEM})),
        ]
        assert (row.text is None) is (own or row.action in wordless), row


def test_open_and_final_states() -> None:
    done = {S.ANSWERED, S.PUBLISHED, S.REFUSED, S.TRANSFERRED_OUT, S.MERGED}
    assert {S.CLOSED, S.WITHDRAWN} == FINAL_STATES
    assert set(State) - done - FINAL_STATES == OPEN_STATES


def test_clock_effects_of_the_main_steps() -> None:
    def verbs(state: State, action: Action, role: Role) -> set[tuple[str, str]]:
        effects = transition(state, action, role, came_from=S.NEW).row.effects
        return {(effect.verb.value, effect.clock.value) for effect in effects}

    assert [(effect.verb, effect.clock) for effect in FILING_EFFECTS] == [(ClockVerb.START, ClockName.RECEPTION)]
    assert ("stop", "reception") in verbs(S.NEW, A.ACCEPT, R.OFFICER)
    assert ("start", "answer") in verbs(S.NEW, A.ACCEPT, R.OFFICER)
    assert ("stop", "transfer") in verbs(S.ASSIGNED, A.START, R.OFFICER)
    assert ("stop", "answer") in verbs(S.AWAITING_APPROVAL, A.APPROVE, R.HEAD)
    assert ("pause", "answer") in verbs(S.IN_PROGRESS, A.ASK_SUPPLEMENT, R.OFFICER)
    assert {("resume", "answer"), ("stop", "supplement")} <= verbs(S.AWAITING_CITIZEN, A.SUPPLEMENT, R.CITIZEN)
    assert ("start", "answer") in verbs(S.ANSWERED, A.PORTAL_RETURN, R.PORTAL)


PASSED_ON = ["start transfer"]
GOES_ON = ["stop supplement", "resume reception", "resume transfer", "resume answer"]
EFFECTS: dict[Action, list[str]] = {
    A.ACCEPT: ["stop reception", "start transfer", "start answer"],
    A.SENT_BACK: ["start transfer", "start answer"],
    A.START: ["stop transfer"],
    A.ASK_SUPPLEMENT: ["pause reception", "pause transfer", "pause answer", "start supplement"],
    A.SUPPLEMENT: GOES_ON,
    A.PORTAL_RETURN: ["start answer"],
    A.REOPEN: ["start answer"],
    **dict.fromkeys((A.ASSIGN, A.UNASSIGN, A.GIVE_BACK, A.TAKE_BACK, A.REASSIGN, A.PORTAL_MOVE), PASSED_ON),
}


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.action}-{min(row.sources)}")
def test_the_clocks_of_every_row(row: TransitionRow) -> None:
    """No other step changes a clock, except that the last step of an open petition ends all."""
    expected = EFFECTS.get(row.action, [])
    if row.sources == {S.NEW} and row.action in {A.GIVE_BACK, A.TAKE_BACK, A.REASSIGN}:
        expected = []  # the clock of the transfer starts with the acceptance
    if row.to is S.AWAITING_CITIZEN and row.action in {A.TAKE_BACK, A.REASSIGN}:
        expected = [*PASSED_ON, "pause transfer"]
    if row.sources <= OPEN_STATES and row.to not in {*OPEN_STATES, CAME_FROM}:
        expected = [f"stop {clock}" for clock in ClockName]
    assert [f"{effect.verb} {effect.clock}" for effect in row.effects] == expected
    assert all(isinstance(effect.verb, ClockVerb) for effect in row.effects)


def test_leaving_the_open_states_stops_every_clock() -> None:
    for row in TRANSITIONS:
        if row.to not in OPEN_STATES and row.to != CAME_FROM and row.sources & OPEN_STATES:
            stopped = {effect.clock for effect in row.effects if effect.verb is ClockVerb.STOP}
            assert stopped == set(ClockName), row


def test_everything_has_a_vietnamese_name() -> None:
    assert set(STATE_LABELS) == set(State)
    assert set(ROLE_LABELS) == set(Role)
    assert len(set(STATE_LABELS.values())) == len(State)


def test_the_diagram_shows_every_edge_once() -> None:
    lines = to_mermaid().splitlines()
    assert lines[0] == "stateDiagram-v2"
    for state in State:
        assert f"    {state.value}: {STATE_LABELS[state]}" in lines
        for target in State:
            arrows = [line for line in lines if line.startswith(f"    {state.value} --> {target.value}: ")]
            assert len(arrows) == (target in _next_states(state))
    assert [line for line in lines if line.endswith("--> [*]")] == [
        f"    {state.value} --> [*]" for state in State if state in FINAL_STATES
    ]
