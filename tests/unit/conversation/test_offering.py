"""The summary of a draft offers similar published results without adding a step before filing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from petitions.domain.lifecycle.states import State
from petitions.domain.petition.stored_answer import Publication, StoredAnswer
from petitions.domain.publishing.public import result_id
from petitions.domain.shared.records import replace
from petitions.domain.understanding.commands import Tell
from petitions.errors import Retryable
from petitions.ports.store import Fields
from petitions.usecases.conversation.offer_published import MOST_OFFERED, OfferPublished
from tests.fakes import FakeStore
from tests.unit.conversation.answers import WHERE
from tests.unit.conversation.scripted import read
from tests.unit.world import ID_KEY, USER, World

STORY = "Cán bộ một cửa phường hẹn trả giấy khai sinh ba lần, lần nào đến cũng bảo chưa có chữ ký của lãnh đạo phường"
SUMMARY = "Cán bộ một cửa phường hẹn trả giấy khai sinh ba lần, lần nào đến cũng bảo chưa có chữ ký"
OTHER = "Đường Trung Kính ngập nước mỗi khi mưa to, xe máy chết máy hàng loạt, cống không ai thông"
ASKER = "457294769396975000"
OFFER, LAST = "đã có kết quả công khai", "1. Gửi"


class CountedStore(FakeStore):
    def __init__(self) -> None:
        super().__init__()
        self.reads: list[str] = []
        self.down = False

    def get(self, path: str) -> Fields | None:
        self.reads.append(path)
        if self.down:
            raise Retryable("down", reason="firestore")
        return super().get(path)


@dataclass
class OfferedWorld(World):
    public: CountedStore = field(default_factory=CountedStore)

    def publishes(self, summary: str, user: str, state: State = State.PUBLISHED) -> str:
        petition, now = self.files(f"{summary} {USER}", user=user), self.clock.now()
        reply = StoredAnswer(text="Gửi bà Lan", author="a", unit="SXD", written_at=now, approved_at=now)
        words = Publication(summary=summary, answer="Đã trả giấy, xin lỗi công dân.", by="h", at=now)
        after = replace(petition, state=state, reply=reply, publication=words, version=9)
        self.store.documents[f"petitions/{petition.code}"] = after.stored()
        self.project(petition.code)
        self.public.reads.clear()
        return result_id(ID_KEY, petition.code)

    def comes_to_the_summary(self, content: str = STORY) -> str:
        read(self, content, Tell())
        self.types(content, "đồng ý", WHERE, "Trần Văn Nam, như trên, 0987 654 321", user=ASKER)
        return self.last_reply(ASKER)


def test_at_most_two_that_tell_the_same_are_offered_with_their_address_before_what_is_to_be_confirmed() -> None:
    world = OfferedWorld()
    ids = [world.publishes(SUMMARY, f"45729476939697{number:04}") for number in range(3)]
    other = world.publishes(OTHER, "457294769396979999")
    reply = world.comes_to_the_summary()
    offered = [one for one in ids if f"https://pakn.example.vn/results/{one}" in reply]
    assert len(offered) == 2
    assert other not in reply
    assert OTHER[:20] not in reply
    assert reply.index(OFFER) < reply.index("Xin kiểm tra lại") < reply.index(LAST)
    assert "Lan" not in reply.replace("Tran", "")
    assert not any(one.code in reply for one in world.petitions())
    assert len([path for path in world.public.reads if path.startswith("results/")]) == MOST_OFFERED
    assert [path for path in world.public.reads if not path.startswith("results/")] == ["site/results", "search/0"]


@pytest.mark.parametrize(
    "story",
    [
        "Can bo mot cua phuong hen tra giay khai sinh ba lan, lan nao den cung bao chua co chu ky cua lanh dao phuong",
        STORY.replace("giấy", "giáy").replace("khai", "khia").replace("cũng", "củng"),
    ],
)
def test_slips_and_missing_marks_hide_nothing(story: str) -> None:
    world = OfferedWorld()
    public_id = world.publishes(SUMMARY, "457294769396970009")
    assert f"/results/{public_id}" in world.comes_to_the_summary(story)


def test_the_offer_is_made_once_and_the_petition_is_sent_by_the_same_word() -> None:
    world = OfferedWorld()
    world.publishes(SUMMARY, "457294769396970009")
    before = len(world.petitions())
    assert OFFER in world.comes_to_the_summary()
    world.types("2", "số điện thoại là 0987 654 322", user=ASKER)
    assert OFFER not in world.last_reply(ASKER)
    assert LAST in world.last_reply(ASKER)
    world.types("1", user=ASKER)
    assert len(world.petitions()) == before + 1
    assert world.public.reads.count("site/results") == 1


@pytest.mark.parametrize("state", [State.ANSWERED, State.REOPENED, State.IN_PROGRESS])
def test_what_is_not_public_is_never_offered(state: State) -> None:
    world = OfferedWorld()
    world.publishes(SUMMARY, "457294769396970009", state)
    assert OFFER not in world.comes_to_the_summary()


def test_without_the_public_database_or_its_site_the_way_is_the_same() -> None:
    offered, plain, down = OfferedWorld(), OfferedWorld(), OfferedWorld()
    offered.publishes(SUMMARY, "457294769396970009")
    down.publishes(SUMMARY, "457294769396970009")
    down.public.down = True
    replies = [world.comes_to_the_summary() for world in (offered, plain, down)]
    reply = [re.sub(r"token\d+", "", text) for text in replies]  # the key in the link to the page
    assert reply[0].endswith(reply[1])
    assert reply[2] == reply[1]
    assert OfferPublished(offered.index, "")(STORY, offered.intake.effects.texts) is None


def test_an_english_citizen_is_led_to_the_english_page() -> None:
    world = OfferedWorld()
    public_id = world.publishes(SUMMARY, "457294769396970009")
    texts = world.intake.effects.texts.to("en")
    reply = OfferPublished(world.index, "https://pakn.example.vn")(STORY, texts) or ""
    assert f"https://pakn.example.vn/en/results/{public_id}" in reply
    assert "answered before" in reply
