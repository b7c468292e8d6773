"""`make search-keys` makes petitions stored before search keys existed findable."""

from __future__ import annotations

from typing import Any

import pytest

from infra.operate.cli import main
from infra.operate.recovery import search_keys
from infra.operate.target import OpenedTarget
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.papers.paper import Paper, PaperKind, PaperState, paper_path
from petitions.domain.papers.sheet import Sheet
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.shared.records import replace
from tests.fakes import FakeClock, FakePublisher, FakeStore

CODE = "HN-261123-0000-0025"
PATH = petition_path(CODE)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    made, clock = FakeStore(), FakeClock()
    petition = Petition(
        code=CODE, citizen="c", title="t", content="giấy khai sinh", address="a", unit="SXD", state=State.NEW,
        filed_at=clock.now(), contact=Contact(name="Lan", phone="84900000000"),
    )  # fmt: skip
    made.create(PATH, petition.stored())
    sheet = Sheet(
        superior=[], issuer=[], place="Hà Nội", symbol="SXD-PAKN", number=7, year=2026, subject="s", body="b",
        recipients=[], authority=[],
    )  # fmt: skip
    draft = Paper(
        id="draft", code=CODE, unit="SXD", kind=PaperKind.REPLY, subject="s", body="b", drafted_by="x",
        drafted_at=clock.now(),
    )  # fmt: skip
    issued: dict[str, Any] = {"id": "paper", "state": PaperState.ISSUED, "number": 7, "year": 2026, "sheet": sheet}
    for paper in (draft, replace(draft, **issued)):
        made.create(paper_path(CODE, paper.id), paper.stored())
    del made.documents[PATH]["found_by"]
    monkeypatch.setattr(search_keys, "target", lambda _: OpenedTarget("test", "p", made, FakePublisher(), clock))
    return made


def test_a_dry_run_counts_and_writes_nothing(store: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    before = dict(store.documents[PATH])
    assert main(["search-keys", "--dry-run", "--yes"]) == 0
    assert "1 petitions are not found" in capsys.readouterr().out
    assert store.documents[PATH] == before


def test_an_old_petition_gets_its_keys_once(store: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search-keys", "--yes"]) == 0
    petition = Petition.model_validate(store.documents[PATH])
    assert petition.papers == ["07/SXD-PAKN"]
    assert "pakn" in petition.words
    assert store.documents[PATH] == petition.stored()
    assert main(["search-keys", "--yes"]) == 0
    assert capsys.readouterr().out.endswith("every petition is found by all that it should be\n")
