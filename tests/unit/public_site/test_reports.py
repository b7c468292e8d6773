"""Official reports on the public site: newest first, in two languages, with hash and definitions."""

from __future__ import annotations

from petitions.domain.reports.frozen import public_report_path
from tests.unit.public_site.site import Site, report


def test_page_shows_that_no_report_is_public() -> None:
    assert "Chưa có báo cáo nào được công khai." in Site().client.get("/reports").text


def test_newest_is_first_and_a_restatement_is_marked() -> None:
    site = Site()
    for number, version in ((1, 1), (2, 2)):
        site.public.create(public_report_path(f"q{number}"), report(number, version).stored())
    page = site.client.get("/reports").text
    assert page.index("Quý 2/2026") < page.index("Quý 1/2026")
    for words in ("1" * 64, "Mọi phản ánh nhận trong kỳ.", "Tiếp nhận: Tổng số", "Mẫu chưa đối chiếu.",
                  "Bản đính chính thứ 1:", "Phân loại lại &lt;b&gt;"):  # fmt: skip
        assert words in page, words
    assert "Restatement 1:" in site.client.get("/en/reports").text
    assert 'href="/reports"' in site.client.get("/figures").text
    assert "https://pakn.example.vn/en/reports" in site.client.get("/sitemap.xml").text
