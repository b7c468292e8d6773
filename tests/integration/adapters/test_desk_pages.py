"""What each page of the desk costs, asked over HTTP of the function as it is deployed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.reference_data import load as load_reference
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.adapters.storage import BucketFiles
from petitions.domain.clock.clocks import start_clock
from petitions.domain.difficulties.difficulty import DifficultyKind
from petitions.domain.lifecycle.lifecycle import ClockName, Role, State
from petitions.domain.lifecycle.states import Level
from petitions.domain.notices.notice import About, Notice, NoticeState
from petitions.domain.officers.officer import Officer
from petitions.domain.papers.paper import PaperKind
from petitions.domain.petition.petition import FileRef, HistoryEntry, KeyedIn, PetitionFile, file_path, history_path
from petitions.usecases.desk.work_list_query import views
from petitions.usecases.difficulties.report_difficulty import DifficultyReport, ReportDifficulty
from petitions.usecases.papers.draft_paper import DraftPaper
from tests.fakes import FakeClock
from tests.integration.adapters.desk_server import PEOPLE, Desk, desk_on, enter, people, store_of
from tests.integration.adapters.storage_server import BUCKET, storage_server
from tests.load.desk_city import NOW, code_of, cost, load
from tests.unit.desk.scoring.planted import plant
from tests.unit.desk.shell.doors import DOORS

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
MOST_QUERIES = 8
"""Six for the page itself (a list asks for what is urgent first), one for the count of citizens who wait, one for what
a head must approve."""
RICH, TAKEN = code_of(1), code_of(3)
"""A petition with files, notices and an answer being written, and one that a coordinator keyed in."""

ONE_OF_EACH = {
    "<kind>": "calendars",
    "<officer_id>": "head",
    "<unit_code>": "SYT",
    "<key>": "answered",
    "<template_id>": "handled",
    "<paper_id>": "paper000000000000001",
    "<difficulty_id>": "difficulty00000001",
    "<scoring_id>": "calendar-year-2025",
}


UNSEEN = (("<paper_id>", Role.COORDINATOR), ("<difficulty_id>", Role.ADMIN))
"""A draft is its unit's, and a difficulty of no business of who keeps the accounts."""
ELSEWHERE = re.compile("/zalo/callback|/training|<(job|report|file)_id>|<form>|<month>")
"""Zalo opens it, a stack for training or `reports` makes it, which do not run here; months without figures; files."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirestoreServer]:
    folder = tmp_path_factory.mktemp("pages")
    with (
        FirestoreServer(folder / "data.sqlite", indexes=INDEXES) as running,
        storage_server(folder),
        mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{running.port}"}),
    ):
        load(running, 1000)
        store = store_of(running)
        load_reference(store, FakeClock(NOW))
        enter(store, people())
        _enrich(store)
        yield running


def _enrich(store: FirestoreStore) -> None:
    """Make the two petitions what they are."""
    for number in range(3):
        file = PetitionFile(id=f"f{number}", type="image", name="anh.jpg")
        store.create(file_path(RICH, file.id), file.stored())
        line = HistoryEntry(seq=number + 1, at=NOW, action="noted", role="officer", to_state=State.IN_PROGRESS)
        store.create(history_path(RICH, number + 1), line.stored())
        notice = Notice(id=f"n{number}", kind="accepted", channel="zalo", citizen="c", text="t", created_at=NOW,
                        state=NoticeState.SENT, about=About(code=RICH, seq=1))  # fmt: skip
        store.create(f"notices/n{number}", notice.stored())
    files = [
        FileRef(id=f"f{number}", type="image", name="anh.jpg").model_dump(exclude_none=True) for number in range(3)
    ]
    store.update(f"petitions/{RICH}", {"state": "in_progress", "handler": "officer", "files": files})
    taken = KeyedIn(by="coordinator", at=NOW, consent="1", key="form-0001")
    rules, calendar = reference.rules(), reference.calendar()
    rule = rules.find(ClockName.RECEPTION, "pakn", Level.NORMAL, NOW)
    clock = start_clock(ClockName.RECEPTION, rule, rules.version, calendar, NOW)
    clocks = {"reception": clock.stored()}
    store.update(f"petitions/{TAKEN}", {"taken": taken.stored(), "source": "paper", "clocks": clocks})
    _make(store)


def _make(store: FirestoreStore) -> None:
    """The draft of a paper, a difficulty that a unit reported, and the scores of a year."""
    head, clock = next(each for each in people() if each.id == "head"), FakeClock(NOW)
    files = BucketFiles(CHECKED_PROJECT, BUCKET)
    drafts = DraftPaper(store, clock, reference.directory(), reference.paper_forms())
    drafts.begin(head, RICH, PaperKind.RECEIPT, ONE_OF_EACH["<paper_id>"])
    told = DifficultyReport(ONE_OF_EACH["<difficulty_id>"], DifficultyKind.DATA, "Danh sách thôn chưa có tên mới")
    ReportDifficulty(store, clock, RandomIds(), files)(head, told)
    plant(store, files, NOW, ONE_OF_EACH["<scoring_id>"])


@pytest.fixture(scope="module")
def desk(server: FirestoreServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_on(server, tmp_path_factory.mktemp("desk"), storage=os.environ["STORAGE_EMULATOR_HOST"]) as running:
        yield running


def spent(report: dict[str, Any]) -> tuple[int, int]:
    """Queries, and everything that was asked of Firestore."""
    calls = {name: method["calls"] for name, method in report["methods"].items()}
    return calls.get("RunQuery", 0) + calls.get("RunAggregationQuery", 0), sum(calls.values())


def paths(role: Role) -> Iterator[str]:
    """Every page that the role can open, with what it can be asked for."""
    for route, door in DOORS.items():
        others = any(part in route and role is whose for part, whose in UNSEEN)
        if door.method == "GET" and role in door.roles and not others and not ELSEWHERE.search(route):
            path = route
            for part, one in ONE_OF_EACH.items():
                path = path.replace(part, one)
            if "<code>" not in path:
                yield path
            elif role is not Role.ADMIN and (not path.endswith("/receipt") or role is Role.COORDINATOR):
                other = f"?main={TAKEN}" if path.endswith("/merge") else ""
                yield path.replace("<code>", TAKEN if path.endswith("/receipt") else RICH) + other
    if role is Role.ADMIN:
        yield from ("/admin/officers/new", "/admin?unit=SYT", "/admin/reference/deadline_rules")
        return
    for view in views(Officer(id="x", name="x", email="x@x.vn", unit="SYT", role=role)):
        yield from (f"/?view={view}", f"/?view={view}&state=in_progress&level=urgent")
    yield from ("/figures?period=53w", "/figures.csv?table=fields")
    if role in {Role.COORDINATOR, Role.INSPECTOR}:
        yield from ("/figures?unit=SYT", "/figures.csv?table=units")


@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_takes_eight_queries_at_most(server: FirestoreServer, desk: Desk, who: str) -> None:
    """All that is asked for is eight while what each instance keeps for a minute is known; when it is not, the queries.

    Kept are the officers (one query) and which reference data are in force (one document).
    """
    person, role = desk.at(who), PEOPLE[who][1]
    seen = 0
    for path in paths(role):
        costs = []
        for pause in (61, 0):
            desk.wait(pause)
            cost(server)
            answer = person.see(path)
            assert answer.status_code == 200, (path, answer.text)
            costs.append(spent(cost(server)))
        (late, _), (queries, calls) = costs
        assert late <= MOST_QUERIES, (path, costs)
        assert max(queries, calls) <= MOST_QUERIES, (path, costs)
        seen += 1
    assert seen >= (8 if role is Role.ADMIN else 15)
