"""What the reading of messages promises, on utterances that training never sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.conversation import retrain
from infra.conversation.corpus import HELD_OUT, TRAINING, read
from infra.conversation.evaluate import judge, of_value, shares
from infra.conversation.understand import main
from petitions.adapters import reference
from petitions.domain.language.words import fold

MEGABYTE = 1_000_000


@pytest.mark.parametrize(("author", "count", "floor"), [("author_h", 560, 0.93), ("author_z", 600, 0.88)])
def test_the_floors_on_the_held_out_sets(author: str, count: int, floor: float) -> None:
    judged = judge(read(HELD_OUT / f"{author}.jsonl"), reference.message_reader())
    found, right, harmful, asks = shares(judged)
    assert found == count
    assert right >= floor
    assert harmful <= 0.01
    assert asks <= 0.08
    for name, precision, recall in (("phone", 0.95, 0.8), ("name", 0.95, 0.8), ("ward", 0.95, 0.8)):
        _, found_precision, found_recall = of_value(name, judged)
        assert found_precision >= precision, name
        assert found_recall >= recall, name


def test_the_model_that_ships_has_learned_these_texts() -> None:
    assert reference.dialog_act_model().version == retrain.version(read(TRAINING))
    assert retrain.MODEL.stat().st_size <= 4 * MEGABYTE


def test_what_judges_shares_no_sentence_with_what_is_learned() -> None:
    """Authors who never met write the same two or three words; nobody writes the same sentence."""
    learned = {fold(item.text) for item in read(TRAINING)}
    shared = [item.text for item in read(HELD_OUT) if fold(item.text) in learned]
    assert max(len(text.split()) for text in shared) <= 8
    assert len(shared) <= 0.2 * len(read(HELD_OUT))


def test_readings_are_printed_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"id": "a", "situation": "phone", "text": "0912 345 678"},
        {"id": "b", "situation": "consent", "text": "1"},
        {"id": "c", "text": "Cán bộ một cửa phường Yên Hòa thu thêm tiền của tôi"},
        {"id": "d", "situation": "nowhere", "text": "x"},
    ]
    path = tmp_path / "utterances.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    assert main([str(path)]) == 1
    shown = capsys.readouterr()
    phone, consent, story = (json.loads(line) for line in shown.out.splitlines())
    assert (phone["act"], phone["values"]["phone"]) == ("give", "0912345678")
    assert consent == {"id": "b", "act": "yes", "confidence": 1.0, "asks": False, "values": {}}
    assert (story["act"], story["values"]["ward"]) == ("file", "Phường Yên Hòa")
    assert shown.err.startswith('line 4: "situation" must be one of')
