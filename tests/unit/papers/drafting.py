"""The steps of a paper on the use cases: a draft, its issue, and its files."""

from __future__ import annotations

from typing import Any

from petitions.domain.papers.paper import (
    Paper,
    PaperKind,
    paper_path,
)
from petitions.domain.petition.petition import Petition
from tests.unit.desk.petition.answering import in_progress
from tests.unit.papers.bureau import Bureau

KEY = "k" * 20


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
