"""The quality of the model that reads messages, measured on texts of authors outside the training data."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from infra.conversation import edits, retrain
from infra.conversation.augment import beside_stories
from infra.conversation.corpus import (
    DANGERS_HELD_OUT,
    HELD_OUT,
    TRAINING,
    LabelledClause,
    LabelledValue,
    Message,
    marked,
    of_act,
    read,
)
from infra.conversation.evaluate import Judged, judge, main_of, of_value, shares
from infra.conversation.understand import labels, main
from petitions.adapters.understanding import network
from petitions.domain.language.words import fold
from petitions.domain.understanding.commands import Situation
from petitions.wiring import understanding

MEGABYTE = 1_000_000
AUTHORS = {path.stem: path for folder in HELD_OUT for path in sorted(folder.iterdir())}
FLOORS = {"author_h": 0.83, "author_z": 0.79}
"""The minimum share of correct readings for two authors of an older format. All others must reach LEAST."""
LEAST = 0.77
MOST_HARMFUL, MOST_ASKED = 0.035, 0.1
VALUES = {
    "name": (0.87, 0.8),
    "phone": (0.88, 0.92),
    "place": (0.71, 0.69),
    "home": (0.82, 0.83),
    "email": (0.95, 0.88),
}
"""The minimum precision and recall, by kind of value."""


@pytest.fixture(scope="module")
def judged() -> dict[str, list[Judged]]:
    return {name: judge(read(path), understanding.reader()) for name, path in AUTHORS.items()}


@pytest.mark.parametrize("author", AUTHORS)
def test_the_floors_on_the_held_out_authors(judged: dict[str, list[Judged]], author: str) -> None:
    found = shares(judged[author])
    assert found.count >= 400
    assert found.right >= FLOORS.get(author, LEAST)
    assert found.harmful <= MOST_HARMFUL
    assert found.asks <= MOST_ASKED


def test_the_floors_on_all_of_them_together(judged: dict[str, list[Judged]]) -> None:
    every = [one for listed in judged.values() for one in listed]
    found = shares(every)
    assert found.harmful <= 0.022
    assert found.found >= 0.72
    assert found.invented <= 0.13
    for name, (precision, recall) in VALUES.items():
        _, found_precision, found_recall = of_value(name, every)
        assert found_precision >= precision, name
        assert found_recall >= recall, name


@pytest.mark.parametrize(("command", "floor"), [("danger", 0.95), ("erase", 0.9), ("person", 0.82)])
def test_what_must_not_be_missed_is_not(judged: dict[str, list[Judged]], command: str, floor: float) -> None:
    meant = [one for listed in judged.values() for one in listed if main_of(one.wanted) == command]
    assert shares(meant).right >= floor


@pytest.mark.parametrize(("author", "wanted", "most"), [("held_cries", True, 14), ("held_innocent", False, 2)])
def test_cry_for_help_is_recognised_beside_a_story(author: str, wanted: bool, most: int) -> None:  # noqa: FBT001 - a case
    found = judge(read(DANGERS_HELD_OUT / f"{author}.txt"), understanding.reader())
    assert len(found) == 50
    assert sum((one.reading.in_danger is not None) is not wanted for one in found) <= most


@pytest.mark.parametrize(
    ("name", "floor"), [("edits/strangers", 0.69), ("edits/strangers_5", 0.75), ("edits_held_out/author_2", 0.44)]
)
def test_the_floors_on_edits(name: str, floor: float) -> None:
    found = [edits.outcome(case) for case in edits.cases(edits.TEXTS / f"{name}.jsonl")]
    assert sum(one.right for one in found) >= floor * len(found)


def test_the_model_that_ships_has_learned_these_texts() -> None:
    learned = [item for path in TRAINING for item in read(path)]
    assert network.shipped().version == retrain.version(learned)
    assert retrain.MODEL.stat().st_size <= 8 * MEGABYTE


def test_evaluation_shares_no_sentence_with_training() -> None:
    """Independent authors may share messages of two or three words, but no sentence."""
    learned = {fold(item.text) for path in TRAINING for item in read(path)}
    judges = [item for path in (*HELD_OUT, DANGERS_HELD_OUT) for item in read(path)]
    shared = [item.text for item in judges if fold(item.text) in learned]
    assert max(len(text.split()) for text in shared) <= 8
    assert len(shared) <= 0.2 * len(judges)


def test_every_labelled_message_is_cut_into_clauses_without_a_gap() -> None:
    for item in (item for path in (*TRAINING, *HELD_OUT, DANGERS_HELD_OUT) for item in read(path)):
        starts = [clause.start for clause in item.clauses]
        assert starts == [0, *(clause.end for clause in item.clauses[:-1])], item.id
        assert item.clauses[-1].end == len(item.text), item.id
        assert all(0 <= value.start < value.end <= len(item.text) for value in item.values), item.id


def test_a_cry_for_help_is_learned_beside_stories_of_others() -> None:
    clause, detail = LabelledClause, "suicide"
    place = LabelledValue("place", 0, 7)
    cry = Message("c", "one", Situation.IDLE_NEW, "", "Cứu tôi", (clause(0, 7, "danger", detail),))
    story = Message("t", "two", Situation.CONTENT, "", "Xã Hồng thu tiền.", (clause(0, 17, "tell"),), (place,))
    found = beside_stories([cry, story] * 10, random.Random(1))
    assert {tuple(item.commands) for item in found} == {("danger", "tell"), ("tell", "danger")}
    for item in found:
        parts = {one.command: item.text[one.start : one.end].strip(" ,.\n") for one in item.clauses}
        assert parts["danger"] == "Cứu tôi"
        assert parts["tell"].removeprefix("vì ") == "Xã Hồng thu tiền"
        assert [item.text[value.start : value.end] for value in item.values] == ["Xã Hồng"]
        assert (item.author, item.situation) == ("one", Situation.IDLE_NEW)


def test_a_marked_line_is_read() -> None:
    text, clauses, values = marked("[affirm]Có. [give]Tôi là {name:Lê Hoa}, [ask:cost]mất phí không")
    assert text == "Có. Tôi là Lê Hoa, mất phí không"
    assert [(text[clause.start : clause.end], clause.command, clause.detail) for clause in clauses] == [
        ("Có. ", "affirm", ""),
        ("Tôi là Lê Hoa, ", "give", ""),
        ("mất phí không", "ask", "cost"),
    ]
    assert [(labelled_value.name, text[labelled_value.start : labelled_value.end]) for labelled_value in values] == [
        ("name", "Lê Hoa")
    ]
    with pytest.raises(ValueError, match="begins with the command"):
        marked("Có. [give]Tôi là Lê Hoa")


def test_a_bad_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "author.txt"
    path.write_text("# consent | Anh/chị có đồng ý không?\n[affirm]vâng\nkhông có gì\n")
    with pytest.raises(SystemExit, match=r"author\.txt:3"):
        read(path)


def test_a_row_of_the_older_form_is_one_clause() -> None:
    row = {"id": "a", "situation": "consent", "text": "2", "act": "no", "also": [], "values": {}, "harm": ["yes"]}
    item = of_act(row, "author")
    assert isinstance(item, Message)
    assert (item.situation, item.commands, item.clauses[0].detail) == (Situation.CONSENT, ["choose"], "2")


def test_the_options_of_a_question_are_its_labels() -> None:
    assert labels("1 Phường Láng 2 Phường Đống Đa 3 Phường Ô Chợ Dừa") == [
        "Phường Láng",
        "Phường Đống Đa",
        "Phường Ô Chợ Dừa",
    ]


def test_readings_are_printed_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"id": "a", "situation": "phone", "text": "0912 345 678"},
        {"id": "b", "situation": "consent", "text": "1"},
        {"id": "c", "text": "Cán bộ một cửa phường Yên Hòa thu thêm tiền của tôi"},
        {"id": "d", "situation": "nowhere", "text": "x"},
        {"id": "e", "situation": "choose_ward", "text": "Phường Láng", "asked": "1 Phường Láng 2 Phường Đống Đa"},
    ]
    path = tmp_path / "utterances.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    assert main([str(path)]) == 1
    shown = capsys.readouterr()
    phone, consent, story, ward = (json.loads(line) for line in shown.out.splitlines())
    assert phone["commands"] == [{"cmd": "give", "field": "phone", "value": "0912345678"}]
    assert (phone["act"], phone["values"]["phone"]) == ("give", "0912345678")
    assert (consent["commands"], consent["act"]) == ([{"cmd": "choose", "field": None, "value": "1"}], "yes")
    assert (story["commands"][0]["cmd"], story["act"]) == ("tell", "file")
    assert story["values"]["ward"] == "Phường Yên Hòa"
    assert ward["commands"] == [{"cmd": "choose", "field": None, "value": "1"}]
    assert not any(row["asks"] for row in (phone, consent, story, ward))
    assert shown.err.startswith('line 4: "situation" must be one of')
