"""The bot's rules hold after any sequence of messages, schedules, officers' actions and passing time."""

from __future__ import annotations

from hypothesis import settings

from tests.property.conversations import ANSWERS, COMMANDS, STORIES, Conversation

ANSWERS += [
    "Trần Văn An",
    "Trần Văn An, 12 Trung Kính, Yên Hòa, 0987654321",
    "0987654321",
    "quận Thanh Xuân",
    "sửa tên",
]
COMMANDS += [
    "đến đâu rồi",
    "HN-123",
    "rất hài lòng",
    "chưa hài lòng",
    "chán quá",
    "👍",
    "phản ánh của tôi",
    "gửi phản ánh",
]


def test_erasure_is_asked_about_beside_a_draft_and_nothing_else_is() -> None:
    state = Conversation()
    for text in (STORIES[0], "delete data"):
        state.types(text)
        state.there_is_a_next_step_and_one_draft_at_most()
    talk = state.world.talk()
    assert (talk["step"], talk["question"]["purpose"]) == ("consent", "erase")


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=40, stateful_step_count=25)
