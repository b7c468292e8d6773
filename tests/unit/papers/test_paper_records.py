"""The steps of a paper: stored documents, history and audit lines, notices and log lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.files.attachment import copy_name
from petitions.domain.officers.audit import AuditEntry
from petitions.domain.papers.paper import (
    Making,
    PaperRegister,
    PaperState,
    SignatureCheck,
)
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import petition_path
from petitions.domain.shared.records import replace
from petitions.errors import NeedsHuman, Retryable
from petitions.ports.papers import PaperSigner, Signing
from tests.unit.desk.petition.answering import in_progress
from tests.unit.papers.bureau import Bureau
from tests.unit.papers.drafting import KEY, begun, changed, issue, ready


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def audited(bureau: Bureau, since: set[str]) -> list[AuditEntry]:
    new = [path for path in bureau.store.paths("audit") if path not in since]
    return [AuditEntry.model_validate(bureau.store.documents[path]) for path in new]


def test_issuing_leaves_a_number_a_paper_a_line_of_history_one_of_audit_and_two_messages(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    draft = begun(bureau)
    bureau.clock.advance(minutes=3)
    head, now, before = bureau.officer("sxd-head"), bureau.clock.now(), {*bureau.store.paths("audit")}
    issued = issue(bureau, draft)
    kept = {"state": PaperState.ISSUED, "number": 1, "year": 2026, "issued_by": head.id, "issued_at": now}
    assert issued == replace(draft, **kept, sheet=issued.sheet, object=issued.object)  # type: ignore[arg-type]
    assert issued.object
    assert issued.sheet
    assert (issued.sheet.number, issued.sheet.day, issued.sheet.year) == (1, date(2026, 11, 23), 2026)
    register = PaperRegister.model_validate(bureau.store.documents["paper_registers/SXD:2026"])
    assert register == PaperRegister(unit="SXD", year=2026, last=1, day=date(2026, 11, 23))
    after = bureau.petition(petition.code)
    line = bureau.store.documents[history_path(petition.code, after.version)]
    recorded = {name: line[name] for name in ("action", "actor", "role", "actor_unit", "reason", "at")}
    assert recorded == {
        "action": "paper_issued", "actor": head.id, "role": head.role, "actor_unit": "SXD",
        "reason": "Phiếu tiếp nhận số 01/PTN-SXD", "at": line["at"],
    }  # fmt: skip
    assert audited(bureau, before) == [
        AuditEntry.by(head, what="change", action="paper_issued", code=petition.code, seq=after.version, at=now)
    ]
    assert bureau.publisher.of("papers")[-1].data.items() >= {"code": petition.code, "paper": KEY}.items()
    assert (
        bureau.publisher.of("petition-events")[-1].data.items() >= {"code": petition.code, "seq": after.version}.items()
    )


def test_who_sees_the_filer_on_a_paper_or_hands_it_over_is_in_the_audit(bureau: Bureau) -> None:
    petition, paper = ready(bureau)
    head, drafts, reading = bureau.officer("sxd-head"), bureau.parts.papers, bureau.parts.read_paper
    steps: tuple[tuple[Callable[[], object], dict[str, Any]], ...] = (
        (
            lambda: drafts.preview_to_sign(head, petition, paper),
            {"what": "contact", "reason": "Phiếu tiếp nhận, xem trước khi ký"},
        ),
        (
            lambda: reading(head, petition.code, paper.id, "docx"),
            {"what": "contact", "reason": "Phiếu tiếp nhận số 1/2026"},
        ),
        (lambda: reading.hand_over(head, petition.code, paper.id), {"what": "change", "action": "paper_handed"}),
    )
    for step, entry in steps:
        before = {*bureau.store.paths("audit")}
        bureau.clock.advance(minutes=1)
        step()
        assert audited(bureau, before) == [AuditEntry.by(head, code=petition.code, at=bureau.clock.now(), **entry)]
    before = {*bureau.store.paths("audit")}
    drafts.preview(petition, paper)
    reading.hand_over(head, petition.code, paper.id)
    reading.ask_again(head, petition.code, paper.id)
    assert not audited(bureau, before), "they name nobody, or change nothing"


@dataclass
class Watched:
    """A signing service that remembers what it was asked."""

    signer: PaperSigner
    asked: list[Signing] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    holds: bool = True

    def sign(self, pdf: bytes, signing: Signing) -> bytes:
        self.asked.append(signing)
        return self.signer.sign(pdf, signing)

    def check(self, pdf: bytes, now: datetime) -> SignatureCheck:
        self.times.append(now)
        found = self.signer.check(pdf, now)
        return replace(found, intact=found.intact and self.holds)


def test_the_signing_service_hears_who_signs_what_where_and_when(bureau: Bureau) -> None:
    bureau.signer = watched = Watched(bureau.signer)
    ready(bureau)
    now = bureau.clock.now()
    assert watched.asked == [
        Signing(
            unit="SXD",
            officer="sxd-head",
            reason="Phiếu tiếp nhận Số: 01/PTN-SXD",
            place="Hà Nội",
            issuer="SỞ XÂY DỰNG",
            signer="Trần Thu Hằng",
            at=now,
        )
    ]
    assert watched.times == [now]


def test_the_filer_gets_the_paper_with_the_address_of_their_page(bureau: Bureau) -> None:
    petition, paper = ready(bureau)
    notice = bureau.store.documents[f"notices/{petition.code}-{paper.id}"]
    after = bureau.petition(petition.code)
    about = {"code": petition.code, "seq": after.version}
    assert (notice["citizen"], notice["channel"], notice["kind"]) == (petition.citizen, "zalo", "paper")
    assert (notice["about"]["code"], notice["about"]["seq"]) == (about["code"], about["seq"])
    what = {"code": petition.code, "unit": "Sở Xây dựng", "what": "Phiếu tiếp nhận số 1-2026.pdf"}
    assert notice["template"] == what
    assert notice["text"] == reference.texts().render("paper_sent", **what)
    (enclosed,) = notice["files"]
    assert f"https://pakn.example.vn/{after.page}" in enclosed["otherwise"]
    line = bureau.store.documents[history_path(petition.code, after.version)]
    assert (line["action"], line["role"], "actor" in line) == ("paper_signed", "system", False)


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line for line in lines if line.get("metric") == "paper_changed"]


def test_operators_hear_of_a_changed_paper_and_of_no_other(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    petition, paper = ready(bureau)
    bureau.clock.advance(days=1)
    bureau.making()(petition.code, paper.id)
    assert not logged(capsys)
    checked = bureau.paper(petition.code, paper.id).signature
    assert checked
    assert (checked.at, checked.intact) == (bureau.clock.now(), True)
    name = copy_name(paper.object or "", paper.pdf.sha256 if paper.pdf else "")
    bureau.kept.objects[name] = (bureau.kept.objects[name][0] + b" ", "application/pdf")
    bureau.making()(petition.code, paper.id)
    (line,) = logged(capsys)
    assert (line["severity"], line["petition"]) == ("ERROR", petition.code)


@pytest.mark.parametrize("holds", [True, False])
def test_a_fault_of_a_paper_is_kept_until_its_files_are_made(bureau: Bureau, *, holds: bool) -> None:
    in_progress(bureau)
    bureau.signer = Watched(bureau.signer, holds=holds)
    paper = issue(bureau, begun(bureau))
    changed(bureau, paper, fault="Lỗi cũ")
    if holds:
        bureau.makes()
    else:
        with pytest.raises(NeedsHuman) as raised:
            bureau.makes()
        assert raised.value.reason == "paper_signing"
    found = bureau.paper(paper.code, paper.id)
    assert (found.making, found.fault) == (None, None if holds else "Dịch vụ ký số không ký được.")
    assert found.state is (PaperState.READY if holds else PaperState.ISSUED)


@pytest.mark.parametrize(("left", "taken"), [(timedelta(microseconds=1), True), (timedelta(), False)])
def test_files_are_made_by_one_worker_until_its_claim_ends(bureau: Bureau, left: timedelta, *, taken: bool) -> None:
    in_progress(bureau)
    paper = issue(bureau, begun(bureau))
    changed(bureau, paper, making=Making(attempt="other", until=bureau.clock.now() + left).stored())
    if not taken:
        bureau.makes()
        assert bureau.paper(paper.code, paper.id).state is PaperState.READY
        return
    with pytest.raises(Retryable) as raised:
        bureau.makes()
    assert raised.value.reason == "paper_making"
    claim = bureau.paper(paper.code, paper.id).making
    assert claim
    assert claim.attempt == "other", "the claim of the other worker stands"


def test_of_a_draft_and_of_erased_data_no_files_are_made(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    paper = begun(bureau)
    bureau.making()(petition.code, paper.id)
    assert bureau.paper(petition.code, paper.id) == paper
    issued = issue(bureau, paper)
    bureau.store.update(petition_path(petition.code), {"restricted_at": bureau.clock.now()})
    bureau.making()(petition.code, paper.id)
    assert bureau.paper(petition.code, paper.id) == issued
