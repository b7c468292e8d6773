"""The exchange with the national portal, with the real adapters of Firestore and HTTP and the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.emulators.testing.processes import free_port
from petitions.adapters import reference
from petitions.adapters.clock import MovableClock
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.adapters.portal.gateway import PortalGateway
from petitions.adapters.portal.mapping import Mapping
from petitions.domain.lifecycle.lifecycle import Action, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.portal.portal_change import inbound_id, inbound_path
from petitions.domain.shared.records import HANOI
from petitions.domain.shared.reference_data import parse
from petitions.ports.store import Query
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from petitions.usecases.lifecycle.commands import command
from petitions.usecases.lifecycle.submit_answer import SubmitAnswer
from petitions.usecases.petition.tell_citizen import TellCitizen
from tests.classification import classifying
from tests.fakes import FakePublisher
from tests.integration.simulators.sandbox import Simulator
from tests.portal_parts import PortalParts
from tests.unit.petition.handling import officer

HANDLER = officer("PX-00175")


@dataclass
class Bench:
    store: FirestoreStore
    simulator: Simulator
    clock: MovableClock

    def __post_init__(self) -> None:
        self.transport = httpx.HTTPTransport()
        portal = PortalGateway(
            f"http://127.0.0.1:{self.simulator.port}",
            username="hanoi",
            password="secret",
            unit_code="H26",
            dstcode="VN:GOV:X",
            mapping=parse(Mapping, reference.parsed("portal.json"), "portal.json"),
            clock=self.clock,
            transport=self.transport,
        )
        self.parts = PortalParts(self.store, FakePublisher(), self.clock, RandomIds(), portal)
        self.push, self.sweep, self.pull = self.parts.push, self.parts.sweep, self.parts.pull
        self.petition = self.parts.petition
        directory, texts = reference.directory(), reference.texts()
        parts = (directory, self.parts.timekeeping, TellCitizen(texts, directory), SubmitAnswer(reference.answers()))
        self.desk = ActOnPetition(self.store, FakePublisher(), self.clock, RandomIds(), *parts, classifying())

    def move(self, step: timedelta) -> None:
        offset = float(self.simulator.clock_file.read_text()) + step.total_seconds()
        self.simulator.clock_file.write_text(str(offset))

    def answered_petition(self, letters: str) -> str:
        code = make_code(self.clock.now().date(), letters)
        self.parts.file(code, unit="SXD")
        self.parts.approve(code)
        self.parts.rate(code, 3)
        return code

    def fault(self, **what: Any) -> None:
        assert self.simulator.http.post("/sim/faults", json=what).status_code == httpx.codes.OK

    def records(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self.simulator.http.get("/sim/records").json()
        return listed


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    port = free_port()
    arguments = [f"--port={port}", f"--data={tmp_path}/portal.sqlite"]
    arguments += ["--username=hanoi", "--password=secret", "--unit-code=H26", "--dstcode=VN:GOV:X"]
    simulator = Simulator("infra.local.portal", arguments, port, tmp_path)
    simulator.clock_file.write_text("0")
    with FirestoreServer(tmp_path / "firestore.sqlite") as server:
        simulator.start()
        with mock.patch.dict("os.environ", {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
            bench = Bench(FirestoreStore("p", "petitions"), simulator, MovableClock(simulator.clock_file))
            yield bench
            bench.transport.close()
        simulator.close()


def test_pushed_once_although_replies_are_lost_and_sessions_expire(bench: Bench) -> None:
    code = bench.answered_petition("0000001")
    bench.fault(target="DongBoPAKN", drop_reply=True, count=1)
    bench.push(code)
    sync = bench.petition(code).sync
    assert (sync.attempt, sync.handled_seq, sync.national_code) == (1, 0, None)

    bench.simulator.http.post("/sim/sessions/expire")
    bench.move(timedelta(minutes=1, seconds=1))
    assert bench.sweep() == 1
    [record] = bench.records()
    sync = bench.petition(code).sync
    assert (sync.handled_seq, sync.national_code, sync.next_at) == (3, record["code"], None)
    assert record["state"] == "DA_TRA_LOI"
    services = [call["service"] for call in bench.simulator.http.get("/sim/calls").json()]
    assert services == ["DongBoPAKN", "TraCuuPAKN", "CapNhatTrangThaiPAKN", "TraLoiPAKN", "DanhGiaPAKN"]


def test_an_answer_that_the_portal_returns_comes_back(bench: Bench) -> None:
    code = bench.answered_petition("0000002")
    bench.pull()
    bench.push(code)
    [record] = bench.records()
    bench.move(timedelta(minutes=5))
    returned = bench.simulator.http.post(f"/sim/records/{record['code']}/return", json={"reason": "Chưa đầy đủ"})
    change = returned.json()["MATHAYDOI"]
    bench.move(timedelta(minutes=5))
    assert bench.pull() == 1
    assert bench.petition(code).state is State.REDO
    entry = HistoryEntry.model_validate(bench.store.get(history_path(code, 4)))
    assert (entry.action, (entry.reason or "").splitlines()[0]) == ("portal_return", "Chưa đầy đủ")
    kept = bench.store.get(inbound_path(inbound_id(change)))
    assert kept is not None
    assert kept["state"] == "applied"
    bench.push(code)
    bench.move(timedelta(minutes=5))
    assert bench.pull() == 0
    assert bench.petition(code).version == 4
    assert bench.petition(code).sync.handled_seq == 4


def test_a_portal_that_is_down_is_waited_for(bench: Bench) -> None:
    code = bench.answered_petition("0000003")
    bench.simulator.stop()
    bench.push(code)
    assert bench.pull() == 0
    sync = bench.petition(code).sync
    assert sync.attempt == 1
    assert sync.failing_since is not None
    bench.simulator.start()
    bench.move(timedelta(hours=2))
    assert bench.sweep() == 1
    bench.pull()
    assert bench.petition(code).sync.handled_seq == 3
    cursor = bench.store.get("portal_state/cursor")
    assert cursor is not None
    assert "failing_since" not in cursor
    assert cursor["cursor"] > datetime(2026, 1, 1, tzinfo=UTC)


def test_filer_on_the_portal_reads_the_request_answers_and_withdraws(bench: Bench) -> None:
    filed = {"title": "Chậm trả kết quả", "content": "Chưa trả giấy khai sinh", "unit": "00175", "phone": "0912345678"}
    national = bench.simulator.http.post("/sim/records", json=filed).json()["MAPAKN"]
    assert bench.pull() == 1
    [petition] = [bench.petition(document.id) for document in bench.store.find(Query("petitions", limit=5))]
    code, asked, sent = petition.code, "Xin gửi số biên nhận hồ sơ", "Số biên nhận 0166-25"
    assert petition.unit == "PX-00175"

    def act(officer: Officer, action: Action, **more: Any) -> None:
        bench.desk(officer, command(code, action, bench.petition(code).version, sure=True, **more))
        bench.push(code)

    def filer(act: str, reason: str) -> None:
        done = bench.simulator.http.post(f"/sim/records/{national}/{act}", json={"reason": reason})
        assert done.status_code == httpx.codes.OK, done.text
        bench.move(timedelta(minutes=5))
        assert bench.pull() == 1
        bench.push(code)

    act(HANDLER, Action.ACCEPT)
    act(HANDLER, Action.ASK_SUPPLEMENT, text=asked)
    [record] = bench.records()
    status = record["status"]
    due = bench.petition(code).promised["supplement"].astimezone(HANOI)
    assert (record["state"], status["LYDO"], status["HANBOSUNG"]) == ("CHO_BO_SUNG", asked, f"{due:%Y%m%d%H%M%S}")
    assert (record["unit_code"], record["our_code"]) == ("00175", code)

    filer("supplement", sent)
    petition = bench.petition(code)
    assert (petition.state, [addition.text for addition in petition.additions]) == (State.ACCEPTED, [sent])
    [record] = bench.records()
    due = petition.promised["answer"].astimezone(HANOI)
    assert (record["state"], record["status"]["HANTRALOI"]) == ("DA_TIEP_NHAN", f"{due:%Y%m%d%H%M%S}")

    filer("withdraw", "Phường đã trả giấy")
    assert bench.petition(code).state is State.WITHDRAWN
    assert bench.records()[0]["state"] == "DA_RUT"
    refused = [call for call in bench.simulator.http.get("/sim/calls").json() if call["error_code"] != "0"]
    assert refused == []
