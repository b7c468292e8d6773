"""The printed management report: one page, readable sentences and numbers, no overlaps."""

from __future__ import annotations

import subprocess
from pathlib import Path

from petitions.adapters.documents.management_paper import management_paper
from petitions.domain.clock.punctuality import ON_TIME_WORDS
from petitions.domain.management import sentences
from petitions.domain.management.management_sheet import ManagementSheet, Quote, Tally
from petitions.domain.shared.records import replace
from tests.unit.management.sheets import NAMES, month, sheet
from tests.unit.papers.test_paper_files import needed
from tests.unit.papers.test_paper_places import pages


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "page.pdf").write_bytes(pdf)
    command = [needed("pdftotext", "poppler-utils"), "-raw", str(folder / "page.pdf"), "-"]
    return " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def longest() -> ManagementSheet:
    name = "Ban Quản lý các dự án đầu tư xây dựng công trình giao thông và hạ tầng kỹ thuật thành phố Hà Nội " * 2
    found = [
        replace(unit, name=name, signs=[replace(sign, count=88_888) for sign in unit.signs]) for unit in sheet().units
    ]
    quotes = [Quote(text="phải đi lại nhiều lần " * 4, unit=name)] * 3
    states = [
        Tally(key=key, count=12_345) for key in ("awaiting_approval", "awaiting_citizen", "in_progress", "reopened")
    ]
    groups = [Tally(key="Phân cấp cấp phép xây dựng sau khi bỏ cấp huyện " * 2, count=99)] * 3
    return sheet(
        units=found, fields=found, quotes=quotes, overdue=49_380, overdue_states=states, difficulty_groups=groups,
        rule_words=sheet().rule_words * 3,
    )  # fmt: skip


def test_content_is_read_back_from_the_file(tmp_path: Path) -> None:
    text = text_of(management_paper(sheet()), tmp_path)
    for words in (
        "Báo cáo điều hành tháng 10/2026", "nhận 700 hồ sơ mới, trả lời 687; đúng hạn 81% số đã trả lời",
        "Đang quá hạn 41 hồ sơ", "so với tháng trước +5", "so với cùng kỳ +60", "lâu nhất 17 ngày làm việc",
        "n = 199", "38 chưa hài lòng", "Trả lời chung chung", "chưa hài lòng với Sở Xây dựng",
        f"Đúng hạn: {ON_TIME_WORDS}", "Không có dữ liệu cá nhân.",
        "Sở Nông nghiệp và Môi trường", "12 trả lời trễ, 7 đang quá hạn", "7 khó khăn, vướng mắc",
        "Phân cấp cấp phép xây dựng (4)", "mỗi hồ sơ đang quá hạn 3 điểm", "Số liệu đến 07:00 ngày 02/11/2026",
    ):  # fmt: skip
        assert words in text, words


def test_the_same_report_gives_the_same_bytes() -> None:
    assert management_paper(sheet()) == management_paper(sheet())


def test_it_is_one_page_and_no_two_words_lie_on_each_other(tmp_path: Path) -> None:
    for management_sheet in (sheet(), longest()):
        (page,) = pages(management_paper(management_sheet), tmp_path)
        assert min(word.left for word in page) >= 14
        assert max(word.right for word in page) <= 196
        assert max(word.bottom for word in page) <= 292
        for place, one in enumerate(page):
            for other in page[place + 1 :]:
                wide = min(one.right, other.right) - max(one.left, other.left)
                high = min(one.bottom, other.bottom) - max(one.top, other.top)
                assert wide < 0.3 or high < 1.6, (one, other)


def test_quiet_month_of_a_new_channel_is_described(tmp_path: Path) -> None:
    trend = [month(month_row.month) for month_row in sheet().trend]
    empty = sheet(
        trend=trend, open_before=0, open_after=0, median_hours=None, overdue=0, overdue_states=[], longest_overdue=None,
        units=[], fields=[], quotes=[], difficulties=0, difficulties_late=0, difficulty_groups=[],
    )  # fmt: skip
    text = text_of(management_paper(empty), tmp_path)
    for words in ("Không có hồ sơ nào đang quá hạn", "không có ai đánh giá", "Không có nơi nào", "so với cùng kỳ –",
                  "Không có khó khăn, vướng mắc nào"):  # fmt: skip
        assert words in text, words


def test_numbers_are_compared_in_words() -> None:
    assert sentences.comparison(90, 87, points=True) == "+3 điểm"
    assert sentences.comparison(1200, 2500, points=False) == "−1.300"
    assert sentences.comparison(5, 5, points=False) == "như cũ"
    assert sentences.comparison(5, None, points=False) == "–"
    assert list(sentences.lateness(sheet()))[1].startswith("Bước bị trễ của hồ sơ kết thúc trong tháng: 20 ở bước tiếp")
    assert set(NAMES) > {unit.key for unit in sheet().units}
