"""No command calls something done that could not be written, and every one says so and fails."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.operate.cli import main
from infra.operate.recovery import erasures, restore
from infra.operate.target import OpenedTarget
from infra.reference_data import load
from petitions.adapters.reference import parsed
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.privacy.erasure import Erasure, erasure_path
from petitions.errors import Retryable
from petitions.usecases.shared.petition_changes import Actor, begin_petition
from tests.fakes import FakeClock, FakePublisher, FakeStore
from tests.unit.infra.operate.test_figures import TIMES

CODE = "HN-261123-0000-0025"
LETTER = "zalo-events-intake:m1"
COMMANDS: dict[str, tuple[str, list[str]]] = {
    "load": ("load", []),
    "publish": ("publish", ["calendars", "{file}"]),
    "merge-units": ("merge_units", ["SQHKT", "SXD", "2026-11-23"]),
    "officer": ("officer", ["--email", "lan@example.vn", "--name", "Lan", "--unit", "SXD", "--role", "head"]),
    "pause": ("pause", []),
    "figures": ("figures", []),
    "search-keys": ("recovery.search_keys", []),
    "replay": ("replay", ["dismiss", LETTER, "--reason", "x"]),
    "erasures": ("recovery.erasures", ["--from", "former"]),
    "restored": ("recovery.restore", ["--database", "new", "--from", "former", "--at", "2026-11-24T02:00Z"]),
}
"""The module and the arguments of every command that writes to the database."""
DONE = {
    "load": "written; functions notice within a minute",
    "publish": "published; functions notice within a minute",
    "merge-units": "done: 0 moved, 0 left",
    "officer": "done; the desk knows within a minute",
    "pause": "stack x: sending is paused; within 5 seconds nothing more goes out",
    "figures": "differences put right",
    "search-keys": "1 put right",
    "replay": f"stack x: {LETTER} is dismissed",
    "erasures": "1 entered; erasures-sweep carries them out, page by page",
    "restored": "make resume starts sending, once functions run on it",
}


class Failing(FakeStore):
    """A store that can be read, and refuses every write once `fails` is set."""

    fails = False

    def _check(self) -> None:
        if self.fails:
            raise Retryable("Firestore does not answer")

    def transact(self, body: Callable[..., Any]) -> Any:
        def checked(tx: Any) -> Any:
            done = body(tx)
            if tx.writes:
                self._check()
            return done

        return super().transact(checked)

    def create(self, path: str, fields: Any) -> bool:
        self._check()
        return super().create(path, fields)

    def update(self, path: str, fields: Any) -> None:
        self._check()
        super().update(path, fields)

    def create_all(self, documents: Any) -> int:
        self._check()
        return super().create_all(documents)


def city() -> Failing:
    made, clock = Failing(), FakeClock()
    petition = Petition(code=CODE, citizen="c", title="t", content="c", address="a", unit="STP", state=State.NEW,
                        filed_at=clock.now(), contact=Contact(name="n", phone="84900000000"))  # fmt: skip
    made.transact(lambda tx: begin_petition(tx, petition, TIMES, Actor(Role.CITIZEN), clock.now()))
    del made.documents[petition_path(CODE)]["found_by"]
    for name in ("figures", "unfolded_at"):
        del made.documents[history_path(CODE, 1)][name]
    letter = {"consumer": "none", "message_id": "m1", "reason": "malformed", "payload": b"{", "key": ""}
    made.create(f"dead_letters/{LETTER}", {**letter, "attempts": 1, "kept_at": clock.now()})
    return made


@pytest.fixture(params=[*COMMANDS])
def called(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, Failing, list[str]]:
    name: str = request.param
    module, arguments = COMMANDS[name]
    store, clock, former = city(), FakeClock(), FakeStore()
    if name != "load":
        load(store, clock)
    deed = Erasure(by="citizen", asked_at=clock.now(), until=clock.now(), stage="done")
    former.create(erasure_path("k"), deed.stored())
    former.create("petitions/HN-1", {"code": "HN-1"})
    calendars = parsed("calendars.json")
    calendars["years"][3]["off"]["2026-12-15"] = "nghỉ lễ bổ sung"
    (tmp_path / "calendars.json").write_text(json.dumps(calendars))
    opened = OpenedTarget("stack x", "p", store, FakePublisher(), clock)
    monkeypatch.setattr(importlib.import_module(f"infra.operate.{module}"), "target", lambda _: opened)
    for recovery in (erasures, restore):
        monkeypatch.setattr(recovery, "FirestoreStore", lambda _project, _database: former)
    return name, store, [name, *(word.format(file=tmp_path / "calendars.json") for word in arguments), "--yes"]


def test_what_is_written_is_called_done(
    called: tuple[str, Failing, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    name, store, words = called
    before = dict(store.documents)
    assert main(words) == 0
    assert DONE[name] in capsys.readouterr().out
    assert store.documents != before


def test_what_could_not_be_written_is_not(
    called: tuple[str, Failing, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    name, store, words = called
    store.fails, before = True, dict(store.documents)
    assert main(words) == 1
    shown = capsys.readouterr()
    assert "Firestore does not answer" in shown.err
    assert DONE[name] not in shown.out
    assert store.documents == before
