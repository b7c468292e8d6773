"""A file of a thousand petitions, imported with Firestore and Cloud Storage: all are filed once, despite crashes."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, get_ident
from typing import Any
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.documents.tables import SheetFiles
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.adapters.storage import BucketFiles
from petitions.adapters.understanding import routers
from petitions.domain.channels.entry import read_entry
from petitions.domain.channels.entry_table import HEADS
from petitions.domain.channels.line_result import Found, read_results
from petitions.domain.files.sheets import csv_text
from petitions.domain.jobs.job import Job, JobState, job_path
from petitions.domain.petition.petition import Petition
from petitions.ports.store import Query
from petitions.usecases.channels.check_entries import CheckEntries, EntryWork
from petitions.usecases.channels.entry_files import CHECK, FAULTS, IMPORT, EntryFiles
from petitions.usecases.channels.hand_in import Entrant, HandIn
from petitions.usecases.channels.import_entries import ImportEntries
from petitions.usecases.jobs.ask_job import AskJob
from petitions.usecases.jobs.read_jobs import ReadJobs
from petitions.usecases.jobs.run_job import RunJob
from petitions.usecases.officers.staff import Staff
from petitions.usecases.petition.file_petition import PetitionFiling
from tests.fakes import FakeClock, FakePublisher
from tests.integration.adapters.desk_server import enter, people, store_of
from tests.integration.adapters.real_office import INDEXES
from tests.integration.adapters.storage_server import BUCKET, storage_server
from tests.load.desk_city import NOW
from tests.unit.world import World

ROWS, WRONG = 1000, 30
KILLED_AFTER = 400
SYLLABLES = (
    "đường cống đèn rác nước chợ trường trạm sổ giấy phép phí lệ hạn hẹn trả nộp bản sao dấu ký tên đất nhà thuế thẻ",
    "bảo hiểm khai sinh kết hôn hộ khẩu xe bãi vỉa hè cây xanh ồn bụi khói mùi chó mèo hàng quán tầng hầm thang máy",
)
WORDS = " ".join(SYLLABLES).split()


class Killed(BaseException):
    """Raised in place of a crash of the worker that imports a file."""


@dataclass
class Offices:
    store: FirestoreStore
    files: BucketFiles
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    publisher: FakePublisher = field(default_factory=FakePublisher)

    def __post_init__(self) -> None:
        filing = PetitionFiling(RandomIds(), reference.texts(), World().timekeeping)
        ports = (self.store, self.publisher, self.clock, RandomIds(), self.files)
        self.hand_in = HandIn(*ports, reference.directory(), filing, World().alarm)
        staff = Staff(self.store, self.clock)
        entries = EntryWork(self.store, self.clock, self.files, staff, self.hand_in, SheetFiles())
        ask = AskJob(self.store, self.publisher, self.clock)
        self.desk = EntryFiles(self.files, ask, ReadJobs(self.store, self.clock, RandomIds(), self.files))
        workers: dict[str, Callable[[], Any]] = {
            CHECK: lambda: CheckEntries(entries, routers.router()),
            IMPORT: lambda: ImportEntries(entries),
        }
        self.run = RunJob(self.store, self.clock, self.files, workers)
        self.officer = next(person for person in people() if person.id == "officer")

    def done(self, job: Job) -> Job:
        self.run(job.id)
        after = Job.model_validate(self.store.get(job_path(job.id)))
        assert after.state is JobState.DONE, after.failure
        return after

    def found(self, job: Job) -> Counter[Found]:
        return Counter(result.found for result in self.desk.results(self.officer, job))

    def petitions(self) -> list[Petition]:
        return [Petition.model_validate(document.data) for document in self.store.find(Query("petitions"))]


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with ExitStack() as ends:
        server = ends.enter_context(FirestoreServer(tmp_path / "data.sqlite", indexes=INDEXES))
        ends.enter_context(storage_server(tmp_path))
        ends.enter_context(mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}))
        store = store_of(server)
        enter(store, people())
        yield Offices(store, BucketFiles(CHECKED_PROJECT, BUCKET))


def rows(chance: random.Random) -> list[dict[str, str]]:
    """Return a thousand rows: thirty with a fault, half with a number of the call centre 1022."""
    made = [
        {
            "channel": "Tổng đài 1022" if number % 2 else "điện thoại",
            "number": f"1022-26-{number:06}" if number % 2 else "",
            "received_at": f"{NOW:%d/%m/%Y} 08:{number % 60:02}",
            "content": " ".join(chance.choice(WORDS) for _ in range(30)),
            "place": f"{number} phố Trung Kính",
            "name": f"Người gửi {number}",
            "phone": f"0912{number:06}",
            "home": f"{number} phố Trung Kính",
            "reply_by": "gửi lại kênh" if number % 2 else "điện thoại",
        }
        for number in range(ROWS)
    ]
    for place, number in enumerate(chance.sample(range(ROWS), WRONG)):
        wrong = [{"content": ""}, {"phone": "12"}, {"channel": "bồ câu"}][place % 3]
        made[number] |= wrong
    return made


def table(given: list[dict[str, str]]) -> bytes:
    heads = [names[0] for names in HEADS.values()]
    return csv_text(heads, [[row.get(name, "") for name in HEADS] for row in given]).encode()


def test_a_thousand_rows_with_thirty_faults_half_of_them_sent_twice(offices: Offices) -> None:
    given = rows(random.Random(33))
    twice = given + given[: ROWS // 2]
    whole, beaten = sum(1 for row in given if _is_whole(row)), sum(1 for row in given[: ROWS // 2] if _is_whole(row))
    assert whole == ROWS - WRONG
    checked = offices.done(offices.desk.upload(offices.officer, table(twice), "file00001"))
    wrong = WRONG + ROWS // 2 - beaten
    assert offices.found(checked) == {Found.NEW: whole, Found.KNOWN: beaten, Found.FAULT: wrong}
    assert not offices.petitions()

    job = offices.desk.confirm(offices.officer, checked.id, [])
    kill = _Killer(KILLED_AFTER)
    with mock.patch.object(HandIn, "__call__", kill), pytest.raises(Killed):
        offices.run(job.id)
    assert len(offices.petitions()) == KILLED_AFTER
    offices.clock.advance(minutes=5)  # the lease of the killed worker expires
    done = offices.done(job)
    assert offices.found(done) == {Found.FILED: whole, Found.KNOWN: beaten, Found.FAULT: wrong}
    filed = offices.petitions()
    assert len(filed) == whole
    lines = read_results(b"".join(offices.files.read(done.files[0].object)).decode())
    assert sorted(code for line in lines if line.found is Found.FILED for code in line.codes) == sorted(
        petition.code for petition in filed
    )
    assert len({petition.taken.number for petition in filed if petition.taken and petition.taken.number}) == sum(
        1 for row in given if row["number"] and _is_whole(row)
    )
    assert done.files[FAULTS].name.endswith(".xlsx")

    again = offices.done(offices.desk.upload(offices.officer, table(given[ROWS // 2 :]), "file00002"))
    assert offices.found(again)[Found.NEW] == 0
    assert offices.found(again)[Found.KNOWN] == whole - beaten
    assert len(offices.petitions()) == whole


@pytest.mark.parametrize("pair", range(3))
def test_of_two_requests_with_one_key_at_once_both_get_the_petition_that_is_stored(offices: Offices, pair: int) -> None:
    given = {
        "channel": "1022", "number": f"1022-{pair}", "received_at": NOW.isoformat(), "content": SYLLABLES[0],
        "place": "5 phố Trung Kính", "name": "Lê Văn Bình", "home": "12 phố Trung Kính", "phone": "0912345678",
        "type": "individual",
    }  # fmt: skip
    entry, call_centre = read_entry(given, "call-000001"), Entrant.system("tong-dai", "SXD")
    file, together, met = PetitionFiling.file, Barrier(2), set[int]()

    def meeting(*arguments: Any) -> Any:
        if get_ident() not in met:
            met.add(get_ident())
            together.wait(timeout=30)
        return file(*arguments)

    with mock.patch.object(PetitionFiling, "file", meeting), ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: offices.hand_in(call_centre, entry), range(2)))
    (stored,) = offices.petitions()
    assert [item.petition.code for item in done] == [stored.code] * 2
    assert sorted(item.new for item in done) == [False, True]


def _is_whole(row: dict[str, str]) -> bool:
    return bool(row["content"]) and row["phone"] != "12" and row["channel"] != "bồ câu"


class _Killer:
    """Replaces `HandIn.__call__` and kills the worker after `after` rows."""

    def __init__(self, after: int) -> None:
        self._left, self._whole = after, HandIn.__call__

    def __get__(self, obj: HandIn, _: type[HandIn]) -> Callable[..., Any]:
        return lambda *given: self._once(obj, *given)

    def _once(self, obj: HandIn, *given: Any) -> Any:
        if self._left == 0:
            raise Killed
        self._left -= 1
        return self._whole(obj, *given)
