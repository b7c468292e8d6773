"""A submitted answer: limits of its texts and files, the proposed outcome, and the doubts about it."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.files.attachment import AttachmentState
from petitions.domain.petition.answering import (
    FEWEST_PAIRS,
    LONGEST_FIELD,
    MOST_FILES,
    SHORTEST_ANSWER,
    SHORTEST_REASON,
)
from petitions.domain.petition.classification import Nature
from petitions.domain.petition.outcomes import AnswerOutcome, proposed_outcome
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import file_path
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.shared.records import replace
from petitions.errors import Rejected
from petitions.usecases.lifecycle.submit_answer import SubmitAnswer, SubmittedAnswer, answered_alike
from tests.unit.petition.handling import ANSWER, WHY_NONE, given, in_progress, officer, routed
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World()


def submitted(world: World, petition: Petition, **more: Any) -> StoredAnswer:
    who = officer(petition.unit)
    answer = SubmittedAnswer(**{"text": ANSWER, "no_evidence": WHY_NONE, **more})
    return SubmitAnswer(reference.answers()).reply(world.store, who, petition, answer, world.clock.now())


@pytest.mark.parametrize(("basis", "why", "fits"), [
    (LONGEST_FIELD, 20, True), (LONGEST_FIELD + 1, 20, False), (0, LONGEST_FIELD, True), (0, LONGEST_FIELD + 1, False),
])  # fmt: skip
def test_the_basis_and_the_reason_for_no_file_each_have_a_longest_length(
    world: World, basis: int, why: int, *, fits: bool
) -> None:
    petition = in_progress(world)
    given = {"basis": "b" * basis, "no_evidence": "y" * why}
    if fits:
        assert submitted(world, petition, **given).basis == given["basis"]
        return
    with pytest.raises(Rejected) as raised:
        submitted(world, petition, **given)
    assert raised.value.reason == "text_too_long"


@pytest.mark.parametrize(("length", "fits"), [(SHORTEST_ANSWER - 1, False), (SHORTEST_ANSWER, True)])
def test_an_answer_has_a_shortest_length(world: World, length: int, *, fits: bool) -> None:
    petition, text = in_progress(world), "x" * length
    if fits:
        assert submitted(world, petition, text=f" {text}\n").text == text
        return
    with pytest.raises(Rejected) as raised:
        submitted(world, petition, text=f" {text}\n")
    assert raised.value.reason == "answer_too_short"


def test_an_answer_of_fewer_pairs_of_words_than_the_least_is_doubted_as_short(world: World) -> None:
    petition = in_progress(world)
    words = [f"việc{number}" for number in range(FEWEST_PAIRS * 3)]
    lengths = {}
    for count in range(5, len(words)):
        reply = submitted(world, petition, text=" ".join(words[:count]))
        lengths[len(reply.fingerprint)] = "short" in reply.doubts
    assert {FEWEST_PAIRS - 1, FEWEST_PAIRS} <= set(lengths)
    assert all(short == (pairs < FEWEST_PAIRS) for pairs, short in lengths.items())


def test_without_a_chosen_outcome_the_nature_of_the_petition_proposes_one(world: World) -> None:
    petition = in_progress(world)
    assert petition.classified
    for nature in Nature:
        classified = replace(petition, classified=replace(petition.classified, nature=nature))
        assert submitted(world, classified).outcome is proposed_outcome(nature)
        for outcome in AnswerOutcome:
            assert submitted(world, classified, outcome=outcome).outcome is outcome
    assert submitted(world, replace(petition, classified=None)).outcome is proposed_outcome(None)


def test_an_answer_without_own_words_is_like_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    petition = routed(world)
    monkeypatch.setattr(world.store, "find", lambda _: pytest.fail("Firestore refuses a query for no values"))
    assert answered_alike(world.store, petition, []) == []


@pytest.mark.parametrize(("length", "fits"), [(SHORTEST_REASON, True), (SHORTEST_REASON - 1, False), (0, False)])
def test_an_answer_without_a_file_says_why_there_is_none(world: World, length: int, *, fits: bool) -> None:
    petition, why = in_progress(world), "x" * length
    if fits:
        assert submitted(world, petition, no_evidence=f" {why} ").no_evidence == why
        return
    with pytest.raises(Rejected) as raised:
        submitted(world, petition, no_evidence=why)
    assert raised.value.reason == "evidence_missing"
    assert (f"ít nhất {SHORTEST_REASON} ký tự" in str(raised.value)) == bool(why)


STORED, FETCHING = AttachmentState.STORED, AttachmentState.FETCHING


@pytest.mark.parametrize(("stored", "others", "fits"), [
    (1, [], True), (MOST_FILES, [], True), (MOST_FILES + 1, [], False), (1, [("answer", FETCHING)], False),
    (1, [("petition", STORED)], False),
])  # fmt: skip
def test_an_answer_has_some_files_that_were_uploaded_for_it_and_are_stored(
    world: World, stored: int, others: list[tuple[Any, AttachmentState]], *, fits: bool
) -> None:
    petition = in_progress(world)
    files = [given(world, petition, f"f{number}", "image/png") for number in range(stored)]
    for purpose, state in others:
        files.append(given(world, petition, f"{purpose}-{state}", "image/png"))
        world.store.update(file_path(petition.code, files[-1]), {"purpose": purpose, "state": state})
    if fits:
        reply = submitted(world, petition, attachments=tuple(files))
        assert (reply.attachments, reply.no_evidence) == (files, ""), "a reason for no file is dropped"
        return
    with pytest.raises(Rejected) as raised:
        submitted(world, petition, attachments=tuple(files))
    assert raised.value.reason == "file_unknown"
