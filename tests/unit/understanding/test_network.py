"""The most probable commands and values in a message, compared with a search over all possibilities."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from itertools import product
from math import log, prod
from random import Random
from typing import Any

import numpy as np
import pytest

from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.adapters.understanding.network import ARRAYS, HEADS, ReadingNetwork
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.local_reader import seen_words
from petitions.domain.understanding.network import CUT, Run, Scores, clauses, likely, mean, spans
from petitions.domain.understanding.text import Text

COMMANDS = ("ask", "give", "tell")
VALUES = ("O", "B-name", "I-name", "B-home", "I-home")


def shares(random: Random, count: int, words: int) -> list[list[float]]:
    """Return random probabilities of `count` classes for `words` words, each row adding up to 1."""
    rows = [[random.random() for _ in range(count)] for _ in range(words)]
    return [[share / sum(row) for share in row] for row in rows]


def scores(rows: list[list[float]], starts: list[float], whole: Sequence[float] = (1.0, 1.0, 1.0)) -> Scores:
    return Scores({"command": rows}, {"command": [list(map(log, row)) for row in rows]}, starts, whole)


@pytest.mark.parametrize("seed", range(8))
def test_the_clauses_are_the_likeliest_of_all(seed: int) -> None:
    random = Random(seed)
    rows, starts = shares(random, 3, 5), [random.random() for _ in range(5)]

    def likelihood(found: Sequence[Run]) -> float:
        begun = {run.first for run in found}
        tags = {at: run.tag for run in found for at in range(run.first, run.last)}
        words = (log(rows[at][COMMANDS.index(tags[at])]) for at in range(5))
        return sum(words) + sum(log(starts[at]) + CUT if at in begun else log(1 - starts[at]) for at in range(1, 5))

    def cut(begins: Sequence[bool], tags: Sequence[str]) -> list[Run]:
        firsts = [0, *(at for at, begin in enumerate(begins, 1) if begin)]
        return [Run(tag, *span) for tag, span in zip(tags, zip(firsts, [*firsts[1:], 5], strict=True), strict=False)]

    every = [
        cut(begins, tags)
        for begins in product((False, True), repeat=4)
        for tags in product(COMMANDS, repeat=1 + sum(begins))
    ]
    assert likelihood(clauses(scores(rows, starts), COMMANDS)) == pytest.approx(max(map(likelihood, every)))


def test_two_clauses_of_one_command_may_follow_each_other() -> None:
    rows = [[0.9, 0.05, 0.05]] * 4
    assert clauses(scores(rows, [1, 0.1, 0.9, 0.1]), COMMANDS) == [Run("ask", 0, 2), Run("ask", 2, 4)]


def test_what_the_whole_message_says_weighs_with_its_words() -> None:
    rows = [[0.5, 0.45, 0.05]] * 3
    doubted = scores(rows, [1.0, 0.01, 0.01], whole=[0.01, 0.9, 0.01])
    (found,) = clauses(doubted, COMMANDS)
    assert found == Run("give", 0, 3)
    chances = likely(doubted, found)
    assert sum(chances) == pytest.approx(1.0)
    assert chances[1] > 0.8


@pytest.mark.parametrize("seed", range(8))
def test_the_values_are_the_likeliest_of_all(seed: int) -> None:
    rows = shares(Random(seed), 5, 5)

    def allowed(tags: Sequence[int]) -> bool:
        names = [VALUES[tag] for tag in tags]
        before = ["O", *names]
        return all(now[0] != "I" or was[2:] == now[2:] for was, now in zip(before, names, strict=False))

    best = max(filter(allowed, product(range(5), repeat=5)), key=lambda tags: prod(map(lambda r, t: r[t], rows, tags)))
    found = spans([list(map(log, row)) for row in rows], VALUES)
    tags = ["O"] * 5
    for run in found:
        tags[run.first : run.last] = [f"B-{run.tag}", *[f"I-{run.tag}"] * (run.last - run.first - 1)]
    assert tags == [VALUES[tag] for tag in best]


def test_the_mean_is_over_the_words_of_a_clause() -> None:
    assert mean([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]], 0, 2) == [0.75, 0.25]


# The network.


def small(seed: int = 1) -> dict[str, Any]:
    data = json.loads(reference.raw("reading_model.json"))
    words = {"tokens": ["toi", "o"], "keys": ["tôi", "ở"], "shapes": ["G"], "situations": ["content"]}
    random = np.random.default_rng(seed)
    out = 1 + sum(len(data["classes"][name]) for name in HEADS)
    commands = len(data["classes"]["command"])
    sizes = {
        "tokens": (3, 4), "keys": (3, 2), "pieces": (6000, 2), "shapes": (2, 2), "situations": (2, 2),
        "into": (12, 18), "into_bias": (18,), "again": (2, 3, 9), "out": (8, out), "out_bias": (out,),
        "whole": (14, commands), "whole_bias": (commands,),
    }  # fmt: skip
    arrays = {name: random.normal(size=size).astype("<f2") for name, size in sizes.items()}
    return {**data, "words": words, "arrays": {name: stored(array) for name, array in arrays.items()}}


def stored(array: Any) -> dict[str, Any]:
    return {"shape": list(array.shape), "numbers": b64encode(array.tobytes()).decode()}


def test_each_word_has_probabilities_of_every_head() -> None:
    network = ReadingNetwork(json.dumps(small()))
    words = seen_words(Text.of("tôi ở phường lạ"), routers.places())
    found = network.scores(words, "content")
    assert found.heads.keys() == set(HEADS)
    for name, rows in found.heads.items():
        assert [len(row) for row in rows] == [len(network.classes[name])] * 4
        assert [sum(row) for row in rows] == pytest.approx([1.0] * 4)
    assert all(0 < start < 1 for start in found.starts)


def test_a_word_is_read_by_what_stands_before_and_behind_it_and_by_the_situation() -> None:
    network, places = ReadingNetwork(small()), routers.places()

    def middle(typed: str, situation: str = "content") -> list[float]:
        return list(network.scores(seen_words(Text.of(typed), places), situation).heads["command"][1])

    alone = middle("tôi ở đây")
    assert middle("tôi ở đây") == alone
    assert middle("ở ở đây") != alone
    assert middle("tôi ở ở") != alone
    assert middle("tôi ở đây", "confirm") != alone


@pytest.mark.parametrize("broken", ["version", "classes", "words", "arrays", "harm"])
def test_a_model_without_a_part_is_refused(broken: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        ReadingNetwork({name: value for name, value in small().items() if name != broken})


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_of_the_wrong_size_is_refused(name: str) -> None:
    data = small()
    data["arrays"][name] = {**data["arrays"][name], "shape": [7]}
    with pytest.raises(ValueError, match="reshape"):
        ReadingNetwork(data)


def test_the_shipped_network_knows_every_situation() -> None:
    data = json.loads(reference.raw("reading_model.json"))
    assert data["words"]["situations"] == sorted(Situation)


def test_no_clause_begins_within_a_value() -> None:
    rows = [[0.9, 0.05, 0.05], [0.05, 0.05, 0.9], [0.05, 0.05, 0.9]]
    doubted = scores(rows, [1.0, 0.9, 0.1])
    assert len(clauses(doubted, COMMANDS)) == 2
    assert clauses(doubted, COMMANDS, [Run("place", 0, 3)]) == [Run("tell", 0, 3)]
