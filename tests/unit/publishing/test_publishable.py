"""The text proposed for publication: whole sentences without personal data, or one neutral line.

The first 60 sentences of `third_people.jsonl` were written before the code. The 30 sentences marked `unseen` were tried
when the code was ready, and two of them were wrongly let through. Of 40 later sentences it let through nine, and none
of the last 20. The sentences marked `leaks` still get through: a foreign name at the beginning, a shop with its owner's
name, and a person's condition in everyday words.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from petitions.adapters.reference import directory
from petitions.domain.language.words import fold
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.public_draft import PublicDraft, draft
from petitions.domain.publishing.publication import may_identify
from petitions.domain.shared.records import replace

AREAS = directory().place_names
THIRD = [json.loads(line) for line in (Path(__file__).parent / "third_people.jsonl").read_text().splitlines()]
ROOT = Path(__file__).parents[3]
PLACE = "ngõ 40 phố Trung Kính, phường Yên Hòa"
HOME = "số 11 ngõ 62 phố Trung Kính"
WARD = "Phường Yên Hòa"


def petition(content: str, place: str = PLACE, answer: str = "") -> Petition:
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    reply = {"text": answer, "author": "o", "unit": "PX-00166", "written_at": at} if answer else None
    return Petition.model_validate(
        {"code": "HN-261120-0000-0001", "citizen": "c", "title": "t", "content": content, "address": place,
         "contact": {"name": "Nguyễn Văn Lộc", "phone": "0915222333", "address": HOME},
         "filed_at": at, "state": "answered", "reply": reply}
    )  # fmt: skip


def drafted(content: str, place: str = PLACE, answer: str = "") -> PublicDraft:
    return draft(petition(content, place, answer), "Môi trường", WARD, AREAS)


def left(content: str, place: str = PLACE) -> list[str]:
    return [part.text.strip() for part in drafted(content, place).content if part.kept]


@pytest.mark.parametrize("sentence", THIRD, ids=lambda one: one["text"])
def test_a_sentence_about_somebody_is_left_out_whole(sentence: dict[str, str]) -> None:
    assert bool(left(sentence["text"])) is ("leaks" in sentence)


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        (
            (
                "Cháu Lý Minh Khôi 9 tuổi, con chị Lý Thị Ngần nhà 27 ngách 5 phố Hoa Bằng, bị bại não. "
                "Tôi muốn biết thủ tục xin trợ cấp cho cháu."
            ),
            "Phản ánh về môi trường tại phố Trung Kính, phường Yên Hòa.",
        ),
        (
            (
                "Xe rác đỗ cả đêm ở ngõ 40 phố Trung Kính. Ong Hùng ở số 5 ngõ 60 hay chửi. Hùng còn ném đá. "
                "Đề nghị dọn rác trước 6 giờ sáng và nhắc tổ thu gom."
            ),
            "Xe rác đỗ cả đêm ở ngõ 40 phố Trung Kính. Đề nghị dọn rác trước 6 giờ sáng và nhắc tổ thu gom.",
        ),
        (
            "Tôi là Nguyễn Văn Lộc ở số 11 ngõ 62 phố Trung Kính. Đèn đường hỏng.",
            "Phản ánh về môi trường tại phố Trung Kính, phường Yên Hòa.",
        ),
        ("Đèn đường hỏng đã ba tuần.", "Đèn đường hỏng đã ba tuần."),
        ("den duong pho Trung Kinh hong 3 tuan", "den duong pho Trung Kinh hong 3 tuan"),
    ],
)
def test_what_is_left_makes_sense_or_gives_way_to_one_line(content: str, summary: str) -> None:
    assert drafted(content).summary == summary


@pytest.mark.parametrize(
    "sentence",
    [
        "Sở Xây dựng và Ủy ban nhân dân phường Yên Hòa đã kiểm tra",
        "Theo Luật Đất đai và Nghị định số 123/2015/NĐ-CP, hồ sơ nộp tại quầy số 3",
        "Ngập ở phố Bà Triệu, đường Nguyễn Trãi và trước chợ Hôm từ Thứ Hai",
        "Cổng trường tiểu học Trung Hòa, Hà Nội có ba hàng rong",
        "Đèn đường trên phố Nguyễn Khang không sáng từ đầu tháng", "vo ong nuoc o pho Chua Ha",
        "den duong tat ca tuan o duong Lang, xin sua som", "Ống nước vỡ trước cổng trường THCS Cầu Giấy",
        "Vỉa hè phố Trần Duy Hưng bị chiếm làm bãi xe", "Khu đô thị Văn Phú ngập mỗi khi mưa to",
        "Sân chơi Khu tập thể Thành Công hỏng hết cầu trượt", "Bộ phận một cửa phường Yên Hòa trả hồ sơ chậm",
        "cong ngap rac boc mui hoi thoi, bao nhieu lan phan anh ma chua ai xu ly", "Công viên Thống Nhất thiếu ghế",
        "Bến xe Mỹ Đình thu vé xe quá giá", "Em đi làm qua đó mỗi ngày thấy rất nguy hiểm", "Mong Thanh tra vào cuộc",
        "Ông/bà vui lòng mang căn cước, bà con yên tâm", "Vỉa hè bố trí bãi xe, đã công bố giá",
        "Nước bẩn ở ngõ 40 phố Trung Kính", "P. Yên Hòa mất nước từ ngày 12/9",
    ],
)  # fmt: skip
def test_places_offices_and_laws_are_no_people(sentence: str) -> None:
    assert left(sentence) == [sentence]


@pytest.mark.parametrize("content", ["Xem nhà số 9 ngõ 40", "Ngõ 60 mất nước", "Rác trước 27 Hoa Bằng"])
def test_a_number_that_is_not_of_the_place_is_left_out(content: str) -> None:
    assert left(content) == []


def test_the_home_of_who_filed_is_left_out_even_where_it_is_the_place() -> None:
    shown = drafted(f"Nước tràn trước {HOME}.", HOME)
    assert shown.summary == "Phản ánh về môi trường tại phố Trung Kính, phường Yên Hòa."
    assert not may_identify(shown.summary, petition("", HOME), AREAS)


@pytest.mark.parametrize("place", ["phố nhà ông Hùng", "đường Mẹ Suốt, cháu Khôi chỉ"])
def test_the_line_names_no_street_that_may_tell_of_somebody(place: str) -> None:
    assert drafted("Mẹ tôi ngã.", place).summary == "Phản ánh về môi trường tại phường Yên Hòa."


def test_the_line_about_who_is_protected_names_no_place() -> None:
    shown = replace(petition("Mẹ tôi ngã."), accused="PX-00166")
    assert draft(shown, "", WARD, AREAS).summary == "Phản ánh."


def test_the_answer_goes_without_whom_it_greets_and_without_a_mask() -> None:
    answer = (
        "Kính gửi ông Nguyễn Văn Lộc: đơn vị đã kiểm tra, yêu cầu Công ty Môi trường đô thị thu gom trước 6 giờ. "
        "Nếu cần, ông gọi bà Hoa, số 02438334455."
    )
    shown = drafted("Rác nhiều.", answer=answer).answer
    assert shown == "Đơn vị đã kiểm tra, yêu cầu Công ty Môi trường đô thị thu gom trước 6 giờ."
    assert drafted("Rác nhiều.", answer="Gửi ông Lộc, đã xong.").answer == "Đơn vị đã xem xét và trả lời người gửi."


NEUTRAL = re.compile(r"\b(den duong|rac|nuoc|ngap|cong ranh|ho ga|mui|o ga|via he|cay do|xe buyt|den tin hieu)\b")


@pytest.mark.parametrize("name", ["held_out", "independent"])
def test_neutral_complaints_keep_most_of_their_sentences(name: str) -> None:
    shown = (json.loads(line)["text"] for line in (ROOT / f"infra/routing/texts/{name}.jsonl").read_text().splitlines())
    found = [drafted(text, text) for text in shown if NEUTRAL.search(fold(text))]
    sentences = [part for one in found for part in one.content]
    assert len(found) > 50
    assert sum(part.kept for part in sentences) >= 0.85 * len(sentences)
