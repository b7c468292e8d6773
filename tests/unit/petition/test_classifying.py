"""A petition's class, set on acceptance and corrected by coordinators, with effects on clocks and history."""

from __future__ import annotations

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.petition.classification import GivenClassification, Nature, Statement
from petitions.domain.petition.outcomes import AnswerDocument, AnswerOutcome
from petitions.domain.petition.petition import Petition
from petitions.errors import Forbidden, Rejected
from petitions.usecases.lifecycle.classify_petition import class_choices
from tests.unit.clock.seeds import at
from tests.unit.petition.handling import COORDINATOR, act, in_progress, officer, routed
from tests.unit.world import World

WHY = "Đọc kỹ lại nội dung"


@pytest.fixture
def world() -> World:
    return World()


def accepts(world: World, petition: Petition, level: str | None = None, **given: object) -> Petition:
    classified = GivenClassification.model_validate(given) if given else None
    return act(world, officer(petition.unit), petition, Action.ACCEPT, classified=classified, level=level)


def corrects(world: World, petition: Petition, **given: object) -> Petition:
    classified = GivenClassification.model_validate(given)
    return act(world, COORDINATOR, petition, Action.CLASSIFY, text=WHY, classified=classified)


def last_line(world: World, petition: Petition) -> dict[str, object]:
    return dict(world.store.documents[f"petitions/{petition.code}/history/{petition.version}"])


def test_the_proposal_is_taken_where_the_form_says_nothing_and_the_officer_stands_for_it(world: World) -> None:
    petition = routed(world)
    assert petition.classified is None
    after = accepts(world, petition)
    known = after.classified
    assert known is not None
    assert (known.nature, known.statement, known.by) == (Nature.CONDUCT, Statement.REPORT, officer(petition.unit).id)
    assert (known.at, after.petition_class, after.level) == (world.clock.now(), "pakn", petition.level)
    reason = str(last_line(world, after)["reason"])
    assert reason.startswith("Hành vi hành chính; Phản ánh; Phản ánh, kiến nghị; lĩnh vực ")


def test_what_the_officer_chooses_holds_and_sets_the_answers_deadline(world: World) -> None:
    petition = routed(world)
    chosen = {"nature": "content", "statement": "proposal", "petition_class": "vbqppl", "field": "ho_tich_tu_phap"}
    after = accepts(world, petition, "complex", **chosen)
    known = after.classified
    assert known is not None
    assert (known.nature, known.statement, known.field) == (Nature.CONTENT, Statement.PROPOSAL, "ho_tich_tu_phap")
    assert (after.petition_class, after.level, after.kind) == ("vbqppl", "complex", "kien_nghi_quy_dinh")
    assert after.clocks["answer"].rule.id == "answer-vbqppl"


def test_a_field_that_is_not_on_the_list_is_refused(world: World) -> None:
    with pytest.raises(Rejected, match="lĩnh vực"):
        accepts(world, routed(world), field="pha_hoai")


@pytest.mark.parametrize("petition_class", ["complaint", "denunciation"])
def test_a_unit_takes_in_no_complaint_and_no_denunciation(world: World, petition_class: str) -> None:
    with pytest.raises(Forbidden, match="Khiếu nại, tố cáo"):
        accepts(world, routed(world), petition_class=petition_class)


def test_only_coordinators_correct_it_and_the_history_keeps_what_was(world: World) -> None:
    before = in_progress(world)
    with pytest.raises(Forbidden):
        act(world, officer(before.unit, Role.HEAD, "truong"), before, Action.CLASSIFY, text=WHY)
    after = corrects(world, before, nature="both")
    assert after.classified is not None
    assert before.classified is not None
    assert (after.classified.nature, after.classified.field) == (Nature.BOTH, before.classified.field)
    assert (after.state, after.unit, after.clocks) == (before.state, before.unit, before.clocks)
    line = last_line(world, after)
    assert (line["action"], line["actor"]) == ("classify", COORDINATOR.id)
    assert str(line["reason"]).splitlines()[-1] == WHY


def complex_one(world: World) -> Petition:
    return act(world, COORDINATOR, in_progress(world), Action.SET_LEVEL, level="complex", text=WHY)


def test_a_changed_class_counts_the_deadline_again_and_tells_the_citizen(world: World) -> None:
    before = complex_one(world)
    choices = {choice.petition_class: choice for choice in class_choices(world.timekeeping, before, world.clock.now())}
    after = corrects(world, before, petition_class="vbqppl")
    clock, was = after.clocks["answer"], before.clocks["answer"]
    assert (was.due_at, clock.due_at) == (at("2026-12-14 17:30"), at("2026-12-08 17:30"))
    assert clock.started_at == was.started_at
    assert [(move.clock, move.new) for move in choices["vbqppl"].moves] == [("answer", clock.due_at)], "as was shown"
    assert choices["complaint"].moves == []
    assert last_line(world, after)["clock_effects"] == [move.effect for move in choices["vbqppl"].moves]
    assert "hạn trả lời đổi thành 17:30 thứ Ba 08/12/2026" in world.last_reply()


def test_a_changed_class_does_not_hide_lateness(world: World) -> None:
    legal = corrects(world, complex_one(world), petition_class="vbqppl")
    world.clock.at = at("2026-12-09 09:00")
    with pytest.raises(Forbidden, match="quá hạn"):
        corrects(world, legal, petition_class="pakn")
    assert corrects(world, legal, nature="content").clocks == legal.clocks


def test_a_correction_that_moves_nothing_tells_the_citizen_nothing(world: World) -> None:
    before = in_progress(world)
    replies = world.replies()
    corrects(world, before, field="y_te")
    assert world.replies() == replies


def test_a_new_class_of_a_closed_petition_sends_no_notice_that_it_is_considered(world: World) -> None:
    before = in_progress(world)
    why = "Thuộc thẩm quyền của Bộ Tài chính, đã chuyển ngày 23/11."
    sent_on = act(world, COORDINATOR, before, Action.TRANSFER_OUT, text=why)
    closed = act(world, COORDINATOR, sent_on, Action.CLOSE, text=why)
    replies = world.replies()
    corrects(world, closed, petition_class="complaint")
    assert world.replies() == replies


def test_an_answer_says_what_it_comes_to_and_on_which_document_it_rests(world: World) -> None:
    before = in_progress(world)
    document = {"number": "12/UBND", "date": "2026-11-24", "signer": "Trần Văn Bình", "position": "Phó Chủ tịch"}
    after = act(
        world,
        officer(before.unit),
        before,
        Action.SUBMIT_ANSWER,
        text="Đã cấp giấy khai sinh cho anh/chị vào ngày 24/11/2026 và nhắc cán bộ một cửa trả đúng hẹn.",
        no_evidence="Giấy đã trao tận tay",
        outcome=AnswerOutcome.RESOLVED,
        document=AnswerDocument.model_validate(document),
    )
    assert after.reply is not None
    assert after.reply.document is not None
    assert (after.reply.outcome, after.reply.document.signer) == (AnswerOutcome.RESOLVED, "Trần Văn Bình")
    stored = world.store.documents[f"petitions/{after.code}"]["reply"]["document"]
    assert stored["date"] == "2026-11-24"
