"""Train the network that finds commands and values in citizens' messages.

A bidirectional GRU runs over the words of a message. Several outputs, called heads, predict for every word: its
command, whether a clause begins, the value to which it belongs, and details of the command such as a topic.
`infra.conversation.retrain` runs the training, which takes about ten minutes.
"""

from __future__ import annotations

import random
from base64 import b64encode
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from infra.conversation.augment import augmented
from infra.conversation.corpus import COMMANDS, OLD_ACTS, LabelledClause, Message
from petitions.adapters.understanding.network import ARRAYS, HEADS, UNKNOWN
from petitions.domain.routing.places import Places
from petitions.domain.understanding.commands import SAID_FIELDS, TOPICS, DangerKind, Situation
from petitions.domain.understanding.features import PIECES, SeenWord
from petitions.domain.understanding.local_reader import seen_words
from petitions.domain.understanding.network import BEGINS, INSIDE, OUTSIDE
from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.text import Text

Arrays = dict[str, Any]
Batch = dict[str, NDArray[Any]]

_WIDTHS = {"tokens": 64, "keys": 24, "pieces": 32, "shapes": 24, "situations": 16}
_HIDDEN = 128
_EPOCHS, _AT_ONCE, _FASTEST = 9, 64, 2e-3
_FEWEST = {"tokens": 2, "keys": 3, "shapes": 3}
"""How often a word, key or shape must occur to get a row of its own in the network."""
_LONGEST = 96
"""The number of words after which a message is cut off in training."""
_UNKNOWN_SHARE = 0.05
"""The share of words that are hidden in training, so that the network can handle unknown words."""
_WEIGHT_OF_AN_ACT, _WEIGHT_OF_A_COPY = 0.3, 0.5
"""Weights of a message in the older form, where one act reveals little of its clauses, and of a derived message."""
_PARTS = {"value": 2.0}
"""The weights of heads in the loss. Other heads have the weight 1."""
_UNTAUGHT = -1
"""Marks a word that must not count in the loss of a head."""
_VALUE_NAMES = ("name", "phone", "place", "home", "org", "content", "old", "words", "time")
_CLASSES: Mapping[str, Sequence[str]] = {
    "command": sorted(COMMANDS),
    "value": [OUTSIDE, *(f"{mark}{name}" for name in _VALUE_NAMES for mark in (BEGINS, INSIDE))],
    "topic": TOPICS,
    "level": ("1", "2", "3"),
    "kind": (*get_args(DangerKind), "over"),
    "option": tuple(str(number) for number in range(10)),
    "field": (*SAID_FIELDS, "none"),
}
LEAST_HARM, FEW = 0.04, 6.0
LOST = 0.25
_STORIES = frozenset({"tell", "add", "contest", "danger"})
_KEEPING = _STORIES | {"unclear", "give", "correct", "remove"}


@dataclass(frozen=True)
class Lesson:
    """A message as training input. The lists have one item per word."""

    words: list[SeenWord]
    situation: str
    classes: Mapping[str, list[int]]
    """The number of every word's class by the name of the head, or `_UNTAUGHT`."""
    starts: list[int]
    """1 for a word that begins a clause, else 0."""
    commands: list[str]
    weight: float


def train_model(items: Sequence[Message], places: Places, version: str) -> dict[str, Any]:
    """Train on these messages and on messages derived from them. Return the network as JSON."""
    own = [lesson_of(item, places, _WEIGHT_OF_AN_ACT if item.act else 1.0) for item in items]
    made = [lesson_of(item, places, _WEIGHT_OF_A_COPY) for item in augmented([item for item in items if not item.act])]
    return trained([lesson for lesson in (*own, *made) if lesson], version, harm(items))


def lesson_of(item: Message, places: Places, weight: float) -> Lesson | None:
    """Return the training input for a message, or None if it has no words."""
    text = Text.of(item.text)
    words = seen_words(text, places)[:_LONGEST]
    if not words:
        return None
    ends = [clause.end for clause in item.clauses]
    at_words = [min(bisect_right(ends, word.start), len(ends) - 1) for word in text.words[: len(words)]]
    tags = tags_of(item, text)
    classes = {name: [_UNTAUGHT] * len(words) for name in HEADS}
    for at, number in enumerate(at_words):
        clause = item.clauses[number]
        taught = {"command": clause.command, "value": tags[at] if tags else None, **_particular(item, clause)}
        for name, value in taught.items():
            if value in _CLASSES[name]:
                classes[name][at] = _CLASSES[name].index(value)
    starts = [int(not at or at_words[at] != at_words[at - 1]) for at in range(len(words))]
    return Lesson(words, item.situation.value, classes, starts, item.commands, weight)


def _particular(item: Message, clause: LabelledClause) -> dict[str, str]:
    """Return the output head for the detail of a clause's command, with the detail: `{"level": "2"}`.

    Return {} if the command has no detail.
    """
    match clause.command:
        case "ask":
            return {} if item.act else {"topic": clause.detail}  # the older form has fewer topics
        case "rate":
            return {"level": clause.detail}
        case "danger":
            return {"kind": clause.detail or "other"}
        case "choose":
            return {"option": clause.detail}
        case "correct":
            values = [v.name for v in item.values if clause.start <= v.start < clause.end and v.name != "old"]
            return {"field": clause.detail or (values[0] if values else "none")}
        case _:
            return {}


def trained(lessons: Sequence[Lesson], version: str, harmful: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON form of a network trained on these messages."""
    words = _learned_words(lessons)
    rows = {kind: {name: row for row, name in enumerate(names, 1)} for kind, names in words.items()}
    arrays = _begun({kind: len(names) + 1 for kind, names in words.items()} | {"pieces": PIECES})
    steps = _EPOCHS * sum(1 for _ in _batches(lessons, rows, 0))
    pace = optax.warmup_cosine_decay_schedule(0, _FASTEST, min(300, steps // 4), steps, _FASTEST / 100)
    way = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(pace, weight_decay=1e-3))
    state, key = way.init(arrays), jax.random.PRNGKey(5)

    @jax.jit
    def learn(arrays: Arrays, state: Any, batch: Batch, key: Any) -> tuple[Arrays, Any]:
        changes, state = way.update(jax.grad(_loss)(arrays, batch, key), state, arrays)
        return optax.apply_updates(arrays, changes), state

    for epoch in range(_EPOCHS):
        for batch in _batches(lessons, rows, epoch):
            key, own = jax.random.split(key)
            arrays, state = learn(arrays, state, batch, own)
    return {
        "version": version,
        "classes": {name: list(classes) for name, classes in _CLASSES.items()},
        "words": words,
        "arrays": {name: _stored(np.asarray(arrays[name])) for name in ARRAYS},
        "harm": harmful,
    }


def _learned_words(lessons: Sequence[Lesson]) -> dict[str, list[str]]:
    """Return the words, keys, shapes and situations that get their own embedding in the network."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in _FEWEST}
    for lesson in lessons:
        for word in lesson.words:
            counts["tokens"][word.token] += 1
            counts["keys"][word.key] += 1
            counts["shapes"].update(word.shapes)
    words = {kind: sorted(n for n, c in counts[kind].items() if c >= fewest) for kind, fewest in _FEWEST.items()}
    return words | {"situations": sorted(Situation)}


def _begun(sizes: Mapping[str, int]) -> Arrays:
    keys = iter(jax.random.split(jax.random.PRNGKey(0), 16))

    def drawn(*shape: int, scale: float = 0.1) -> Any:
        return jax.random.normal(next(keys), shape) * scale

    seen = sum(_WIDTHS.values())
    out = 1 + sum(map(len, _CLASSES.values()))
    return {
        **{kind: drawn(sizes[kind], width) for kind, width in _WIDTHS.items()},
        "into": drawn(seen, 6 * _HIDDEN, scale=seen**-0.5),
        "into_bias": jnp.zeros(6 * _HIDDEN),
        "again": drawn(2, _HIDDEN, 3 * _HIDDEN, scale=_HIDDEN**-0.5),
        "out": drawn(2 * _HIDDEN + _WIDTHS["situations"], out),
        "out_bias": jnp.zeros(out),
        "whole": drawn(4 * _HIDDEN + _WIDTHS["situations"], len(_CLASSES["command"])),
        "whole_bias": jnp.zeros(len(_CLASSES["command"])),
    }


def _batches(lessons: Sequence[Lesson], rows: Mapping[str, Mapping[str, int]], epoch: int) -> Iterator[Batch]:
    """Yield batches of messages of similar length, in an order that differs between epochs."""
    chance = random.Random(epoch)  # noqa: S311 - no secret
    order = sorted(lessons, key=lambda lesson: (_padded(lesson), chance.random()))
    cuts = [at for at in range(1, len(order)) if _padded(order[at]) != _padded(order[at - 1])]
    spans = [(a, b) for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    groups = [order[at : min(at + _AT_ONCE, b)] for a, b in spans for at in range(a, b, _AT_ONCE)]
    chance.shuffle(groups)
    yield from (_batch(group, rows) for group in groups)


def _padded(lesson: Lesson) -> int:
    return -(-len(lesson.words) // 8) * 8


def _batch(lessons: Sequence[Lesson], rows: Mapping[str, Mapping[str, int]]) -> Batch:
    count, longest = _AT_ONCE, _padded(lessons[0])
    pieces = max(len(word.pieces) for lesson in lessons for word in lesson.words)
    pieces = -(-pieces // 5) * 5
    batch: Batch = {
        "tokens": np.zeros((count, longest), np.int32),
        "keys": np.zeros((count, longest), np.int32),
        "shapes": np.zeros((count, longest, 6), np.int32),
        "shaped": np.zeros((count, longest, 6), np.float32),
        "pieces": np.zeros((count, longest, pieces), np.int32),
        "pieced": np.zeros((count, longest, pieces), np.float32),
        "situations": np.zeros(count, np.int32),
        "mask": np.zeros((count, longest), np.float32),
        "starts": np.zeros((count, longest), np.float32),
        "whole": np.zeros((count, len(_CLASSES["command"])), np.float32),
        "weight": np.zeros(count, np.float32),
        **{name: np.full((count, longest), _UNTAUGHT, np.int32) for name in HEADS},
    }
    for row, lesson in enumerate(lessons):
        long = len(lesson.words)
        for at, word in enumerate(lesson.words):
            batch["tokens"][row, at] = rows["tokens"].get(word.token, UNKNOWN)
            batch["keys"][row, at] = rows["keys"].get(word.key, UNKNOWN)
            batch["shapes"][row, at, : len(word.shapes)] = [rows["shapes"].get(shape, UNKNOWN) for shape in word.shapes]
            batch["shaped"][row, at, : len(word.shapes)] = 1
            batch["pieces"][row, at, : len(word.pieces)] = word.pieces
            batch["pieced"][row, at, : len(word.pieces)] = 1
        for name in HEADS:
            batch[name][row, :long] = lesson.classes[name]
        batch["situations"][row] = rows["situations"][lesson.situation]
        batch["mask"][row, :long], batch["starts"][row, :long] = 1, lesson.starts
        batch["whole"][row] = [command in lesson.commands for command in _CLASSES["command"]]
        batch["weight"][row] = lesson.weight
    return batch


def _loss(arrays: Arrays, batch: Batch, key: Any) -> Any:
    words, whole = _outputs(arrays, batch, key)
    word_weights = batch["weight"][:, None] * batch["mask"]
    starting = optax.sigmoid_binary_cross_entropy(words[..., 0], batch["starts"])
    total, at = (starting * word_weights).sum(), 1
    for name, classes in _CLASSES.items():
        known = batch[name] >= 0
        target = jnp.where(known, batch[name], 0)
        loss = optax.softmax_cross_entropy_with_integer_labels(words[..., at : at + len(classes)], target)
        total += _PARTS.get(name, 1.0) * (loss * word_weights * known).sum()
        at += len(classes)
    wholly = optax.sigmoid_binary_cross_entropy(whole, batch["whole"]).sum(-1) * batch["weight"]
    return total / word_weights.sum() + wholly.sum() / batch["weight"].sum()


def _outputs(arrays: Arrays, batch: Batch, key: Any) -> tuple[Any, Any]:
    """Return the outputs of the word heads, and of the command head per message, with dropout by seed `key`."""
    dropped = iter(jax.random.split(key, 4))

    def drop(values: Any, share: float) -> Any:
        return values * jax.random.bernoulli(next(dropped), 1 - share, values.shape) / (1 - share)

    hidden_words = jax.random.bernoulli(next(dropped), _UNKNOWN_SHARE, batch["tokens"].shape)
    place = arrays["situations"][batch["situations"]]
    beside = jnp.broadcast_to(place[:, None], (*batch["tokens"].shape, place.shape[-1]))
    words = jnp.concatenate(
        [
            arrays["tokens"][jnp.where(hidden_words, UNKNOWN, batch["tokens"])],
            arrays["keys"][jnp.where(hidden_words, UNKNOWN, batch["keys"])],
            (arrays["pieces"][batch["pieces"]] * batch["pieced"][..., None]).sum(2),
            (arrays["shapes"][batch["shapes"]] * batch["shaped"][..., None]).sum(2),
            beside,
        ],
        -1,
    )
    sums = drop(words, 0.3) @ arrays["into"] + arrays["into_bias"]
    passes = (
        _passed(sums[..., : 3 * _HIDDEN], arrays["again"][0], batch["mask"], backwards=False),
        _passed(sums[..., 3 * _HIDDEN :], arrays["again"][1], batch["mask"], backwards=True),
    )
    kept = drop(jnp.concatenate(passes, -1), 0.4)
    mask = batch["mask"][..., None]
    most, mean = (kept - (1 - mask) * 1e9).max(1), (kept * mask).sum(1) / mask.sum(1).clip(1)
    whole = jnp.concatenate([most, mean, place], -1) @ arrays["whole"] + arrays["whole_bias"]
    return jnp.concatenate([kept, beside], -1) @ arrays["out"] + arrays["out_bias"], whole


@partial(jax.jit, static_argnames="backwards")
def _passed(sums: Any, again: Any, mask: Any, *, backwards: bool) -> Any:
    def step(mind: Any, now: Any) -> tuple[Any, Any]:
        word, real = now
        more = mind @ again
        gates = jax.nn.sigmoid(word[:, : 2 * _HIDDEN] + more[:, : 2 * _HIDDEN])
        new = jnp.tanh(word[:, 2 * _HIDDEN :] + gates[:, :_HIDDEN] * more[:, 2 * _HIDDEN :])
        update = gates[:, _HIDDEN:]
        mind = jnp.where(real > 0, update * mind + (1 - update) * new, mind)
        return mind, mind

    begun = jnp.zeros((sums.shape[0], _HIDDEN))
    over_words = (jnp.swapaxes(sums, 0, 1), mask.T[:, :, None])
    _, minds = jax.lax.scan(step, begun, over_words, reverse=backwards)
    return jnp.swapaxes(minds, 0, 1)


def _stored(array: NDArray[Any]) -> dict[str, Any]:
    return {"shape": list(array.shape), "numbers": b64encode(array.astype("<f2").tobytes()).decode()}


def tags_of(item: Message, text: Text) -> list[str] | None:
    """Return the tag of every word: the value to which it belongs, or none.

    Return None if a message of the older form has a value that does not occur in its text.
    """
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
    """Return the harm of mistakes, from 0 to 1, by situation, intended command and chosen command.

    It is the share of labels that call this choice harmful. If a situation has few labels for a command, the labels of
    all situations count more. If a citizen's story is taken for a command that stores none of its words, the harm is at
    least `LOST`.
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
