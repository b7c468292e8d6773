"""Scanned papers of an entered petition are stored once and shown like a citizen's files."""

from __future__ import annotations

import io
from typing import Any

from tests.media import jpeg
from tests.unit.desk.office import Office
from tests.unit.desk.petition.entering import typed

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def form(office: Office, *scans: tuple[str, bytes]) -> dict[str, Any]:
    files = [(io.BytesIO(content), name) for name, content in scans]
    return {**typed(office, channel="letter"), "do": "file", "files": files}


def test_a_scan_is_filed_with_the_petition_and_shown_on_its_page() -> None:
    office = Office()
    officer = office.at_desk("coordinator")
    scans = (("Đơn.pdf", PDF), ("Ảnh.jpg", jpeg()))
    assert officer.submit("/take-in", **form(office, *scans)).status_code == 303
    (petition,) = office.petitions()
    assert [file.name for file in petition.files] == ["Đơn.pdf", "Ảnh.jpg"]
    page = officer.see(f"/petitions/{petition.code}").text
    assert "Đơn.pdf" in page
    kept = officer.see(f"/petitions/{petition.code}/files/{petition.files[0].id}")
    assert kept.data == PDF
    assert len([name for name in office.kept.objects if name.startswith("copies/")]) == 2


def test_a_form_that_is_sent_again_finds_its_scans_and_one_that_died_is_made_whole() -> None:
    office = Office()
    officer = office.at_desk("coordinator")
    office.kept.failing = True
    assert officer.submit("/take-in", **form(office, ("Đơn.pdf", PDF))).status_code == 503
    (petition,) = office.petitions()  # filed, with the scan not yet stored
    office.kept.failing = False
    for _ in range(2):
        assert officer.submit("/take-in", **form(office, ("Đơn.pdf", PDF))).status_code == 303
    assert len(office.petitions()) == 1
    assert officer.see(f"/petitions/{petition.code}/files/{petition.files[0].id}").data == PDF
    assert len(office.kept.objects) == 1


def test_invalid_document_is_refused_before_filing() -> None:
    office = Office()
    officer = office.at_desk("coordinator")
    for scans in ([("x.exe", b"MZ\x90\x00")], [(f"{number}.pdf", PDF) for number in range(6)]):
        refused = officer.submit("/take-in", **form(office, *scans))
        assert refused.status_code == 400
        assert "Xin chọn lại tệp" in refused.text
        assert "Lê Văn Bình" in refused.text
    assert office.petitions() == []
    assert office.kept.objects == {}
