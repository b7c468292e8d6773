"""An official paper has every part of appendix I of Decree 30/2020, and renders hostile text safely."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from petitions.adapters import reference
from petitions.domain.lifecycle.states import State
from petitions.domain.papers.composing import Filer, sheet_of
from petitions.domain.papers.paper import Paper, PaperKind
from petitions.domain.papers.paper_forms import PaperForms, filled, left_open
from petitions.domain.papers.sheet import Sheet
from petitions.domain.papers.signing_right import Signer
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.shared.records import replace
from petitions.domain.shared.reference_data import ReferenceFaults

AT = datetime(2026, 2, 5, tzinfo=UTC)
FILER = Filer("Nguyễn Thị Lan", "Số 12 phố Trung Kính")


def page(
    unit: str = "SXD", kind: PaperKind = PaperKind.REPLY, position: str = "Giám đốc", filer: Filer = FILER
) -> Sheet:
    paper = Paper(
        id="p", code="c", unit=unit, kind=kind, subject="trả lời", body="Một.\nHai", drafted_by="o", drafted_at=AT
    )
    signer = Signer("Trần Thu Hằng", position)
    return sheet_of(paper, reference.paper_forms(), reference.directory(), signer, filer, 2026)


@pytest.mark.parametrize(
    ("day", "number", "date_line", "number_line"),
    [
        (None, None, "Hà Nội, ngày      tháng      năm 2026", "Số:       /SXD-PAKN"),
        (date(2026, 2, 5), 7, "Hà Nội, ngày 05 tháng 02 năm 2026", "Số: 07/SXD-PAKN"),
        (date(2026, 3, 15), 10, "Hà Nội, ngày 15 tháng 3 năm 2026", "Số: 10/SXD-PAKN"),
        (date(2026, 12, 31), 1234, "Hà Nội, ngày 31 tháng 12 năm 2026", "Số: 1234/SXD-PAKN"),
    ],
)
def test_days_and_numbers_below_ten_and_the_first_two_months_have_a_zero(
    day: date | None, number: int | None, date_line: str, number_line: str
) -> None:
    sheet = replace(page(), day=day, number=number)
    assert (sheet.date_line, sheet.number_line) == (date_line, number_line)


@pytest.mark.parametrize(
    ("unit", "superior", "issuer", "place"),
    [
        ("SXD", ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI"], ["SỞ XÂY DỰNG"], "Hà Nội"),
        ("VPUB", ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI"], ["VĂN PHÒNG"], "Hà Nội"),
        ("PX-00175", [], ["ỦY BAN NHÂN DÂN", "PHƯỜNG YÊN HÒA"], "Yên Hòa"),
        ("SNNMT", ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI"], ["SỞ NÔNG NGHIỆP", "VÀ MÔI TRƯỜNG"], "Hà Nội"),
    ],
)
def test_a_committee_names_no_superior_and_a_ward_its_own_place(
    unit: str, superior: list[str], issuer: list[str], place: str
) -> None:
    sheet = page(unit)
    assert (sheet.superior, sheet.issuer, sheet.place) == (superior, issuer, place)


@pytest.mark.parametrize(
    ("unit", "kind", "symbol"),
    [
        ("SXD", PaperKind.REPLY, "SXD-PAKN"),
        ("SXD", PaperKind.REFUSAL, "TB-SXD"),
        ("VPUB", PaperKind.REPLY, "VP-PAKN"),
        ("VPUB", PaperKind.REFUSAL, "TB-VP"),
        ("PX-00175", PaperKind.RECEIPT, "PTN-UBND"),
    ],
)
def test_a_symbol_names_the_kind_and_the_office_by_its_abbreviation_or_else_its_code(
    unit: str, kind: PaperKind, symbol: str
) -> None:
    assert page(unit, kind).symbol == symbol


def test_a_letter_is_addressed_and_a_notice_has_its_name_above() -> None:
    letter, notice = page(), page(kind=PaperKind.REFUSAL)
    assert letter.subject_line == "V/v trả lời"
    assert letter.addressee == ["Ông/Bà Nguyễn Thị Lan", "Số 12 phố Trung Kính"]
    assert (notice.heading, notice.addressee, notice.symbol) == ("Thông báo", [], "TB-SXD")
    assert letter.paragraphs == ["Một.", "Hai./."]
    assert letter.recipient_lines[-1] == "- Lưu: VT, PAKN."
    assert all(line.endswith(";") for line in letter.recipient_lines[:-1])


def test_citizens_text_is_never_read_as_a_placeholder() -> None:
    facts = {"[mã hồ sơ]": "HN-1", "[nội dung phản ánh]": "Ghi [mã hồ sơ] và [họ tên] vào đây"}
    assert filled("[nội dung phản ánh] của [mã hồ sơ]", facts) == "Ghi [mã hồ sơ] và [họ tên] vào đây của HN-1"


@pytest.mark.parametrize(
    "name",
    ["\u0000\u202eNguyễn\u2066 Thị\u200b Lan\u202c", "Nguyễn Thị Lan\n\nSố: 99/GIẢ", "  Nguyễn \t Thị\u00ad Lan "],
)
def test_turned_broken_and_unseen_characters_of_a_name_reach_no_page(name: str) -> None:
    contact = Contact(name=name, phone="", address="Số 12")
    filed = Petition(
        code="c", citizen="c", title="", content="", address="", contact=contact, state=State.NEW, filed_at=AT
    )
    line = page(filer=Filer.of(filed, PaperKind.REPLY)).addressee[0]
    assert "\n" not in line
    assert not set(line) & set("\u0000\u202e\u2066\u200b\u202c\u00ad\t")
    assert line.startswith("Ông/Bà Nguyễn Thị Lan")


def test_places_of_the_form_must_be_filled_and_brackets_of_others_may_stay() -> None:
    forms = reference.paper_forms()
    text = "[nguyên nhân chậm] [họ tên] [địa chỉ] [ghi chú của công dân] [lý do]"
    assert left_open("", text, forms, PaperKind.APOLOGY) == ["[nguyên nhân chậm]", "[lý do]"]
    # The text gets the filer's words when it is issued, the subject does not.
    assert left_open("[nội dung phản ánh]", "[nội dung phản ánh]", forms, PaperKind.REPLY) == ["[nội dung phản ánh]"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"forms": []}, "thiếu mẫu: Phiếu tiếp nhận"),
        ({"section": "Phản ánh"}, "section"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_faults_of_paper_forms_are_named(change: dict[str, object], words: str) -> None:
    with pytest.raises(ReferenceFaults, match=words):
        PaperForms.load({**reference.parsed("paper_forms.json"), **change})


def test_subject_without_the_filer_and_heading_with_its_sign_are_required() -> None:
    data = reference.parsed("paper_forms.json")
    reply = next(item for item in data["forms"] if item["kind"] == "reply")
    for fault, words in (({"subject": "gửi [họ tên]"}, "trích yếu"), ({"heading": "Thông báo"}, "viết tắt")):
        forms = [{**item, **fault} if item is reply else item for item in data["forms"]]
        with pytest.raises(ReferenceFaults, match=words):
            PaperForms.load({**data, "forms": forms})


@pytest.mark.parametrize("reason", ["Cần thêm hồ sơ gốc.", "Cần thêm hồ sơ gốc"])
def test_a_reason_that_ends_its_sentence_is_followed_by_no_second_full_stop(reason: str) -> None:
    text = filled("Cần thêm thời gian vì: [lý do].\nSố [số]. Hạn mới: [hạn trả lời].", {"[lý do]": reason})
    assert text == "Cần thêm thời gian vì: Cần thêm hồ sơ gốc.\nSố [số]. Hạn mới: [hạn trả lời]."
