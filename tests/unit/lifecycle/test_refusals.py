"""Every refusal of an action: when it comes, its error, its reason for other systems, and its words for the officer."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from petitions.domain.contact.contact_request import ContactReason, ContactRequest, contact_path
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.stored_answer import Publication
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE
from petitions.errors import Forbidden, PetitionError, Rejected
from petitions.usecases import lifecycle
from tests.unit.clock.seeds import at
from tests.unit.lifecycle.deeds import actor, options, ready_for
from tests.unit.petition.handling import COORDINATOR, act, officer
from tests.unit.world import World

A = Action
WARD = "PX-00175"
HEAD = officer(WARD, Role.HEAD, "head")
PUBLIC = Publication(summary="s", answer="a", by="x", at=at("2026-11-23 09:00")).stored()
LATER = timedelta(days=60)


@dataclass(frozen=True)
class Case:
    """A refused action: what is stored before of the petition and of its main petition, and what the officer gives."""

    action: Action
    reason: str
    error: type[PetitionError] = Rejected
    words: str = "."
    """A part of the words, as a regular expression."""
    who: Officer | None = None
    petition: Mapping[str, Any] = field(default_factory=dict)
    main: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    waits_for: ContactReason | None = None
    """A request of the filer that nobody has decided."""
    later: timedelta = timedelta()


def given(**values: Any) -> dict[str, Any]:
    return {"classified": GivenClassification(**values)}


CASES = (
    Case(A.ACCEPT, "field_unknown", given=given(field="x")),
    Case(A.ACCEPT, "unit_unknown", given=given(accused="SXX")),
    Case(A.ACCEPT, "complaint", Forbidden, given=given(petition_class="complaint")),
    Case(A.ACCEPT, "opens_to_accused", who=officer("TTTP", Role.HEAD), petition={"accused": COORDINATORS,
         "unit": "TTTP"}, given={**given(accused=""), "sure": False}),
    Case(A.ACCEPT, "opens_to_unit", who=COORDINATOR, petition={"closed_with": [UNKNOWN_OFFICE], "unit": COORDINATORS},
         given={**given(accused=""), "sure": False}),
    Case(A.CLASSIFY, "published", petition={"publication": PUBLIC}, given=given(petition_class="denunciation")),
    Case(A.CLASSIFY, "class_after_due", Forbidden, petition={"petition_class": "vbqppl", "level": "complex"},
         given=given(petition_class="pakn"), later=LATER),
    Case(A.SET_LEVEL, "level_missing", given={"level": None}),
    Case(A.SET_LEVEL, "level_missing", given={"level": "normal"}),
    Case(A.SET_LEVEL, "level_missing", given={"level": "late"}),
    Case(A.SET_LEVEL, "level_after_due", Forbidden, later=LATER),
    Case(A.ASSIGN, "forbidden", Forbidden, "Chỉ cán bộ điều phối", officer(WARD), given={"unit": "SXD"}),
    Case(A.ASSIGN, "unit_unknown", words="Không có đơn vị này", given={"unit": "SXX"}),
    Case(A.ASSIGN, "closed_to_unit", Forbidden, who=COORDINATOR, petition={"closed_with": ["complaint"],
         "unit": COORDINATORS}, given={"unit": "SNV"}),
    Case(A.ASSIGN, "perhaps_accused", petition={"opened_by": "x"}, given={"unit": "SNV"}),
    Case(A.ASSIGN, "text_missing", petition={"held_by": ["SNV", WARD]}, given={"unit": "SNV", "text": " "}),
    Case(A.ASSIGN, "unit_unstaffed", words="^Sở Xây dựng ", given={"unit": "SXD", "sure": False}),
    Case(A.ASSIGN, "handler_unknown", given={"unit": "SNV", "handler": "nobody"}),
    Case(A.ASSIGN, "handler_unknown", given={"unit": "SNV", "handler": f"{WARD.lower()}-an"}),
    Case(A.REASSIGN, "unit_same", given={"unit": WARD}),
    Case(A.TAKE_BACK, "forbidden", Forbidden, "ở chỗ cán bộ điều phối", COORDINATOR, {"unit": COORDINATORS}),
    Case(A.UNASSIGN, "unit_told", Forbidden, petition={"news": None}),
    Case(A.ASK_SUPPLEMENT, "supplement_limit", Forbidden, petition={"restricted_at": at("2026-11-23 09:00")}),
    Case(A.EXTEND, "no_answer_clock", Forbidden, petition={"clocks": {}}),
    Case(A.EXTEND, "extension_after_due", Forbidden, later=LATER),
    Case(A.EXTEND, "extension_amount", words="từ 1 đến 15", given={"amount": 16}),
    Case(A.EXTEND, "extension_amount", given={"amount": 0}),
    Case(A.EXTEND, "extension_amount", given={"amount": None}),
    Case(A.SUBMIT_ANSWER, "nobody_approves", petition={"accused": COORDINATORS}, who=officer(WARD)),
    Case(A.SUBMIT_ANSWER, "answer_too_short", given={"text": "Đã xong"}),
    Case(A.SUBMIT_ANSWER, "file_unknown", given={"attachments": ("gone",)}),
    Case(A.SUBMIT_ANSWER, "evidence_missing", given={"no_evidence": ""}),
    Case(A.RECALL_ANSWER, "others_answer", Forbidden, who=officer(WARD, name="binh")),
    Case(A.APPROVE, "own_answer", Forbidden, who=officer(WARD, Role.HEAD)),
    Case(A.PUBLISH, "complaint", Forbidden, "Khiếu nại, tố cáo", COORDINATOR, {"closed_with": ["complaint"]}),
    Case(A.PUBLISH, "complaint", Forbidden, "đang kín", COORDINATOR, {"closed_with": [UNKNOWN_OFFICE]}),
    Case(A.PUBLISH, "text_missing", given={"summary": " "}),
    Case(A.PUBLISH, "text_missing", given={"text": " "}),
    Case(A.PUBLISH, "tells_who", words="^Tóm tắt", given={"summary": "Gọi tôi ở 0912 345 678"}),
    Case(A.PUBLISH, "tells_who", words="^Câu trả lời", given={"text": "Đã gọi 0912 345 678"}),
    Case(A.PUBLISH, "undecided", words="Đề nghị xem lại kết quả", waits_for=ContactReason.CONTESTED),
    Case(A.UNPUBLISH, "forbidden", Forbidden, "chưa được công khai", petition={"publication": None}),
    Case(A.CLOSE, "undecided", words="Muốn gặp cán bộ", waits_for=ContactReason.PERSON),
    Case(A.CLOSE, "undecided", words="chưa tới người gửi", waits_for=ContactReason.ANSWER_DUE),
    Case(A.REOPEN, "reopening_over", Forbidden, later=LATER),
    Case(A.REOPEN, "reason_missing", words="lý do mở lại", given={"reopen_for": None}),
    Case(A.REFUSE, "reason_missing", words="lý do từ chối", given={"why": None}),
    Case(A.REFUSE, "text_too_short", words="ít nhất 20 ký tự", given={"text": "Xin gửi nơi khác"}),
    Case(A.TRANSFER_OUT, "text_too_short", words="ít nhất 20 ký tự", given={"text": "Xin gửi nơi khác"}),
    Case(A.REFUSE, "not_ours", given={"text": "Việc này không thuộc thẩm quyền của phường chúng tôi"}),
    Case(A.MERGE, "main_unknown", given={"text": "HN-261123-0000-000K"}),
    Case(A.MERGE, "main_merged", words="được gộp vào HN-2.", main={"merged_into": "HN-2"}),
    Case(A.MERGE, "main_over", main={"state": State.REFUSED}),
    Case(A.MERGE, "main_full", words="đã có 50 hồ sơ", main={"absorbed": ["HN-2"] * 50}),
    Case(A.MERGE, "denunciation", main={"petition_class": "denunciation"}),
    Case(A.MERGE, "denunciation", petition={"petition_class": "denunciation", "unit": COORDINATORS}),
    Case(A.MERGE, "closed_to_unit", words="về điều phối trước", petition={"accused": "SNV"}, main={"unit": "SNV"}),
    Case(A.MERGE, "published", petition={"petition_class": "complaint", "unit": COORDINATORS},
         main={"publication": PUBLIC, "unit": COORDINATORS}),
    Case(A.MERGE, "is_main", petition={"absorbed": ["HN-2"]}),
    Case(A.UNMERGE, "unmerging_over", Forbidden, "không nhớ trạng thái", petition={"merged": None}),
    Case(A.UNMERGE, "unmerging_over", Forbidden, "đã được gửi", main={"reply": {"text": "t", "author": "x",
         "unit": WARD, "written_at": at("2026-11-23 09:00"), "approved_at": at("2026-11-23 09:00")}}),
)  # fmt: skip
ELSEWHERE = {
    "text_too_long": "test_records, and test_effects for the basis of an answer",
    "masked": "test_records",
    "accused_missing": "petition/test_classifying",
    "extension_used_up": "petition/test_extending",
    "template_open": "petition/test_answer_files",
    "answer_held": "petition/test_flow",
}
"""Where the other refusals are tried."""


def stored(world: World, petition: Petition) -> Petition:
    return Petition.model_validate(world.store.documents[petition_path(petition.code)])


def change(world: World, code: str, fields: Mapping[str, Any]) -> None:
    if fields:
        world.store.update(petition_path(code), dict(fields))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.action}-{case.reason}")
def test_a_refused_action_changes_nothing_and_says_why(case: Case) -> None:
    world = World()
    petition = ready_for(world, case.action)
    more = {**options(world, case.action), **case.given}
    who = case.who or actor(petition, case.action)
    main = more["text"] if case.action is A.MERGE else petition.merged_into or ""
    change(world, petition.code, case.petition)
    change(world, main, case.main)
    if case.waits_for:
        now = world.clock.now()
        request = ContactRequest(id="c", why=case.waits_for, citizen=petition.citizen, code=petition.code, unit="SXD",
                                 at=now, act_by=now, expires_at=now + LATER)  # fmt: skip
        world.store.create(contact_path("c"), request.stored())
    world.clock.at += case.later
    before = dict(world.store.documents)
    with pytest.raises(case.error, match=case.words) as refused:
        act(world, who, stored(world, petition), case.action, **more)
    assert (type(refused.value), refused.value.reason) == (case.error, case.reason)
    assert world.store.documents == before


def test_every_reason_of_the_room_is_tried() -> None:
    folder = Path(lifecycle.__file__).parent
    trees = [ast.parse(path.read_text()) for path in folder.glob("*.py") if path.name != "manage_handlers.py"]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    reasons = {
        item.value.value
        for call in calls
        for item in call.keywords
        if item.arg == "reason" and isinstance(item.value, ast.Constant)
    }
    assert reasons == ({case.reason for case in CASES} - {"forbidden"}) | set(ELSEWHERE)
