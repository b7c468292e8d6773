"""A conversation whose messages arrive late, in another order, twice, or again after the petition was filed."""

from __future__ import annotations

import copy
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.petition.petition import Petition
from petitions.usecases.conversation.read_input import read_event
from tests.property.conversations import PATH, STRAIGHT, TELLINGS, Conversation, image
from tests.unit.world import World

WINDOW = 4
"""The largest number of events that may overtake another one."""


class Delivery(Conversation):
    """A conversation in which events are first posted, and later delivered in any order, some twice."""

    def __init__(self) -> None:
        super().__init__()
        self.post: list[bytes] = []
        self.arrived: list[bytes] = []

    def takes(self, name: str, message: dict[str, Any], **more: Any) -> None:
        self.post.append(self.world.event(name, message, **more))

    @rule(text=st.sampled_from(STRAIGHT) | st.text(st.characters(codec="utf-8"), max_size=50))
    def types(self, text: str) -> None:
        self.takes("user_send_text", {"text": text})

    @rule()
    def goes_straight(self) -> None:
        """Send the messages that file a petition at once and in order. Earlier events are delivered after them."""
        before, self.post = self.post, []
        for text in STRAIGHT:
            self.types(text)
        while self.post:
            self.deliver(0)
        self.post = before

    @rule(size=st.integers(min_value=2, max_value=4))
    def sends_an_album(self, size: int) -> None:
        album = f"album{self.world.counter}"
        for number in range(size):
            self.takes("user_send_image", {"msg_id": album, **image(number)})

    @precondition(lambda self: self.post)
    @rule(place=st.integers(min_value=0, max_value=WINDOW - 1))
    def arrives(self, place: int) -> None:
        self.deliver(min(place, len(self.post) - 1))

    @precondition(lambda self: self.arrived)
    @rule(place=st.integers(min_value=0), rewritten=st.booleans())
    def comes_again(self, place: int, *, rewritten: bool) -> None:
        """Deliver an event again, and check that it changes nothing.

        The bytes are the same, or with `rewritten` the same message has a new timestamp.
        """
        body = self.arrived[place % len(self.arrived)]
        event = json.loads(body)
        if rewritten and event.get("message"):
            event["timestamp"] = str(int(event["timestamp"]) + 1)
            body = json.dumps(event).encode()
        before = copy.deepcopy(self.world.store.documents)
        assert self.world.intake(body) is False
        assert self.world.store.documents == before

    def deliver(self, place: int) -> None:
        body = self.post.pop(place)
        before, sent = len(self.world.replies()), read_event(body).event
        gone = self.citizen.erased_at if self.citizen else None
        assert self.world.intake(body) is True
        assert len(self.world.replies()) - before <= 1
        self.arrived.append(body)
        if gone and sent.timestamp <= gone:  # of the time that was erased
            self.erased = True
        elif sent.message and sent.message.text:
            self.typed.append(sent.message.text)

    @invariant()
    def every_event_is_one_input(self) -> None:
        kept = Counter(self.world.store.documents[path]["at"] for path in self.world.store.paths(f"{PATH}/inputs"))
        came = Counter(read_event(body).event.timestamp for body in self.arrived)
        assert kept == came if not self.erased else not kept - came

    @invariant()
    def content_goes_by_zalos_time_and_nothing_is_there_twice(self) -> None:
        citizen = self.citizen
        draft = citizen.conversation.draft if citizen else None
        if draft:
            assert [(part.at, part.key) for part in draft.parts] == sorted(
                {(input_part.at, input_part.key) for input_part in draft.parts}
            )
        for petition in self.world.petitions():
            files = Counter(file.id for file in petition.files)
            assert set(files.values()) <= {1}

    def teardown(self) -> None:
        while self.post:
            self.deliver(0)
        self.nothing_typed_is_dropped()
        self.every_event_is_one_input()
        self.there_is_a_next_step_and_one_draft_at_most()
        self.consent_comes_before_contact_data()
        for body in self.arrived:
            assert self.world.intake(body) is False


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=30, stateful_step_count=30)


@pytest.mark.faults
@pytest.mark.timeout(3600)
def test_many_deliveries() -> None:
    run_state_machine_as_test(Delivery, settings=settings(max_examples=200, stateful_step_count=60))


ANSWERS = ["xong", "Phường Yên Hòa", "Trần Văn An, như trên, 0987654321", "1"]


def sentences_of(petition: Petition) -> list[str]:
    added = [addition.text for addition in petition.additions if addition.text]
    return [line for text in (petition.content, *added) for line in text.split("\n") if line in TELLINGS]


@settings(max_examples=60)
@given(st.data())
def test_every_telling_is_in_the_petition_once_whenever_it_arrives(data: st.DataObject) -> None:
    world = World()
    world.types(STRAIGHT[0], "đồng ý")
    count = data.draw(st.integers(min_value=1, max_value=len(TELLINGS)))
    tellings = [world.event("user_send_text", {"text": text}) for text in TELLINGS[:count]]
    pictures = [world.event("user_send_image", {"msg_id": "album", **image(number)}) for number in range(count)]
    answers = [world.event("user_send_text", {"text": text}) for text in ANSWERS]
    order: list[bytes] = list(answers)
    for body in data.draw(st.permutations([*tellings, *pictures])):
        order.insert(data.draw(st.integers(min_value=0, max_value=len(order))), body)
    for body in data.draw(st.lists(st.sampled_from(order), max_size=6)):
        order.insert(data.draw(st.integers(min_value=order.index(body), max_value=len(order))), body)
    applied = Counter(body for body in order if world.intake(body))
    assert set(applied.values()) == {1}
    (petition,) = world.petitions()
    sentences = sentences_of(petition)
    assert Counter(sentences) == Counter(TELLINGS[:count])
    inside = [line for line in petition.content.split("\n") if line in TELLINGS]
    for lines in (inside, sentences[len(inside) :]):
        assert lines == sorted(lines, key=TELLINGS.index)
    assert len({file.id for file in petition.files}) == len(petition.files) == count
    assert Citizen.model_validate(world.citizen()).conversation.draft is None
