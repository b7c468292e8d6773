"""Run the same random operations on the emulator and on the model, and compare results and errors."""

from __future__ import annotations

import sys
import uuid
from datetime import datetime
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import And, FieldFilter, Or

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.emulators.tests.firestore.model.documents import Model, Transaction, Write
from infra.emulators.tests.firestore.model.queries import Search, run
from infra.emulators.tests.firestore.model.random_operations import FIELDS, Dice
from infra.emulators.tests.firestore.model.values import MISSING, Point, Ref, Refusal, exactly, kind, look

MANY_SEEDS = range(100, 120)
MANY_OPERATIONS = 1_000
TRANSFORMS = {
    "increment": firestore.Increment,
    "maximum": firestore.Maximum,
    "minimum": firestore.Minimum,
    "union": firestore.ArrayUnion,
    "remove": firestore.ArrayRemove,
}


def micros(time: Any) -> int:
    stamp = time if hasattr(time, "nanos") else time.timestamp_pb()
    return int(stamp.seconds * 1_000_000 + stamp.nanos // 1000)


def attempted(action: Any) -> tuple[Any, str | None]:
    try:
        return action(), None
    except Refusal as refusal:
        return None, str(refusal)
    except exceptions.GoogleAPICallError as error:
        return None, type(error).__name__


class Both:
    """The emulator and the model side by side. Every operation is applied to both."""

    def __init__(self, client: firestore.Client, seed: int) -> None:
        self.client = client
        self.model = Model()
        self.dice = Dice(seed)
        self.times: dict[int, Any] = {}
        self.open: list[tuple[firestore.Transaction, Transaction]] = []
        self.refusals: list[str] = []

    def to_client(self, value: Any) -> Any:
        match value:
            case Ref():
                return self.client.document(value.path)
            case Point():
                return firestore.GeoPoint(value.latitude, value.longitude)
            case list():
                return [self.to_client(one) for one in value]
            case dict():
                return {name: self.to_client(one) for name, one in value.items()}
        return value

    def to_model(self, value: Any) -> Any:
        match value:
            case firestore.DocumentReference():
                return Ref(value.path)
            case firestore.GeoPoint():
                return Point(value.latitude, value.longitude)
            case datetime():
                return datetime.fromtimestamp(value.timestamp(), tz=value.tzinfo)
            case list():
                return [self.to_model(one) for one in value]
            case dict():
                return {name: self.to_model(one) for name, one in value.items()}
        return value

    def same(self, real: Any, expected: Any) -> Any:
        theirs, expected_refusal = attempted(expected)
        ours, refusal = attempted(real)
        assert refusal == expected_refusal
        if refusal is not None:
            self.refusals.append(refusal)
        return ours, theirs

    def add(self, batch: Any, write: Write) -> None:
        reference = self.client.document(write.path)
        option = None
        if write.version is not None:
            option = self.client.write_option(last_update_time=self.times[write.version])
        elif write.delete and write.exists:
            option = self.client.write_option(exists=True)
        if write.delete:
            batch.delete(reference, option=option)
        elif write.mask is None or (write.version is None and write.exists is None):
            if write.exists is False:
                batch.create(reference, self.to_client(write.fields))
            else:
                batch.set(reference, self.to_client(write.fields), merge=write.mask is not None)
        else:
            changes: dict[str, Any] = {}
            for path in write.mask:
                value = look(write.fields or {}, path)
                changes[path] = firestore.DELETE_FIELD if value is MISSING else self.to_client(value)
            for path, what, operand in write.transforms:
                changes[path] = TRANSFORMS[what](self.to_client(operand))
            batch.update(reference, changes, option=option)

    def writes(self) -> list[Write]:
        made: list[Write] = []
        while len(made) < self.dice.random.choice([1, 1, 2, 3]):
            write = self.dice.write(self.model)
            if write.mask == [] and not write.transforms:
                write.mask = None
            if write.mask is None and not write.delete:
                write.version = None  # a set takes no precondition
            if write.mask is not None and write.exists is None and write.transforms:
                write.exists = None if write.version is not None else True
            if write.version is not None and write.version not in self.times:
                write.version = None
                write.exists = True if write.delete or write.mask is not None else write.exists
            made.append(write)
        return made

    def learn(self, results: Any, versions: list[int | None]) -> None:
        for result, version in zip(results, versions, strict=True):
            if version is not None:
                assert self.times.setdefault(version, result.update_time) == result.update_time

    def commit(self) -> None:
        writes = self.writes()
        batch = self.client.batch()
        for write in writes:
            self.add(batch, write)
        results, versions = self.same(batch.commit, lambda: self.model.commit(writes))
        if results is not None:
            self.learn(results, versions)

    def check_document(self, snapshot: Any, docs: Any, path: str) -> None:
        have = docs.get(path)
        assert snapshot.exists is (have is not None)
        if have is not None:
            assert exactly(self.to_model(snapshot.to_dict())) == exactly(have.fields)
            times = [self.times[have.created], self.times[have.version]]
            assert list(map(micros, (snapshot.create_time, snapshot.update_time))) == list(map(micros, times))

    def read(self) -> None:
        path = self.dice.path()
        self.check_document(self.client.document(path).get(), self.model.docs, path)

    def read_past(self) -> None:
        moment = self.dice.random.choice([0, *self.times])
        if moment:
            path = self.dice.path()
            snapshot = self.client.document(path).get(read_time=self.times[moment])
            self.check_document(snapshot, self.model.past[moment], path)

    def query(self, search: Search) -> Any:
        made: Any = self.client.collection_group("b") if search.group else self.client.collection(search.collection)
        parts = [
            [FieldFilter(name, op, self.to_client(value)) for name, op, value in conjunction]
            for conjunction in search.where
        ]
        if len(parts) > 1:
            made = made.where(filter=Or([one[0] if len(one) == 1 else And(one) for one in parts]))
        else:
            for one in parts[0]:
                made = made.where(filter=one)
        for name, down in search.order:
            made = made.order_by(name, direction="DESCENDING" if down else "ASCENDING")
        if search.start is not None:
            made = (made.start_at if search.start[1] else made.start_after)(self.cursor(search, search.start[0]))
        if search.end is not None:
            made = (made.end_at if search.end[1] else made.end_before)(self.cursor(search, search.end[0]))
        if search.offset:
            made = made.offset(search.offset)
        if search.limit:
            made = (made.limit_to_last if search.to_last else made.limit)(search.limit)
        return made

    def cursor(self, search: Search, values: list[Any]) -> list[Any]:
        return [self.to_client(one) for one, _ in zip(values, search.order, strict=False)]

    def search(self) -> None:
        search = self.dice.search()
        query = self.query(search)
        found, expected = self.same(query.get, lambda: run(self.model.docs, search))
        if found is not None:
            assert [one.reference.path for one in found] == expected[1], search
            for one in found:
                self.check_document(one, self.model.docs, one.reference.path)

    def project(self) -> None:
        search = Search("a")
        names = self.dice.random.sample(FIELDS, 2)
        for one in self.query(search).select(names).get():
            fields = self.model.docs[one.reference.path].fields
            for name in names:
                have = look(self.to_model(one.to_dict()), name)
                assert exactly(have) == exactly(look(fields, name))

    def aggregate(self) -> None:
        search = self.dice.search()
        search.to_last = False
        what = self.dice.random.choice(["count", "sum", "avg"])
        name = self.dice.random.choice(FIELDS)
        made = self.query(search)
        made = made.count(alias="x") if what == "count" else getattr(made, what)(name, alias="x")
        found, expected = self.same(made.get, lambda: run(self.model.docs, search, [] if what == "count" else [name]))
        if found is None:
            return
        values = [look(self.model.docs[path].fields, name) for path in expected[1]]
        numbers = [one for one in values if one is not MISSING and kind(one) == 2]
        total: Any = sum(numbers)
        if isinstance(total, int) and not -(2**63) <= total < 2**63:
            total = float(total)
        mean = total / len(numbers) if numbers else 0.0
        answer = {"count": len(expected[1]), "sum": total, "avg": mean}[what]
        have = found[0][0].value
        assert have == pytest.approx(answer, nan_ok=True), (search, what, name)

    def lists(self) -> None:
        listed = [one.path for one in self.client.collection("a").list_documents(page_size=2)]
        tops = {"/".join(path.split("/")[:2]) for path in self.model.docs if path.startswith("a/")}
        assert listed == sorted(tops)
        below = [one.id for one in self.client.document("a/0").collections()]
        assert below == sorted({path.split("/")[2] for path in self.model.docs if path.startswith("a/0/")})

    def begin(self) -> None:
        if len(self.open) < 3:
            transaction = self.client.transaction()
            transaction._begin()
            self.open.append((transaction, Transaction()))

    def read_in_transaction(self) -> None:
        if not self.open:
            return
        transaction, theirs = self.dice.random.choice(self.open)
        if self.dice.random.random() < 0.5:
            path = self.dice.path()
            theirs.read.add(path)
            (snapshot,) = self.client.get_all([self.client.document(path)], transaction=transaction)
            self.check_document(snapshot, self.model.begin_read(theirs), path)
            return
        search = self.dice.search()
        search.to_last = False

        def expected() -> list[str]:
            run({}, search)
            docs = self.model.begin_read(theirs)
            self.model.note(theirs, search, [])
            return run(docs, search)[1]

        found, paths = self.same(lambda: list(self.query(search).stream(transaction=transaction)), expected)
        if found is not None:
            assert [one.reference.path for one in found] == paths

    def end(self) -> None:
        if not self.open:
            return
        transaction, theirs = self.open.pop(self.dice.random.randrange(len(self.open)))
        writes = self.writes()
        for write in writes:
            self.add(transaction, write)
        before = len(self.refusals)
        results, versions = self.same(transaction._commit, lambda: self.model.commit(writes, theirs))
        if results is not None:
            self.learn(results, versions)
        elif len(self.refusals) > before:
            transaction._rollback()


STEPS = {
    Both.commit: 8,
    Both.read: 2,
    Both.read_past: 1,
    Both.search: 8,
    Both.project: 1,
    Both.aggregate: 3,
    Both.lists: 1,
    Both.begin: 2,
    Both.read_in_transaction: 3,
    Both.end: 2,
}


def compared(server: FirestoreServer, seed: int, operations: int) -> list[str]:
    """Apply the random operations of a seed to emulator and model, and return the errors that both raised."""
    sys.stdout.write(f"FIRESTORE_SEED={seed}\n")  # pytest shows it with a failure
    client = server.client(f"random-{uuid.uuid4().hex[:12]}")
    both = Both(client, seed)
    steps = [step for step, weight in STEPS.items() for _ in range(weight)]
    for _ in range(operations):
        both.dice.random.choice(steps)(both)
    for transaction, _ in both.open:
        transaction._rollback()
    client.close()
    return both.refusals
