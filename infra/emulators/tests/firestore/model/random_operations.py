"""Random operations for the test that compares emulator and model: values, writes and queries."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from typing import Any

from infra.emulators.tests.firestore.model.documents import Model, Write
from infra.emulators.tests.firestore.model.queries import Search
from infra.emulators.tests.firestore.model.values import Point, Ref

PATHS = ["a/0", "a/1", "a/10", "a/2", "a/x", "b/0", "b/é", "a/0/b/1", "a/0/b/2", "a/9/b/1"]
FIELDS = ["n", "v", "m.x", "m.y", "t"]
NUMBERS = [0, 1, 2, 3, -1, 0.5, 1.0, 2.5, -0.0, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), math.nan, math.inf]
VALUES: list[Any] = [
    *NUMBERS,
    None,
    True,
    False,
    "",
    "a",
    "b",
    "é",
    "\U0001f600",
    b"",
    b"\x00\xff",
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    Point(1.5, -2.0),
    Point(1.5, 3.0),
    Ref("a/0"),
    Ref("a/0/b/1"),
    Ref("a/10"),
    [],
    [1],
    [1, "a"],
    [1, None, {"k": 2}],
    {},
    {"x": 1},
    {"x": 1.0, "y": "b"},
    {"x": {"y": None}},
]
COMPARABLE = [one for one in VALUES if one is not None and repr(one) != "nan"]
PLAIN = [0, 1, 2, 3, 1.0, 0.5, "a", "b", b"a", True, None]
"""Values that are drawn often, so that comparisons find equal ones. The last one cannot be compared."""
OPS = ["==", "==", "<", "<=", ">", ">=", "!=", "in", "not-in", "array_contains", "array_contains_any"]
STEPS = [1, -1, 0.5, 2**63 - 1, 2**62, -(2**63)]
TRANSFORMS = ["increment", "maximum", "minimum", "union", "remove"]


class Dice:
    """Draws random operations. The same seed and the same state of the model give the same operations."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def value(self) -> Any:
        return self.random.choice(VALUES if self.random.random() < 0.4 else PLAIN)

    def path(self) -> str:
        return self.random.choice(PATHS)

    def fields(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name in ("n", "v", "w"):
            if self.random.random() < 0.6:
                made[name] = self.value()
        if self.random.random() < 0.6:
            made["m"] = {name: self.value() for name in "xyz" if self.random.random() < 0.6}
        if self.random.random() < 0.6:
            made["t"] = [one for one in self.random.choices(PLAIN, k=3) if not isinstance(one, list)]
        return made

    def write(self, model: Model) -> Write:
        path = self.path()
        have = model.docs.get(path)
        write = Write(path)
        match self.random.choice(["create", "set", "set", "merge", "update", "update", "transform", "delete"]):
            case "create":
                write.fields, write.exists = self.fields(), False
            case "set":
                write.fields = self.fields()
            case "merge":
                write.fields = self.fields()
                write.mask = leaves(write.fields)
            case "update":
                write.mask = self.random.sample(FIELDS, self.random.randint(1, 3))
                write.fields, write.exists = self.nested(write.mask), True
            case "transform":
                write.fields, write.mask, write.exists = {}, [], True
                write.transforms = self.transforms()
            case _:
                write.delete = True
        if write.exists is not False and self.random.random() < 0.2:
            write.exists = None
            write.version = (
                have.version if have and self.random.random() < 0.7 else self.random.randint(1, max(1, model.moment))
            )
        elif write.delete and self.random.random() < 0.2:
            write.exists = True
        return write

    def nested(self, paths: list[str]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for one in paths:
            if self.random.random() < 0.8:
                above, _, last = one.rpartition(".")
                (fields.setdefault(above, {}) if above else fields)[last] = self.value()
        return fields

    def transforms(self) -> list[tuple[str, str, Any]]:
        made: list[tuple[str, str, Any]] = []
        for one in self.random.sample(FIELDS, self.random.randint(1, 2)):
            what = self.random.choice(TRANSFORMS)
            many = what in {"union", "remove"}
            operand: Any = self.random.choice(STEPS if what == "increment" else NUMBERS)
            if many:
                operand = self.random.choices(PLAIN, k=2)
            made.append((one, what, operand))
        return made

    def test(self) -> tuple[str, str, Any]:
        op = self.random.choice(OPS)
        name = self.random.choice(FIELDS)
        if op in {"in", "not-in", "array_contains_any"}:
            return name, op, [self.value() for _ in range(self.random.randint(1, 3))]
        if op not in {"==", "!="}:
            return name, op, self.random.choice(COMPARABLE if self.random.random() < 0.4 else PLAIN[:-1])
        return name, op, self.value()

    def search(self) -> Search:
        wish = self.random.random
        made = Search(self.random.choice(["a", "b", "a/0/b"]))
        if wish() < 0.25:
            made = Search("b", group=True)
        base = [self.test() for _ in range(self.random.choice([0, 1, 1, 1, 2]))]
        made.where = [base]
        if wish() < 0.25:
            made.where = [[*base, self.test()] for _ in range(self.random.randint(2, 3))]
        names = self.random.sample(FIELDS, self.random.choice([0, 0, 1, 1, 2]))
        made.order = [(name, wish() < 0.5) for name in names]
        if made.order and wish() < 0.3:
            made.start = [self.value() for _ in range(self.random.randint(1, len(names)))], wish() < 0.5
        if made.order and wish() < 0.3:
            made.end = [self.value() for _ in range(self.random.randint(1, len(names)))], wish() < 0.5
        if wish() < 0.3:
            made.limit = self.random.randint(1, 4)
            # The client turns the order round for limit_to_last, but not the cursors.
            made.to_last = bool(made.order) and not (made.start or made.end) and wish() < 0.3
        if wish() < 0.2 and not made.to_last:
            made.offset = self.random.randint(1, 3)
        return made


def leaves(fields: dict[str, Any], above: str = "") -> list[str]:
    """Return the field paths that a merge writes: values that are not maps, and empty maps."""
    found = []
    for name, value in fields.items():
        if isinstance(value, dict) and value:
            found += leaves(value, f"{above}{name}.")
        else:
            found.append(above + name)
    return found
