"""The text of a draft: how it is extracted, two matters in one message, guidance, and the largest size."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from petitions.domain.citizen.draft import MAX_BEYOND_CHARACTERS, MAX_BEYOND_PARTS, MAX_CHARACTERS, MAX_PARTS
from petitions.domain.shared.identity import pseudonym
from petitions.domain.understanding import commands as c
from tests.unit.conversation.answers import CONTACT, IMAGE, WHERE
from tests.unit.conversation.scripted import means, read
from tests.unit.conversation.ways import STORY, TO, at, draft, story, talk
from tests.unit.world import ID_KEY, USER, World

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
TWO = (
    "Thứ nhất, bộ phận một cửa phường Yên Hòa thu thêm 200 nghìn khi làm khai sinh cho con tôi. "
    "Thứ hai, Sở Xây dựng cấp giấy phép xây dựng quá hạn hai tháng và đòi thêm bản vẽ"
)


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


# The words of a message that become part of the petition's text.


def test_a_sentence_that_seems_mere_talk_stays_with_the_story(world: World) -> None:
    text = (
        "Cảm ơn chị Hà Sở Y tế đã thông cảm cho phòng khám của em. "
        "Em gửi chị chút quà quê ở nhà trồng được như đã hẹn ạ."
    )
    world.types(text)
    assert draft(world)["parts"][0]["text"] == text


def test_a_question_that_tells_of_misconduct_is_a_story(world: World) -> None:
    text = (
        "Sao các anh thanh tra xây dựng hôm nào cũng nhậu ở nhà ông chủ đang xây số 40 Trung Kính "
        "phường Yên Hòa thế nhỉ?"
    )
    assert "đồng ý" in world.types(text)
    assert draft(world)["parts"][0]["text"] == text


def test_a_question_to_the_channel_begins_nothing(world: World) -> None:
    world.types("Tại sao tôi phải cho số điện thoại và địa chỉ nhà khi gửi phản ánh thế?")
    assert talk(world)["step"] == "idle"


def test_only_the_clauses_that_tell_join_the_story(world: World) -> None:
    text = "cảm ơn em. họ thu thêm tiền. số tôi 0987654321"
    means(
        at(world, "address"),
        text,
        c.Talk(end=11, chance=0.97),
        c.Tell(start=11, end=29),
        c.Give(field="phone", value="0987654321", start=29, end=len(text)),
    )
    assert story(world) == f"{STORY}\nhọ thu thêm tiền."
    assert draft(world)["phone"] == "84987654321"


def test_what_stands_unsure_beside_a_story_is_kept_with_it(world: World) -> None:
    text = "chán quá. họ thu thêm tiền."
    means(at(world, "address"), text, c.Talk(end=10, chance=0.4), c.Tell(start=10, end=27))
    assert story(world) == f"{STORY}\n{text}"


def test_a_long_message_that_is_not_understood_is_kept_within_a_draft(world: World) -> None:
    words = "cái này là tôi nói để các anh biết mà xem lại cho dân nhờ"
    assert "ghi thêm" in means(at(world, "address"), words, c.Unclear())
    assert words in story(world)


def test_a_short_one_is_not(world: World) -> None:
    means(at(world, "address"), "ơ kìa", c.Unclear())
    assert story(world) == STORY


@pytest.mark.parametrize("word", ["1", "xong", "menu", "tra cứu", "BỔ SUNG", "quay lại"])
@pytest.mark.parametrize("step", ["content", "address", "name"])
def test_no_word_that_the_bot_teaches_becomes_part_of_a_story(world: World, step: str, word: str) -> None:
    before = story(at(world, step))
    world.types(word)
    assert story(world) == before


def test_a_story_of_many_words_is_kept_whole(world: World) -> None:
    long = " ".join(f"điều thứ {number} mà tôi muốn kể về một cửa phường" for number in range(60))
    at(world, "content").types(long)
    assert story(world) == long


def test_a_new_story_replaces_the_old_one_once_it_is_told(world: World) -> None:
    at(world, "confirm")
    stage = {**talk(world)["stage"], "step": "content", "draft": {**draft(world), "rewriting": True}}
    conversation = {**world.citizen()["conversation"], "stage": stage}
    world.store.update(f"citizens/{pseudonym(ID_KEY, USER)}", {"conversation": conversation})
    assert "viết lại" in world.types("xong")
    assert story(world) == STORY
    means(world, "Cán bộ thu thêm 50.000 đồng", c.Tell())
    assert story(world) == "Cán bộ thu thêm 50.000 đồng"


def test_half_an_emoji_and_odd_fields_lose_no_message(world: World) -> None:
    read(world, f"{STORY} ?", c.Tell())
    body = json.loads(world.event("user_send_text", {"text": STORY, "attachments": None}))
    body["message"]["text"] += " \ud83d"
    world.intake(json.dumps(body).encode())
    assert STORY in story(world)


# Two matters.


def test_two_matters_in_one_message_become_two_petitions_after_a_yes(world: World) -> None:
    means(world, TWO, c.Tell())
    reply = world.types("đồng ý")
    assert "1. Gửi thành hai phản ánh" in reply
    assert "Thứ hai, Sở Xây dựng" in reply
    world.types("1", CONTACT)
    assert "việc thứ hai" in world.types("1")
    world.types("Phường Cầu Giấy") if talk(world)["step"] == "address" else None
    world.types("1")
    assert sorted(petition.content[:7] for petition in world.petitions()) == ["Thứ hai", "Thứ nhấ"]


@pytest.mark.parametrize("answer", [c.Choose(number=2), c.Deny()])
def test_two_matters_stay_together_if_the_citizen_wants(world: World, answer: c.Command) -> None:
    means(world, TWO, c.Tell())
    world.types("đồng ý")
    means(world, "gửi chung", answer)
    assert story(world) == TWO
    assert "question" not in talk(world)


def test_one_matter_is_not_parted(world: World) -> None:
    one = "Thứ nhất, phường thu tiền khai sinh. Thứ hai, phường không cho biên lai khai sinh"
    reply = means(at(world, "content"), one, c.Tell())
    assert "hai phản ánh" not in reply


# Guidance.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tôi khiếu nại quyết định thu hồi đất số 12 của UBND quận", "Luật Khiếu nại"),
        ("Tôi tố cáo ông chủ tịch phường nhận tiền hối lộ", "Luật Tố cáo"),
        ("Rác thải đổ bừa bãi ở ngõ 12 mấy hôm nay không ai dọn", "iHanoi"),
    ],
)
def test_guidance_comes_once_before_consent_is_asked_for(world: World, text: str, words: str) -> None:
    reply = means(world, text, c.Tell())
    assert words in reply
    assert "2. Không đồng ý" in reply
    assert words not in world.types("đồng ý")


# Its size.


def messages_of(characters: int) -> list[str]:
    """Return messages that, together with the usual text, have this many characters."""
    messages = [f"{number:04}" + "x" * 1996 for number in range(characters // 2000)]
    return [messages[0][len(STORY) :], *messages[1:]]


MORE = "Hôm sau họ còn bắt tôi nộp thêm giấy xác nhận cư trú của cả nhà"


def filled(world: World, step: str, characters: int) -> World:
    at(world, step)
    for letter in messages_of(characters):
        means(world, letter, c.Tell())
    world.clock.advance(minutes=2)
    return world


@pytest.mark.parametrize("step", ["address", "name", "confirm"])
def test_nothing_is_said_to_be_kept_that_a_full_draft_has_no_room_for(world: World, step: str) -> None:
    reply = means(filled(world, step, MAX_CHARACTERS + MAX_BEYOND_CHARACTERS), MORE, c.Tell())
    assert MORE not in str(draft(world))
    assert "ghi thêm" not in reply
    assert "Đã thêm" not in reply
    assert "không nằm trong phản ánh" in reply


def test_what_is_beyond_a_petition_goes_along_as_its_addition(world: World) -> None:
    reply = means(filled(world, "name", MAX_CHARACTERS), MORE, c.Tell())
    assert "phần bổ sung" in reply
    assert "họ và tên" in reply
    world.types(CONTACT, "1")
    (petition,) = world.petitions()
    assert [addition.text for addition in petition.additions] == [MORE]


def test_a_long_letter_in_a_burst_is_told_once_when_it_is_too_long(world: World) -> None:
    at(world, "address")
    before = len(world.replies())
    for letter in messages_of(26_000):
        means(world, letter, c.Tell())
    assert sum("dung lượng" in reply for reply in world.replies()[before:]) == 1
    assert len(world.store.paths(f"citizens/{pseudonym(ID_KEY, USER)}/inputs")) == 13 + len(TO["address"])


def test_a_hundred_and_ten_short_messages_are_all_kept(world: World) -> None:
    at(world, "address")
    messages = [f"điều thứ {number} mà tôi muốn kể" for number in range(110)]
    for words in messages:
        world.clock.advance(seconds=3)
        means(world, words, c.Tell())
    world.types(WHERE, CONTACT, "1")
    (petition,) = world.petitions()
    kept = petition.content.split("\n") + [addition.text for addition in petition.additions]
    assert set(messages) <= set(kept)


def test_who_tells_too_much_before_consent_is_told_and_asked(world: World) -> None:
    reply = means(filled(world, "consent", MAX_CHARACTERS + MAX_BEYOND_CHARACTERS), MORE, c.Tell())
    assert "không nằm trong phản ánh" in reply
    assert "2. Không đồng ý" in reply


def test_a_refusal_of_consent_that_was_a_slip_loses_nothing_of_a_long_letter(world: World) -> None:
    filled(world, "consent", 26_000).types("2")
    means(world, "nhầm, tôi đồng ý", c.Affirm())
    kept = [part["text"] for part in (*draft(world)["parts"], *draft(world)["beyond"])]
    assert kept == [STORY, *messages_of(26_000)]


def test_a_picture_beyond_the_room_is_refused_in_words(world: World) -> None:
    at(world, "name")
    for _ in range(MAX_PARTS + MAX_BEYOND_PARTS):
        world.clock.advance(seconds=2)
        world.intake(world.event("user_send_image", IMAGE))
    assert "không nằm trong phản ánh" in "\n".join(world.replies())
