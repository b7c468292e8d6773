"""`make figures` shows differences between stored and recounted figures, and corrects them if confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any

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
    assert shown.startswith("test: counting\n")
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


class Counted:
    """Recounted figures whose differences are given, by day, month or other part."""

    def __init__(self, **differing: int) -> None:
        self.differing = {name.strip("_").replace("_", "-"): count for name, count in differing.items()}
        self.mended: list[str] = []
        self.left = 2

    def _of(self, what: str, mend: bool) -> list[str]:  # noqa: FBT001
        self.mended += [what] if mend else []
        return [f"{what} {number}" for number in range(self.differing.get(what, 0))]

    def lacking(self) -> list[str]:
        return ["HN-1", "HN-2", "HN-3"]

    def add_figures(self, code: str) -> int:
        self.mended.append(code)
        return int(code != "HN-2")

    def standing(self, *, mend: bool) -> list[str]:
        return self._of("open", mend)

    def days(self) -> list[str]:
        return ["2026-12-02", "2026-12-01", "2026-11-30"]

    def day(self, day: str, *, mend: bool) -> list[str]:
        return self._of(day, mend)

    def month(self, month: str, *, mend: bool) -> list[str]:
        return self._of(month, mend)

    def differing_days(self, first: date, *, mend: bool) -> list[str]:
        return self._of(f"ends-{first}", mend)

    def fold(self) -> bool:
        self.left -= 1
        return self.left >= 0

    def rebuilt(self, since: str = "", *, mend: bool) -> int:
        counted: Any = self
        return figures.rebuild(counted, counted.fold, counted, since, mend=mend)


def test_everything_is_counted_the_newest_first_and_corrected_before_it_is_folded() -> None:
    counted = Counted()
    assert counted.rebuilt(mend=True) == 2, "HN-2 had its figures meanwhile"
    days = ["2026-12-02", "2026-12-01", "2026-11-30"]
    assert counted.mended == ["HN-1", "HN-2", "HN-3", "open", *days, "2026-12", "2026-11", "ends-2026-11-30"]
    assert counted.left == -1, "until nothing is left to fold"
    shown = Counted()
    assert shown.rebuilt(mend=False) == 3
    assert (shown.mended, shown.left) == ([], 2)


@pytest.mark.parametrize(("since", "found"), [("2026-11-30", 3 + 4), ("2026-12-01", 3 + 4 + 2), ("", 3 + 4 + 2 + 1)])
def test_days_after_a_day_are_left_out(since: str, found: int) -> None:
    assert Counted(_2026_11_30=4, _2026_12_01=2, _2026_12_02=1).rebuilt(since, mend=False) == found
    assert Counted().rebuilt("2026-11-29", mend=False) == 3, "no day, no end of a day"


@pytest.mark.parametrize("count", [1, figures.SHOWN, figures.SHOWN + 1, figures.SHOWN + 5])
def test_so_many_differences_are_shown_and_the_rest_is_counted(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert Counted(open=count).rebuilt(mend=False) == 3 + count
    first, head, *lines = capsys.readouterr().out.splitlines()
    assert first == "  3 histories began before figures and lack them"
    assert head == f"  open: {count} differ"
    rest = count - figures.SHOWN
    shown = [f"    open {number}" for number in range(min(count, figures.SHOWN))]
    assert lines == [*shown, *([f"    ... and {rest} more"] if rest > 0 else [])]
