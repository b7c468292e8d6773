"""A year of a whole city, simulated with the real use cases: petitions on several channels, handled by every unit."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask.testing import FlaskClient

from petitions.adapters import reference
from petitions.domain.channels.entry import read_entry
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, Role
from petitions.domain.petition.classification import GivenClassification, Nature, Statement
from petitions.domain.petition.petition import Petition
from petitions.domain.portal.portal_items import PortalChange, PortalSubmission
from petitions.domain.shared.channel import Channel
from petitions.domain.shared.records import HANOI
from petitions.ports.store import Document, Fields, Query, Reader, Transaction
from petitions.usecases.channels.hand_in import Entrant, HandIn
from petitions.usecases.figures.check_figures import CheckFigures
from petitions.usecases.figures.keep_ends import KeepEnds
from petitions.usecases.petition.file_petition import PetitionFiling
from petitions.usecases.publishing.public_view import PublicView
from petitions.usecases.publishing.publish_figures import PublishFigures
from tests.compiled_templates import COMPILED
from tests.fakes import FakeClock, FakeStore, FakeTransaction
from tests.portal_parts import PortalParts
from tests.unit.desk.office import Office
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, officer
from tests.unit.portal.model import ModelPortal
from tests.unit.world import STORAGE

sys.path.append(str(Path(__file__).parents[2] / "functions" / "public_site"))

T = TypeVar("T")
Life = Generator[timedelta, None, None]
"""The course of a petition's handling. It yields the time until its next step."""
Way = Callable[["CityYear", str, str], Life]
"""A function that starts the course of a petition, by its code. The last argument is another unit it
may be passed to.
"""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGIN = datetime(2025, 12, 15, 2, 0, tzinfo=UTC)
"""Two weeks before the year, so that some petitions are open at its beginning."""
YEAR = (date(2026, 1, 1), date(2027, 1, 1))
SEEN = datetime(2027, 1, 1, 3, 0, tzinfo=HANOI)
"""The time of all comparisons. Nothing has happened since the end of the year."""
FIELDS = ("khac", "y_te", "thue")


class _Lazy(FakeTransaction):
    def __init__(self, store: YearStore) -> None:  # the copying parent's is not wanted
        self._documents, self._store = store.documents, store
        self.read, self.queried, self.writes, self.committed = set(), False, [], None

    def find(self, query: Query) -> list[Document]:
        return self._store.find(query)


class YearStore(FakeStore):
    """A store with an index of collections, fast enough for tens of thousands of documents."""

    calls = 0

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[tuple[str, bool], dict[str, dict[str, Any]]] = {}

    def snapshot(self) -> Reader:
        return self  # nothing moves meanwhile

    def transact(self, body: Callable[[Transaction], T]) -> T:
        attempt = _Lazy(self)
        result = body(attempt)
        if attempt.writes:
            self._apply(attempt.writes)
        return result

    def _apply(self, writes: Sequence[tuple[str, str, Fields]]) -> None:
        super()._apply(writes)
        for _, path, _ in writes:
            for index in _indexes(path):
                within = self._of.setdefault(index, {})
                if path in self._documents:
                    within[path] = self._documents[path]
                else:
                    within.pop(path, None)

    def find(self, query: Query) -> list[Document]:
        whole, self._documents = self._documents, self._of.get((query.collection, query.group), {})
        try:
            return super().find(query)
        finally:
            self._documents = whole

    def paths(self, collection: str) -> list[str]:
        return sorted(self._of.get((collection, False), {}))


def _indexes(path: str) -> Iterator[tuple[str, bool]]:
    collection = path.rpartition("/")[0]
    yield collection, False
    yield collection.rpartition("/")[2], True


@dataclass
class CityYear(Office):
    store: FakeStore = field(default_factory=YearStore)
    public: FakeStore = field(default_factory=YearStore)
    clock: FakeClock = field(default_factory=lambda: FakeClock(BEGIN))
    each_month: Callable[[CityYear, date], None] = lambda _, __: None
    """A function that is called in the first night of every month, with the first day of this month."""

    def __post_init__(self) -> None:
        super().__post_init__()
        from public_app import make_app  # noqa: PLC0415 - the folder has just been put on the path

        self.has_a_coordinator()
        directory = reference.directory()
        units = [unit.code for unit in directory.units if unit.kind != "special"]
        self.units = [*units, *(ward.code for ward in directory.wards)]
        self.publish = PublishFigures(self.store, self.public, self.clock, directory, reference.fields())
        filing = PetitionFiling(self.ids, reference.texts(), self.timekeeping)
        ports = (self.store, self.publisher, self.clock, self.ids)
        self.hand_in = HandIn(*ports, self.kept, directory, filing, self.alarm)
        self.portal = ModelPortal()
        self.pull = PortalParts(*ports, self.portal).pull
        self.filers: dict[str, str] = {}
        """The Zalo users that filed petitions, by the petition's code."""
        self.open: list[str] = []
        """The codes of petitions in progress, into which others can be merged."""
        app = make_app(
            PublicView(self.public, self.clock, self.index), lambda _: "::1",
            public_url="https://x.vn", citizen_url="https://c.vn", chat_url="https://z.vn", storage=STORAGE,
        )  # fmt: skip
        app.jinja_env.bytecode_cache = COMPILED
        self.site: FlaskClient = app.test_client()

    def live(self, petitions: int, ways: Sequence[Way], on_zalo: Collection[Way]) -> None:
        """File `petitions` petitions over the year, with the courses `ways` in turn, until the year is over.

        The courses in `on_zalo` need a petition filed on Zalo.
        """
        end = datetime.combine(YEAR[1], time(), HANOI)
        queue: list[tuple[datetime, int, Life]] = []
        for number in range(petitions):
            filed = BEGIN + (end - BEGIN) * number / petitions
            queue.append((self._working(filed), number, self._life(number, ways[number % len(ways)], on_zalo)))
        queue.append((BEGIN + HOUR, -1, self._chores()))
        heapq.heapify(queue)
        nights = _firsts()
        while queue:
            at, number, life = heapq.heappop(queue)
            while nights and nights[0] <= min(at, end + DAY):
                self._night(nights.pop(0))
            if at >= end:
                break
            self.clock.at = max(self.clock.at, at)
            wait = next(life, None)
            if wait is not None:
                heapq.heappush(queue, (self._working(self.clock.at + wait), number, life))
        while nights:
            self._night(nights.pop(0))
        self.clock.at = SEEN

    def _working(self, at: datetime) -> datetime:
        return self.timekeeping.calendar.next_working_instant(at)

    def _night(self, at: datetime) -> None:
        self.clock.at = max(self.clock.at, at)
        self.fold()
        KeepEnds(self.store, self.clock)()
        assert CheckFigures(self.store, self.clock)() == []
        self.publish()
        self.each_month(self, at.astimezone(HANOI).date())

    def _chores(self) -> Life:
        while True:
            self.reminders()
            self.fold()
            yield 3 * DAY

    # How it is filed.

    def _life(self, number: int, way: Way, on_zalo: Collection[Way]) -> Life:
        unit, other = (self.units[(number * step) % len(self.units)] for step in (1, 7))
        code = self._by_zalo(number) if way in on_zalo or number % 3 == 0 else self._otherwise(number, unit)
        self.routing(code)
        held = self.petition(code)
        if held.unit != unit:
            act(self, COORDINATOR, held, Action.REASSIGN, unit=unit, text="Thuộc thẩm quyền của đơn vị")
        yield 2 * HOUR
        yield from way(self, code, other if other != unit else self.units[0])

    def _by_zalo(self, number: int) -> str:
        user = _user(number)
        self.writes(f"Hồ sơ đất đai của tôi nộp lần thứ {number} chưa được trả kết quả", user=user)
        self.types("1", user=user)
        code: str = self.citizen(user)["petitions"][-1]["code"]
        self.filers[code] = user
        return code

    def _otherwise(self, number: int, unit: str) -> str:
        content, now = f"Đơn số {number}: thủ tục đăng ký chậm trả kết quả", self.clock.now()
        if number % 5 == 0:
            known = set(self.store.paths("petitions"))
            submission = PortalSubmission(
                code="", title=content, name="Trần Văn Minh", address="9 Ba Đình", unit_name="", ward="", kind="pakn",
                at=now, unit="", content=content, phone="0987654321",
            )  # fmt: skip
            national = f"PAKN.{now:%Y%m%d}.{number:04}"
            self.portal.feed = [
                PortalChange(id=f"N{number}", kind="new", code="", national_code=national, text="", at=now,
                             raw={"n": number}, petition=submission)
            ]  # fmt: skip
            self.pull()
            (path,) = set(self.store.paths("petitions")) - known
            return path.partition("/")[2]
        typed = {
            "content": content, "place": "5 phố Trung Kính", "ward": reference.directory().wards[number % 126].code,
            "name": "Lê Văn Bình", "home": "12 phố Trung Kính", "phone": "0987 654 321", "type": "individual",
            "consent": "yes",
        }  # fmt: skip
        channel = list(Channel)[number // 3 % len(Channel)]
        typed |= {"channel": channel, "received_at": (now - HOUR).isoformat(), "authority": "Thanh tra Bộ"}
        return self.hand_in(Entrant.at_desk(officer(unit)), read_entry(typed, f"form-{number:06}")).petition.code

    # Actions of officers and citizens.

    def acts(self, code: str, action: Action, who: Any = None, **more: Any) -> Petition:
        held = self.petition(code)
        return act(self, who or officer(held.unit), held, action, **more)

    def takes_up(self, code: str) -> None:
        field_ = FIELDS[int(self.clock.now().timestamp()) % len(FIELDS)]
        given = GivenClassification(
            nature=Nature.CONTENT, statement=Statement.REPORT, petition_class="pakn", field=field_
        )
        self.acts(code, Action.ACCEPT, classified=given)
        self.acts(code, Action.ASSIGN)
        self.acts(code, Action.START)
        self.open.append(code)

    def answers(self, code: str) -> None:
        self.acts(code, Action.SUBMIT_ANSWER, text=f"{ANSWER} Việc {code}.", no_evidence=WHY_NONE)
        self.acts(code, Action.APPROVE, officer(self.petition(code).unit, Role.HEAD, "truong"), text="Đã xem")
        self.deliver()
        self.open = [item for item in self.open if item != code]

    def says(self, code: str, *texts: str) -> None:
        self.types(*texts, user=self.filers[code])

    def is_open(self, code: str) -> bool:
        return self.petition(code).state in OPEN_STATES


def _user(number: int) -> str:
    return str(10**18 + number)


def _firsts() -> list[datetime]:
    firsts = [date(YEAR[0].year, month, 1) for month in range(1, 13)] + [YEAR[1]]
    return [datetime.combine(first, time(2, 10), HANOI) for first in firsts]
