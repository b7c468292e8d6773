"""Twenty official papers issued at once, with crashes in between, get the numbers 1 to 20 without gap or repetition."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.papers.paper import PaperState
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from tests.fakes import FakePublisher
from tests.integration.adapters.paper_desk import CODES, PaperDesk, filled

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[3]
INDEXES = ROOT / "infra" / "gcp" / "firestore.indexes.json"
ALL = range(len(CODES))
SEED = 19


class Killed(BaseException):
    """Raised in place of a crash of the process that issues a paper."""


class DyingStore(FirestoreStore):
    """A store that kills the process in its first transaction, "before" or "after" the commit."""

    def __init__(self, where: str) -> None:
        super().__init__(CHECKED_PROJECT, "petitions")
        self.where = where

    def transact(self, action: Callable[[Transaction], T]) -> T:
        where, self.where = self.where, ""

        def dying(tx: Transaction) -> T:
            found = action(tx)
            if where == "before":
                raise Killed
            return found

        done = super().transact(dying)
        if where == "after":
            raise Killed
        return done


class DyingPublisher(FakePublisher):
    dead = False

    def publish(self, messages: Sequence[Message]) -> None:
        if not self.dead:
            self.dead = True
            raise Killed
        super().publish(messages)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FirestoreServer]:
    with FirestoreServer(tmp_path / "data.sqlite", indexes=INDEXES) as running:
        host = {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{running.port}"}
        with mock.patch.dict(os.environ, host):
            yield running


def at_once(deed: Callable[[int], T]) -> list[T]:
    together = Barrier(len(ALL))

    def press(number: int) -> T:
        together.wait(timeout=60)
        return deed(number)

    with ThreadPoolExecutor(len(ALL)) as pool:
        return list(pool.map(press, ALL))


def check_register(desk: PaperDesk) -> None:
    """Fail if a number is missing or given twice, or if papers and histories do not agree with the register."""
    papers = desk.papers()
    assert sorted(paper.number or 0 for paper in papers) == list(range(1, 21))
    assert desk.last() == 20
    assert {paper.state for paper in papers} == {PaperState.ISSUED}
    assert all(paper.sheet and paper.sheet.number == paper.number for paper in papers)
    assert [desk.lines(number) for number in ALL] == [["paper_issued"]] * 20


@pytest.mark.usefixtures("server")
def test_twenty_papers_at_once_have_the_numbers_one_to_twenty() -> None:
    desk = filled(FirestoreStore(CHECKED_PROJECT, "petitions"))
    given = at_once(desk.issue)
    assert sorted(paper.number or 0 for paper in given) == list(range(1, 21))
    check_register(desk)
    assert at_once(desk.issue) == given  # a repeated press changes no number
    check_register(desk)


@pytest.mark.usefixtures("server")
def test_deaths_before_and_after_the_commit_and_before_the_message_take_no_number() -> None:
    desk = filled(FirestoreStore(CHECKED_PROJECT, "petitions"))
    places = ["before", "after", "message", ""] * 5
    random.Random(SEED).shuffle(places)

    def dies(number: int) -> bool:
        publisher = DyingPublisher() if places[number] == "message" else FakePublisher()
        try:
            PaperDesk(DyingStore(places[number]), publisher).issue(number)
        except Killed:
            return True
        return False

    assert at_once(dies) == [bool(place) for place in places]
    dead_before = places.count("before")
    assert desk.last() == 20 - dead_before
    assert sorted(paper.number for paper in desk.papers() if paper.number) == list(range(1, 21 - dead_before))
    at_once(desk.issue)
    check_register(desk)


@pytest.mark.faults
@pytest.mark.usefixtures("server")
def test_processes_that_are_killed_in_between_leave_no_gap_and_no_twin() -> None:
    desk = filled(FirestoreStore(CHECKED_PROJECT, "petitions"))
    workers = [_worker(0, 10), _worker(10, 20)]
    for worker, number in zip(workers, (3, 7), strict=True):
        while desk.last() < number:
            assert any(popen.poll() is None for popen in workers) or desk.last() >= number
            time.sleep(0.01)
        worker.kill()
        worker.wait()
    after = desk.last()
    assert sorted(paper.number for paper in desk.papers() if paper.number) == list(range(1, after + 1))
    assert _worker(0, 20).wait() == 0
    check_register(desk)


def _worker(first: int, last: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.integration.adapters.paper_desk", str(first), str(last)]
    path = os.pathsep.join([str(ROOT / "functions"), str(ROOT)])
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path})
