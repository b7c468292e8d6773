"""The addresses of all pages of the desk by role, and two petitions with content in every part of their pages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

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
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice, NoticeState, notice_path
from petitions.domain.officers.officer import Officer
from petitions.domain.papers.paper import PaperKind
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import KeyedIn
from petitions.domain.petition.petition_file import FileRef, PetitionFile, file_path
from petitions.domain.shared.channel import Channel
from petitions.usecases.desk.work_list_query import views
from petitions.usecases.difficulties.report_difficulty import DifficultyReport, ReportDifficulty
from petitions.usecases.papers.draft_paper import DraftPaper
from tests.fakes import FakeClock
from tests.integration.adapters.desk_server import Desk, desk_on, enter, people, store_of
from tests.integration.adapters.storage_server import BUCKET, storage_server
from tests.load.desk_city import DATABASE, INDEXES, NOW, code_of
from tests.load.prepared import prepare
from tests.unit.desk.scoring.planted import plant
from tests.unit.desk.shell.doors import DOORS

RICH, TAKEN = code_of(1), code_of(3)
"""A petition with files, notices and a draft of an answer, and one that a coordinator entered."""

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
"""Pages that a role may not open: drafts of another unit's papers, and difficulties for administrators."""
ELSEWHERE = re.compile("/zalo/callback|/training|<(job|report|file|mail)_id>|<form>|<month>")
"""Pages that cannot be opened here: Zalo opens them, or they need the training mode, `reports`, months or files."""


def enrich(store: FirestoreStore) -> None:
    for number in range(3):
        file = PetitionFile(id=f"f{number}", type="image", name="anh.jpg")
        store.create(file_path(RICH, file.id), file.stored())
        line = HistoryEntry(seq=number + 1, at=NOW, action="noted", role="officer", to_state=State.IN_PROGRESS)
        store.create(history_path(RICH, number + 1), line.stored())
        notice = Notice(
            id=f"rich{number}",
            kind=NoticeKind.ACCEPTED,
            channel="zalo",
            citizen="c",
            text="t",
            created_at=NOW,
            state=NoticeState.SENT,
            about=About(code=RICH, seq=1),
        )
        store.create(notice_path(notice.id), notice.stored())
    files = [
        FileRef(id=f"f{number}", type="image", name="anh.jpg").model_dump(exclude_none=True) for number in range(3)
    ]
    store.update(f"petitions/{RICH}", {"state": "in_progress", "handler": "officer", "files": files})
    taken = KeyedIn(by="coordinator", at=NOW, consent="1", key="form-0001", channel=Channel.LETTER)
    rules, calendar = reference.rules(), reference.calendar()
    rule = rules.find(ClockName.RECEPTION, "pakn", Level.NORMAL, NOW)
    clock = start_clock(ClockName.RECEPTION, rule, rules.version, calendar, NOW)
    clocks = {"reception": clock.stored()}
    store.update(f"petitions/{TAKEN}", {"taken": taken.stored(), "source": "paper", "clocks": clocks})
    _make(store)


def _make(store: FirestoreStore) -> None:
    """Store a draft of a paper, a difficulty that a unit reported, and the scores of a year."""
    head, clock = next(person for person in people() if person.id == "head"), FakeClock(NOW)
    files = BucketFiles(CHECKED_PROJECT, BUCKET)
    drafts = DraftPaper(store, clock, RandomIds(), reference.directory(), reference.paper_forms())
    drafts.begin(head, RICH, PaperKind.RECEIPT, ONE_OF_EACH["<paper_id>"])
    report = DifficultyReport(ONE_OF_EACH["<difficulty_id>"], DifficultyKind.DATA, "Danh sách thôn chưa có tên mới")
    ReportDifficulty(store, clock, RandomIds(), files)(head, report)
    plant(store, files, NOW, ONE_OF_EACH["<scoring_id>"])


def paths(role: Role) -> Iterator[str]:
    for route, door in DOORS.items():
        others = any(part in route and role is barred for part, barred in UNSEEN)
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


@contextmanager
def served(folder: Path, documents: Iterable[tuple[str, bytes]]) -> Iterator[tuple[FirestoreServer, Desk]]:
    file = prepare(folder / "data.sqlite", DATABASE, documents)
    with (
        FirestoreServer(file, indexes=INDEXES) as server,
        storage_server(folder) as storage,
        mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}),
    ):
        store = store_of(server)
        load_reference(store, FakeClock(NOW))
        enter(store, people())
        enrich(store)
        with desk_on(server, folder, storage=storage) as desk:
            yield server, desk
