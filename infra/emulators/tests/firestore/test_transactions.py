"""Optimistic transactions through the official client: isolation, conflicts, phantoms, ids, contention."""

from __future__ import annotations

import asyncio
import random
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.base_query import FieldFilter

from infra.emulators.testing.firestore_server import FirestoreServer, in_transaction

F = FieldFilter
THREADS = 16


def begin(db: firestore.Client, *, read_only: bool = False) -> firestore.Transaction:
    transaction = db.transaction(read_only=read_only)
    transaction._begin()
    return transaction


def run_threads(action: Callable[[int], None]) -> None:
    faults: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            action(number)
        except BaseException as fault:  # noqa: BLE001 - raised below, in the test's thread
            faults.append(fault)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def test_no_increment_is_lost(db: firestore.Client) -> None:
    counter = db.document("a/counter")
    counter.set({"n": 0})

    def action(_: int) -> None:
        def increment(transaction: firestore.Transaction) -> None:
            have = counter.get(transaction=transaction).get("n")
            transaction.update(counter, {"n": have + 1})

        for _round in range(10):
            # As many attempts as the client makes by itself: retries wait in line.
            in_transaction(db, increment, max_attempts=firestore.Transaction(db)._max_attempts)

    run_threads(action)
    assert counter.get().get("n") == THREADS * 10


def test_the_sum_of_accounts_stays(db: firestore.Client) -> None:
    accounts = [db.document(f"accounts/{number}") for number in range(6)]
    for account in accounts:
        account.set({"balance": 100})
    sums: list[int] = []

    def action(number: int) -> None:
        choice = random.Random(number)

        def transfer(transaction: firestore.Transaction) -> None:
            amount = choice.randrange(50)
            giver, taker = choice.sample(accounts, 2)
            have = {s.reference: s.get("balance") for s in db.get_all([giver, taker], transaction=transaction)}
            transaction.update(giver, {"balance": have[giver] - amount})
            transaction.update(taker, {"balance": have[taker] + amount})

        def observe(transaction: firestore.Transaction) -> int:
            return sum(s.get("balance") for s in db.collection("accounts").stream(transaction=transaction))

        for _round in range(6):
            in_transaction(db, transfer)
            sums.append(in_transaction(db, observe, read_only=True))

    run_threads(action)
    assert set(sums) == {600}
    assert sum(account.get().get("balance") for account in accounts) == 600


def test_a_rule_over_a_query_holds(db: firestore.Client) -> None:
    seats = db.collection("seats")

    def action(_: int) -> None:
        def reserve(transaction: firestore.Transaction) -> None:
            taken = list(seats.where(filter=F("taken", "==", True)).stream(transaction=transaction))
            if len(taken) < 10:
                transaction.create(seats.document(uuid.uuid4().hex), {"taken": True})

        for _round in range(2):
            in_transaction(db, reserve, max_attempts=200)

    run_threads(action)
    assert seats.count().get()[0][0].value == 10


def test_reads_are_of_one_moment(db: firestore.Client) -> None:
    for name in ("1", "2"):
        db.document(f"a/{name}").set({"n": 0})
    transaction = begin(db)
    assert db.document("a/1").get(transaction=transaction).get("n") == 0
    for name in ("1", "2", "3"):
        db.document(f"a/{name}").set({"n": 1})
    assert db.document("a/2").get(transaction=transaction).get("n") == 0
    assert not db.document("a/3").get(transaction=transaction).exists
    found = db.collection("a").where(filter=F("n", ">=", 0)).stream(transaction=transaction)
    assert [(s.id, s.get("n")) for s in found] == [("1", 0), ("2", 0)]
    assert transaction.get(db.collection("a").where(filter=F("n", "==", 1))) is not None
    transaction._commit()  # nothing written, so nothing to check


Reading = Callable[[firestore.Client, firestore.Transaction], Any]
Change = Callable[[firestore.Client], Any]
READ_ONE: Reading = lambda db, t: db.document("a/1").get(transaction=t)  # noqa: E731
READ_MISSING: Reading = lambda db, t: db.document("a/9").get(transaction=t)  # noqa: E731
READ_RANGE: Reading = lambda db, t: list(  # noqa: E731
    db.collection("a").where(filter=F("n", ">", 1)).stream(transaction=t)
)
READ_FIRST: Reading = lambda db, t: list(  # noqa: E731
    db.collection("a").order_by("n").limit(1).stream(transaction=t)
)
READ_GROUP: Reading = lambda db, t: list(  # noqa: E731
    db.collection_group("a").where(filter=F("n", "==", 7)).stream(transaction=t)
)
COUNT: Reading = lambda db, t: db.collection("a").count().get(transaction=t)  # noqa: E731
CONFLICTS: dict[str, tuple[Reading, Change, bool]] = {
    "read document updated": (READ_ONE, lambda db: db.document("a/1").update({"n": 5}), True),
    "read document deleted": (READ_ONE, lambda db: db.document("a/1").delete(), True),
    "read document rewritten as it was": (READ_ONE, lambda db: db.document("a/1").set({"n": 1}), False),
    "another document updated": (READ_ONE, lambda db: db.document("a/2").update({"n": 5}), False),
    "missing document created": (READ_MISSING, lambda db: db.document("a/9").set({}), True),
    "phantom enters a range": (READ_RANGE, lambda db: db.document("a/9").set({"n": 8}), True),
    "document moves into a range": (READ_RANGE, lambda db: db.document("a/1").update({"n": 8}), True),
    "document leaves a range": (READ_RANGE, lambda db: db.document("a/2").delete(), True),
    "found document changes elsewhere": (READ_RANGE, lambda db: db.document("a/2").update({"m": 1}), True),
    "new document outside a range": (READ_RANGE, lambda db: db.document("a/9").set({"n": 0}), False),
    "other collection": (READ_RANGE, lambda db: db.document("b/9").set({"n": 8}), False),
    "behind the limit": (READ_FIRST, lambda db: db.document("a/9").set({"n": 8}), False),
    "before the limit": (READ_FIRST, lambda db: db.document("a/9").set({"n": 0}), True),
    "phantom in a group": (READ_GROUP, lambda db: db.document("x/y/a/9").set({"n": 7}), True),
    "phantom in a count": (COUNT, lambda db: db.document("a/9").set({}), True),
}


@pytest.mark.parametrize("case", CONFLICTS)
def test_conflicts(db: firestore.Client, case: str) -> None:
    read, change, conflict = CONFLICTS[case]
    for number in (1, 2, 3):
        db.document(f"a/{number}").set({"n": number})
    transaction = begin(db)
    read(db, transaction)
    change(db)
    transaction.set(db.document("result/1"), {"done": True})
    if conflict:
        with pytest.raises(exceptions.Aborted):
            transaction._commit()
        transaction._rollback()
    else:
        transaction._commit()
    assert db.document("result/1").get().exists is not conflict


def test_the_first_to_commit_wins(db: firestore.Client) -> None:
    one = db.document("a/1")
    one.set({"n": 0})
    first, second = begin(db), begin(db)
    for transaction in (first, second):
        have = one.get(transaction=transaction).get("n")
        transaction.update(one, {"n": have + 1})
    second._commit()
    with pytest.raises(exceptions.Aborted):
        first._commit()
    assert one.get().get("n") == 1


def test_a_failed_precondition_is_no_conflict_and_writes_nothing(db: firestore.Client) -> None:
    db.document("a/1").set({})
    transaction = begin(db)
    db.document("a/2").get(transaction=transaction)
    transaction.set(db.document("a/2"), {})
    transaction.create(db.document("a/1"), {})
    with pytest.raises(exceptions.AlreadyExists):
        transaction._commit()
    transaction._rollback()
    assert not db.document("a/2").get().exists


def test_ids_end_with_their_transaction(db: firestore.Client) -> None:
    one = db.document("a/1")
    for end in ("commit", "rollback"):
        transaction = begin(db)
        old = transaction._id
        one.get(transaction=transaction)
        transaction._commit() if end == "commit" else transaction._rollback()
        transaction._id = old
        with pytest.raises(exceptions.InvalidArgument):
            one.get(transaction=transaction)
        with pytest.raises(exceptions.InvalidArgument):
            transaction._commit()
        with pytest.raises(exceptions.InvalidArgument):
            transaction._rollback()


def test_giving_up_says_so(db: firestore.Client) -> None:
    one = db.document("a/1")
    one.set({"n": 0})
    attempts: list[bytes] = []

    def beaten(transaction: firestore.Transaction) -> None:
        attempts.append(transaction.id)
        one.get(transaction=transaction)
        one.update({"n": firestore.Increment(1)})
        transaction.update(one, {"n": -1})

    with pytest.raises(ValueError, match="Failed to commit transaction in 3 attempts"):
        in_transaction(db, beaten, max_attempts=3)
    assert len(set(attempts)) == 3
    assert one.get().get("n") == 3


def test_a_fault_in_the_callback_rolls_back(db: firestore.Client) -> None:
    def faulty(transaction: firestore.Transaction) -> None:
        transaction.set(db.document("a/1"), {})
        raise KeyError("fault")

    with pytest.raises(KeyError):
        in_transaction(db, faulty)
    assert not db.document("a/1").get().exists


def test_read_only_transactions(db: firestore.Client) -> None:
    one = db.document("a/1")
    first = one.set({"n": 1}).update_time
    one.set({"n": 2})
    api, name = db._firestore_api, f"{db._database_string}/documents/a/1"
    options = types.TransactionOptions(read_only={"read_time": first})
    opened = api.begin_transaction(request={"database": db._database_string, "options": options}).transaction
    found = api.get_document(request={"name": name, "transaction": opened})
    assert found.fields["n"].integer_value == 1
    write = types.Write(delete=name)
    request = {"database": db._database_string, "writes": [write], "transaction": opened}
    with pytest.raises(exceptions.InvalidArgument):
        api.commit(request=request)


def test_a_transaction_may_begin_with_a_read(db: firestore.Client) -> None:
    one = db.document("a/1")
    one.set({"n": 1})
    api, root = db._firestore_api, f"{db._database_string}/documents"
    query = types.StructuredQuery(from_=[types.StructuredQuery.CollectionSelector(collection_id="a")])
    options = types.TransactionOptions(read_write={})
    streams = [
        api.batch_get_documents(
            request={
                "database": db._database_string,
                "documents": [f"{root}/a/1"],
                "new_transaction": options,
            }
        ),
        api.run_query(request={"parent": root, "structured_query": query, "new_transaction": options}),
        api.run_aggregation_query(
            request={
                "parent": root,
                "structured_aggregation_query": {
                    "structured_query": query,
                    "aggregations": [types.StructuredAggregationQuery.Aggregation(count={})],
                },
                "new_transaction": options,
            }
        ),
    ]
    ids = [next(iter(list(stream))).transaction for stream in streams]
    assert all(ids)
    one.update({"n": 2})
    for opened in ids:
        request = {
            "database": db._database_string,
            "writes": [types.Write(delete=f"{root}/a/1")],
            "transaction": opened,
        }
        with pytest.raises(exceptions.Aborted):
            api.commit(request=request)


def test_asynchronous_transactions(firestore_server: FirestoreServer) -> None:
    async def scenario() -> int:
        client = firestore_server.async_client(f"test-{uuid.uuid4().hex[:12]}")
        counter = client.document("a/counter")
        await counter.set({"n": 0})

        async def increment(transaction: firestore.AsyncTransaction) -> None:
            have = (await counter.get(transaction=transaction)).get("n")
            transaction.update(counter, {"n": have + 1})

        run = firestore.async_transactional(increment)
        await asyncio.gather(*(run(client.transaction(max_attempts=100)) for _ in range(40)))
        count = (await counter.get()).get("n")
        found = [s.id async for s in client.collection("a").where(filter=F("n", ">", 1)).stream()]
        assert found == ["counter"]
        client.close()
        return int(count)

    assert asyncio.run(scenario()) == 40
