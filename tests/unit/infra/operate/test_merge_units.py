"""`make merge-units` shows the moves, asks, stores the merger, and moves the work of ended units."""

from __future__ import annotations

import pytest

from infra.operate import merge_units
from infra.operate.cli import main
from infra.operate.target import OpenedTarget
from infra.reference_data import load
from petitions.usecases.reference.hand_over_unit import HandOverUnit
from tests.fakes import FakeClock, FakePublisher, FakeStore

TODAY = "2026-11-23"
TOMORROW = "2026-11-24"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    made, clock = FakeStore(), FakeClock()
    load(made, clock)
    for number, unit in enumerate(("SQHKT", "SQHKT", "SXD")):
        fields = {"id": f"o{number}", "name": "Lan", "email": f"o{number}@example.vn", "unit": unit, "role": "officer"}
        made.create(f"officers/o{number}", {"schema_version": 1, **fields})
    monkeypatch.setattr(merge_units, "target", lambda _: OpenedTarget("test", "p", made, FakePublisher(), clock))
    return made


def units(store: FakeStore) -> list[str]:
    return [store.documents[path]["unit"] for path in sorted(store.paths("officers"))]


def test_a_merger_of_today_moves_what_its_parts_hold_now(store: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge-units", "SQHKT", "SXD", TODAY, "--yes"]) == 0
    output = capsys.readouterr().out
    assert "SQHKT -> SXD: 0 open petitions and 2 officers move now" in output
    assert output.endswith("done: 2 moved, 0 left\n")
    assert units(store) == ["SXD", "SXD", "SXD"]


def test_repeated_it_changes_nothing(store: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge-units", "SQHKT", "SXD", TODAY, "--yes"]) == 0
    capsys.readouterr()
    assert main(["merge-units", "SQHKT", "SXD", TODAY, "--yes"]) == 0
    output = capsys.readouterr().out
    assert "the directory has this merger already" in output
    assert "done: 0 moved, 0 left" in output


def test_a_merger_of_tomorrow_leaves_the_parts_what_they_have_on_their_last_day(
    store: FakeStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["merge-units", "SQHKT", "SXD", TOMORROW, "--yes"]) == 0
    output = capsys.readouterr().out
    assert f"0 open petitions and 2 officers move by the schedule, after {TODAY}" in output
    assert output.endswith("done: 0 moved, 0 left\n"), "what waits for its day is not left behind"
    assert units(store) == ["SQHKT", "SQHKT", "SXD"]


def test_what_could_not_be_moved_is_counted_and_the_status_says_so(
    store: FakeStore, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HandOverUnit, "__call__", lambda _: 0)
    assert main(["merge-units", "SQHKT", "SXD", TODAY, "--yes"]) == 1
    assert capsys.readouterr().out.endswith("done: 0 moved, 2 left (run it again)\n")


@pytest.mark.parametrize(("words", "status"), [(["--dry-run"], 0), (["--dry-run", "--yes"], 0), ([], 1)])
def test_dry_or_without_a_yes_nothing_is_written(
    store: FakeStore, capsys: pytest.CaptureFixture[str], words: list[str], status: int
) -> None:
    before = dict(store.documents)
    assert main(["merge-units", "SQHKT", "SXD", TODAY, *words]) == status
    assert "SQHKT -> SXD" in capsys.readouterr().out
    assert store.documents == before


def test_a_new_unit_needs_a_name_and_keeps_its_source(store: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    new = ["merge-units", "SQHKT,SXD", "SQHXD", TODAY, "--yes"]
    assert main(new) == 1
    assert capsys.readouterr().err.startswith("error: ")
    assert main([*new, "--name", "Sở Quy hoạch và Xây dựng", "--source", "QĐ 1/2026"]) == 0
    assert units(store) == ["SQHXD", "SQHXD", "SQHXD"]
    written = [fields for path, fields in store.documents.items() if "Sở Quy hoạch và Xây dựng" in str(fields)]
    assert any("QĐ 1/2026" in str(fields) for fields in written)
