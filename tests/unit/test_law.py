"""The tests have reference data of their own, and every shipped file is listed and tested (`tests.shipped`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from petitions.adapters import reference
from petitions.adapters.reference import SEEDS
from petitions.form_parts import form_words
from tests import law, shipped

TESTS = Path(law.__file__).parents[1]
NAMES = sorted({*SEEDS.values(), "form_words.vi.json", "form_words.en.json"})


def test_every_file_of_reference_data_is_there_once_more_and_is_changed_by_the_command() -> None:
    assert sorted(path.name for path in (TESTS / "law").glob("*.json")) == NAMES == sorted(shipped.SHOWN)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_file_has_a_file_of_tests(name: str) -> None:
    assert (TESTS.parent / shipped.test_file(name)).exists()


def test_what_runs_beside_the_tests_has_their_data() -> None:
    assert reference.raw is law.data
    assert dict(form_words("vi")) == json.loads(law.data("form_words.vi.json"))
    assert reference.raw("routing_rules.json") == (law.SHIPPED / "routing_rules.json").read_bytes()


def test_a_text_that_the_tests_cannot_use_is_the_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {"kept": "Mã $code", "other_place": "Mã $number", "new": "Mới", "options": "1. Có\n2. Không"}
    ours = {"kept": "Số $code", "other_place": "Mã $code", "gone": "Cũ", "options": "1. Có"}
    for name, texts in (("ours", ours), ("theirs", theirs)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "texts.vi.json").write_text(json.dumps(texts))
    monkeypatch.setattr(law, "OURS", tmp_path / "ours")
    monkeypatch.setattr(law, "SHIPPED", tmp_path / "theirs")
    assert json.loads(law.data.__wrapped__("texts.vi.json")) == {**theirs, "kept": "Số $code"}


def test_numbers_times_and_texts_are_changed_and_nothing_else() -> None:
    value = {
        "version": "2026-11-27",
        "id": "answer",
        "year": 2026,
        "amount": 8,
        "provisional": False,
        "hours": [["08:00", "12:59"]],
        "off": {"2026-11-24": "Ngày Văn hóa"},
        "text": "",
    }
    done = shipped.changed(value, {"off", "text"})
    assert done.value == {
        **value,
        "amount": 9,
        "hours": [["08:01", "12:00"]],
        "off": {"2026-11-24": "Ngày Văn hóa ·"},
    }
    assert (done.numbers, done.texts) == (3, 1)
