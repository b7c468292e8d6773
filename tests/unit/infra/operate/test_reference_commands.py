"""`make load` and `make publish` on a test store: their output, questions, writes and refusals."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from infra.operate import load, publish
from infra.operate.cli import main
from infra.operate.target import OpenedTarget
from infra.reference_data import load as load_all
from petitions.adapters.reference import SEEDS, parsed
from petitions.usecases.reference.publish_reference import PublishReference
from tests.fakes import FakeClock, FakePublisher, FakeStore


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    made, clock = FakeStore(), FakeClock()
    for command in (load, publish):
        monkeypatch.setattr(command, "target", lambda _: OpenedTarget("stack x", "p", made, FakePublisher(), clock))
    return made


@pytest.fixture
def store(empty: FakeStore) -> FakeStore:
    load_all(empty, FakeClock())
    return empty


@pytest.fixture
def file(tmp_path: Path) -> Path:
    calendars: dict[str, Any] = copy.deepcopy(parsed("calendars.json"))
    calendars["years"][3]["off"]["2026-12-15"] = "nghỉ lễ bổ sung"
    made = tmp_path / "calendars.json"
    made.write_text(json.dumps(calendars))
    return made


def test_loading_twice_writes_once(empty: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", "--yes"]) == 0
    assert "written; functions notice within a minute" in capsys.readouterr().out
    written = copy.deepcopy(empty.documents)
    assert main(["load", "--yes"]) == 0
    assert capsys.readouterr().out == "stack x: reference data are as they should be, nothing to write\n"
    assert empty.documents == written


def test_nothing_is_loaded_without_a_yes(empty: FakeStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load"]) == 1
    assert capsys.readouterr().out.startswith("stack x:\n")
    assert empty.documents == {}


def test_what_is_in_force_is_printed_to_be_edited_and_comes_back_unchanged(
    store: FakeStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", "calendars", "--show"]) == 0
    shown = capsys.readouterr().out
    assert "Ngày Văn hóa Việt Nam" in shown, "in letters, to be edited"
    file = tmp_path / "same.json"
    file.write_text(shown, encoding="utf-8")
    before = copy.deepcopy(store.documents)
    assert main(["publish", "calendars", str(file), "--yes"]) == 0
    assert capsys.readouterr().out == "stack x: in force already, nothing to write\n"
    assert store.documents == before


@pytest.mark.parametrize(("words", "status"), [(["--dry-run", "--yes"], 0), ([], 1)])
def test_dry_or_without_a_yes_nothing_is_published(
    store: FakeStore, file: Path, words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    before = copy.deepcopy(store.documents)
    assert main(["publish", "calendars", str(file), *words]) == status
    output = capsys.readouterr().out
    assert "0 open petitions would move" in output
    assert "published" not in output
    assert store.documents == before


def test_a_published_calendar_is_in_force(store: FakeStore, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "calendars", str(file), "--yes"]) == 0
    output = capsys.readouterr().out
    assert "published; functions notice within a minute" in output
    assert 'over when the log has "recompute_done"' in output
    assert main(["publish", "calendars", "--show"]) == 0
    assert "nghỉ lễ bổ sung" in capsys.readouterr().out


@pytest.mark.parametrize(("content", "fault"), [("{", "not JSON"), ('{"years": []}', "weekdays: Field required")])
def test_a_faulty_file_is_refused_with_its_faults(
    store: FakeStore, tmp_path: Path, content: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "faulty.json"
    file.write_text(content)
    before = copy.deepcopy(store.documents)
    assert main(["publish", "calendars", str(file), "--yes"]) == 1
    shown = capsys.readouterr()
    assert "faults, nothing written:" in shown.err
    assert fault in shown.err
    assert shown.out == ""
    assert store.documents == before


@pytest.mark.usefixtures("store")
def test_a_file_or_a_wish_to_see_is_needed_and_not_both(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "calendars"]) == 2
    assert main(["publish", "calendars", str(file), "--show"]) == 2
    assert main(["publish", "calendars", str(file.with_name("missing.json"))]) == 1
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize(("is_shipped", "offers"), [(True, False), (False, True)])
def test_withdrawing_is_offered_for_what_the_city_published_and_not_for_what_was_shipped(
    store: FakeStore,
    monkeypatch: pytest.MonkeyPatch,
    is_shipped: bool,  # noqa: FBT001
    offers: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr(PublishReference, "moves", lambda *_: [])
    monkeypatch.setattr(PublishReference, "kept_terms", lambda *_: {"v7": 3})
    monkeypatch.setattr(PublishReference, "is_shipped", lambda *_: is_shipped)
    where = OpenedTarget("stack x", "p", store, FakePublisher(), FakeClock())
    plan = publish.publishing(where).plan("calendars", parsed(SEEDS["calendars"]))
    *_, line = publish.moves_in_words(where, plan)
    assert line.startswith("3 open petitions keep the terms of v7, under which they were filed")
    assert ('Add "withdrawn": ["v7"] to the file' in line) == offers
