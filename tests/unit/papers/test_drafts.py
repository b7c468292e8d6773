"""Drafts of papers, tested on the use case: their owners, fields, maximum length, and deletion."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.lifecycle.states import State
from petitions.domain.papers.composing import LONGEST_NAMED, facts_of, marks_of, why_not, why_outdated
from petitions.domain.papers.paper import Paper, PaperKind, PaperState, paper_path
from petitions.domain.papers.paper_forms import FROM_FILER, MATTER, NAME, PERSONAL, SCENE
from petitions.domain.papers.signing_right import Signer
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition import petition_path as path_of
from petitions.domain.shared.fingerprint import seen_mark
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, NotFound, Rejected
from petitions.usecases.papers.draft_paper import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    MOST_PAPERS,
    NEWEST_LINES,
    DraftPaper,
)
from tests.unit.desk.petition.answering import in_progress
from tests.unit.papers.bureau import Bureau

KEY = "k" * 20


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def drafts(bureau: Bureau) -> DraftPaper:
    return bureau.parts.papers


def begun(bureau: Bureau, who: str = "sxd-officer", kind: PaperKind = PaperKind.RECEIPT, key: str = KEY) -> Paper:
    (petition,) = bureau.petitions()
    return drafts(bureau).begin(bureau.officer(who), petition.code, kind, key)


def seen(paper: Paper) -> str:
    return paper.drafted_at.isoformat()


@pytest.mark.parametrize(
    ("subject", "body", "fits"),
    [
        (1, 1, True), (LONGEST_SUBJECT, LONGEST_BODY, True), (0, 1, False), (1, 0, False),
        (LONGEST_SUBJECT + 1, 1, False), (1, LONGEST_BODY + 1, False),
    ],
)  # fmt: skip
def test_a_draft_has_a_subject_and_a_text_up_to_their_longest(
    bureau: Bureau, subject: int, body: int, *, fits: bool
) -> None:
    in_progress(bureau)
    paper, who = begun(bureau), bureau.officer("sxd-officer")
    if not fits:
        with pytest.raises(Rejected) as raised:
            drafts(bureau).save(who, paper.code, KEY, seen(paper), "s" * subject, "b" * body)
        assert raised.value.reason == "paper_incomplete"
        return
    saved = drafts(bureau).save(who, paper.code, KEY, seen(paper), "s" * subject, "b" * body)
    assert (len(saved.subject), len(saved.body)) == (subject, body)


def test_what_is_not_changed_is_not_written_and_who_wrote_is_remembered(bureau: Bureau) -> None:
    in_progress(bureau)
    paper = begun(bureau)
    bureau.clock.advance(minutes=1)
    head = bureau.officer("sxd-head")
    same = drafts(bureau).save(head, paper.code, KEY, seen(paper), paper.subject, paper.body)
    assert same == paper == bureau.paper(paper.code, KEY)
    other = drafts(bureau).save(head, paper.code, KEY, seen(paper), "Việc khác", paper.body)
    assert (other.drafted_by, other.drafted_at) == ("sxd-head", bureau.clock.now())
    assert other.writers == ["sxd-head", "sxd-officer"]
    with pytest.raises(Conflict):
        drafts(bureau).save(head, paper.code, KEY, seen(paper), "Lần nữa", paper.body)


def test_a_draft_is_seen_and_dropped_by_its_own_unit_alone(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    paper = begun(bureau)
    coordinator, own = bureau.officer("coordinator"), bureau.officer("sxd-officer")
    assert [one.id for one in drafts(bureau).of(own, petition).papers] == [KEY]
    assert drafts(bureau).of(coordinator, petition).papers == []
    for code in (coordinator, bureau.officer("syt-officer")):
        with pytest.raises(NotFound):
            drafts(bureau).delete(code, paper.code, KEY)
    assert bureau.paper(paper.code, KEY) == paper
    drafts(bureau).delete(own, paper.code, KEY)
    assert paper_path(paper.code, KEY) not in bureau.store.documents
    with pytest.raises(NotFound):
        drafts(bureau).delete(own, paper.code, KEY)


def test_an_issued_paper_is_seen_by_all_and_dropped_by_nobody(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    paper = bureau.issued(petition)
    coordinator, own = bureau.officer("coordinator"), bureau.officer("sxd-officer")
    for who in (coordinator, own):
        assert [one.id for one in drafts(bureau).of(who, petition).papers] == [paper.id]
    with pytest.raises(Conflict):
        drafts(bureau).delete(own, paper.code, paper.id)
    assert bureau.paper(paper.code, paper.id).state is PaperState.ISSUED


def test_a_petition_has_as_many_papers_as_it_may_and_the_same_key_is_the_same_draft(bureau: Bureau) -> None:
    in_progress(bureau)
    for number in range(MOST_PAPERS - 1):
        begun(bureau, key=f"{number:020}")
    assert begun(bureau) == begun(bureau)
    with pytest.raises(Rejected) as raised:
        begun(bureau, key="m" * 20)
    assert raised.value.reason == "papers_full"


def supplement(bureau: Bureau, petition: Petition, back: int) -> str:
    version = max(NEWEST_LINES + 5, petition.version)
    bureau.store.update(path_of(petition.code), {"version": version, "state": State.AWAITING_CITIZEN.value})
    for seq in range(1, version + 1):
        action, reason = (
            (Action.ASK_SUPPLEMENT, f"Xin bổ sung ảnh {seq}") if seq == version - back else ("noted", "Ghi chú")
        )
        entry = HistoryEntry(
            seq=seq, at=bureau.clock.now(), action=action, role="officer", unit="SXD",
            to_state=State.AWAITING_CITIZEN, reason=reason,
        )  # fmt: skip
        bureau.store.documents[history_path(petition.code, seq)] = entry.stored()
    return begun(bureau, kind=PaperKind.SUPPLEMENT).body


@pytest.mark.parametrize(("back", "found"), [(0, True), (1, True), (NEWEST_LINES - 1, True), (NEWEST_LINES, False)])
def test_the_reason_is_of_the_newest_line_of_the_step_among_the_last_ones(
    bureau: Bureau, back: int, *, found: bool
) -> None:
    body = supplement(bureau, in_progress(bureau), back)
    assert ("Xin bổ sung ảnh" in body) == found


def test_a_draft_remembers_the_facts_that_its_form_has_a_place_for(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    form = reference.paper_forms().form(PaperKind.RECEIPT)
    facts = {**facts_of(petition, "Sở Xây dựng", "lý do"), "[chỗ không có]": "x"}
    marks = marks_of(form, facts)
    assert "[chỗ không có]" not in marks
    assert marks
    assert all(place in f"{form.subject}\n{form.text}" for place in marks)
    assert marks == {place: seen_mark(facts[place]) for place in marks}


@pytest.mark.parametrize("length", [LONGEST_NAMED, LONGEST_NAMED + 1])
def test_a_fact_that_changed_is_named_with_its_value_if_that_is_short(bureau: Bureau, length: int) -> None:
    in_progress(bureau)
    paper = replace(begun(bureau), facts={"[đơn vị]": seen_mark("cũ"), "[mã hồ sơ]": seen_mark("y")})
    fact = "đ" * length
    words = why_outdated(paper, {"[đơn vị]": fact, "[mã hồ sơ]": "y"})
    assert words
    assert (f"đơn vị nay là {fact}" in words) == (length <= LONGEST_NAMED)
    assert "mã hồ sơ" not in words
    assert why_outdated(replace(paper, body=f"{paper.body} {fact}"), {"[đơn vị]": fact, "[mã hồ sơ]": "y"}) is None
    assert why_outdated(paper, {}) is None


def test_a_paper_is_handed_over_once_and_says_when_and_by_whom(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    paper = bureau.ready(petition)
    reading, at = bureau.parts.read_paper, bureau.clock.now() + timedelta(minutes=5)
    bureau.clock.at = at
    handed = reading.hand_over(bureau.officer("sxd-officer"), petition.code, paper.id)
    assert (handed.handed_at, handed.handed_by) == (at, "sxd-officer")
    bureau.clock.advance(minutes=1)
    again = reading.hand_over(bureau.officer("sxd-head"), petition.code, paper.id)
    assert (again.handed_at, again.handed_by) == (at, "sxd-officer")


@pytest.mark.parametrize("whole", [True, False])
def test_a_check_of_other_bytes_than_were_frozen_is_not_intact(bureau: Bureau, *, whole: bool) -> None:
    """A file replaced by another paper, which is signed as well, is detected."""
    petition = in_progress(bureau)
    paper, other = bureau.ready(petition), bureau.ready(petition)
    assert paper.pdf
    assert other.pdf
    if not whole:
        own, theirs = (
            [name for name in bureau.kept.objects if name.endswith(one.pdf.sha256)] for one in (paper, other) if one.pdf
        )
        for name in own:
            bureau.kept.objects[name] = bureau.kept.objects[theirs[0]]
    bureau.making()(paper.code, paper.id)
    checked = bureau.paper(paper.code, paper.id)
    assert checked.signature
    assert checked.signature.intact == whole


def test_who_signs_for_the_head_is_said_and_nobody_else_is_taken_for_it(bureau: Bureau) -> None:
    signer = Signer("An", "Giám đốc")
    assert not signer.for_head
    assert not Signer.of(bureau.officer("sxd-head")).for_head


def test_what_comes_from_the_filer_are_their_data_and_their_words() -> None:
    assert {MATTER, SCENE, NAME} <= FROM_FILER
    assert PERSONAL < FROM_FILER
    assert not {MATTER, SCENE} & PERSONAL


def test_a_paper_that_its_petition_does_not_call_for_is_not_begun(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    for kind in PaperKind:
        words = why_not(kind, petition, bureau.clock.now())
        if words is None:
            assert begun(bureau, kind=kind, key=f"{kind.value:k<20}").kind is kind
            continue
        with pytest.raises(Rejected, match=re.escape(words)) as raised:
            begun(bureau, kind=kind, key=f"{kind.value:k<20}")
        assert raised.value.reason == "paper_not_now"
        assert paper_path(petition.code, f"{kind.value:k<20}") not in bureau.store.documents
