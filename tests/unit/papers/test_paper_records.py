"""What the steps of a paper leave behind, tell others and refuse, tested on the use cases."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from petitions.adapters import reference
from petitions.domain.files.attachment import copy_name
from petitions.domain.lifecycle.states import State
from petitions.domain.officers.audit import AuditEntry
from petitions.domain.papers.composing import facts_of
from petitions.domain.papers.paper import (
    Making,
    Paper,
    PaperKind,
    PaperRegister,
    PaperState,
    SignatureCheck,
    paper_path,
)
from petitions.domain.papers.paper_forms import IssuerForm, PaperForm
from petitions.domain.papers.samples import samples
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, Forbidden, NeedsHuman, NotFound, Permanent, PetitionError, Rejected, Retryable
from petitions.ports.papers import PaperSigner, Signing
from petitions.usecases import papers as room
from tests.unit.desk.petition.answering import in_progress
from tests.unit.papers.bureau import Bureau

KEY = "k" * 20


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def begun(bureau: Bureau, kind: PaperKind = PaperKind.RECEIPT, who: str = "sxd-officer", key: str = KEY) -> Paper:
    (petition,) = bureau.petitions()
    return bureau.parts.papers.begin(bureau.officer(who), petition.code, kind, key)


def mark(paper: Paper) -> str:
    return paper.drafted_at.isoformat()


def issue(bureau: Bureau, paper: Paper, who: str = "sxd-head") -> Paper:
    return bureau.parts.issue_paper(bureau.officer(who), paper.code, paper.id, mark(paper))


def ready(bureau: Bureau) -> tuple[Petition, Paper]:
    petition = in_progress(bureau)
    paper = issue(bureau, begun(bureau))
    bureau.makes()
    return petition, bureau.paper(petition.code, paper.id)


def changed(bureau: Bureau, paper: Paper, **fields: Any) -> None:
    bureau.store.update(paper_path(paper.code, paper.id), fields)


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
    told = {name: line[name] for name in ("action", "actor", "role", "actor_unit", "reason", "at")}
    assert told == {
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


@dataclass(frozen=True)
class Case:
    reason: str
    error: type[PetitionError]
    do: Callable[[Bureau, Paper], object]
    """What is refused, of a draft of a receipt."""


def save(bureau: Bureau, paper: Paper, who: str = "sxd-officer", **given: Any) -> Paper:
    values = {"seen": mark(paper), "subject": "Việc khác", "body": "Bài khác", **given}
    return bureau.parts.papers.save(bureau.officer(who), paper.code, paper.id, **values)


def issued_with(bureau: Bureau, paper: Paper, **fields: Any) -> Paper:
    changed(bureau, paper, **fields)
    return issue(bureau, bureau.paper(paper.code, paper.id))


def with_petition(bureau: Bureau, paper: Paper, **fields: Any) -> Paper:
    bureau.store.update(petition_path(paper.code), fields)
    return issue(bureau, paper)


def drops(bureau: Bureau, paper: Paper, who: str) -> None:
    bureau.parts.papers.delete(bureau.officer(who), paper.code, paper.id)


def reads(bureau: Bureau, paper: Paper, who: str = "sxd-head", paper_id: str = KEY) -> object:
    return bureau.parts.read_paper(bureau.officer(who), paper.code, paper_id, "pdf")


def reads_without(bureau: Bureau, paper: Paper, field_name: str) -> object:
    issue(bureau, paper)
    bureau.makes()
    changed(bureau, paper, **{field_name: None})
    return reads(bureau, paper)


def signs_changed(bureau: Bureau, paper: Paper) -> Paper:
    changed(bureau, paper, kind=PaperKind.REPLY)
    drafts, head = bureau.parts.papers, bureau.officer("sxd-head")
    assert drafts.save_to_sign(head, paper.code, KEY, mark(paper), paper.subject, paper.body).writers == paper.writers
    return drafts.save_to_sign(head, paper.code, KEY, mark(paper), paper.subject, "Bài khác")


def replaced_file(bureau: Bureau, paper: Paper) -> object:
    issue(bureau, paper)
    bureau.makes()
    found = bureau.paper(paper.code, KEY)
    name = copy_name(found.object or "", found.pdf.sha256 if found.pdf else "")
    bureau.kept.objects[name] = (b"x", "application/pdf")
    return reads(bureau, paper)


CASES = (
    Case("key_malformed", Rejected, lambda bureau, _: begun(bureau, key="k/k")),
    Case("paper_incomplete", Rejected, lambda bureau, paper: save(bureau, paper, body=" \n")),
    Case("paper_changed", Conflict, lambda bureau, paper: save(bureau, paper, seen="2026-11-23")),
    Case("not_found", NotFound, lambda bureau, paper: save(bureau, paper, "syt-head")),
    Case("not_holder", Forbidden, lambda bureau, paper: save(bureau, paper, "inspector")),
    Case("paper_unknown", NotFound, lambda bureau, paper: save(bureau, replace(paper, id="x"))),
    Case("paper_unknown", NotFound, lambda bureau, paper: save(bureau, replace(paper, id=""))),
    Case("paper_unknown", NotFound, lambda bureau, paper: save(bureau, replace(paper, id=f"{KEY}/x/y"))),
    Case("paper_unknown", NotFound, lambda bureau, paper: drops(bureau, paper, "coordinator")),
    Case("paper_unknown", NotFound, reads),
    Case("not_found", NotFound, lambda bureau, paper: reads(bureau, paper, "syt-head")),
    Case("paper_unknown", NotFound, lambda bureau, paper: reads_without(bureau, paper, "object")),
    Case("paper_unknown", NotFound, lambda bureau, paper: reads_without(bureau, paper, "pdf")),
    Case("paper_changed", Permanent, replaced_file),
    Case("paper_issued", Conflict, lambda bureau, paper: save(bureau, issue(bureau, paper))),
    Case("not_signer", Forbidden, lambda bureau, paper: issue(bureau, paper, "sxd-officer")),
    Case("accused", Forbidden, lambda bureau, paper: with_petition(bureau, paper, opened_by="sxd-head")),
    Case("four_eyes", Forbidden, lambda bureau, paper: issued_with(
        bureau, paper, kind=PaperKind.REPLY, drafted_by="sxd-head")),
    Case("four_eyes", Rejected, signs_changed),
    Case("paper_not_now", Rejected, lambda bureau, paper: issued_with(bureau, paper, kind=PaperKind.REPLY)),
    Case("paper_not_now", Rejected, lambda bureau, paper: with_petition(bureau, paper, state=State.WITHDRAWN)),
    Case("paper_outdated", Rejected, lambda bureau, paper: issued_with(
        bureau, paper, facts={"[mã hồ sơ]": "other"}, body="x")),
    Case("places_open", Rejected, lambda bureau, paper: issued_with(bureau, paper, body="[ngày gửi]")),
    Case("masked", Rejected, lambda bureau, paper: issued_with(bureau, paper, body="Gọi [đã ẩn]")),
)  # fmt: skip
ELSEWHERE = {
    "papers_full": "test_drafts",
    "no_right_to_sign": "test_papers_at_the_desk",
    "paper_making": "above",
    "paper_signing": "above",
    "paper_rendering": "a paper that is issued has its page and its time",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.reason)
def test_a_refused_step_of_a_paper_says_why_and_takes_no_number(bureau: Bureau, case: Case) -> None:
    in_progress(bureau)
    paper = begun(bureau)
    bureau.clock.advance(minutes=1)
    with pytest.raises(case.error) as refused:
        case.do(bureau, paper)
    assert (type(refused.value), refused.value.reason) == (case.error, case.reason)
    found = bureau.paper(paper.code, KEY)
    assert bureau.last() == (found.number or 0)
    assert found.writers == paper.writers


def test_every_reason_of_the_room_is_tried() -> None:
    trees = [ast.parse(path.read_text()) for path in Path(room.__file__).parent.glob("*.py")]
    raised = [node.exc for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    keywords = [item for call in raised if isinstance(call, ast.Call) for item in call.keywords]
    reasons = {item.value.value for item in keywords if isinstance(item.value, ast.Constant)}
    assert reasons == ({case.reason for case in CASES} - {"not_found"}) | set(ELSEWHERE)


def test_a_place_without_a_fact_stays_open_in_a_draft(bureau: Bureau) -> None:
    petition = replace(in_progress(bureau), clocks={}, reply=None)
    facts = facts_of(petition, "Sở Xây dựng", "")
    assert set(facts) == {"[mã hồ sơ]", "[ngày gửi]", "[đơn vị]"}
    bureau.store.update(petition_path(petition.code), {"clocks": {}})
    assert "[hạn trả lời]" in begun(bureau).body


@pytest.mark.parametrize(("name", "longest"), [("name", 200), ("superior", 200), ("on_behalf", 100), ("head", 200)])
def test_names_of_an_issuer_have_a_longest_length(name: str, longest: int) -> None:
    assert IssuerForm.model_validate({"head": "Giám đốc", name: "x" * longest})
    with pytest.raises(ValidationError):
        IssuerForm.model_validate({"head": "Giám đốc", name: "x" * (longest + 1)})


@pytest.mark.parametrize(("name", "fewest", "longest"), [("heading", 0, 100), ("subject", 1, 300), ("text", 1, 8000)])
def test_parts_of_a_form_have_a_length(name: str, fewest: int, longest: int) -> None:
    form = {"kind": "receipt", "heading": "h", "sign": "PTN", "subject": "s", "text": "t", "recipients": ["r"]}
    for length, fits in ((fewest - 1, False), (fewest, True), (longest, True), (longest + 1, False)):
        given = {**form, name: "x" * length, **({"sign": ""} if name == "heading" and not length else {})}
        if fits:
            assert PaperForm.model_validate(given)
        elif length >= 0:
            with pytest.raises(ValidationError):
                PaperForm.model_validate(given)


@pytest.mark.parametrize(("count", "fits"), [(0, False), (1, True), (8, True), (9, False)])
def test_a_paper_has_one_recipient_to_eight(count: int, *, fits: bool) -> None:
    form = {"kind": "receipt", "heading": "h", "sign": "PTN", "subject": "s", "text": "t", "recipients": ["r"] * count}
    if fits:
        assert PaperForm.model_validate(form)
        return
    with pytest.raises(ValidationError):
        PaperForm.model_validate(form)


def test_samples_are_of_a_department_and_of_a_ward_in_turn() -> None:
    known, day = reference.directory(), date(2026, 2, 5)
    others = [unit for unit in known.units if unit.kind != "so"]
    department = next(unit for unit in known.units if unit.code == "SXD")
    directory = replace(known, units=(*others, department))
    found = samples(reference.paper_forms(), directory, day)
    assert len(found) == len(PaperKind)
    for at, (_, sheet) in enumerate(found):
        assert sheet.place == (directory.wards[0].bare if at % 2 else reference.paper_forms().city)
        assert at % 2 or "SXD" in sheet.symbol
        assert (sheet.number, sheet.day, sheet.year, sheet.signer) == (7, day, 2026, "Trần Thu Hằng")
        assert "[mã hồ sơ]" not in sheet.body
