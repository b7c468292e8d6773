"""The quality of routing on petitions outside the training data, and whether training is reproducible."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from infra.routing import retrain
from infra.routing.calibrate import folds_of
from infra.routing.corpus import (
    APART,
    CONFIRM,
    EVALUATION,
    EXAMPLES,
    HELD_OUT,
    INDEPENDENT,
    OUTSIDE,
    TRAINING,
    example,
    from_directory,
    read,
)
from infra.routing.evaluate import Report, measure
from infra.routing.train import heads, see
from petitions.adapters.understanding import routers
from petitions.domain.language.words import fold, words
from petitions.domain.routing.kinds import PetitionKind
from petitions.domain.routing.linear_model import Weights
from petitions.domain.routing.reading import PetitionReader
from petitions.wiring import routing
from tests.law import packaged
from tests.unit.infra.routing.overlap import Overlap

LONG = 6


def test_the_floors_on_the_evaluation_set() -> None:
    found = measure(read(EVALUATION), routing.router())
    assert found.count >= 200
    assert found.defensible >= 0.88
    assert found.strict >= 0.80
    assert found.top3 >= 0.94
    assert found.kind >= 0.92
    assert found.auto >= 0.52
    assert found.auto_precision >= 0.96
    assert found.missed <= 1
    assert found.false_alarms <= found.count * 0.02


def test_promised_figures_hold_on_the_held_out_set() -> None:
    found = measure(read(HELD_OUT), routing.router())
    assert found.count >= 150
    assert found.defensible >= 0.90
    assert found.strict >= 0.75
    assert found.top3 >= 0.97
    assert found.auto >= 0.52
    assert found.auto_precision >= 0.96
    assert found.missed == 0
    assert found.false_alarms <= found.count * 0.02


def test_routing_keeps_up_on_the_outside_set() -> None:
    items = read(OUTSIDE)
    found = measure(items, routing.router())
    assert found.count >= 300
    assert found.defensible >= 0.93
    assert found.strict >= 0.80
    assert found.auto >= 0.48
    assert found.auto_precision >= 0.97
    assert measure([item for item in items if item.units[0][3:].isdigit()], routing.router()).strict >= 0.80
    assert found.missed == 0


def test_results_on_an_independent_author_match_the_readme() -> None:
    found = measure(read(INDEPENDENT), routing.router())
    assert found.count == 300
    assert found.defensible >= 0.85
    assert found.strict >= 0.78
    assert found.top3 >= 0.95
    assert found.auto >= 0.46
    assert found.auto_precision >= 0.91


def test_the_written_examples_go_where_they_belong() -> None:
    found = measure(read(EXAMPLES), routing.router())
    assert found.defensible >= 0.99
    assert found.missed == 0


@pytest.mark.release
@pytest.mark.parametrize("judge", [EVALUATION, HELD_OUT, CONFIRM, OUTSIDE, INDEPENDENT], ids=lambda path: path.stem)
def test_nothing_that_judges_is_learned(judge: Path) -> None:
    learned = [item for path in (TRAINING, APART, EXAMPLES) for item in read(path)]
    known = Overlap(item.text for item in learned)
    for item in read(judge):
        if len(words(item.text)) >= LONG:
            assert known.alike(item.text) == []
    spelled = {fold(item.text) for item in learned if len(words(item.text)) > 1}
    assert not {fold(item.text) for item in read(judge)} & spelled


def test_every_label_is_known() -> None:
    directory = packaged().directory
    paths = (TRAINING, APART, EXAMPLES, EVALUATION, HELD_OUT, CONFIRM, OUTSIDE, INDEPENDENT)
    items = [item for path in paths for item in read(path)]
    assert len(items) >= 600
    assert [item.text for item in items if not all(directory.knows(code) for code in item.units)] == []
    assert {unit.code for unit in directory.units} <= {code for item in items for code in item.units}


def by_hash(stored: dict[str, str]) -> dict[tuple[int, int], list[int]]:
    weights = Weights(stored)
    rows = zip(weights._keys, weights._checks, pairwise(weights._starts), strict=True)
    return {(key, check): list(weights._numbers[start:end]) for key, check, (start, end) in rows}


@pytest.mark.release
def test_training_gives_the_model_that_ships() -> None:
    directory = packaged().directory
    reader = PetitionReader(directory, routers.routing_rules())
    items = [
        *read(TRAINING),
        *read(APART),
        *from_directory(directory),
        *(replace(item, known=True) for item in read(EXAMPLES)),
    ]
    trained = heads(see(items, reader), directory)
    shipped = json.loads(retrain.MODEL.read_bytes())["heads"]
    assert trained.keys() | {"misconduct"} == shipped.keys()
    for name, head in trained.items():
        ours, theirs = by_hash(head["weights"]), by_hash(shipped[name]["weights"])
        assert head["classes"] == shipped[name]["classes"]
        assert len(ours.keys() ^ theirs.keys()) <= len(ours) * 0.001
        moved = [gram for gram in ours.keys() & theirs.keys() if ours[gram] != theirs[gram]]
        # A weight on the edge between two steps may fall to either side on another processor.
        assert len(moved) <= len(ours) * 0.001, (
            f"run `make train`: {len(moved)} of {len(ours)} weights of {name} differ"
        )


@pytest.mark.faults
def test_training_twice_gives_the_same_bytes() -> None:
    directory, rules = packaged().directory, routers.routing_rules()
    assert retrain.render(retrain.build(directory, rules)) == retrain.MODEL.read_text(encoding="utf-8")


def test_a_worse_model_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = json.loads(retrain.MODEL.read_bytes())
    worse = json.loads(retrain.MODEL.read_bytes())
    worse["heads"]["unit"]["evidence"] = -1.0
    monkeypatch.setattr(retrain, "build", lambda *_: worse)
    path = tmp_path / "model.json"
    path.write_text(retrain.render(shipped), encoding="utf-8")
    assert retrain.main(["--output", str(path)]) == 1
    assert json.loads(path.read_bytes()) == shipped
    assert "the old one stays" in capsys.readouterr().err
    path.write_text(retrain.render(worse), encoding="utf-8")
    monkeypatch.setattr(retrain, "build", lambda *_: shipped)
    assert retrain.main(["--output", str(path)]) == 0
    assert json.loads(path.read_bytes()) == shipped


def test_a_report_is_worse_when_fewer_are_right_or_an_emergency_more_is_missed() -> None:
    base = Report(100, 0.9, 0.8, 0.97, 0.9, 0.6, 0.97, 0, 0)
    assert replace(base, defensible=0.89).worse_than(base)
    assert replace(base, missed=1).worse_than(base)
    assert not base.worse_than(base)
    assert not replace(base, defensible=0.91).worse_than(base)


def test_corrections_and_the_dev_sample_are_read_too(tmp_path: Path) -> None:
    row = {"text": "Ổ gà", "expected_unit": "SXD", "accept_units": ["PX-?"], "expected_kind": "phan_anh_hanh_vi"}
    found = example({**row, "location": {"latitude": "21.0", "longitude": 105.8}})
    assert found.units == ("SXD", "PX-?")
    assert found.location is not None
    assert found.location.latitude == 21.0
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "x", "units": [], "kind": "question"}\n', encoding="utf-8")
    with pytest.raises(SystemExit, match=r"bad\.jsonl:1"):
        read(path)


def test_nearly_equal_texts_share_a_fold() -> None:
    texts = [f"Việc số {n} hoàn toàn khác hẳn {'abcdefgh'[n]}{n} x{n} y{n} z{n} t{n}" for n in range(8)]
    twins = ["Đèn đường phố Huế hỏng ba tuần không ai sửa", "Đèn đường phố Huế hỏng bốn tuần không ai sửa"]
    folds = folds_of([twins[0], *texts, twins[1]])
    assert folds[0] == folds[-1]
    assert len(set(folds)) > 1


@pytest.mark.parametrize(
    "answer",
    [
        "số 12 ngõ 345 phố Huế",
        "Trần Văn An, 12 Trung Kính, Yên Hòa",
        "Còn một chuyện nữa",
        "Tôi kể tiếp đây, còn một chuyện nữa",
        "Ảnh chụp chiều nay, hố vẫn còn",
        "tôi gửi hôm trước thế nào rồi",
        "Tôi có một chuyện muốn nói với thành phố",
        "vừa được người khác thay đổi",
        "so 6 ngo 41",
    ],
)
def test_an_ordinary_answer_in_the_conversation_is_no_emergency(answer: str) -> None:
    assert routing.router().route(answer).kind is not PetitionKind.EMERGENCY
