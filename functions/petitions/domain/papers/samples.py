"""Every form of paper as a page with invented data, for an administrator's preview."""

from __future__ import annotations

from datetime import UTC, date, datetime

from petitions.domain.papers.composing import Filer, sheet_of
from petitions.domain.papers.paper import PAPER_LABELS, Paper, PaperKind
from petitions.domain.papers.paper_forms import PaperForms, filled
from petitions.domain.papers.sheet import Sheet
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory

_NOBODY = Filer(
    "Nguyễn Thị Lan", "Số 12 phố Trung Kính",
    matter="Cán bộ một cửa gây khó khăn khi làm khai sinh", scene="Số 12 phố Trung Kính",
)  # fmt: skip
_FACTS = {
    "[mã hồ sơ]": "HN-261124-ABCD-EFGH",
    "[ngày gửi]": "24/11/2026",
    "[hạn trả lời]": "17:00 thứ Tư 09/12/2026",
    "[hạn bổ sung]": "17:00 thứ Tư 09/12/2026",
    "[câu trả lời]": "Đơn vị đã kiểm tra ngày 25/11/2026 và đã trả kết quả cho ông/bà.",
    "[lý do]": "Nội dung thuộc thẩm quyền của cơ quan khác.",
}
_AT = datetime(2026, 11, 24, tzinfo=UTC)


def samples(forms: PaperForms, directory: Directory, day: date) -> list[tuple[str, Sheet]]:
    """Return the name and the page of every kind of paper, issued by a department and by a ward in turn."""
    units = [next(unit.code for unit in directory.units if unit.kind == "so"), directory.wards[0].code]
    return [
        (PAPER_LABELS[kind], _sample(kind, forms, directory, units[at % 2], day)) for at, kind in enumerate(PaperKind)
    ]


def _sample(kind: PaperKind, forms: PaperForms, directory: Directory, unit: str, day: date) -> Sheet:
    form, facts = forms.form(kind), {**_FACTS, "[đơn vị]": directory.name_of(unit)}
    paper = Paper(
        id="", code="", unit=unit, kind=kind, subject=filled(form.subject, facts), body=filled(form.text, facts),
        drafted_by="", drafted_at=_AT,
    )  # fmt: skip
    sheet = sheet_of(paper, forms, directory, None, _NOBODY, day.year)
    return replace(sheet, number=7, day=day, signer="Trần Thu Hằng")
