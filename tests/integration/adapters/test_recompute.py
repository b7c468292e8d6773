"""A published calendar changes the deadlines of stored petitions, with the real client and declared indexes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.operate import publish
from infra.operate.cli import main
from infra.operate.target import OpenedTarget
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.reference import ReferenceInForce, parsed
from petitions.domain.lifecycle.lifecycle import ClockEffect, ClockName, ClockVerb
from petitions.domain.lifecycle.states import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.shared.fingerprint import version_of
from petitions.ports.store import Document, Query
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.reference import recompute_deadlines
from petitions.usecases.reference.recompute_deadlines import RecomputeDeadlines
from petitions.usecases.reference.tell_deadline_moves import TellDeadlineMoves
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.fakes import FakeClock, FakeIds, FakePublisher

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
STORED = 25
OPEN = 7


class City:
    def __init__(self, store: FirestoreStore) -> None:
        self.store, self.clock, self.publisher = store, FakeClock(NOW), FakePublisher()
        self.in_force = ReferenceInForce(store, self.clock)

    def timekeeping(self) -> Timekeeping:
        current = self.in_force()
        return Timekeeping(current.rules, current.calendar, current.ladder, current.chores)

    def job(self) -> RecomputeDeadlines:
        texts, timekeeping = reference.texts(), self.timekeeping()
        tell = TellDeadlineMoves(
            self.store, self.publisher, self.clock, OfficerMail(texts, reference.directory(), "https://desk.example.vn")
        )
        return RecomputeDeadlines(self.store, self.publisher, self.clock, timekeeping, texts, tell)

    def minutes(self, number: int) -> None:
        for _ in range(number):
            self.clock.advance(minutes=1)
            self.job()()

    def fill(self) -> None:
        ids, timekeeping = FakeIds(), self.timekeeping()
        for number in range(STORED):
            petition = Petition(
                code=make_code(NOW.date(), ids.code_letters()),
                citizen="c",
                title="t",
                content="t",
                address="a",
                contact=Contact(name="n", phone="p"),
                state=State.ACCEPTED if number < OPEN else State.CLOSED,
                unit="SXD" if number % 2 else "SYT",
                filed_at=NOW,
            )
            effects = [ClockEffect(ClockVerb.START, ClockName.ANSWER)]
            if number >= OPEN:
                effects.append(ClockEffect(ClockVerb.STOP, ClockName.ANSWER))
            petition = timekeeping.after(petition, effects, NOW)
            self.store.create(f"petitions/{petition.code}", petition.stored())
        for unit in ("SXD", "SYT"):
            head = Officer(id=f"{unit}-head", name="n", email="e", unit=unit, role=Role.HEAD)
            self.store.create(f"officers/{head.id}", head.stored())

    def petitions(self) -> list[Petition]:
        query = Query("petitions")
        return [Petition.model_validate(document.data) for document in self.store.find(query)]


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with FirestoreServer(tmp_path / "data.sqlite", INDEXES) as server:
        host = {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}
        with mock.patch.dict("os.environ", host):
            yield City(FirestoreStore(CHECKED_PROJECT, "petitions"))


def test_from_the_command_to_the_units(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recompute_deadlines, "PAGE", 3)
    monkeypatch.setattr(
        publish, "target", lambda _: OpenedTarget("the test", "p", city.store, city.publisher, city.clock)
    )
    city.fill()
    city.minutes(4)
    calendar: dict[str, Any] = parsed("calendars.json")
    calendar["years"][3]["off"]["2026-12-08"] = "nghỉ lễ bổ sung"
    file = tmp_path / "calendar.json"
    file.write_text(json.dumps(calendar))
    assert main(["publish", "calendars", str(file), "--dry-run"]) == 0
    output = capsys.readouterr().out
    assert f"{OPEN} open petitions would move" in output
    assert "SXD: 3" in output
    assert "SYT: 4" in output
    assert "answer: 17:30 thứ Ba 08/12/2026 -> 17:30 thứ Tư 09/12/2026" in output
    assert main(["publish", "calendars", str(file), "--yes"]) == 0
    published, before = capsys.readouterr().out, {petition.code: petition for petition in city.petitions()}
    city.minutes(5)
    after = city.petitions()
    (done,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"recompute_done"' in line]
    assert done["moved"] == OPEN
    assert f'over when the log has "recompute_done" of version {done["version"]},' in published
    moved = [petition for petition in after if petition != before[petition.code]]
    assert sorted(petition.code for petition in moved) == sorted(
        petition.code for petition in after if petition.state is State.ACCEPTED
    )
    assert {petition.clocks["answer"].due_at for petition in moved} == {datetime(2026, 12, 9, 10, 30, tzinfo=UTC)}
    notices = [dict(message.data)["id"] for message in city.publisher.of("notices")]
    assert sorted(name.rsplit("-", 2)[1] for name in notices) == ["SXD", "SYT"]
    calls: list[str] = []
    find = city.store.find

    def counted(query: Query) -> list[Document]:
        calls.append(query.collection)
        return find(query)

    monkeypatch.setattr(city.store, "find", counted)
    city.minutes(1)
    assert calls == []  # nothing has changed, so one document is read and no query runs
    city.job().repair()
    assert calls == ["petitions", "deadline_moves"]


def test_command_lists_petitions_keeping_mistaken_rules(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        publish, "target", lambda _: OpenedTarget("the test", "p", city.store, city.publisher, city.clock)
    )
    file, rules = tmp_path / "rules.json", parsed("deadline_rules.json")
    wrong: dict[str, Any] = {**rules, "rules": [{**rule, "amount": 1} for rule in rules["rules"]]}
    file.write_text(json.dumps(wrong))
    assert main(["publish", "deadline_rules", str(file), "--yes"]) == 0
    city.clock.advance(minutes=2)
    city.fill()
    capsys.readouterr()
    file.write_text(json.dumps(rules))
    assert main(["publish", "deadline_rules", str(file), "--dry-run"]) == 0
    output, version = capsys.readouterr().out, version_of(wrong)
    assert "0 open petitions would move" in output
    assert f"{OPEN} open petitions keep the terms of {version}" in output
    assert f'"withdrawn": ["{version}"]' in output
    file.write_text(json.dumps({**rules, "withdrawn": [version]}))
    assert main(["publish", "deadline_rules", str(file), "--yes"]) == 0
    output = capsys.readouterr().out
    assert f"{OPEN} open petitions would move" in output
    assert "keep the terms" not in output


def test_rules_that_the_package_shipped_were_no_mistake(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        publish, "target", lambda _: OpenedTarget("the test", "p", city.store, city.publisher, city.clock)
    )
    city.fill()
    file, rules = tmp_path / "rules.json", parsed("deadline_rules.json")
    file.write_text(json.dumps({**rules, "rules": [{**rule, "amount": 1} for rule in rules["rules"]]}))
    assert main(["publish", "deadline_rules", str(file), "--dry-run"]) == 0
    output = capsys.readouterr().out
    assert f"{OPEN} open petitions keep the terms of {version_of(rules)}, under which they were filed" in output
    assert "mistake" not in output


def test_all_faults_are_reported_without_writing(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        publish, "target", lambda _: OpenedTarget("the test", "p", city.store, city.publisher, city.clock)
    )
    calendar: dict[str, Any] = parsed("calendars.json")
    calendar["weekdays"]["monday"] = [["08:00", "12:00"], ["11:00", "17:30"]]
    calendar["years"][0]["off"]["2023-01-01"] = "Chủ nhật"
    file = tmp_path / "calendar.json"
    file.write_text(json.dumps(calendar))
    assert main(["publish", "calendars", str(file), "--yes"]) == 1
    output = capsys.readouterr().err
    assert "2 faults, nothing written" in output
    assert "monday: spans must be in order" in output
    assert "2023-01-01: off, but no working day anyway" in output
    rules = parsed("deadline_rules.json")
    rules["rules"][2]["amount"] = 0
    file.write_text(json.dumps(rules))
    assert main(["publish", "deadline_rules", str(file), "--yes"]) == 1
    assert "rules.2.amount" in capsys.readouterr().err
    file.write_text("{")
    assert main(["publish", "calendars", str(file), "--yes"]) == 1
    assert "not JSON" in capsys.readouterr().err
    assert city.store.get("rules/current") is None
    assert main(["publish", "calendars", "--show"]) == 0
    assert json.loads(capsys.readouterr().out) == parsed("calendars.json")
