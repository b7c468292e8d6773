from __future__ import annotations

import gzip
import json
from pathlib import Path

import click
import pytest

from infra.operate import cli
from infra.operate.errors import OperatorError
from infra.operate.recount import recount_command
from petitions.domain.reports.report import Report, exported, make_report
from tests.unit.reports.test_balance import CUT, FORMS, GOOD, PERIOD


def recounted(report: str, inputs: str) -> int:
    return int(recount_command.main([report, inputs], standalone_mode=False))


def files(folder: Path) -> tuple[Report, str, str]:
    report, _ = make_report(FORMS, FORMS.forms[0], PERIOD, CUT, [GOOD])
    report_path, inputs = folder / "ket-qua.json", folder / "du-lieu-vao.jsonl.gz"
    report_path.write_text(report.model_dump_json())
    inputs.write_bytes(gzip.compress(b"".join(exported([GOOD]))))
    return report, str(report_path), str(inputs)


def test_the_hash_comes_out_of_the_exported_inputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report, report_path, inputs = files(tmp_path)
    assert recounted(report_path, inputs) == 0
    cells = sum(len(row) for row in report.rows.values())
    counted = f"{report.hash}  {report.form} {report.period_label}, {cells} cells in {len(report.rows)} rows"
    assert capsys.readouterr().out.splitlines() == [counted, "the same as in the report"]


@pytest.mark.parametrize(
    ("what", "parts"), [("a cell", "rows"), ("an input", "inputs, rows, hash"), ("the hash", "hash")]
)
def test_any_change_is_detected(tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str, parts: str) -> None:
    _, report_path, inputs = files(tmp_path)
    if what == "a cell":
        content = json.loads(Path(report_path).read_text())
        content["rows"]["SXD"][0] += 1
        Path(report_path).write_text(json.dumps(content))
    elif what == "the hash":
        content = json.loads(Path(report_path).read_text())
        Path(report_path).write_text(json.dumps({**content, "hash": "0" * 64}))
    else:
        changed = gzip.decompress(Path(inputs).read_bytes()).replace(b"on_time", b"late")
        Path(inputs).write_bytes(gzip.compress(changed))
    assert recounted(report_path, inputs) == 1
    _, last = capsys.readouterr().out.splitlines()
    assert last == f"NOT as the report says: {parts}"


@pytest.mark.parametrize("number", [0, 1])
def test_a_folder_or_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path, number: int) -> None:
    _, *given = files(tmp_path)
    for wrong in (tmp_path, tmp_path / "gone"):
        given[number] = str(wrong)
        with pytest.raises(click.BadParameter, match=r"is a directory|does not exist"):
            recounted(*given)


def test_other_files_are_refused_with_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "x"
    other.write_text("{}")
    with pytest.raises(OperatorError, match=r"x: not the files of a report \(ValidationError\)$"):
        recounted(str(other), str(other))
    assert cli.main(["recount", str(other), str(other)]) == 1
    assert "not the files of a report" in capsys.readouterr().err
