"""Consent to data processing requires a clear yes. A refusal loses nothing and can be reversed."""

from __future__ import annotations

import pytest

from petitions.domain.citizen.citizen import CONSENT_VERSION
from petitions.domain.shared.identity import pseudonym
from petitions.domain.understanding import commands as c
from tests.unit.conversation.answers import IMAGE
from tests.unit.conversation.scripted import means
from tests.unit.conversation.ways import STORY, at, draft, story, talk
from tests.unit.world import ID_KEY, USER, World


@pytest.fixture
def world() -> World:
    return at(World().has_a_coordinator(), "consent")


def consents(world: World) -> bool:
    return "consent" in world.citizen()


@pytest.mark.parametrize("yes", ["1", "1.", "dong y", "ĐỒNG Ý", "đồng ý ạ", "Tôi đồng ý nhé", "I agree", "1. Đồng ý"])
def test_a_clear_yes_is_consent(world: World, yes: str) -> None:
    world.types(yes)
    assert world.citizen()["consent"]["version"] == CONSENT_VERSION
    assert talk(world)["step"] == "address"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("máy chủ của Google Cloud tại Singapore", "được chuyển ra nước ngoài", "10 năm")),
        ("en", ("servers of Google Cloud in Singapore", "are transferred abroad", "10 years")),
    ],
)
def test_it_is_asked_for_with_provider_place_transfer_and_years(language: str, words: tuple[str, ...]) -> None:
    world = World().has_a_coordinator()
    if language == "en":
        world.types("English")
    asked = world.types(STORY)
    assert [word for word in words if word not in asked] == []


def test_words_that_are_perhaps_no_more_than_talk_stay_with_the_story(world: World) -> None:
    world.types("Nhà bên có người quen nên có rồi.")
    assert "Nhà bên có người quen nên có rồi" in story(world)


def test_consent_may_be_a_whole_sentence(world: World) -> None:
    means(world, "Tôi đồng ý việc xử lý dữ liệu cá nhân cho mục đích đã nêu ở trên", c.Affirm())
    assert consents(world)
    assert story(world) == STORY


def test_a_long_sentence_that_is_taken_for_a_yes_is_kept(world: World) -> None:
    words = "tôi muốn gửi luôn chuyện ban quản lý không cho số khẩn cấp của tòa nhà, đồng ý nhé"
    means(world, words, c.Affirm())
    assert not consents(world)
    assert words in story(world)


@pytest.mark.parametrize("no", ["2", "không đồng ý", "tôi không đồng ý", "KHÔNG ĐỒNG Ý", "2. Không đồng ý"])
def test_a_no_ends_the_draft_and_says_where_else_to_go(world: World, no: str) -> None:
    reply = world.types(no)
    assert "đã dừng lại" in reply
    assert "024.1022" in reply
    assert talk(world)["step"] == "idle"
    assert not consents(world)


def test_consent_withdrawn_before_it_is_given_is_a_no(world: World) -> None:
    assert "đã dừng lại" in means(world, "tôi rút lại sự đồng ý", c.WithdrawConsent())


@pytest.mark.parametrize(
    "commands",
    [
        (c.Affirm(), c.Deny()),
        (c.Unclear(),),
        (c.Affirm(), c.Unclear()),
        (c.Ask(topic="privacy"),),
        (c.Finish(),),
        (c.Skip(),),
        (c.Choose(number=7),),
    ],
)
def test_what_is_no_clear_yes_is_none(world: World, commands: tuple[c.Command, ...]) -> None:
    reply = means(world, "ừ nhưng đừng cho ai xem", *commands)
    assert not consents(world)
    assert talk(world)["step"] == "consent"
    assert "2. Không đồng ý" in reply


def test_a_faint_yes_is_none(world: World) -> None:
    means(world, "ừm", c.Affirm(), chance=0.4)
    assert not consents(world)


@pytest.mark.parametrize("words", ["đồng ý nhưng không cho số điện thoại", "nếu đồng ý thì sao", "gửi nhầm"])
def test_a_yes_with_a_reserve_is_none_in_words_either(world: World, words: str) -> None:
    world.types(words)
    assert not consents(world)


def test_a_story_that_denies_something_refuses_nothing(world: World) -> None:
    words = "tôi không đồng ý với cách làm việc của phường"
    means(world, words, c.Tell(), c.Deny(), chance=0.5)
    assert talk(world)["step"] == "consent"
    assert words in story(world)


def test_what_is_told_before_consent_is_kept_for_it(world: World) -> None:
    more = "họ bảo mất phí 200 nghìn"
    means(world, more, c.Tell())
    world.clock.advance(seconds=30)
    world.intake(world.event("user_send_image", IMAGE))
    assert "2. Không đồng ý" in world.last_reply()
    world.types("đồng ý")
    assert story(world) == f"{STORY}\n{more}"
    assert len(draft(world)["parts"]) == 3


def test_what_is_told_with_the_consent_is_kept(world: World) -> None:
    means(world, "đồng ý. họ còn thu thêm tiền", c.Affirm(end=7), c.Tell(start=8, end=28))
    assert consents(world)
    assert "họ còn thu thêm tiền" in story(world)
    assert "đồng ý" not in story(world)


def test_three_texts_in_a_row_before_consent_are_asked_about_once() -> None:
    world = World()
    messages = ["Hôm qua tôi ra phường làm giấy khai sinh", "Cán bộ bảo tôi về lấy thêm giấy", "Luật không đòi giấy ấy"]
    for words in messages:
        means(world, words, c.Tell())
    assert len(world.replies()) == 1
    assert story(world) == "\n".join(messages)


@pytest.mark.parametrize("between", [(), ("menu",), ("cảm ơn",)])
def test_who_consents_after_a_refusal_gets_the_draft_back(world: World, between: tuple[str, ...]) -> None:
    world.types("2", *between)
    means(world, "nhầm, tôi đồng ý", c.Affirm())
    assert consents(world)
    assert story(world) == STORY
    assert talk(world)["step"] == "address"


def test_a_number_after_a_refusal_is_no_consent(world: World) -> None:
    world.types("2", "1")
    assert not consents(world)


@pytest.mark.parametrize("word", ["cảm ơn", "ok", "không", "👍", "..."])
def test_after_a_refusal_small_talk_asks_for_no_consent_again(world: World, word: str) -> None:
    assert "Không đồng ý" not in world.types("2", word)
    assert talk(world)["step"] == "idle"


def test_a_new_notice_of_processing_is_agreed_to_anew() -> None:
    world = World()
    world.files()
    path = f"citizens/{pseudonym(ID_KEY, USER)}"
    world.store.update(path, {"consent": {**world.citizen()["consent"], "version": "2020-1"}})
    world.clock.advance(minutes=5)
    means(world, "vỉa hè trước chợ bị lấn chiếm cả ngày", c.Tell())
    assert talk(world)["step"] == "consent"
    world.types("1")
    assert world.citizen()["consent"]["version"] == CONSENT_VERSION


@pytest.mark.parametrize(
    ("first", "page"),
    [("xin chào", "https://pakn.example.vn/privacy"), ("english", "https://pakn.example.vn/en/privacy")],
)
def test_consent_and_the_answer_on_privacy_lead_to_the_whole_notice(first: str, page: str) -> None:
    world = World()
    world.types(first)
    assert page in means(world, STORY, c.Tell())
    world.clock.advance(seconds=30)
    assert page in means(world, "ai xem được thông tin của tôi?", c.Ask(topic="privacy"))


@pytest.mark.parametrize(
    "words", ["đánh giá HN-261201-5SZN-K89G 1", "đánh giá 1", "HN-261201-5SZN-K89G 1", "bổ sung 1", "điểm 1", "xem 1"]
)
def test_a_number_beside_other_words_is_no_consent(world: World, words: str) -> None:
    world.types(words)
    assert world.citizen().get("consent") is None
    assert talk(world)["step"] == "consent"


@pytest.mark.parametrize("words", ["1", "1 nhé", "chọn 1", "tôi chọn số 1", "phương án 1", "bấm 1", "1. Đồng ý"])
def test_a_number_with_the_words_of_a_choice_is(world: World, words: str) -> None:
    world.types(words)
    assert world.citizen()["consent"]
