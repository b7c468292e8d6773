"""An official paper's files always have the same bytes and a valid signature, and are made once despite crashes."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm

from petitions.adapters.papers.renderer import FileRenderer
from petitions.domain.files.attachment import copy_name
from petitions.domain.papers.paper import Paper, PaperState
from petitions.domain.papers.sheet import MOTTO, NATION, Sheet
from petitions.errors import NeedsHuman, Permanent, Retryable
from petitions.ports.papers import Signing
from tests.unit.desk.petition.answering import in_progress
from tests.unit.papers.bureau import Bureau, key_file
from tests.unit.papers.signed_pdf import verified

AT = datetime(2026, 2, 5, 3, tzinfo=UTC)
SIGNING = Signing("SXD", "o", "r", "Hà Nội", "SỞ XÂY DỰNG", "Trần Thu Hằng", AT)
ROOT = Path(__file__).resolve().parents[3]


def sheet(**more: object) -> Sheet:
    fields = {
        "superior": ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI"],
        "issuer": ["SỞ XÂY DỰNG"],
        "place": "Hà Nội",
        "symbol": "SXD-PAKN",
        "number": 7,
        "day": "2026-02-05",
        "year": 2026,
        "subject": "trả lời phản ánh, kiến nghị",
        "addressee": ["Ông/Bà Nguyễn Thị Lan", "Số 12 phố Trung Kính"],
        "body": "Sở Xây dựng trả lời như sau.\nĐã sửa vỉa hè trước chợ.",
        "recipients": ["Như trên", "Lưu: VT, PAKN"],
        "authority": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"],
        "signer": "Trần Thu Hằng",
    }
    return Sheet.model_validate({**fields, **more})


def needed(tool: str, package: str) -> str:
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"NOT SHOWN: {tool} is missing (apt-get install {package})")
    return found


def stored(bureau: Bureau, paper: Paper, form: str = "pdf") -> bytes:
    frozen = paper.pdf if form == "pdf" else paper.docx
    assert frozen
    assert paper.object
    content = bureau.kept.objects[copy_name(paper.object, frozen.sha256)][0]
    assert hashlib.sha256(content).hexdigest() == frozen.sha256
    return content


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def test_another_process_renders_the_same_bytes() -> None:
    program = (
        "import sys, hashlib; from datetime import datetime, UTC\n"
        "from petitions.adapters.papers.renderer import FileRenderer\n"
        "from petitions.domain.papers.sheet import Sheet\n"
        "sheet, at = Sheet.model_validate_json(sys.stdin.read()), datetime(2026, 2, 5, 3, tzinfo=UTC)\n"
        "for made in (FileRenderer().pdf(sheet, at), FileRenderer().docx(sheet, at)):\n"
        "    print(hashlib.sha256(made).hexdigest())\n"
    )
    known = sheet().model_dump_json()
    env = {"PYTHONPATH": str(ROOT / "functions"), "PYTHONHASHSEED": "7", "TZ": "America/New_York", "LANG": "C"}
    there = subprocess.run(
        [sys.executable, "-c", program], input=known, text=True, capture_output=True, check=True, env=env
    ).stdout.split()
    here = [FileRenderer().pdf(sheet(), AT), FileRenderer().docx(sheet(), AT)]
    assert there == [hashlib.sha256(item).hexdigest() for item in here]
    assert FileRenderer().pdf(sheet(number=8), AT) != here[0]


def test_the_docx_opens_with_every_part_of_the_page() -> None:
    document = Document(io.BytesIO(FileRenderer().docx(sheet(), AT)))
    cells = [cell.text for table in document.tables for cell in table.rows[0].cells]
    assert "SỞ XÂY DỰNG" in cells[0]
    assert "Số: 07/SXD-PAKN" in cells[0]
    assert "V/v trả lời" in cells[0]
    assert cells[1].split("\n")[:2] == [NATION, MOTTO]
    assert "Hà Nội, ngày 05 tháng 02 năm 2026" in cells[1]
    assert "- Lưu: VT, PAKN." in cells[2]
    assert cells[3].split("\n")[:2] == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts[:2] == ["Kính gửi: Ông/Bà Nguyễn Thị Lan", "Số 12 phố Trung Kính"]
    assert texts[-1].endswith("./.")
    page = document.sections[0]
    sizes = (page.page_width, page.page_height, page.left_margin, page.right_margin)
    assert [round((length or 0) / Mm(1)) for length in sizes] == [210, 297, 30, 20]
    assert document.core_properties.author == ""


def test_formulas_fields_and_markup_in_words_stay_words() -> None:
    evil = '=HYPERLINK("http://x","y") {MERGEFIELD x} <w:p/> \\* <script> ] ] > & " @SUM(1)'
    word = FileRenderer().docx(sheet(body=evil, addressee=[evil]), AT)
    document = Document(io.BytesIO(word))
    assert any(evil in paragraph.text for paragraph in document.paragraphs)
    with zipfile.ZipFile(io.BytesIO(word)) as parts:
        xml = parts.read("word/document.xml").decode()
    assert "<script>" not in xml
    assert "instrText" not in xml


@pytest.mark.parametrize("name", ["Công ty " * 120, "A" * 2000, "漢字 🙂 العربية עברית", "O'Neil & Söhne <GmbH>"])
def test_very_long_and_odd_names_are_rendered(name: str) -> None:
    written = sheet(addressee=[name], body=name, signer=name[:200], subject=name[:300])
    for render in (FileRenderer().pdf, FileRenderer().docx):
        assert len(render(written, AT)) < 2**20


def test_characters_forbidden_in_xml_are_refused_by_name() -> None:
    with pytest.raises(Permanent, match="rendered"):
        FileRenderer().docx(sheet(addressee=["Nguyễn\u0000Lan"]), AT)


def test_paper_is_signed_frozen_and_sent_to_the_filer(bureau: Bureau, tmp_path: Path) -> None:
    petition = in_progress(bureau)
    paper = bureau.ready(petition)
    assert paper.state is PaperState.READY
    assert paper.rendered
    assert paper.sheet
    assert paper.issued_at
    pdf = stored(bureau, paper)
    rendered = FileRenderer().pdf(paper.sheet, paper.issued_at)
    assert hashlib.sha256(rendered).hexdigest() == paper.rendered
    assert pdf.startswith(rendered)  # the signature is an increment after the rendered bytes
    assert paper.signature
    assert (paper.signature.intact, paper.signature.trusted) == (True, True)
    assert verified(pdf, key_file(), tmp_path)
    assert "Nguyễn Thị Lan" in str(paper.sheet.body)
    notice = bureau.store.documents[f"notices/{petition.code}-{paper.id}"]
    assert "Phiếu tiếp nhận số 1-2026.pdf" in notice["text"]
    assert "Lan" not in notice["text"]
    (enclosed,) = notice["files"]
    assert enclosed["object"] == copy_name(paper.object or "", paper.pdf.sha256 if paper.pdf else "")


def test_a_changed_byte_anywhere_is_no_signature_any_more(bureau: Bureau, tmp_path: Path) -> None:
    pdf = bureau.signer.sign(FileRenderer().pdf(sheet(), AT), SIGNING)
    assert verified(pdf, key_file(), tmp_path)
    hidden = pdf.index(b"/Contents")
    for place in (10, len(pdf) // 3, hidden - 40, len(pdf) - 8):
        bad = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        assert not bureau.signer.check(bad, AT).intact
        try:
            assert not verified(bad, key_file(), tmp_path)
        except AssertionError as error:
            assert "signature" in str(error)  # noqa: PT017 - the range itself was changed
    grown = pdf + b"\n1 0 obj\n<<>>\nendobj\n"
    assert not bureau.signer.check(grown, AT).intact


def test_pdfsig_of_poppler_verifies_the_paper_and_sees_a_changed_byte(bureau: Bureau, tmp_path: Path) -> None:
    pdfsig = needed("pdfsig", "poppler-utils")
    pdf = bureau.signer.sign(FileRenderer().pdf(sheet(), AT), SIGNING)
    (tmp_path / "good.pdf").write_bytes(pdf)
    (tmp_path / "bad.pdf").write_bytes(pdf[:500] + bytes([pdf[500] ^ 1]) + pdf[501:])
    reports = {
        name: subprocess.run([pdfsig, tmp_path / f"{name}.pdf"], capture_output=True, text=True, check=False).stdout
        for name in ("good", "bad")
    }
    assert "Signature is Valid" in reports["good"]
    assert "Total document signed" in reports["good"]
    assert "ETSI.CAdES.detached" in reports["good"]
    assert "Signature is Valid" not in reports["bad"]


def test_changed_frozen_paper_is_withheld_and_reported(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    paper = bureau.ready(petition)
    head = bureau.at_desk("sxd-head")
    path = f"/petitions/{petition.code}/papers/{paper.id}"
    assert head.see(f"{path}/files/pdf").data == stored(bureau, paper)
    name = copy_name(paper.object or "", paper.pdf.sha256 if paper.pdf else "")
    content = stored(bureau, paper)
    bureau.kept.objects[name] = (content[:900] + b"x" + content[901:], "application/pdf")
    assert head.see(f"{path}/files/pdf").status_code == 500
    head.submit(path, do="ask_again")
    bureau.makes()
    assert "Tệp đã bị thay đổi" in head.see(path).text


@pytest.mark.parametrize("death", ["put", "commit"])
def test_a_worker_that_dies_leaves_one_paper_with_one_number(bureau: Bureau, death: str) -> None:
    petition = in_progress(bureau)
    paper = bureau.issued(petition)

    class Died(BaseException):
        pass

    def dies() -> None:
        raise Died

    message = bureau.publisher.of("papers")[-1].data
    making = bureau.making()
    if death == "put":
        bureau.kept.after_put = dies
        with pytest.raises(Died):
            making(message["code"], message["paper"])
    else:
        bureau.publisher.failing = True  # the commit holds, and the relay publishes
        making(message["code"], message["paper"])
        bureau.publisher.failing = False
    if death == "put":
        with pytest.raises(Retryable):  # another one may be at it still
            making(message["code"], message["paper"])
        bureau.clock.advance(minutes=4)
    making(message["code"], message["paper"])
    making(message["code"], message["paper"])
    done = bureau.paper(petition.code, paper.id)
    assert (done.state, done.number) == (PaperState.READY, paper.number)
    folder = f"copies/{paper.object}/"
    assert len([name for name in bureau.kept.objects if name.startswith(folder)]) == 2
    history = bureau.store.paths(f"petitions/{petition.code}/history")
    lines = [bureau.store.documents[item]["action"] for item in history]
    assert lines.count("paper_signed") == 1
    assert len([path for path in bureau.store.paths("notices") if path.endswith(paper.id)]) == 1


def test_refusal_of_the_signing_service_is_reported_and_retried_with_the_same_number(bureau: Bureau) -> None:
    signer = bureau.signer

    class Closed:
        check = signer.check

        def sign(self, pdf: bytes, signing: Signing) -> bytes:
            raise NeedsHuman(f"{len(pdf)} {signing.unit}", reason="paper_signing")

    petition = in_progress(bureau)
    bureau.signer = Closed()
    paper = bureau.issued(petition)
    with pytest.raises(NeedsHuman):
        bureau.makes()
    head, path = bureau.at_desk("sxd-head"), f"/petitions/{petition.code}/papers/{paper.id}"
    assert "Dịch vụ ký số không ký được" in head.see(path).text
    bureau.signer = signer
    head.submit(path, do="ask_again")
    bureau.makes()
    done = bureau.paper(petition.code, paper.id)
    assert (done.state, done.number, done.fault, bureau.last()) == (PaperState.READY, 1, None, 1)


def test_a_frozen_paper_exchanged_for_another_signed_one_does_not_hold(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    paper, other = bureau.ready(petition), bureau.ready(petition)
    name = copy_name(paper.object or "", paper.pdf.sha256 if paper.pdf else "")
    bureau.kept.objects[name] = (stored(bureau, other), "application/pdf")
    bureau.making()(petition.code, paper.id)
    found = bureau.paper(petition.code, paper.id).signature
    assert found
    assert not found.intact
    bureau.making()(petition.code, other.id)
    kept = bureau.paper(petition.code, other.id).signature
    assert kept
    assert kept.intact
