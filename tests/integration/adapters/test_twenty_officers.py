"""Twenty officers press the same button at once: one succeeds, nineteen get an error, nothing is done twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from unittest import mock

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.errors import Conflict
from petitions.ports.store import Query
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from petitions.usecases.lifecycle.commands import command
from petitions.usecases.lifecycle.submit_answer import SubmitAnswer
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.petition.note_petition import NoteKind, NotePetition
from petitions.usecases.petition.tell_citizen import TellCitizen
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.classification import classifying
from tests.fakes import FakeClock, FakePublisher

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
CODE = "HN-261123-0000-003Y"
TWENTY = [Officer(id=f"o{n}", name=f"O{n}", email=f"o{n}@example.vn", unit="SXD", role=Role.OFFICER) for n in range(20)]


def at_once(deed: Callable[[Officer], object]) -> list[Exception]:
    together = Barrier(len(TWENTY))

    def press(officer: Officer) -> Exception | None:
        together.wait(timeout=30)
        try:
            deed(officer)
        except Conflict as error:
            return error
        return None

    with ThreadPoolExecutor(len(TWENTY)) as pool:
        return [error for error in pool.map(press, TWENTY) if error]


def test_one_transition_and_nineteen_clear_messages(tmp_path: Path) -> None:
    with FirestoreServer(tmp_path / "data.sqlite", indexes=INDEXES) as server:
        with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
            store = FirestoreStore(CHECKED_PROJECT, "petitions")
        clock, publisher, texts, directory = FakeClock(), FakePublisher(), reference.texts(), reference.directory()
        petition = Petition(
            code=CODE,
            citizen="c",
            title="t",
            content="c",
            address="a",
            contact=Contact(name="n", phone="84912345678"),
            state=State.NEW,
            unit="SXD",
            filed_at=clock.now(),
        )
        store.create(petition_path(CODE), petition.stored())
        keeping = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())
        act = ActOnPetition(
            store,
            publisher,
            clock,
            RandomIds(),
            directory,
            keeping,
            TellCitizen(texts, directory, "https://phieu.example.vn"),
            SubmitAnswer(reference.answers()),
            classifying(),
        )
        failed = at_once(lambda officer: act(officer, command(CODE, Action.ACCEPT, 1)))
        assert len(failed) == 19
        assert {str(one) for one in failed} == {"Hồ sơ vừa được người khác thay đổi. Xin xem lại trước khi làm tiếp."}
        history = [
            HistoryEntry.model_validate(document.data) for document in store.find(Query(f"petitions/{CODE}/history"))
        ]
        assert [(entry.seq, entry.action) for entry in history] == [(2, "accept")]
        assert len(store.find(Query("audit"))) == 1
        # Notes never conflict, so all twenty lines are kept, under different numbers.
        people = Staff(store, clock), OfficerMail(reference.texts(), directory, "")
        note = NotePetition(store, publisher, clock, RandomIds(), directory, *people)
        assert at_once(lambda officer: note(officer, CODE, NoteKind.NOTE, f"của {officer.id}")) == []
        lines = store.find(Query(f"petitions/{CODE}/history", order_by=("seq",)))
        assert [line.data["seq"] for line in lines] == list(range(2, 23))
        assert len({line.data.get("reason") for line in lines}) == 21
