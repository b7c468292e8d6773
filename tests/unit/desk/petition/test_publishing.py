"""Officers preview the masked text of an answer, and exactly this text is published."""

from __future__ import annotations

import html
import re
from typing import Literal

import pytest

from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.publication import clean, may_identify
from petitions.domain.shared.records import replace
from tests.unit.desk.office import Office

CONTENT = "Tôi là Nguyễn Thị Lan, số 0912345678, cán bộ một cửa trả chậm khi làm khai sinh"
ANSWER = "Kính gửi bà Nguyễn Thị Lan (0912 345 678): đơn vị đã kiểm tra và chấn chỉnh cán bộ."


def answered(office: Office) -> Petition:
    petition = office.filed_in("SXD", CONTENT)
    officer = office.at_desk("sxd-officer")
    given = {"text": ANSWER, "no_evidence": "Việc đã xong tại chỗ"}
    steps: tuple[tuple[str, dict[str, str]], ...] = (
        ("accept", {}), ("assign", {}), ("start", {}), ("submit_answer", given),
    )  # fmt: skip
    for action, fields in steps:
        assert officer.does(office.petition(petition.code), action, **fields).status_code == 303
    assert office.at_desk("sxd-head").does(office.petition(petition.code), "approve", text="Đã xem").status_code == 303
    return office.petition(petition.code)


def shown(page: str, field: str) -> str:
    found = re.search(rf'<textarea[^>]* name="{field}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, page
    return html.unescape(found[1])


def test_what_is_shown_is_what_becomes_public() -> None:
    office = Office()
    petition = answered(office)
    head = office.at_desk("sxd-head")
    page = head.see(f"/petitions/{petition.code}").text
    form = page[page.index("Tóm tắt phản ánh sẽ công khai") :]
    summary, answer = shown(form, "summary"), shown(form, "text")
    for secret in ("Lan", "0912"):
        assert secret not in summary + answer
    assert summary == "Phản ánh về xây dựng, nhà ở, hạ tầng, giao thông vận tải tại phố Trung Kính, phường Yên Hòa."
    assert answer == "Đơn vị đã kiểm tra và chấn chỉnh cán bộ."
    whole = html.unescape(page[page.index("Mọi người sẽ đọc được đúng") :])
    assert "cán bộ một cửa trả chậm khi làm khai sinh</mark>" in whole
    assert re.search(r"<mark>Kính gửi bà [^<]*: </mark>đơn vị đã kiểm tra", whole)
    assert "chỉ cán bộ điều phối gỡ được" in page
    assert head.does(petition, "publish", summary=summary, text=answer).status_code == 303
    published = office.petition(petition.code)
    assert published.state == "published"
    assert published.publication is not None
    assert (published.publication.summary, published.publication.answer) == (summary.strip(), answer.strip())
    assert published.publication.by == "sxd-head"
    assert "Chỉ cán bộ điều phối gỡ công khai được." in head.see(f"/petitions/{petition.code}").text
    assert published.reply is not None
    assert published.reply.text == ANSWER  # the text sent to the citizen is unchanged


@pytest.mark.parametrize("kind", ["individual", "business"])
def test_an_address_is_masked_as_one_and_a_name_as_one(kind: Literal["individual", "business"]) -> None:
    petition = answered(Office())
    lives = replace(petition.contact, name="Trần Văn An", address="Số 7 ngõ 120 Trung Kính", type=kind)
    filed = replace(petition, contact=lives)
    for text, shown in (
        ("Tôi ở Số 7 ngõ 120 Trung Kính, tên Trần Văn An, cần gấp", "Tôi ở [địa chỉ], tên [tên], cần gấp"),
        ("Quầy số 7 trả chậm cho Trần Văn An", "Quầy số 7 trả chậm cho [tên]"),
        ("Trần Văn An Trần Văn An", "[tên]"),
    ):
        assert clean(text, filed) == shown
        assert clean(shown, filed) == shown
        assert may_identify(text, filed)
        assert not may_identify(shown, filed)


AREAS = frozenset({"yen hoa", "cau giay", "hoang mai"})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hàng của bà Lê Thị Sáu ở số 14 lấn hè", "Hàng của bà [tên] ở [địa chỉ] lấn hè"),
        ("Ông Ngạc Văn Điền, trú tại số nhà 8/2 ngõ 5 phố Vọng", "Ông [tên], trú tại [địa chỉ] phố Vọng"),
        ("nhà cụ Tý bị dột", "nhà cụ [tên] bị dột"),
        ("ba le thi sau nha so 5 cung biet", "ba [tên] [địa chỉ] cung biet"),
        ("Trả chậm cho Trần Văn Ọt", "Trả chậm cho [tên]"),
        ("Giấy đứng tên Nguyễn Anh Dũng", "Giấy đứng tên [tên]"),
        ("BÀ LÊ THỊ SÁU KÊU", "BÀ [tên] KÊU"),
        ("Anh Tuấn: đã xong", "Anh [tên]: đã xong"),
    ],
)
def test_others_whom_the_words_name_are_masked(text: str, shown: str) -> None:
    petition = answered(Office())
    assert clean(text, petition, AREAS) == shown
    assert clean(shown, petition, AREAS) == shown
    assert may_identify(text, petition, AREAS)


@pytest.mark.parametrize(
    "text",
    [
        "Ngập ở phố Bà Triệu, phường Hai Bà Trưng", "ngõ 51 Lê Văn Hưu và đường Nguyễn Thị Định", "Anh chị cho hỏi",
        "Chép nguyên văn lời cán bộ", "Quầy số 3 và nhà văn hóa số 2", "trụ sở tại số 14 Láng Hạ", "ông ấy ở 3 tầng",
        "Quyết định số 14 ngày 3/5, nhà 3 tầng", "ANH TA QUÁT TÔI", "quản lý thị trường", "phường Hoàng Mai",
        "Đội quản lý trật tự xây dựng ở xã", "UBND phường Yên Hòa cảm ơn bà", "số điện thoại nhà số lạ",
    ],
)  # fmt: skip
def test_what_names_nobody_stays(text: str) -> None:
    petition = answered(Office())
    assert clean(text, petition, AREAS) == text
    assert not may_identify(text, petition, AREAS)


@pytest.mark.parametrize("kind", ["individual", "business"])
@pytest.mark.parametrize("home", ["Phường Yên Hòa", "phường Yên Hòa, Hà Nội", "Yên Hòa, Cầu Giấy", "TP Hà Nội"])
def test_a_ward_is_no_home_and_its_office_keeps_its_name(home: str, kind: Literal["individual", "business"]) -> None:
    petition = answered(Office())
    contact = replace(petition.contact, address=home, type=kind)
    filed = replace(petition, contact=contact)
    for text in ("UBND phường Yên Hòa hẹn trả trước 25/12, tại Hà Nội", f"{home} đã kiểm tra"):
        assert clean(text, filed, AREAS) == text
        assert not may_identify(text, filed, AREAS)


def test_the_ward_of_a_protected_filer_is_masked() -> None:
    petition = answered(Office())
    contact = replace(petition.contact, address="Phường Yên Hòa")
    filed = replace(petition, contact=contact, accused="PX-00166")
    assert clean("Ở phường Yên Hòa cũng vậy", filed, AREAS) == "Ở [địa chỉ] cũng vậy"


def test_a_home_in_a_ward_is_masked_whole() -> None:
    petition = answered(Office())
    contact = replace(petition.contact, address="Khu tập thể Dệt, phường Yên Hòa")
    filed = replace(petition, contact=contact)
    assert clean("Tôi ở Khu tập thể Dệt, phường Yên Hòa", filed, AREAS) == "Tôi ở [địa chỉ]"


def test_the_own_name_of_the_unit_is_published() -> None:
    office = Office()
    petition = answered(office)
    contact = {**petition.contact.model_dump(mode="json"), "address": "Yên Hòa"}
    office.store.update(f"petitions/{petition.code}", {"contact": contact})
    head = office.at_desk("sxd-head")
    answer = "UBND phường Yên Hòa đã kiểm tra, hẹn trả kết quả trước ngày 25/12."
    assert head.does(petition, "publish", summary="Phường Yên Hòa trả chậm", text=answer).status_code == 303
    published = office.petition(petition.code).publication
    assert published is not None
    assert published.answer == answer


def test_the_form_names_what_the_public_page_shows_beside_the_words() -> None:
    office = Office()
    petition = answered(office)
    office.store.update(f"petitions/{petition.code}", {"ward": "PX-00166"})
    head = office.at_desk("sxd-head")
    form = head.see(f"/petitions/{petition.code}").text.split('class="act"')
    shown_beside = html.unescape(next(item for item in form if "Tóm tắt phản ánh sẽ công khai" in item))
    assert head.does(petition, "publish", summary="Trả chậm", text="Đã chấn chỉnh cán bộ.").status_code == 303
    office.project(petition.code)
    public = office.public.documents[office.public.paths("results")[0]]
    for name in ("unit_name", "field_name", "ward_name"):
        assert public[name] in shown_beside, name
    assert "không có mã hồ sơ" in shown_beside
    assert petition.code not in str(public)


def test_words_that_tell_who_filed_are_refused_and_not_lost() -> None:
    office = Office()
    petition = answered(office)
    head = office.at_desk("sxd-head")
    for summary, answer, words in (
        ("Công dân phản ánh cán bộ một cửa", ANSWER, "Câu trả lời còn tên"),
        ("Bà nguyễn thị lan phản ánh", "Đã chấn chỉnh cán bộ.", "Tóm tắt còn tên"),
        ("Chị Lan phản ánh", "Đã chấn chỉnh cán bộ.", "Tóm tắt còn tên"),
        ("Gọi 0987654321", "Đã chấn chỉnh cán bộ.", "Tóm tắt còn tên"),
        ("", "Đã chấn chỉnh cán bộ.", "Xin nhập tóm tắt"),
    ):
        refused = head.does(petition, "publish", summary=summary, text=answer)
        assert refused.status_code == 400
        assert words in refused.text
        assert html.escape(answer) in refused.text
    assert office.petition(petition.code).publication is None
    assert office.at_desk("sxd-officer").does(petition, "publish", summary="a", text="b").status_code == 403
