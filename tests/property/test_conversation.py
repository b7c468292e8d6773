"""Random citizens, an unreliable Pub/Sub and crashes: the bot loses nothing, doubles nothing, files nothing early."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.language.words import fold
from petitions.domain.petition.codes import find_code
from petitions.domain.shared.identity import pseudonym
from petitions.errors import Permanent, PetitionError
from petitions.usecases.conversation.read_input import read_event
from petitions.usecases.shared.relay import RelayUnpublished
from tests.property.conversations import ANSWERS, COMMANDS, TELLINGS, TWO_IN_ONE, image
from tests.unit.world import ID_KEY, USER, World

ACCENTED = ["Đồng ý", "Đồng ý ạ", "1. Đồng ý", "Không", "XONG", "Gửi phản ánh", "Xin chào", "Cảm ơn", "Trợ giúp"]
TOLD = [
    "Một cửa làm khó",
    "Phường Yên Hòa",
    "12 phố Trung Kính, phường Yên Hòa",
    "Nguyễn Thị Lan",
    "như trên",
    "0912 345 678",
]
TOLD += ["1", "2", "3", "4", "5", "0", "nhà tôi", "HN-261123-AAAA-AAAA", "Cán bộ thu thêm tiền, tôi có biên lai đây"]
STORY = "Cán bộ một cửa bắt tôi đi lại năm lần để làm giấy khai sinh cho con"
PERSON = "Nguyễn Thị Lan, như trên, 0912 345 678"
PATH = [STORY, "đồng ý", "Phường Yên Hòa", PERSON, "1"]
SUBMITTING = {"1", "Đồng ý", "Đồng ý ạ", "đồng ý", "ok"}
"""The only texts here that confirm the summary. All others are unclear, or contain a change."""

ANY_TEXT = st.one_of(
    st.sampled_from(TOLD),
    st.sampled_from(ACCENTED),
    st.sampled_from(COMMANDS),
    st.sampled_from(TWO_IN_ONE),
    st.sampled_from(ANSWERS),
    st.text(max_size=60),
    st.sampled_from(PATH),
)
INFOS: list[dict[str, Any]] = [
    {
        "name": "Lê Thị Hoa",
        "phone": "84912000111",
        "full_address": {"user_city": "Hà Nội", "user_ward": "Yên Hòa", "user_address": "12 Trung Kính"},
    },
    {"name": "Lê Thị Hoa", "phone": 84912000111, "address": "12 Trung Kính", "city": "Hà Nội", "ward": None},
]


POSITION = {"type": "location", "payload": {"coordinates": {"latitude": "21.02", "longitude": "105.79"}}}
STEPS = st.one_of(
    ANY_TEXT.map(lambda text: [("user_send_text", {"message": {"text": text}})]),
    st.just([("user_send_text", {"message": {"text": text}}) for text in PATH]),
    st.integers(min_value=1, max_value=3).map(
        lambda size: [("user_send_image", {"message": {"msg_id": "album", **image(n)}}) for n in range(size)]
    ),
    ANY_TEXT.map(lambda text: [("user_send_image", {"message": {"text": text, **image(9)}})]),
    st.just([("user_send_location", {"message": {"attachments": [POSITION]}})]),
    st.just([("user_send_sticker", {"message": {"attachments": [{"type": "sticker", "payload": {"id": "1"}}]}})]),
    st.just([("user_send_hologram", {"message": {"attachments": [{"type": "hologram", "payload": None}]}})]),
    st.sampled_from(["follow", "unfollow"]).map(lambda name: [(name, {"follower": {"id": USER}, "sender": None})]),
    st.sampled_from(INFOS).map(lambda info: [("user_submit_info", {"info": info})]),
)


def bodies(world: World, steps: list[list[tuple[str, dict[str, Any]]]]) -> list[bytes]:
    """Return the events of the given steps, one second apart. Parts of an album share a message id within a step."""
    made = []
    for number, step in enumerate(steps):
        for name, more in step:
            fields = json.loads(json.dumps(more))
            if fields.get("message", {}).get("msg_id"):
                fields["message"]["msg_id"] += str(number)
            made.append(world.event(name, **fields))
    return made


def texts_of(body: bytes) -> list[str]:
    """Return the text of an event as it must be stored: Unicode normal form, lines without outer spaces."""
    arrived = read_event(body)
    return [arrived.event.message.text] if arrived.event.message and arrived.event.message.text else []


@dataclass
class Storm:
    """Delivers events in random order, some twice, with crashes and failed publishes, until all are applied."""

    world: World
    chance: random.Random
    applied: list[bytes] = field(default_factory=list)

    def deliver(self, body: bytes) -> bool:
        world = self.world
        world.store.crash = self.chance.choice([None, None, None, "before", "after"])
        world.publisher.failing = self.chance.random() < 0.2
        notices = set(world.store.paths("notices"))
        consent = world.store.documents.get(f"citizens/{pseudonym(ID_KEY, USER)}", {}).get("consent")
        petitions = len(world.store.paths("petitions"))
        with contextlib.suppress(PetitionError):
            if world.intake(body):
                self.applied.append(body)
        world.store.crash, world.publisher.failing = None, False
        created = set(world.store.paths("notices")) - notices
        assert len([path for path in created if "/profile-" not in path]) <= 1  # an erasure also has Zalo forget
        if len(world.store.paths("petitions")) > petitions:
            assert consent is not None
            assert all(text in SUBMITTING for text in texts_of(body)), texts_of(body)
            assert texts_of(body)
        self.invariants()
        return bool(created)

    def invariants(self) -> None:
        citizen = self.world.store.documents.get(f"citizens/{pseudonym(ID_KEY, USER)}")
        if citizen is None:
            return
        stage = citizen["conversation"]["stage"]
        draft = stage.get("draft") or {}
        if "consent" not in citizen:
            assert "contact" not in citizen
            assert draft.get("name") != INFOS[0]["name"]
        assert (stage["kind"] == "writing") == ("draft" in stage)

    def settle(self, events: list[bytes]) -> None:
        for body in events:
            self.world.intake(body)
        self.world.clock.advance(seconds=31)
        RelayUnpublished(self.world.store, self.world.publisher, self.world.clock)()


def check_whole(world: World, events: list[bytes]) -> None:
    who = pseudonym(ID_KEY, USER)
    inputs = {
        path.rsplit("/", 1)[-1]: world.store.documents[path] for path in world.store.paths(f"citizens/{who}/inputs")
    }
    sent = {read_event(body).entry.key for body in events}
    if "erased_at" in world.store.documents.get(f"citizens/{who}", {}):  # they asked for erasure and confirmed
        assert set(inputs) <= sent
        return
    assert set(inputs) == sent
    for body in events:
        kept = [part.get("text") or "" for part in inputs[read_event(body).entry.key]["parts"]]
        for text in texts_of(body):
            # Invisible characters and doubled spaces are no words: compared without them.
            if fold(text):
                assert "".join(fold(kept[0]).split()) == "".join(fold(text).split())
                assert kept[0] == unicodedata.normalize("NFC", kept[0])
    documents = world.store.documents
    assert not any("unpublished_since" in documents[path] for path in world.store.paths("inbox"))
    notified = {dict(message.data)["id"] for message in world.publisher.of("notices")}
    assert notified == {path.removeprefix("notices/") for path in world.store.paths("notices")}
    petitions = world.petitions()
    assert len({petition.code for petition in petitions}) == len(petitions)
    nudged = {(dict(item.data)["code"], dict(item.data)["seq"]) for item in world.publisher.of("petition-events")}
    for petition in petitions:
        assert find_code(petition.code) == petition.code
        assert petition.contact.name
        assert petition.contact.phone.startswith(("84", "+")) or petition.contact.phone == ""
        assert petition.content.strip()
        history = world.store.paths(f"petitions/{petition.code}/history")
        assert len(history) == petition.version
        assert {(petition.code, seq) for seq in range(1, petition.version + 1)} <= nudged


@settings(max_examples=80)
@given(st.lists(STEPS, min_size=1, max_size=8), st.integers(min_value=0, max_value=2**32))
def test_whatever_happens_every_event_counts_once(steps: list[Any], seed: int) -> None:
    world, chance = World(), random.Random(seed)
    events = bodies(world, steps)
    deliveries = [body for body in events for _ in range(chance.choice([1, 1, 2]))]
    for place in range(len(deliveries) - 1):
        if chance.random() < 0.25:
            deliveries[place], deliveries[place + 1] = deliveries[place + 1], deliveries[place]
    storm = Storm(world, chance)
    for body in deliveries:
        storm.deliver(body)
    storm.settle(events)
    assert len(set(storm.applied)) == len(storm.applied)
    check_whole(world, events)


@settings(max_examples=40)
@given(st.lists(STEPS, max_size=3), st.lists(STEPS, max_size=3))
def test_every_state_has_an_exit_by_cancelling(before: list[Any], after: list[Any]) -> None:
    world = World()
    for body in bodies(world, [*before, *after]):
        world.intake(body)
    world.clock.advance(minutes=2)  # a flood is over
    said_before = len(world.replies())
    world.types("hủy")
    assert len(world.replies()) == said_before + 1
    assert world.talk()["step"] == "idle"
    assert "draft" not in world.talk()


NAMES = ["event_name", "timestamp", "sender", "id", "message", "text", "attachments", "payload", "info"]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda leaves: st.lists(leaves, max_size=3) | st.dictionaries(st.sampled_from(NAMES), leaves, max_size=5),
    max_leaves=12,
)
PARTS = st.lists(
    st.one_of(
        st.sampled_from(TELLINGS).map(lambda text: ("user_send_text", {"text": text})),
        st.integers(min_value=0, max_value=9).map(lambda number: ("user_send_image", image(number))),
        st.sampled_from(["21.02", "21.03"]).map(
            lambda north: (
                "user_send_location",
                {
                    "attachments": [
                        {"type": "location", "payload": {"coordinates": {"latitude": north, "longitude": "105.8"}}}
                    ]
                },
            )
        ),
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=60)
@given(PARTS, st.data())
def test_what_is_told_is_the_same_whatever_the_order_of_arrival(parts: list[Any], data: st.DataObject) -> None:
    """The ward of a place that comes late is found with the next question, so values may differ until then."""
    orders = [list(range(len(parts))), data.draw(st.permutations(range(len(parts))))]
    drafts = []
    for order in orders:
        world = World()
        world.types(STORY, "đồng ý")
        events = [world.event(name, message) for name, message in parts]
        for place in order:
            world.intake(events[place])
        drafts.append({name: world.talk()["draft"].get(name) for name in ("parts", "beyond", "location")})
    assert drafts[0] == drafts[1]


@settings(max_examples=40)
@given(st.permutations(TELLINGS), st.integers(min_value=0, max_value=4), st.sampled_from(["", "!", " 👍", "\n", "..."]))
def test_what_is_told_while_a_draft_is_open_is_in_the_petition(tellings: list[str], early: int, end: str) -> None:
    first, *others = tellings
    world = World()
    world.types(STORY, "đồng ý", *(f"{text}{end}" for text in others[:early]), "Phường Yên Hòa")
    world.types(*(f"{text}{end}" for text in others[early:]), PERSON, first, "1")
    content = world.petitions()[0].content
    assert all(text in content for text in (STORY, *tellings))


@settings(max_examples=150)
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_rubbish_is_refused_with_an_error_of_the_tree(body: bytes) -> None:
    world = World()
    try:
        kept = world.intake(body)
    except Permanent:
        assert world.store.documents == {}
    else:
        assert kept
        check_whole(world, [body])


def test_two_orders_of_three_parts_by_hand() -> None:
    contents = set()
    for order in itertools.permutations(range(3)):
        world = World()
        world.types(STORY, "đồng ý")
        events = [world.event("user_send_text", {"text": text}) for text in TELLINGS[:3]]
        for place in order:
            world.intake(events[place])
        world.types("xong", "Phường Yên Hòa", "Trần Văn An, như trên, 0987654321", "1")
        contents.add(world.petitions()[0].content)
    assert contents == {"\n".join([STORY, *TELLINGS[:3]])}
