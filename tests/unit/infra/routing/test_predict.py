from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from infra.routing.predict import main, predictions
from petitions.domain.petition.petition import Location
from petitions.domain.routing.kinds import PetitionKind
from petitions.wiring import routing


def run(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, object]], str]:
    path = tmp_path / "petitions.jsonl"
    path.write_bytes(content)
    status = main([str(path)])
    shown = capsys.readouterr()
    return status, [json.loads(line) for line in shown.out.splitlines()], shown.err


def test_each_line_gets_the_decision_of_the_router(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "text": "Rác ở phường Láng"},
        {"id": "b", "text": "Rác ở đây", "address": "ngõ 5, phường Bạch Mai"},
        {"id": "c", "text": "Rác\u2028nhiều quá", "location": {"latitude": "20.969", "longitude": 105.779}},
    ]
    status, found, errors = run(tmp_path, "\n".join(json.dumps(row) for row in rows).encode(), capsys)
    assert (status, errors) == (0, "")
    places = [None, None, Location(latitude=20.969, longitude=105.779)]
    for row, place, prediction in zip(rows, places, found, strict=True):
        decision = routing.router().route(row["text"], row.get("address", ""), place)
        assert prediction["id"] == row["id"]
        assert prediction["units"] == [unit.code for unit in decision.units[:5]]
        assert len(decision.units) >= 3
        assert prediction["kind"] == decision.kind.value
        assert PetitionKind(str(prediction["kind"]))
        assert prediction["auto"] is decision.auto
        assert prediction["why"] == list(decision.why)


def test_accusation_is_closed_and_names_the_accused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"id": "ward", "text": "Ông địa chính phường Yên Hòa gợi ý phong bì mới chịu ký, không đưa thì trả hồ sơ"},
        {"id": "department", "text": "Thanh tra Sở Y tế nhận phong bì của phòng khám rồi làm ngơ"},
        {"id": "rubbish", "text": "Rác ùn ứ ở phố Huế"},
    ]
    _, found, _ = run(tmp_path, "\n".join(json.dumps(row) for row in rows).encode(), capsys)
    assert [(row["closed"], row["accused"]) for row in found] == [(True, "PX-00175"), (True, "SYT"), (False, None)]
    assert not found[0]["auto"]
    assert not found[1]["auto"]


def test_a_bad_line_is_named_and_the_others_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = b"\n".join(
        [
            b'\xef\xbb\xbf{"id": "first", "text": "R\xc3\xa1c"}',
            b"",
            b"   \r",
            b"nonsense",
            b"[1]",
            b'{"id": "no text"}',
            b'{"text": "no id"}',
            b'{"id": true, "text": "x"}',
            b'{"id": "n", "text": 5}',
            b'{"id": "l", "text": "x", "location": [1, 2]}',
            b'{"id": "l", "text": "x", "location": {"latitude": "north", "longitude": 1}}',
            b'{"id": "l", "text": "x", "location": {"latitude": 1}}',
            b'{"id": "l", "text": "x", "location": {"latitude": 91, "longitude": 1}}',
            b'{"id": "l", "text": "x", "location": {"latitude": NaN, "longitude": 1}}',
            b'{"id": "u", "text": "\xff"}',
            b"[" * 100_000,
            b'{"id": 7, "text": null, "address": null, "location": null}\r',
        ]
    )
    status, found, errors = run(tmp_path, content, capsys)
    assert status == 1
    assert [row["id"] for row in found] == ["first", 7]
    assert [line.split(":")[0] for line in errors.splitlines()] == [f"line {n}" for n in range(4, 17)]


def test_missing_file_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.jsonl"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "nowhere.jsonl" in shown.err


def test_lines_are_read_one_by_one() -> None:
    errors = io.StringIO()
    found = predictions([b'{"id": "a", "text": ""}', b"{"], routing.router(), errors)
    first = next(found)
    assert first is not None
    assert first["id"] == "a"
    assert errors.getvalue() == ""
