"""Messages lost in an outage of the webhook are read back from Zalo's conversations and applied once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from petitions.adapters.ids import RandomIds
from petitions.adapters.zalo import ZaloConversations, ZaloTokenEndpoint
from petitions.domain.citizen.recovered import STATE_PATH
from petitions.domain.shared.identity import pseudonym
from petitions.errors import Retryable
from petitions.usecases.conversation import recover_messages
from petitions.usecases.conversation.recover_messages import RecoverMessages
from petitions.usecases.zalo.zalo_tokens import ZaloTokens
from tests.fakes import FakeStore
from tests.unit.conversation.ways import STORY
from tests.unit.notices.channel import FIRST, MemoryVault, MemoryZalo
from tests.unit.world import ID_KEY, USER, World

OA = "oa"
LAN, URL = "1111111111111111111", "https://zdn.vn/a.jpg?sig=1"


class Outage(World):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.talks: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.error = 0
        self.zalo = MemoryZalo(self.clock)
        transport = httpx.MockTransport(self._answer)
        oauth = ZaloTokenEndpoint("https://oauth.test", "https://openapi.test", "app-1", "app-secret", transport)
        tokens = ZaloTokens(
            FakeStore(),
            oauth,
            self.clock,
            RandomIds(),
            FIRST,
            vault=MemoryVault(),
            sleep=lambda _seconds: None,
            consent_url="https://desk.test/zalo",
        )
        history = ZaloConversations("https://openapi.test", transport)
        self.recover = RecoverMessages(self.store, self.publisher, self.clock, tokens, history, "1", OA, ID_KEY)
        self.delivered = 0

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("access_token"):
            return self.zalo._handle(request)
        self.calls.append(request.url.path.rsplit("/", 1)[-1])
        if self.error:
            return httpx.Response(200, json={"error": self.error, "message": "refused"})
        if request.headers["access_token"] != self.zalo.access_token:
            return httpx.Response(200, json={"error": -216, "message": "Access token is invalid"})
        asked = json.loads(request.url.params["data"])
        user, first = asked.get("user_id"), asked["offset"]
        talks = [one for one in reversed(self.talks) if user in {None, one.get("from_id"), one.get("to_id")}]
        return httpx.Response(200, json={"error": 0, "data": talks[first : first + asked["count"]]})

    def sends(self, message: dict[str, Any], kind: str = "text", *, user: str = USER) -> bytes:
        """Store a citizen's message in Zalo's conversation, and return its event without delivering it."""
        body = self.event(f"user_send_{kind}", message, user=user)
        sent = json.loads(body)
        content: dict[str, Any] = {"type": {"image": "photo"}.get(kind, kind), "message": message.get("text", "")}
        if kind == "image":
            content |= {"url": message["attachments"][0]["payload"]["url"].replace("sig=1", "sig=2")}
        self._remember(user, OA, sent["message"].get("msg_id"), content)
        return body

    def officer_says(self, text: str) -> None:
        self._remember(OA, USER, f"o{len(self.talks)}", {"type": "text", "message": text})

    def _remember(self, sender: str, recipient: str, message_id: str | None, content: dict[str, Any]) -> None:
        at = int(self.clock.now().timestamp() * 1000)
        ids = {"from_id": sender, "to_id": recipient, "message_id": message_id, "src": int(sender != OA), "time": at}
        self.talks.append(ids | content)

    def recovers(self) -> int:
        """Run the recovery, deliver every recovered event twice as Pub/Sub may, and return the number of events."""
        self.clock.advance(minutes=5)
        count = self.recover()
        for message in self.publisher.of("zalo-events")[self.delivered :]:
            assert message.key == pseudonym(ID_KEY, message.data["sender"]["id"])
            assert message.attributes["recovered"] == "true"
            for _ in range(2):
                self.intake(json.dumps(dict(message.data)).encode(), recovered=True)
        self.delivered = len(self.publisher.of("zalo-events"))
        return count

    def texts(self, user: str = USER) -> list[str]:
        inputs = self.store.paths(f"citizens/{pseudonym(ID_KEY, user)}/inputs")
        parts = [part for path in inputs for part in self.store.documents[path]["parts"]]
        return sorted(part.get("text") or part.get("url") for part in parts)


@pytest.fixture
def world() -> Outage:
    return Outage()


def test_lost_messages_are_applied_once_and_in_order(world: Outage) -> None:
    world.intake(world.sends({"text": STORY}))
    for text in ("đồng ý", "Phường Yên Hòa"):
        world.sends({"text": text})
    world.officer_says("Đã nhận")
    assert world.recovers() == 2
    assert world.texts() == sorted([STORY, "đồng ý", "Phường Yên Hòa"])
    assert "họ và tên" in world.last_reply()
    before = len(world.replies())
    assert world.recovers() == 0
    assert len(world.replies()) == before


def test_a_late_delivery_of_what_was_recovered_changes_nothing(world: Outage) -> None:
    late = [world.sends({"text": text}) for text in ("Một cửa gây khó", "đồng ý", "thêm nữa")]
    world.recovers()
    before, replies = world.texts(), len(world.replies())
    for body in [*late, *late]:
        world.intake(body)
    assert (world.texts(), len(world.replies())) == (before, replies)


def test_what_the_webhook_brought_first_is_not_applied_again(world: Outage) -> None:
    bodies = [world.sends({"text": "Một cửa gây khó"}), world.sends({"text": "đồng ý"})]
    # In flight: published by the webhook, but not yet applied during the run.
    world.clock.advance(minutes=5)
    assert world.recover() == 2
    for body in bodies:
        world.intake(body)
    replies = len(world.replies())
    for message in world.publisher.of("zalo-events"):
        world.intake(json.dumps(dict(message.data)).encode(), recovered=True)
    assert world.texts() == ["Một cửa gây khó", "đồng ý"]
    assert len(world.replies()) == replies


def test_a_picture_is_the_same_under_a_link_signed_anew(world: Outage) -> None:
    def picture(number: int, message_id: str) -> bytes:
        payload = {"url": f"https://zdn.vn/{number}.jpg?sig=1"}
        message = {"msg_id": message_id, "attachments": [{"type": "image", "payload": payload}]}
        return world.sends(message, "image")

    arrived, lost = picture(1, "a"), picture(2, "b")
    world.intake(arrived)
    world.recovers()
    world.intake(lost)
    assert len(world.texts()) == 2


def test_every_part_of_a_lost_album_is_recovered(world: Outage) -> None:
    for number in range(3):
        payload = {"url": f"https://zdn.vn/{number}.jpg?sig=1"}
        album = {"msg_id": "album", "attachments": [{"type": "image", "payload": payload}]}
        late = world.sends(album, "image")
    world.recovers()
    world.intake(late)
    assert [text.split("?")[0] for text in world.texts()] == [f"https://zdn.vn/{number}.jpg" for number in range(3)]


def test_without_an_id_citizen_time_and_content_decide(world: Outage) -> None:
    late = world.sends({"text": "Một cửa gây khó"})
    same = world.sends({"text": "Một cửa gây khó"})
    world.intake(same)
    for one in world.talks:
        one["message_id"] = None
    world.recovers()
    world.intake(late)
    assert world.texts() == ["Một cửa gây khó"] * 2


def test_young_messages_are_left_to_the_webhook(world: Outage) -> None:
    world.clock.advance(minutes=5)
    world.sends({"text": "vừa gửi"})
    assert world.recover() == 0
    assert world.recovers() == 1


def test_a_message_that_zalo_lists_only_after_a_run_is_recovered_by_the_next(world: Outage) -> None:
    world.sends({"text": "đến muộn"})
    late = world.talks.pop()
    assert world.recovers() == 0
    world.talks.append(late)
    assert world.recovers() == 1
    assert world.texts() == ["đến muộn"]


def test_an_outage_longer_than_one_run_is_read_in_several(world: Outage, monkeypatch: pytest.MonkeyPatch) -> None:
    users = [str(10**18 + number) for number in range(25)]
    for user in users:
        world.sends({"text": f"của {user}"}, user=user)
    monkeypatch.setattr(recover_messages, "BUDGET", timedelta(seconds=-1))
    assert world.recovers() == 0
    monkeypatch.setattr(recover_messages, "BUDGET", timedelta(0))
    answer = world._answer

    def slow(request: httpx.Request) -> httpx.Response:
        world.clock.advance(seconds=1)
        return answer(request)

    world.recover.history._http._transport = httpx.MockTransport(slow)  # type: ignore[attr-defined]
    runs = [world.recovers() for _ in range(4)]
    assert runs == [10, 10, 5, 0]
    assert all(world.texts(user) == [f"của {user}"] for user in users)
    assert "read_to" in world.store.documents[STATE_PATH]


def test_without_the_package_it_says_so_once_a_day(world: Outage, capsys: pytest.CaptureFixture[str]) -> None:
    world.error = -224
    for _ in range(30):
        assert world.recover() == 0
        world.clock.advance(hours=1)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    warnings = [line for line in lines if line["metric"] == "recovery_not_allowed"]
    assert [line["severity"] for line in warnings] == ["WARNING"] * 2
    assert "-224" in warnings[0]["message"]
    world.error = 0
    world.sends({"text": "sau khi mua gói"})
    assert world.recovers() == 1


def test_a_full_minute_stops_the_run_and_the_next_goes_on(world: Outage) -> None:
    world.sends({"text": "một"})
    world.clock.advance(minutes=5)
    world.error = -32
    with pytest.raises(Retryable):
        world.recover()
    world.error = 0
    assert world.recovers() == 1


def test_a_dead_access_token_is_renewed(world: Outage) -> None:
    world.sends({"text": "một"})
    world.recovers()
    world.zalo.access_token = "another instance's"
    world.sends({"text": "hai"})
    assert world.recovers() == 1


@pytest.mark.parametrize(
    ("content", "event"),
    [
        ({"type": "voice", "url": URL}, {"event_name": "user_send_audio"}),
        ({"type": "GIF", "url": URL}, {"event_name": "user_send_gif"}),
        ({"type": "links", "links": [URL]}, {"event_name": "user_send_link"}),
        (
            {"type": "location", "location": '{"latitude":"21.0","longitude":"105.8"}'},
            {"event_name": "user_send_location"},
        ),
        ({"type": "location", "location": "nowhere"}, {"event_name": "user_send_location"}),
        ({"type": "sticker", "url": URL}, {"event_name": "user_send_sticker"}),
        ({"type": "photo", "url": URL, "description": "biên nhận"}, {"event_name": "user_send_image"}),
        ({"type": "hologram"}, {"event_name": "user_send_hologram"}),
        ({}, {"event_name": "user_send_text"}),
    ],
)
def test_every_type_becomes_its_event(world: Outage, content: dict[str, Any], event: dict[str, Any]) -> None:
    world._remember(LAN, OA, "m", content)
    world.recovers()
    (message,) = world.publisher.of("zalo-events")
    assert message.data["event_name"] == event["event_name"]
    assert len(world.store.paths(f"citizens/{pseudonym(ID_KEY, LAN)}/inputs")) == 1


def test_odd_rows_are_skipped(world: Outage) -> None:
    world.talks += [{"time": "soon"}, {"from_id": 7, "time": 10**20}, {"from_id": LAN, "to_id": OA, "time": -5}]
    assert world.recovers() == 0
