"""`make figures` shows differences between stored and recounted figures, and corrects them if confirmed."""

from __future__ import annotations

import pytest

from infra.operate import figures
from infra.operate.cli import main
from infra.operate.target import OpenedTarget
from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.petition.petition import Contact, Petition
from petitions.usecases.shared.petition_changes import Actor, begin_petition
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.fakes import FakeClock, FakePublisher, FakeStore

TIMES = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    made, clock = FakeStore(), FakeClock()
    petition = Petition(code="HN-1", citizen="c", title="t", content="c", address="a", unit="SXD", state=State.NEW,
                    filed_at=clock.now(), contact=Contact(name="n", phone="84900000000"))  # fmt: skip
    made.transact(lambda tx: begin_petition(tx, petition, TIMES, Actor(Role.CITIZEN), clock.now()))
    del made.documents["petitions/HN-1/history/1"]["figures"]
    del made.documents["petitions/HN-1/history/1"]["unfolded_at"]
    clock.advance(days=2)
    monkeypatch.setattr(figures, "target", lambda _: OpenedTarget("test", "p", made, FakePublisher(), clock))
    return made


def test_a_dry_run_shows_and_writes_nothing(store: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    before = dict(store.documents)
    assert main(["figures", "--dry-run", "--yes"]) == 0
    assert store.documents == before
    shown = capsys.readouterr().out
    assert "1 histories began before figures and lack them" in shown
    assert "open HANOI total : 0 folded, 1 counted" in shown
    assert main(["figures"]) == 1  # nobody to ask
    assert store.documents == before


def test_differences_are_corrected_completely(store: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", "--yes"]) == 0
    assert store.documents["stats/SXD"]["total"] == 1
    assert store.documents["stats/HANOI/days/2026-11-23"]["total"] == {"received": 1, "via_zalo": 1}
    store.update("stats/HANOI/days/2026-11-23", {"total": {"received": 5, "via_zalo": 1}})
    assert main(["figures", "--from", "2026-11-22", "--yes"]) == 0  # that day is left out
    assert store.documents["stats/HANOI/days/2026-11-23"]["total"] == {"received": 5, "via_zalo": 1}
    assert main(["figures", "--yes"]) == 0
    assert "day HANOI 2026-11-23 total  received: 5 folded, 1 counted" in capsys.readouterr().out
    assert main(["figures"]) == 0
    assert capsys.readouterr().out.endswith("the figures are those of a full count\n")


def test_invalid_day_is_reported(store: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", "--from", "yesterday"]) == 2
    assert "is no day" in capsys.readouterr().err
    assert "stats/SXD" not in store.documents
