"""Who may take the steps of a paper, and the reasons for which they are refused."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from petitions.domain.files.attachment import copy_name
from petitions.domain.lifecycle.states import State
from petitions.domain.officers.officer import Officer
from petitions.domain.papers.paper import Paper, PaperKind, paper_path
from petitions.domain.petition.petition import petition_path
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, Forbidden, NotFound, Permanent, PetitionError, Rejected
from petitions.usecases import papers as room
from tests.unit.desk.petition.answering import in_progress
from tests.unit.papers.bureau import Bureau
from tests.unit.papers.drafting import KEY, begun, changed, issue, mark


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


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


def begins_one_more(bureau: Bureau, paper: Paper) -> Paper:
    for number in range(1, 50):
        more = replace(paper, id=f"{number:020}")
        bureau.store.create(paper_path(paper.code, more.id), more.stored())
    return begun(bureau, key="m" * 20)


CASES = (
    Case("papers_full", Rejected, begins_one_more),
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


VERBS: dict[str, Callable[[Bureau, Paper, Officer], object]] = {
    "begin": lambda bureau, paper, who: bureau.parts.papers.begin(who, paper.code, PaperKind.RECEIPT, "m" * 20),
    "find": lambda bureau, paper, who: bureau.parts.papers.find(who, paper.code, paper.id),
    "save": lambda bureau, paper, who: bureau.parts.papers.save(who, paper.code, paper.id, mark(paper), "s", "b"),
    "redraft": lambda bureau, paper, who: bureau.parts.papers.redraft(who, paper.code, paper.id, mark(paper)),
    "delete": lambda bureau, paper, who: bureau.parts.papers.delete(who, paper.code, paper.id),
    "save_to_sign": lambda bureau, paper, who: bureau.parts.papers.save_to_sign(
        who, paper.code, paper.id, mark(paper), "s", "b"
    ),
    "issue": lambda bureau, paper, who: bureau.parts.issue_paper(who, paper.code, paper.id, mark(paper)),
    "hand_over": lambda bureau, paper, who: bureau.parts.read_paper.hand_over(who, paper.code, paper.id),
    "ask_again": lambda bureau, paper, who: bureau.parts.read_paper.ask_again(who, paper.code, paper.id),
    "read": lambda bureau, paper, who: bureau.parts.read_paper(who, paper.code, paper.id, "pdf"),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("who", "error"), [("syt-head", NotFound), ("inspector", Forbidden)])
def test_who_does_not_hold_the_petition_does_nothing_with_its_papers(
    bureau: Bureau, verb: str, who: str, error: type[PetitionError]
) -> None:
    in_progress(bureau)
    paper = begun(bureau)
    if verb in {"hand_over", "ask_again", "read"}:
        paper = issue(bureau, paper)
        bureau.makes()
    before, sent = dict(bureau.store.documents), len(bureau.publisher.published)
    with pytest.raises(NotFound if verb == "read" else error):
        VERBS[verb](bureau, paper, bureau.officer(who))
    assert (bureau.store.documents, len(bureau.publisher.published)) == (before, sent)


def test_files_of_an_issued_paper_are_asked_for_again_and_of_a_draft_never(bureau: Bureau) -> None:
    in_progress(bureau)
    draft, sent = begun(bureau), len(bureau.publisher.of("papers"))
    officer, ask = bureau.officer("sxd-officer"), bureau.parts.read_paper.ask_again
    assert ask(officer, draft.code, draft.id) == draft
    assert len(bureau.publisher.of("papers")) == sent
    issued = issue(bureau, draft)
    assert ask(officer, draft.code, draft.id) == issued
    first, second = bureau.publisher.of("papers")[sent:]
    assert first.data["paper"] == second.data["paper"] == draft.id


def test_a_draft_filled_again_has_the_facts_and_the_writers_of_now(bureau: Bureau) -> None:
    petition = in_progress(bureau)
    paper = begun(bureau)
    bureau.clock.advance(minutes=1)
    save(bureau, paper)
    bureau.clock.advance(minutes=1)
    saved = bureau.paper(petition.code, KEY)
    head = bureau.officer("sxd-head")
    again = bureau.parts.papers.redraft(head, petition.code, KEY, mark(saved))
    filled: dict[str, Any] = {"subject": paper.subject, "body": paper.body, "facts": paper.facts}
    now: dict[str, Any] = {"drafted_by": "sxd-head", "drafted_at": bureau.clock.now()}
    assert again == replace(saved, **filled, **now, writers=["sxd-head", "sxd-officer"])
    assert bureau.paper(petition.code, KEY) == again
    with pytest.raises(Conflict):
        bureau.parts.papers.redraft(head, petition.code, KEY, mark(saved))


def test_every_reason_of_the_room_is_tried() -> None:
    trees = [ast.parse(path.read_text()) for path in Path(room.__file__).parent.glob("*.py")]
    raised = [node.exc for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    keywords = [item for call in raised if isinstance(call, ast.Call) for item in call.keywords]
    reasons = {item.value.value for item in keywords if isinstance(item.value, ast.Constant)}
    assert reasons == ({case.reason for case in CASES} - {"not_found"}) | set(ELSEWHERE)
