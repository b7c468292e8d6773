"""The conversation with the real Firestore client and the declared indexes: parallel use, pauses, quoted messages."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.emulators.testing.processes import ROOT
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.citizen.conversation import Conversation
from petitions.domain.shared.identity import pseudonym
from petitions.domain.understanding.commands import Add
from petitions.errors import PetitionError
from petitions.ports.store import DELETE, Query
from tests.unit.conversation.scripted import read
from tests.unit.world import ID_KEY, USER, World

INDEXES = ROOT / "infra/gcp/firestore.indexes.json"
TOLD = "Cán bộ một cửa đòi thêm giấy tờ khi làm khai sinh"
PATH = [TOLD, "1", "Phường Yên Hòa", "Trần Văn An, như trên, 0987654321"]


class Channel(World):
    def says(self, user: str, *texts: str) -> None:
        for text in texts:
            self.intake(self.event("user_send_text", {"text": text}, user=user))

    def citizen(self, user: str = USER) -> dict[str, Any]:
        return dict(self.store.get(citizen_path(pseudonym(ID_KEY, user))) or {})

    def filed(self, user: str) -> list[str]:
        found = self.store.find(Query("petitions", where=(("citizen", "==", pseudonym(ID_KEY, user)),)))
        return [document.id for document in found]


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Channel]:
    data = tmp_path_factory.mktemp("firestore") / "data.sqlite"
    with (
        FirestoreServer(data, INDEXES) as server,
        mock.patch.dict("os.environ", {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}),
    ):
        yield Channel(store=FirestoreStore(CHECKED_PROJECT, "petitions"))  # type: ignore[arg-type]


def test_twenty_copies_of_one_event_at_once_are_one_petition(channel: Channel) -> None:
    channel.says("1", *PATH)
    confirm = channel.event("user_send_text", {"text": "1"}, user="1")

    def deliver(_: int) -> bool:
        try:
            return channel.intake(confirm)
        except PetitionError:
            return False

    with ThreadPoolExecutor(20) as pool:
        done = list(pool.map(deliver, range(20)))
    assert done.count(True) == 1
    assert len(channel.filed("1")) == 1
    replies = channel.store.find(Query("notices", where=(("citizen", "==", pseudonym(ID_KEY, "1")),)))
    assert sum("Mã: HN-" in reply.data["text"] for reply in replies) == 1


def test_sweep_recalls_a_draft_and_erases_texts_without_consent(channel: Channel) -> None:
    channel.says("2", TOLD, "1")
    channel.says("3", TOLD)
    channel.clock.at += timedelta(minutes=3)
    assert channel.pauses() == 0
    channel.clock.at += timedelta(hours=24)
    assert channel.pauses() == 1
    assert channel.citizen("2")["conversation"]["stage"]["draft"]["reminders"] == 1
    assert channel.talk("2")["step"] == "address"
    channel.clock.at += timedelta(days=8)
    channel.pauses()
    channel.erase()
    assert channel.store.find(Query(f"{citizen_path(pseudonym(ID_KEY, '3'))}/inputs")) == []
    assert channel.citizen("3")["conversation"] == Conversation().stored()


def test_a_quotation_and_the_citizens_own_petitions_need_no_other_index(channel: Channel) -> None:
    channel.says("4", *PATH, "1")
    (code,) = channel.filed("4")
    (notice,) = channel.store.find(Query("notices", where=(("about.code", "==", code),), order_by=("-created_at",)))
    channel.store.update(f"notices/{notice.id}", {"message_ids": ["zalo-1"]})
    quoted = {"text": "Đây là biên nhận", "quote_msg_id": "zalo-1"}
    channel.intake(channel.event("user_send_text", quoted, user="4"))
    additions = (channel.store.get(f"petitions/{code}") or {})["additions"]
    assert [addition["text"] for addition in additions] == ["Đây là biên nhận"]
    channel.says("4", "xong", "rút phản ánh", "1")
    assert (channel.store.get(f"petitions/{code}") or {})["state"] == "withdrawn"


def test_accusation_of_the_office_is_kept_apart_by_the_shipped_model(channel: Channel) -> None:
    channel.says("7", *PATH, "1")
    (code,) = channel.filed("7")
    channel.routing(code)
    channel.store.update(f"petitions/{code}", {"unit": "PX-00175", "accused": DELETE, "petition_class": "pakn"})
    first = channel.store.get(f"petitions/{code}")
    words = ["Chị Thu cán bộ phường nhận hối lộ, tôi tố cáo, xin giữ kín tên tôi", "Tôi tố cáo chị Thu vòi tiền tôi"]
    for word in words:
        read(channel, word, Add())
        channel.says("7", "bổ sung", word)
    assert channel.store.get(f"petitions/{code}") == first
    (own,) = channel.store.find(Query("petitions", where=(("apart_from", "==", code),)))
    channel.routing(own.id)
    kept = channel.store.get(f"petitions/{own.id}") or {}
    assert (kept["unit"], kept["accused"], kept["content"]) == ("VPUB", "?", words[0])
    assert [item["text"] for item in kept["additions"]] == words[1:]
    assert sorted(channel.filed("7")) == sorted([code, own.id])


def test_an_erasure_needs_no_other_index_and_late_events_meet_it(channel: Channel) -> None:
    """Late copies, the request and sweeps run at the same time, with the real transactions."""
    channel.says("5", *PATH, "1")
    who = pseudonym(ID_KEY, "5")
    late = [channel.event("user_send_text", {"text": f"đến muộn {number}"}, user="5") for number in range(6)]
    request = channel.event("user_withdraw", user_id="5", sender={"id": "5"})
    channel.clock.advance(seconds=5)

    def apply(body: bytes) -> None:
        with suppress(PetitionError):  # given up after too many conflicts, and delivered again
            channel.intake(body)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(apply, [*late[:3], request, *late[3:], request]))
    for body in (request, *late):
        channel.intake(body)
    for _ in range(3):
        channel.clock.advance(minutes=1)
        channel.erase()
    notices = list(channel.store.find(Query("notices", where=(("citizen", "==", who),))))
    assert [(document.data["channel"], document.data["text"][:12]) for document in notices] == [
        ("zalo", "Theo yêu cầu"),
        ("profile", ""),
    ]
    for document in notices:
        channel.store.update(f"notices/{document.id}", {"state": "sent"})
    channel.clock.advance(minutes=1)
    channel.erase()
    assert channel.store.find(Query(f"{citizen_path(who)}/inputs")) == []
    assert channel.store.find(Query("notices", where=(("citizen", "==", who),))) == []
    assert (channel.store.get(citizen_path(who)) or {})["zalo_id"] == ""
    (code,) = channel.filed("5")
    assert (channel.store.get(f"petitions/{code}") or {})["contact"]["name"] == ""
