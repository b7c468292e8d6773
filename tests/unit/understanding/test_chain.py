"""The likeliest tags of a chain, against trying every sequence; runs of tags and the spans that they mark."""

from __future__ import annotations

import json
from base64 import b64encode
from itertools import product
from random import Random

import pytest

from petitions.domain.understanding.chain import Chain, Run, runs, spans
from petitions.domain.understanding.packed import STEP, Head, chances
from tests.unit.understanding.heads import packed

ROWS = {"wcháy": {0: 512}, "wtôi": {1: 256, 0: -256}, "wtiền": {1: 128}}
DATA = packed(ROWS, ("danger", "tell"), (64, -64))


# Heads.


def test_a_head_gives_the_weights_of_its_features() -> None:
    head = Head.load(json.loads(json.dumps(DATA)))
    assert head.classes == ("danger", "tell")
    assert head.bias == (64 * STEP, -64 * STEP)
    assert head.row("wcháy") == ((0, 2.0),)
    assert head.row("wtôi") == ((1, 1.0), (0, -1.0))
    assert head.row("wkhác") == ()


def test_a_head_adds_the_weights_of_features_to_sums() -> None:
    head = Head.load(DATA)
    sums = [0.0, 0.0]
    head.add(sums, ["wcháy", "wtiền", "wkhác"], 0.5)
    assert sums == [1.0, 0.25]


@pytest.mark.parametrize("broken", ["keys", "lengths", "columns", "weights", "classes", "bias"])
def test_a_head_of_the_wrong_shape_is_refused(broken: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Head.load({name: value for name, value in DATA.items() if name != broken})


def test_rows_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Head.load(DATA | {"columns": b64encode(b"\x00").decode()})


def test_probabilities_of_log_odds_add_up_and_keep_their_order() -> None:
    found = chances([3.0, -1.0, 700.0])
    assert sum(found) == pytest.approx(1.0)
    assert found[2] > found[0] > found[1]


# Chains.


def chain(seed: int, tags: int) -> tuple[Chain, list[list[str]]]:
    """Return a chain with weights by chance, and the features of six words."""
    random = Random(seed)
    features = [f"f{number}" for number in range(8)]
    rows = {name: {tag: random.randint(-500, 500) for tag in range(tags)} for name in features}
    data = packed(rows, tuple(f"t{tag}" for tag in range(tags)))
    data["steps"] = [[random.randint(-500, 500) for _ in range(tags)] for _ in range(tags)]
    return Chain.load(data), [random.sample(features, 3) for _ in range(6)]


@pytest.mark.parametrize("seed", range(8))
def test_the_tags_are_the_likeliest_of_all(seed: int) -> None:
    found, words = chain(seed, 3)
    steps, classes = found.steps, found.head.classes

    def score(tags: tuple[int, ...]) -> float:
        sums = [0.0] * len(classes)
        total = 0.0
        for at, tag in enumerate(tags):
            sums = list(found.head.bias)
            found.head.add(sums, words[at])
            total += sums[tag] + (steps[tags[at - 1]][tag] if at else 0.0)
        return total

    best = max(product(range(len(classes)), repeat=len(words)), key=score)
    assert found.tags(words) == [classes[tag] for tag in best]


def test_of_no_words_there_are_no_tags() -> None:
    found, _ = chain(1, 3)
    assert found.tags([]) == []


def test_a_chain_whose_steps_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="steps"):
        Chain.load({**DATA, "steps": [[0, 0]]})


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ([], []),
        (["a"], [Run("a", 0, 1)]),
        (["a", "a", "b", "a"], [Run("a", 0, 2), Run("b", 2, 3), Run("a", 3, 4)]),
    ],
)
def test_runs_of_equal_tags(tags: list[str], found: list[Run]) -> None:
    assert runs(tags) == found


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (["O", "O"], []),
        (["B-name", "I-name", "O", "B-phone"], [Run("name", 0, 2), Run("phone", 3, 4)]),
        (["B-name", "B-name"], [Run("name", 0, 1), Run("name", 1, 2)]),
        (["I-home", "I-home"], [Run("home", 0, 2)]),
        (["B-home", "I-place"], [Run("home", 0, 1), Run("place", 1, 2)]),
        (["B-home", "O", "I-home"], [Run("home", 0, 1), Run("home", 2, 3)]),
    ],
)
def test_spans_begin_and_go_on(tags: list[str], found: list[Run]) -> None:
    assert spans(tags) == found
