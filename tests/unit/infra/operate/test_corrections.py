"""`make corrections` replaces its file only by a complete one, which only the owner may read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.operate import corrections
from infra.operate.cli import main
from infra.operate.target import OpenedTarget
from infra.reference_data import load
from petitions.adapters.reference import ReferenceInForce
from petitions.errors import Retryable
from petitions.usecases.routing.export_corrections import ExportCorrections
from tests.fakes import FakeClock, FakePublisher, FakeStore

EXAMPLES = [{"text": "Đèn đường hỏng", "unit": "SXD"}, {"text": "Vỉa hè", "unit": "SYT"}]


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    store, clock, found = FakeStore(), FakeClock(), list[Any](EXAMPLES)
    load(store, clock)
    monkeypatch.setattr(corrections, "target", lambda _: OpenedTarget("stack x", "p", store, FakePublisher(), clock))

    def export(_: object) -> Iterator[Any]:
        for one in found:
            if isinstance(one, Exception):
                raise one
            yield one

    monkeypatch.setattr(ExportCorrections, "__call__", export)
    return found


@pytest.mark.usefixtures("exported")
def test_the_file_has_every_example_in_letters_and_is_its_owners(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "corrections.jsonl"
    file.write_text("former")
    assert main(["corrections", str(file)]) == 0
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == EXAMPLES
    assert "Đèn đường hỏng" in lines[0]
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]
    assert capsys.readouterr().out.startswith(f"stack x: 2 corrections in {file}; citizens' words")


def test_what_breaks_off_leaves_the_former_file_and_nothing_else(exported: list[Any], tmp_path: Path) -> None:
    exported.append(Retryable("Firestore does not answer"))
    file = tmp_path / "corrections.jsonl"
    file.write_text("former")
    assert main(["corrections", str(file)]) == 1
    assert file.read_text() == "former"
    assert list(tmp_path.iterdir()) == [file]


def test_what_breaks_off_before_its_first_line_is_said_in_its_own_words(
    exported: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> None:
        raise Retryable("no directory in force")

    monkeypatch.setattr(ReferenceInForce, "__call__", refuse)
    assert main(["corrections", str(tmp_path / "corrections.jsonl")]) == 1
    assert exported == EXAMPLES
    assert capsys.readouterr().err == "error: no directory in force\n"


def test_what_cannot_be_put_in_its_place_is_not_called_written(
    exported: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Retryable("the disk is full")

    monkeypatch.setattr(Path, "replace", refuse)
    assert main(["corrections", str(tmp_path / "corrections.jsonl")]) == 1
    assert exported == EXAMPLES
    assert capsys.readouterr().out == ""
