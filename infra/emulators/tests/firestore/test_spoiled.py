"""The comparison with the model and the linearizability check both detect an emulator that breaks one rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.emulators.tests.firestore.model.comparison import MANY_OPERATIONS, MANY_SEEDS, compared
from infra.emulators.tests.firestore.model.concurrent_history import REGISTERS, played
from infra.emulators.tests.firestore.model.linearizability import linearizable

pytestmark = pytest.mark.faults

DIFFERENT = {
    "less is less or equal": """
from dataclasses import replace
from infra.emulators.firestore.queries import execution
from infra.emulators.firestore.queries.filters import Op
right = execution._range
execution._range = lambda test, kind: right(replace(test, op=Op.LESS_EQUAL) if test.op is Op.LESS else test, kind)
""",
    "not equal finds null": """
from infra.emulators.firestore.queries.filters import Op, Test
right = Test._compare
Test._compare = lambda self, have: have != self.value if self.op is Op.NOT_EQUAL else right(self, have)
""",
    "a range goes over the types": """
from infra.emulators.firestore.queries import execution
right = execution._range
execution._range = lambda test, kind: right(test, kind)._replace(low=b"") if test.op.value == "<" else right(test, kind)
""",
    "integers and doubles are not compared": """
from infra.emulators.firestore.documents import value_order as values
right = values._number
values._ENCODERS["double_value"] = lambda number: right(number)[:1] + bytes([2]) + right(number)[2:]
""",
    "bytes before text": """
from infra.emulators.firestore.documents import value_order as values
right = values._ENCODERS["bytes_value"]
values._ENCODERS["bytes_value"] = lambda raw: bytes([values.Rank.STRING - 1]) + right(raw)[1:]
""",
    "the offset counts for the limit": """
from infra.emulators.firestore.queries import execution
right = execution.run
def run(database, query, time, after=None):
    found = right(database, query, time, after)
    return found if query.limit is None else found._replace(rows=found.rows[: max(0, query.limit - query.offset)])
from infra.emulators.firestore.service import consistency as reading
from infra.emulators.firestore.transactions import optimistic as transactions
reading.run = transactions.run = run
""",
    "phantoms pass": """
from infra.emulators.firestore.transactions.optimistic import Transaction
right = Transaction.conflict
def conflict(self):
    self.queries.clear()
    return right(self)
Transaction.conflict = conflict
""",
    "a transaction sees the present": """
from infra.emulators.firestore.storage.database import Database
Database.at = lambda self, path, time: self.current(path)
""",
    "the update time is not checked": """
from infra.emulators.firestore.writes.batch import Batch
right = Batch._check
def check(self, write, path, before):
    if write.current_document.WhichOneof("condition_type") != "update_time":
        right(self, write, path, before)
Batch._check = check
""",
    "a union holds doubles": """
from infra.emulators.firestore.writes import transforms
transforms._united = lambda have, new: transforms._stored([*transforms._array(have), *new.values])
""",
    "sums wrap around": """
from infra.emulators.firestore.writes import transforms
def wrapped(have, change):
    more, base = transforms._operand(change), transforms._number(have)
    if isinstance(base, int) and isinstance(more, int):
        return transforms.Value(integer_value=(base + more + 2**63) % 2**64 - 2**63)
    return right(have, change)
right = transforms._sum
transforms._sum = wrapped
""",
}
NOT_LINEAR = {
    "what was read is not checked": """
from infra.emulators.firestore.transactions.optimistic import Transaction
Transaction.conflict = lambda self: None
""",
    "reads are of different moments": """
from infra.emulators.firestore.transactions.optimistic import Transaction
Transaction.read = lambda self, path: self.database.current(path)
Transaction.conflict = lambda self: None
""",
    "an old version is read": """
from infra.emulators.firestore.storage.database import Database
right = Database.current
def current(self, path):
    old = self._replaced.get(path)
    return old[-1] if old and len(old) % 5 == 0 else right(self, path)
from infra.emulators.firestore.service import consistency as reading
reading.Reader.document = lambda self, path: current(self.database, path)
""",
}


def first_difference(server: FirestoreServer) -> str:
    for seed in MANY_SEEDS:
        try:
            compared(server, seed, MANY_OPERATIONS)
        except AssertionError as error:
            return str(error) or "different"
    return ""


@pytest.mark.parametrize("rule", DIFFERENT)
def test_a_difference_is_found(tmp_path: Path, rule: str) -> None:
    with FirestoreServer(tmp_path / "data.sqlite", spoil=DIFFERENT[rule]) as server:
        difference = first_difference(server)
    assert difference
    assert "InternalServerError" not in difference  # a spoilt emulator still answers, but wrongly


@pytest.mark.parametrize("rule", NOT_LINEAR)
def test_what_is_not_linearizable_is_found(tmp_path: Path, rule: str) -> None:
    with FirestoreServer(tmp_path / "data.sqlite", spoil=NOT_LINEAR[rule]) as server:
        for seed in range(10):
            history = played(server, seed)
            if not linearizable(history, dict.fromkeys(REGISTERS, 0)):
                return
    pytest.fail("not found")
