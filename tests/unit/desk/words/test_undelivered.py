"""The petition's page shows the reason why a notice was not delivered."""

from __future__ import annotations

import inspect
import re

import pytest

from desk.words.undelivered import ERRORS, REACTIONS, WAYS, why_not
from petitions.domain.notices import channels
from petitions.domain.notices.delivery_errors import ERROR_REACTIONS, reaction_to, retry_at
from petitions.domain.notices.notice import Notice
from petitions.domain.notices.sending import refused, stranded
from tests.unit.desk.office import Office

CHATS_SHUT = {"cs_free": "window closed", "cs_paid": "not funded", "template_user": "no template"}
SHUT_WORDS = (
    "đã quá hạn nhắn tin kể từ lần cuối công dân nhắn, tin ngoài thời hạn miễn phí chưa được trả phí, "
    "chưa có mẫu tin được duyệt"
)


def noticed(office: Office) -> Notice:
    petition = office.filed_in("SXD")
    assert office.at_desk("sxd-officer").does(petition, "accept").status_code == 303
    return Notice.model_validate(office.store.documents[f"notices/{petition.code}-2"])


@pytest.mark.parametrize(
    ("error", "reasons", "words"),
    [
        ("no_recipient", {}, "không có nơi nào để gửi"),
        ("-213", {}, "người nhận không nhận được tin qua kênh này (mã -213); sẽ gửi khi công dân nhắn lại"),
        (
            "no_channel",
            CHATS_SHUT,
            f"không còn kênh nào gửi được: {SHUT_WORDS}; sẽ gửi khi công dân nhắn lại",
        ),
    ],
)
def test_page_shows_the_reason(error: str, reasons: dict[str, str], words: str) -> None:
    office = Office()
    notice = noticed(office)
    page = f"/petitions/{notice.about.code}"  # type: ignore[union-attr]
    officer = office.at_desk("sxd-officer")
    assert words not in officer.see(page).text
    office.store.update(f"notices/{notice.id}", stranded(notice, error, reasons).stored())
    assert re.search(rf'</span> {re.escape(words)}\s*<span class="soft small">', officer.see(page).text)


def test_notice_that_may_still_be_sent_has_no_reason() -> None:
    office = Office()
    notice = noticed(office)
    assert why_not(notice) == ""
    assert why_not(refused(notice, "connect", office.clock.now())) == ""


def test_every_refusal_that_ends_the_tries_has_words() -> None:
    office = Office()
    final = {error for error in ERROR_REACTIONS if retry_at(reaction_to(error), 1, office.clock.now()) is None}
    assert {error for error in final if error not in ERRORS and reaction_to(error) not in REACTIONS} == set()
    assert set(re.findall(r'_Way\(None, "([a-z ]+)"', inspect.getsource(channels))) <= set(WAYS)
