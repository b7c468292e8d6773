"""A petition's files at the desk: access, content types, and protection from embedding by other sites."""

from __future__ import annotations

import pytest

from infra.paths import ROOT
from petitions.domain.petition.petition import Petition
from petitions.ports.files import Download
from tests import media
from tests.unit.desk.office import Office
from tests.unit.desk.shell.doors import SEES

REAL = (ROOT / "infra" / "local" / "zalo" / "static" / "photo.jpg").read_bytes()
LINK = "https://f1.zdn.vn/1"


def filed_with(office: Office, content: bytes, kind: str = "image", **payload: str) -> tuple[Petition, str]:
    office.links.links[LINK] = Download(content)
    office.types("Nhà hàng xóm xây lấn ngõ", "1")
    attachment = {"type": kind, "payload": {"url": LINK, **payload}}
    office.intake(office.event(f"user_send_{kind}", {"attachments": [attachment]}))
    office.types("xong", "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321", "1")
    office.fetch()
    petition = office.petitions()[0]
    office.store.update(f"petitions/{petition.code}", {"unit": "SXD"})
    return petition, f"/petitions/{petition.code}/files/{petition.files[0].id}"


def test_a_photo_is_shown_on_the_page_without_its_place() -> None:
    office = Office()
    petition, path = filed_with(office, media.jpeg())
    browser = office.at_desk("sxd-officer")
    page = browser.see(f"/petitions/{petition.code}").text
    assert f'<a class="file picture" href="{path}" target="_blank"' in page
    assert "zdn.vn" not in page
    answer = browser.see(path)
    assert answer.status_code == 200
    assert answer.data[-2:] == b"\xff\xd9"
    assert media.LATITUDE_WORDS not in answer.data
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=1800, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_thumbnail_is_kept_by_the_browser_alone_and_asked_for_again_without_its_bytes() -> None:
    office = Office()
    _, path = filed_with(office, REAL)
    browser = office.at_desk("sxd-officer")
    answer = browser.see(f"{path}/thumbnail")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert len(answer.data) < 3_000
    assert answer.headers["Cache-Control"] == "private, max-age=1800, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for item in (f"{path}/thumbnail", path):
        again = browser.client.get(item, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data, again.headers["Cache-Control"]) == (
            304,
            b"",
            "private, max-age=1800, immutable",
        )
    stranger = office.at_desk("syt-officer").client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert stranger.status_code == 404


def test_a_photo_kept_without_a_thumbnail_is_shown_whole_until_there_is_one() -> None:
    office = Office()
    petition, path = filed_with(office, REAL)
    (document,) = office.store.paths(f"petitions/{petition.code}/attachments")
    del office.store.documents[document]["thumbnail"]
    browser = office.at_desk("sxd-officer")
    for _ in range(2):
        answer = browser.see(f"{path}/thumbnail")
        assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert len([message for message in office.publisher.of("attachments") if "file" in message.data]) == 1
    office.fetch()
    assert browser.see(f"{path}/thumbnail").headers["Content-Type"] == "image/webp"


def test_picture_without_thumbnail_is_a_link_and_other_files_have_none() -> None:
    office = Office()
    petition, path = filed_with(office, media.jpeg())
    browser = office.at_desk("sxd-officer")
    assert "/thumbnail" not in browser.see(f"/petitions/{petition.code}").text
    assert browser.see(f"{path}/thumbnail").headers["Content-Type"] == "image/jpeg"
    assert not [message for message in office.publisher.of("attachments") if "file" in message.data]


def test_a_document_is_saved_under_its_name_and_true_ending() -> None:
    office = Office()
    petition, path = filed_with(office, media.PDF, "file", name='đơn "1".html\r\nX: y')
    browser = office.at_desk("sxd-officer")
    assert "/thumbnail" not in browser.see(f"/petitions/{petition.code}").text
    answer = browser.see(path)
    assert answer.data == media.PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    header = answer.headers["Content-Disposition"]
    assert header.startswith("attachment; filename*=UTF-8''%C4%91%C6%A1n%20%221%22.html")
    assert header.endswith(".pdf")
    assert "X" not in answer.headers


@pytest.mark.parametrize("who", SEES)
def test_readers_of_a_petition_see_its_files(who: str) -> None:
    office = Office()
    _, path = filed_with(office, media.jpeg())
    for item in (path, f"{path}/thumbnail"):
        assert office.at_desk(who).see(item).status_code == (403 if who == "admin" else 200 if SEES[who] else 404)


def test_files_need_a_signed_in_officer() -> None:
    office = Office()
    _, path = filed_with(office, media.jpeg())
    answer = office.app.test_client().get(path)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def test_a_file_of_another_petition_is_not_served_under_this_one() -> None:
    office = Office()
    _, path = filed_with(office, media.jpeg())
    other = office.filed_in("SXD", "Đèn đường hỏng cả tuần nay ở ngõ 12")
    browser = office.at_desk("sxd-officer")
    assert browser.see(f"/petitions/{other.code}/files/{path.rsplit('/', 1)[1]}").status_code == 404
    assert browser.see(f"/petitions/{other.code}/files/..%2F..").status_code == 404


def test_a_file_that_could_not_be_had_is_named_with_the_reason() -> None:
    office = Office()
    petition, path = filed_with(office, b"<html>")
    browser = office.at_desk("sxd-officer")
    page = browser.see(f"/petitions/{petition.code}").text
    assert "không tải được (loại tệp không được nhận)" in page
    assert browser.see(path).status_code == 404


def test_page_links_files_without_their_storage_paths() -> None:
    office = Office()
    petition, path = filed_with(office, media.png())
    shown = f"/petitions/{petition.code}"
    (file,) = office.at_desk("sxd-officer").shown(shown)["page"].attachments
    assert (f"{shown}/files/{file.id}", file.media_type, file.state) == (path, "image/png", "stored")
    page = office.at_desk("sxd-officer").see(shown).text
    assert path in page
    assert file.object not in page
