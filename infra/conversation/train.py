"""Training of the local reader: linear heads over clauses, and a linear-chain tagger of values.

Run it by `infra.conversation.retrain`. The heads' optimum is unique (the penalty makes the loss strictly convex); the
tagger is trained by CRFsuite. Weights too small to change a decision are left out.
"""

from __future__ import annotations

import struct
import tempfile
from base64 import b64encode
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from infra.conversation.augment import augmented
from infra.conversation.corpus import COMMANDS, OLD_ACTS, Message
from petitions.domain.routing.places import Places
from petitions.domain.understanding.commands import TOPICS
from petitions.domain.understanding.features import of_clause, of_command, of_word
from petitions.domain.understanding.local_reader import sight_of, word_places
from petitions.domain.understanding.packed import PACKED, STEP, key_of
from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.text import Text

Matrix = np.ndarray[Any, np.dtype[np.float64]]

_STRENGTH = 8.0
"""Of the data against the penalty on squared weights."""
_FEWEST = 3
"""How often a feature must occur in a head."""
_PIECED, _FEWEST_PIECES = "command", 7
"""The head that sees pieces of words, and how often one must occur."""
_FAINT = 16
"""Steps of a weight below which it is left out."""
_ITERATIONS = 70
_CHAIN = {"c2": 0.03, "feature.minfreq": 2, "feature.possible_transitions": True}
_VALUES, _CLAUSES = {"c1": 0.05, "max_iterations": 70}, {"c1": 0.25, "max_iterations": 60}
_WEIGHT_OF_AN_ACT = 0.3
"""Of a message of the older form: its one act says little of its clauses."""
_LONGEST_TAGGED = 200
_OF_PLAIN = 3
"""One of so many messages of the older form without values teaches the tagger."""
_LONGEST_ACT = 8
"""The most words of a message of the older form that is taken for one clause."""
LEAST_HARM, FEW = 0.04, 6.0
LOST = 0.25
_STORIES = frozenset({"tell", "add", "contest", "danger"})
_KEEPING = _STORIES | {"unclear", "give", "correct", "remove"}


@dataclass(frozen=True)
class Row:
    """The input of a head for one example, and its class."""

    features: tuple[list[str], list[str]]
    target: str
    weight: float = 1.0


def model(items: Sequence[Message], places: Places, version: str) -> dict[str, Any]:
    """Return the model's JSON value."""
    more = augmented([item for item in items if not item.act])
    rows: dict[str, list[Row]] = defaultdict(list)
    for item in items:
        for name, row in _rows(item):
            rows[name].append(row)
    heads = {name: head(rows[name]) for name in sorted(rows)}
    chains = {"clauses": _clauses(items), "values": _values([*items, *more], places)}
    return {"version": version, "heads": heads, "chains": chains, "harm": harm(items)}


def _rows(item: Message) -> Iterable[tuple[str, Row]]:
    """Yield the examples of a message, with the heads that learn from them."""
    text = Text.of(item.text)
    sight = sight_of(text)
    for clause in item.clauses:
        first = sum(word.start < clause.start for word in text.words)
        last = sum(word.start < clause.end for word in text.words)
        if first == last:
            continue
        found = of_clause(sight, first, last, item.situation)
        yield _PIECED, Row(found, clause.command, _WEIGHT_OF_AN_ACT if item.act else 1.0)
        found = (found[0], [])
        if clause.command == "ask":
            yield "topic", Row(found, clause.detail if clause.detail in TOPICS else "other")
        elif clause.command == "rate" and clause.detail in {"1", "2", "3"}:
            yield "level", Row(found, clause.detail)
        elif clause.command == "danger":
            yield "kind", Row(found, clause.detail or "other")
        elif clause.command == "choose" and clause.detail.isdigit() and len(text.words) > 1:
            yield "option", Row(found, clause.detail)
        elif clause.command == "correct":
            values = [v.name for v in item.values if clause.start <= v.start < clause.end and v.name != "old"]
            yield "field", Row(found, clause.detail or (values[0] if values else "none"))


def head(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the trained head, as in the model's JSON: multinomial logistic regression."""
    classes = sorted({row.target for row in rows})
    counts = Counter(name for row in rows for part in row.features for name in part)
    fewest = {True: _FEWEST_PIECES, False: _FEWEST}
    names = sorted(name for name, count in counts.items() if count >= fewest[name.startswith("p")])
    number = {name: at for at, name in enumerate(names)}
    shown = _table(rows, number)
    target = np.array([classes.index(row.target) for row in rows])
    size, count = len(names), len(classes)
    turned = shown.T.tocsr()
    row_numbers = np.arange(len(target))
    weight = np.array([row.weight for row in rows]) * _STRENGTH

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        weights, bias = flat[: size * count].reshape(size, count), flat[size * count :]
        odds = shown @ weights + bias
        odds -= odds.max(axis=1, keepdims=True)
        share = np.exp(odds)
        share /= share.sum(axis=1, keepdims=True)
        cost = -np.log(share[row_numbers, target] + 1e-12) @ weight + (weights**2).sum() / 2
        share[row_numbers, target] -= 1
        share *= weight[:, None]
        return cost, np.concatenate([(turned @ share + weights).ravel(), share.sum(axis=0)])

    start = np.zeros(size * count + count)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS, "maxcor": 7}).x
    steps = np.rint(found / STEP).astype(int)
    table = steps[: size * count].reshape(size, count)
    weights = {name: _sparse(table[at]) for name, at in number.items()}
    return packed(classes, steps[size * count :].tolist(), {name: row for name, row in weights.items() if row})


def _table(rows: Sequence[Row], number: Mapping[str, int]) -> csr_matrix:
    ends, columns, values = [0], [], []
    for row in rows:
        for part, fewest in zip(row.features, (4, 8), strict=True):
            value = 1 / sqrt(max(fewest, len(part)))
            known = [number[name] for name in part if name in number]
            columns += known
            values += [value] * len(known)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(rows), len(number)), dtype=np.float32)


def _sparse(steps: Any) -> list[int]:
    """Return numbers of classes and weights by turns."""
    clipped = np.clip(steps, -32767, 32767)
    return [int(part) for at in np.flatnonzero(np.abs(steps) >= _FAINT) for part in (at, clipped[at])]


def packed(classes: Sequence[str], bias: Sequence[int], rows: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Return the arrays of a head; a row has numbers of classes and weights by turns. Of equal keys the first stays."""
    by_key: dict[int, Sequence[int]] = {}
    for name in sorted(rows):
        by_key.setdefault(key_of(name), rows[name])
    listed = [by_key[key] for key in sorted(by_key)]
    parts = (
        struct.pack(f"<{len(by_key)}I", *sorted(by_key)),
        bytes(len(row) // 2 for row in listed),
        bytes(number for row in listed for number in row[::2]),
        b"".join(struct.pack(f"<{len(row) // 2}h", *row[1::2]) for row in listed),
    )
    arrays = {name: b64encode(part).decode() for name, part in zip(PACKED, parts, strict=True)}
    return {"classes": list(classes), "bias": list(bias)} | arrays


def _values(items: Sequence[Message], places: Places) -> dict[str, Any]:
    def rows() -> Iterator[tuple[list[list[str]], list[str]]]:
        for item in items:
            text = Text.of(item.text)
            tags = tags_of(item, text)
            plain = bool(item.act) and tags is not None and set(tags) == {"O"}
            if tags and len(tags) <= _LONGEST_TAGGED and not (plain and key_of(item.id) % _OF_PLAIN):
                sight, named = sight_of(text), word_places(text, places)
                yield [list(of_word(sight, at, item.situation, named)) for at in range(len(tags))], tags

    return chain(rows(), _VALUES)


def _clauses(items: Sequence[Message]) -> dict[str, Any]:
    def rows() -> Iterator[tuple[list[list[str]], list[str]]]:
        for item in items:
            text = Text.of(item.text)
            if text.words and len(text.words) <= (_LONGEST_ACT if item.act else _LONGEST_TAGGED):
                ends = [clause.end for clause in item.clauses]
                tags = [item.clauses[bisect_right(ends, word.start)].command for word in text.words]
                sight = sight_of(text)
                yield [of_command(sight, at, item.situation) for at in range(len(tags))], tags

    return chain(rows(), _CLAUSES)


def chain(rows: Iterable[tuple[list[list[str]], list[str]]], how: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trained chain, as in the model's JSON, given the features of words and their tags."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for features, tags in rows:
        trainer.append(features, tags)
    trainer.set_params({**_CHAIN, **how})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "chain")
        trainer.train(path)
        trained = pycrfsuite.Tagger()
        trained.open(path)
        info = trained.info()
    classes = sorted(info.labels)
    number = {name: at for at, name in enumerate(classes)}
    found: dict[str, list[int]] = defaultdict(list)
    for (name, tag), weight in info.state_features.items():
        if abs(steps := round(weight / STEP)) >= _FAINT:
            found[name] += [number[tag], max(-32767, min(32767, steps))]
    moves = [[round(info.transitions.get((a, b), -8.0) / STEP) for b in classes] for a in classes]
    return packed(classes, [0] * len(classes), found) | {"steps": moves}


def tags_of(item: Message, text: Text) -> list[str] | None:
    """Return the tag of each word; None for a message of the older form whose values are not found in it."""
    tags = ["O"] * len(text.words)
    for value in item.values:
        if value.name not in {"code", "email"}:
            _tag(tags, text, value.name, value.start, value.end)
    return tags if not item.act or _tag_old(item, text, tags) else None


def _tag(tags: list[str], text: Text, name: str, start: int, end: int) -> None:
    within = [at for at, word in enumerate(text.words) if start <= word.start < end]
    if all(tags[at] == "O" for at in within):
        for at in within:
            tags[at] = f"{'B' if at == within[0] else 'I'}-{name}"


def _tag_old(item: Message, text: Text, tags: list[str]) -> bool:
    values = item.act["values"]
    if item.act["act"] == "correct" or item.situation == "confirm" or ("ward" in values and "place" not in values):
        return False
    folded = [word.folded for word in text.words]
    for name in ("name", "place", "home", "org"):
        wanted = [word.folded for word in Text.of(str(values.get(name, ""))).words]
        if name in values:
            count = len(wanted)
            at = next((at for at in range(len(folded) - count + 1) if folded[at : at + count] == wanted), None)
            if not wanted or at is None:
                return False
            _tag(tags, text, name, text.words[at].start, text.words[at + count - 1].end)
    if "phone" in values:
        found = next((phone for phone in telephones(text.flat) if phone.number == str(values["phone"])), None)
        if found is None:
            return False
        _tag(tags, text, "phone", found.start, found.end)
    return True


def harm(items: Sequence[Message]) -> dict[str, dict[str, dict[str, float]]]:
    """Return, by situation, command meant and command taken, the share of labels that say that the choice hurts.

    Where a situation has few labels of a command, those of all situations count more. A story taken for a command that
    keeps none of its words hurts at least `LOST`.
    """
    count: Counter[tuple[str, str]] = Counter()
    hurts: Counter[tuple[str, str, str]] = Counter()
    seen = [item for item in items if item.harm]
    for item in seen:
        meant = item.clauses[0].command
        hurting = {OLD_ACTS.get(name.partition(":")[0], name.partition(":")[0]) for name in item.harm} & COMMANDS
        for situation in ("", item.situation.value):
            count[situation, meant] += 1
            hurts.update((situation, meant, name) for name in hurting)
    found: dict[str, dict[str, dict[str, float]]] = {}
    for situation in sorted({item.situation.value for item in items}):
        for meant in sorted(COMMANDS):
            for taken in sorted(COMMANDS - {meant}):
                usual = hurts["", meant, taken] / max(1, count["", meant])
                share = (hurts[situation, meant, taken] + FEW * usual) / (count[situation, meant] + FEW)
                if meant in _STORIES and taken not in _KEEPING:
                    share = max(share, LOST)
                if share >= LEAST_HARM:
                    found.setdefault(situation, {}).setdefault(meant, {})[taken] = round(share, 2)
    return found
