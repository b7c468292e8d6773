"""The positions of an official paper's parts, in millimetres: appendix I of Decree 30/2020."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from petitions.adapters.papers.renderer import FileRenderer
from petitions.ports.papers import Signing
from tests.unit.papers.bureau import Bureau
from tests.unit.papers.test_paper_files import AT, needed, sheet

MM = 25.4 / 72
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


class Word(NamedTuple):
    """A word with its box, in mm from the left and the top of the page."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def pages(pdf: bytes, folder: Path) -> list[list[Word]]:
    tool = needed("pdftotext", "poppler-utils")
    (folder / "paper.pdf").write_bytes(pdf)
    command = [tool, "-bbox", str(folder / "paper.pdf"), "-"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [list(_words(item)) for item in found.split("<page ")[1:]]


def _words(page: str) -> Iterator[Word]:
    for *places, text in _WORD.findall(page):
        left, top, right, bottom = (float(place) * MM for place in places)
        yield Word(left, top, right, bottom, text)


def first(words: list[Word], text: str) -> Word:
    return next(word for word in words if word.text == text)


def test_the_parts_are_where_the_decree_has_them(tmp_path: Path) -> None:
    (page,) = pages(FileRenderer().pdf(sheet(), AT), tmp_path)
    assert min(word.left for word in page) >= 29.5
    assert max(word.right for word in page) <= 190.5
    assert min(word.top for word in page) >= 19
    nation, motto, issuer = first(page, "CỘNG"), first(page, "Độc"), first(page, "SỞ")
    number, day, subject = first(page, "Số:"), first(page, "ngày"), first(page, "V/v")
    assert issuer.right < nation.left  # the issuer on the left, the nation on the right
    assert nation.bottom <= motto.bottom < number.top
    assert abs(number.top - day.top) < 3  # number and date on one line, under both heads
    assert number.right < day.left
    assert number.top < subject.top < first(page, "Kính").top
    recipients, signer = first(page, "Nơi"), first(page, "KT.")
    assert abs(recipients.top - signer.top) < 3
    assert recipients.left < 30.5
    assert signer.left > 100
    text = " ".join(word.text for word in page)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Hà Nội, ngày 05 tháng 02 năm 2026" in text
    assert text.index("./.") < text.index("Nơi nhận:")


def test_pages_after_the_first_have_their_number_and_the_signature_is_not_parted(tmp_path: Path) -> None:
    found = pages(FileRenderer().pdf(sheet(body="Một đoạn văn dài của văn bản này. " * 260), AT), tmp_path)
    assert len(found) > 2
    assert not any(word.text == "1" for word in found[0])
    for number, page in enumerate(found[1:], 2):
        top = min(page, key=lambda word: word.top)
        assert top.text == str(number)
        assert 100 < top.left < 120  # in the middle of the text
    last = [word.text for word in found[-1]]
    assert {"Nơi", "KT.", "Hằng"} <= set(last)


@pytest.mark.parametrize("body", ["Đã sửa vỉa hè.", "Một đoạn văn dài của văn bản này. " * 260])
def test_the_stamp_of_the_signature_stands_between_position_and_name(body: str, tmp_path: Path) -> None:
    issuer, signer = "UBND PHƯỜNG VĂN MIẾU – QUỐC TỬ GIÁM", "Công Tằng Tôn Nữ Huyền Trân Thị Hằng"
    signing = Signing("PX-00199", "o", "r", "Hà Nội", issuer, signer, AT)
    page = pages(Bureau().signer.sign(FileRenderer().pdf(sheet(body=body), AT), signing), tmp_path)[-1]
    begins, ends = page.index(first(page, "Ký")), page.index(first(page, "+07:00"))
    stamp = page[begins : ends + 1]
    text = " ".join(word.text for word in stamp)
    assert text == f"Ký số bởi: {issuer} Người ký: {signer} Thời gian ký: 05/02/2026 10:00:00 +07:00"
    assert first(page, "PHÓ").bottom < min(item.top for item in stamp)
    assert max(word.bottom for word in stamp) < [word.top for word in page if word.text == "Hằng"][-1]
    assert min(word.left for word in stamp) > 110
    assert max(word.right for word in stamp) < 190


@pytest.mark.release
def test_the_docx_is_rendered_by_libreoffice_with_the_same_parts(tmp_path: Path) -> None:
    office = needed("soffice", "libreoffice-writer-nogui")
    (tmp_path / "paper.docx").write_bytes(FileRenderer().docx(sheet(), AT))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "paper.docx"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    (page,) = pages((tmp_path / "paper.pdf").read_bytes(), tmp_path)
    # Letters that its Times New Roman lacks come from another face, as words of their own: these have none of them.
    assert first(page, "XÂY").right < first(page, "HÒA").left
    assert first(page, "07/SXD-PAKN").top > first(page, "XÂY").top
    assert first(page, "VT,").left < first(page, "KT.").left
    assert min(word.left for word in page) >= 29.5


@pytest.mark.release
def test_a_picture_of_the_page_has_ink_where_it_belongs(tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415 - this picture alone

    tool = needed("pdftoppm", "poppler-utils")
    (tmp_path / "paper.pdf").write_bytes(FileRenderer().pdf(sheet(), AT))
    subprocess.run([tool, "-r", "50", "-gray", "paper.pdf", "page"], cwd=tmp_path, check=True)
    (file,) = tmp_path.glob("page*.pgm")
    picture = Image.open(file)
    assert (round(picture.width / 50 * 25.4), round(picture.height / 50 * 25.4)) in {(210, 297), (210, 298), (211, 297)}
    dark = picture.point([255 * (level < 128) for level in range(256)])
    box = dark.getbbox()
    assert box
    left, top, right, bottom = (place / 50 * 25.4 for place in box)
    assert left >= 29
    assert right <= 191
    assert top >= 18
    assert bottom <= 278
