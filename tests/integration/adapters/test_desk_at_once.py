"""Many officers act on one petition at the same time, over HTTP, on the deployed desk and the emulators."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from unittest import mock

import httpx
import pytest
from google.cloud import pubsub_v1

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.emulators.testing.pubsub_server import PubsubServer
from infra.reference_data import load as load_reference
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.ports.store import Query
from tests.fakes import FakeClock
from tests.integration.adapters.desk_server import Desk, Person, desk_on, enter, filed, store_of
from tests.load.desk_city import NOW

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
TWENTY = [f"o{number}" for number in range(20)]
CHANGED = "Hồ sơ vừa được người khác thay đổi. Xin xem lại trước khi làm tiếp."
TWICE = "đã được ghi nhận từ lần gửi trước"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FirestoreStore, Desk]]:
    folder = tmp_path_factory.mktemp("at-once")
    pubsub = PubsubServer(folder)
    with FirestoreServer(folder / "data.sqlite", indexes=INDEXES) as server:
        pubsub.start()
        hosts = {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}
        hosts["PUBSUB_EMULATOR_HOST"] = f"127.0.0.1:{pubsub.port}"
        with mock.patch.dict(os.environ, hosts):
            with pubsub_v1.PublisherClient() as topics:
                for topic in ("petition-events", "notices"):
                    topics.create_topic(name=f"projects/{CHECKED_PROJECT}/topics/{topic}")
            made = store_of(server)
            load_reference(made, FakeClock(NOW))
            people = [Officer(id=who, name=who, email=f"{who}@x.vn", unit="SYT", role=Role.OFFICER) for who in TWENTY]
            head = Officer(id="head", name="head", email="h@x.vn", unit="SYT", role=Role.HEAD)
            coordinator = Officer(id="coordinator", name="c", email="c@x.vn", unit="VPUB", role=Role.COORDINATOR)
            enter(made, [*people, head, coordinator])
            with desk_on(server, folder, hosts["PUBSUB_EMULATOR_HOST"]) as desk:
                yield made, desk
        pubsub.kill()


def at_once(presses: list[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    together = Barrier(len(presses))

    def press(one: Callable[[], httpx.Response]) -> httpx.Response:
        together.wait(timeout=60)
        return one()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(press, presses))


def history(store: FirestoreStore, code: str) -> list[HistoryEntry]:
    found = store.find(Query(f"petitions/{code}/history", order_by=("seq",)))
    return [HistoryEntry.model_validate(document.data) for document in found]


def act(person: Person, code: str, action: str, **fields: str) -> Callable[[], httpx.Response]:
    return lambda: person.submit(f"/petitions/{code}/actions/{action}", version=1, **fields)


def test_twenty_press_the_same_button(store: tuple[FirestoreStore, Desk]) -> None:
    kept, desk = store
    code = filed(kept, 1, State.NEW)
    people = [desk.at(who) for who in TWENTY]
    answers = at_once([act(person, code, "accept") for person in people])
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 19}
    assert all(CHANGED in answer.text for answer in answers if answer.status_code == 409)
    assert [(entry.seq, entry.action) for entry in history(kept, code)] == [(2, "accept")]
    assert [document.data.get("code") for document in kept.find(Query("audit"))].count(code) == 1


def test_twenty_do_different_things(store: tuple[FirestoreStore, Desk]) -> None:
    kept, desk = store
    code = filed(kept, 2, State.IN_PROGRESS)
    people, head, coordinator = [desk.at(who) for who in TWENTY[:8]], desk.at("head"), desk.at("coordinator")
    why = "Cần thêm giấy tờ của công dân để xác minh."
    presses = [
        act(people[0], code, "ask_supplement", text=why),
        act(people[1], code, "give_back", text="Thuộc Sở Xây dựng, xin chuyển."),
        act(head, code, "refuse", text="Đã có quyết định của tòa án về việc này.", why="judged"),
        act(head, code, "extend", text="Vụ việc phức tạp.", amount="5"),
        act(head, code, "set_level", text="Vụ việc phức tạp.", level="complex"),
        act(coordinator, code, "transfer_out", text="Thuộc thẩm quyền của Bộ Y tế."),
        act(coordinator, code, "withdraw", text="Người gửi xin rút."),
        act(coordinator, code, "extend", text="Vụ việc phức tạp.", amount="3"),
        *(act(person, code, "give_back", text="Không thuộc sở.") for person in people[2:]),
        *(
            lambda person=person, n=n: person.submit(f"/petitions/{code}/notes", kind="noted", text=f"Ghi {n}")
            for n, person in enumerate(people[:6])
        ),
    ]
    assert len(presses) == 20
    answers = at_once(presses)
    lines = history(kept, code)
    notes = [line for line in lines if line.action == "noted"]
    acts = [line for line in lines if line.action != "noted"]
    assert [line.seq for line in lines] == list(range(2, len(lines) + 2))
    assert len(acts) <= 1
    accepted = [answer for answer in answers if answer.status_code == 303]
    assert len(accepted) == len(lines) == len(acts) + len(notes)
    assert {answer.status_code for answer in answers} <= {303, 400, 403, 404, 409}
    for answer in answers:
        assert answer.status_code != 409 or CHANGED in answer.text
    now = Petition.model_validate(kept.get(f"petitions/{code}"))
    assert now.version == lines[-1].seq
    assert now.state == lines[-1].to_state


@pytest.mark.parametrize(
    ("number", "path", "fields"),
    [
        (3, "actions/give_back", {"version": "1", "text": "Thuộc Sở Xây dựng, xin chuyển."}),
        (4, "actions/ask_supplement", {"version": "1", "text": "Xin gửi thêm ảnh hiện trường."}),
        (5, "notes", {"kind": "called", "text": "Đã gọi, hẹn chiều mai."}),
        (6, "notes", {"kind": "coordinated", "text": "Nhờ xem giúp.", "unit": "SXD"}),
    ],
)
def test_a_form_that_is_sent_twice_is_one(
    store: tuple[FirestoreStore, Desk], number: int, path: str, fields: dict[str, str]
) -> None:
    kept, desk = store
    code = filed(kept, number, State.IN_PROGRESS)
    person = desk.at("o1")
    answers = at_once([lambda: person.submit(f"/petitions/{code}/{path}", **fields)] * 2)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(history(kept, code)) == 1
    assert len({answer.headers["location"] for answer in answers}) == 1
    page = person.see(answers[0].headers["location"])
    assert page.status_code == 200
    if path.startswith("actions"):
        again = person.submit(f"/petitions/{code}/{path}", **fields)
        assert again.status_code == 303
        assert TWICE in person.see(again.headers["location"]).text
    assert len(history(kept, code)) == 1
