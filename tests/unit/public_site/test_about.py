"""The pages about the channel are complete, linked from every page, and state the times the system applies."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from petitions.adapters import reference
from petitions.domain.citizen.citizen import CONSENT_VERSION, PRIVACY_PAGE
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, State
from petitions.domain.privacy.erasure import BACKUP_DAYS
from petitions.domain.shared.retention import HANDLED_EVENTS_KEPT_FOR, UNCONSENTED_FOR
from petitions.usecases.publishing.publish_names import PublishNames
from tests.unit.public_site.site import AnsweredSite, Site
from tests.unit.world import STORAGE

ABOUT = ("/privacy", "/contact", "/accessibility")


def test_every_public_page_leads_to_the_three() -> None:
    site = AnsweredSite()
    pages = [site.client.get(path).text for path in ("/", "/results", "/none", f"/?code={site.code}", *ABOUT)]
    for page in pages:
        footer = page[page.index("<footer") :]
        assert re.findall(r'href="([^"]+)"', footer) == ["tel:0241022", "/contact", "/privacy", "/accessibility"]


@pytest.mark.parametrize("path", ABOUT)
def test_they_are_plain_pages_that_read_nothing(path: str) -> None:
    site = Site()
    before = site.public.counts
    answer = site.client.get(path)
    assert (answer.status_code, site.public.counts) == (200, before)
    assert not re.search(r"<script|<style|\sstyle=|https?://|\son\w+=", answer.text)
    assert answer.text.count("<h1") == 1
    assert "024.1022" in answer.text
    assert not re.search(r"(?<!024\.)\b1022\b", answer.text)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_notice_has_all_that_consent_needs_with_the_times_in_force() -> None:
    page = " ".join(Site().client.get(PRIVACY_PAGE).text.split())
    for words in (
        f"Bản {CONSENT_VERSION}.",
        f"được xóa sau {UNCONSENTED_FOR.days} ngày",
        f"từng tin: {HANDLED_EVENTS_KEPT_FOR.days} ngày",
        f"lâu nhất sau {BACKUP_DAYS} ngày",
        "chậm nhất 15 ngày",
        "Ủy ban nhân dân thành phố Hà Nội",
        "91/2025/QH15",
        "Cổng Dịch vụ công quốc gia",
        "Google Cloud, tại Singapore",
        "được chuyển ra nước ngoài",
        "10 năm kể từ ngày gửi",
        "không cần sự đồng ý",
        "XÓA DỮ LIỆU CỦA TÔI",
        "Rút đồng ý",
        "Hạn chế, phản đối",
        "Khiếu nại",
        "im lặng không phải là đồng ý",
        "bằng văn bản, qua điện thoại hoặc trực tiếp",
    ):
        assert words in page, words


def test_notice_is_complete_in_english_and_without_a_transfer() -> None:
    page = " ".join(Site(STORAGE).client.get(f"/en{PRIVACY_PAGE}").text.split())
    for words in (
        "Google Cloud, in Singapore",
        "are transferred abroad",
        "10 years from their filing",
        "needs no consent",
    ):
        assert words in page, words
    at_home = replace(STORAGE, provider="Viettel IDC", stored_in="Hà Nội", abroad=False, kept_years=12)
    page = " ".join(Site(at_home).client.get(PRIVACY_PAGE).text.split())
    for words in ("Viettel IDC, tại Hà Nội", "không được chuyển ra nước ngoài", "12 năm kể từ ngày gửi"):
        assert words in page, words
    assert "Google" not in page


@pytest.mark.parametrize(("path", "required"), [("/privacy", "bắt buộc theo"), ("/en/privacy", "required by")])
def test_the_notice_asks_for_no_telephone_that_the_chat_lets_one_skip(path: str, required: str) -> None:
    (item,) = re.findall(rf"<li>([^<]*{required}[^<]*)</li>", Site().client.get(path).text)
    needed, _, given = item.partition(";")
    assert required in needed
    assert re.search("điện thoại|telephone", needed) is None
    assert re.search("điện thoại|telephone", given)


def test_the_owner_and_how_to_reach_them_are_named() -> None:
    page = Site().client.get("/contact").text
    for words in ("Ủy ban nhân dân thành phố Hà Nội", "Văn phòng UBND thành phố Hà Nội", "113", "114", "115", "112"):
        assert words in page


@pytest.mark.parametrize("path", ["/how", "/en/how"])
def test_guide_explains_every_state_of_the_table(path: str) -> None:
    page = Site().client.get(path).text
    meanings = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+\.)</dd>", page)
    assert len(meanings) == len(State)
    assert path != "/how" or [label for label, _ in meanings] == [unescape(label) for label in STATE_LABELS.values()]


def test_guide_states_the_terms_in_force_in_days() -> None:
    site = AnsweredSite()
    PublishNames(site.public, site.clock, reference.directory(), reference.fields(), reference.rules())()
    row = re.compile(r'<th scope="row">([^<]+)</th><td>([^<]+?)( <span[^>]*>[^<]+</span>)?</td><td>([^<]+)</td>')
    terms = {(step, time, more): bool(note) for step, time, note, more in row.findall(site.client.get("/how").text)}
    assert terms["Tiếp nhận", "8 giờ làm việc", "không gia hạn"]  # by analogy, as no decision covers this channel
    assert ("Trả lời", "15 ngày", "15 ngày") in terms
    assert ("Trả lời, việc khẩn", "4 giờ làm việc", "4 giờ làm việc") in terms
    english = site.client.get("/en/how").text
    assert "<td>15 days" in english
    assert "8 working hours" in english
    assert "not yet decided by the city" in english
