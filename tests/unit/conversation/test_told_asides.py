from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.conversation.ways import DRAFT, at, story, talk
from tests.unit.world import World

HERE = Path(__file__)
TOLD = [json.loads(line) for line in HERE.with_name("told_asides.jsonl").read_text().splitlines()]
"""Messages that belong to a petition although they look like questions or remarks to the bot."""
ASKED = [json.loads(line) for line in HERE.with_name("asked_in_drafts.jsonl").read_text().splitlines()]
"""Questions and wishes to the bot that do not belong to a petition."""
QUESTIONS = (
    "Gửi ở đây có mất phí không?", "bao lâu thì có kết quả ạ?", "ai đọc tin này?", "Phường có biết tên tôi không?",
    "Tôi cần làm gì tiếp theo?", "Có được gửi ảnh không?", "Có ai gọi lại cho tôi không?", "Kênh này có thật không?",
)  # fmt: skip
STORIES = (
    "Cán bộ một cửa phường Láng đòi 300 nghìn mới trả giấy khai sinh.",
    "Tổ trưởng dân phố thu tiền rác của nhà tôi hai lần, không có biên lai.",
    "Cô y tế trạm y tế phường bán thuốc tiêm ngoài giá, con tôi sốt mà phải chờ.",
)
_ENDS = re.compile(r"[.,;:!?\n]")


def brought(sample: dict[str, Any]) -> World:
    world = World().has_a_coordinator()
    return at(world, sample["at"]) if sample["at"] in DRAFT else world


def clauses(text: str) -> Iterator[str]:
    yield from filter(None, (clause.strip() for clause in _ENDS.split(text)))


@pytest.mark.parametrize("sample", TOLD, ids=lambda row: row["text"][:40])
def test_what_tells_of_somebody_stays_whole(sample: dict[str, Any]) -> None:
    world = brought(sample)
    world.types(sample["text"])
    assert sample["text"].rstrip(".?") in story(world)


@pytest.mark.parametrize("sample", ASKED, ids=lambda row: row["text"][:40])
def test_a_question_to_the_channel_is_answered_and_no_content(sample: dict[str, Any]) -> None:
    world = brought(sample)
    before = story(world) if sample["at"] in DRAFT else ""
    answer = world.types(sample["text"])
    assert answer
    assert (story(world) if talk(world).get("draft") else "") == before


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("number", range(len(STORIES)))
def test_every_clause_is_content_or_named_in_the_answer(number: int, question: str) -> None:
    for text in (f"{STORIES[number]} {question}", f"{question} {STORIES[number]}"):
        world = World().has_a_coordinator()
        answer = world.types(text) or ""
        kept = story(world)
        lost = [clause for clause in clauses(text) if clause not in kept and clause not in answer]
        assert lost == [], text
        assert STORIES[number].rstrip(".") in kept


def test_the_accused_ward_stays_in_the_content_that_is_kept_from_it() -> None:
    world = at(World().has_a_coordinator(), "content")
    text = "Cán bộ phường Ba Đình đòi 500 nghìn mới trả giấy khai sinh"
    world.types(text, "phường Ba Đình", "Nguyễn Văn Nam, 5 Láng Hạ, 0912345678")
    assert talk(world)["step"] == "confirm"
    answer = world.types("đừng để phường Ba Đình biết, đừng gửi cho phường") or ""
    assert story(world) == text
    assert "không xem được ai gửi" in answer
    assert "Đã bỏ" not in answer


@pytest.mark.parametrize("step", ["idle", "content", "name", "confirm"])
@pytest.mark.parametrize(
    "question",
    [
        "Cho hỏi nếu tôi tố anh Khoa điều phối thì ai đọc?",
        "Tôi phản ánh cán bộ Văn phòng UBND thành phố thì ai xem?",
        "neu toi to can bo dieu phoi thi ai nhan",
    ],
)
def test_who_reads_is_true_for_whoever_is_accused(step: str, question: str) -> None:
    world = World().has_a_coordinator()
    world = at(world, step) if step in DRAFT else world
    answer = world.types(question) or ""
    assert "Thanh tra thành phố đọc, họ không đọc được" in answer
