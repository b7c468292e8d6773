"""What people may expect of a clerk: reminded, not trapped, not asked twice, nothing dropped, late words understood."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from petitions.domain.citizen.draft import MAX_BEYOND_CHARACTERS, MAX_CHARACTERS
from petitions.domain.notices.channels import Route
from petitions.domain.notices.notice import Notice
from petitions.domain.notices.sending import planned
from petitions.domain.routing.dangers import tells_violence
from petitions.ports.store import Transaction
from petitions.usecases.notices.prepare_notice import write_notice
from tests.unit.conversation.answers import ASKED_FOR, HERE, IMAGE, PHONE, WHERE, WHO
from tests.unit.conversation.ways import STEPS, STORY, answered, at, draft, talk
from tests.unit.world import World

TWO = (
    "Thứ nhất, bộ phận một cửa phường Yên Hòa thu thêm 200 nghìn khi làm khai sinh cho con tôi. "
    "Thứ hai, Sở Xây dựng cấp giấy phép xây dựng quá hạn hai tháng và đòi thêm bản vẽ"
)


@pytest.fixture
def world() -> World:
    return World()


def passes(world: World, **time: float) -> str:
    """Let time pass with the sweep of each hour; return what the bot said meanwhile."""
    before, end = len(world.replies()), world.clock.now() + timedelta(**time)
    while world.clock.now() < end:
        world.clock.advance(minutes=60)
        world.pauses()
    return "\n".join(world.replies()[before:])


def test_an_unfinished_draft_is_recalled_twice_by_day_and_then_given_up(world: World) -> None:
    at(world, "name")
    first = passes(world, hours=40)
    assert first.count("CHƯA được gửi") == 1
    assert "họ và tên" in first
    local = [world.store.documents[path]["created_at"] for path in world.store.paths("notices")][-1]
    assert 0 <= (local.hour + 7) % 24 - 7 < 15
    assert passes(world, days=5).count("CHƯA được gửi") == 1
    assert talk(world)["step"] == "name"
    assert passes(world, days=9) == ""
    assert talk(world)["step"] == "idle"


def test_who_answers_after_the_reminder_goes_on_where_they_were(world: World) -> None:
    at(world, "name")
    passes(world, hours=30)
    world.types(WHO, HERE, PHONE, "1")
    assert len(world.petitions()) == 1


def test_what_is_beyond_a_petition_goes_along_as_its_addition(world: World) -> None:
    at(world, "content")
    letters = [f"{number}" + "x" * 1900 for number in range(13)]
    world.types(*letters)
    world.clock.advance(seconds=30)
    assert "phần bổ sung" in "\n".join(world.replies())
    world.types("xong", WHERE, WHO, HERE, PHONE, "1")
    (petition,) = world.petitions()
    kept = petition.content.split("\n")[1:] + [each.text for each in petition.additions]
    assert kept == letters


MORE = "Hôm sau họ còn bắt tôi nộp thêm giấy xác nhận cư trú của cả nhà"


def letters(characters: int) -> list[str]:
    """Return messages that have as many characters together as are left after the story."""
    told = [f"{number:04}" + "x" * 1996 for number in range(characters // 2000)]
    return [told[0][len(STORY) :], *told[1:]]


def filled(world: World, step: str, characters: int) -> World:
    """Tell as much, to the last character, then go on to a step."""
    at(world, "content").types(*letters(characters))
    world.clock.advance(minutes=2)
    world.types(*("xong", WHERE, WHO)[: STEPS.index(step) - STEPS.index("content")])
    assert talk(world)["step"] == step
    world.clock.advance(minutes=2)
    return world


@pytest.mark.parametrize("step", ["address", "name", "residence"])
def test_nothing_is_said_to_be_kept_that_a_full_draft_has_no_room_for(world: World, step: str) -> None:
    said = filled(world, step, MAX_CHARACTERS + MAX_BEYOND_CHARACTERS).types(MORE)
    assert MORE not in str(draft(world))
    assert "ghi thêm" not in said
    assert "không nằm trong phản ánh" in said
    assert "gõ XONG" not in said


def test_who_fills_the_draft_at_a_later_step_is_told(world: World) -> None:
    said = filled(world, "name", MAX_CHARACTERS).types(MORE)
    assert MORE in str(draft(world)["beyond"])
    assert "phần bổ sung" in said
    assert "họ và tên" in said


@pytest.mark.parametrize("step", ["content", "name"])
def test_what_comes_late_and_has_no_room_is_refused_in_words(world: World, step: str) -> None:
    filled(world, step, MAX_CHARACTERS + MAX_BEYOND_CHARACTERS)
    late = world.event("user_send_text", {"text": MORE})
    world.intake(world.event("user_send_image", IMAGE))
    world.clock.advance(seconds=1)
    before = len(world.replies())
    world.intake(late)
    assert MORE not in str(draft(world))
    assert "không nằm trong phản ánh" in "\n".join(world.replies()[before:])


def test_who_tells_too_much_before_consent_is_told_and_asked(world: World) -> None:
    world.types(STORY, *letters(MAX_CHARACTERS + MAX_BEYOND_CHARACTERS))
    world.clock.advance(minutes=2)
    said = world.types(MORE)
    assert "không nằm trong phản ánh" in said
    assert "Tôi đã giữ" not in said
    assert "2. Không đồng ý" in said


def test_a_refusal_of_consent_that_was_a_slip_loses_nothing_of_a_long_letter(world: World) -> None:
    told = [STORY, *letters(26_000)]
    world.types(*told)
    world.clock.advance(minutes=2)
    world.types("2", "nhầm, tôi đồng ý")
    assert [part["text"] for part in (*draft(world)["parts"], *draft(world)["beyond"])] == told


LETTER = [STORY, *letters(26_000)]


@pytest.mark.parametrize(
    ("earlier", "joined"),
    [("\n".join(LETTER[:9]), ["xong", "1"]), ("Đường Trung Kính bị đào lên rồi bỏ đó ba tháng", ["bổ sung"])],
)
def test_a_long_letter_that_joins_an_earlier_petition_is_added_whole(
    world: World, earlier: str, joined: list[str]
) -> None:
    """As the bot asks, since it tells the same, or as the citizen says."""
    world.files(earlier)
    world.clock.advance(hours=1)
    world.types("phản ánh", *LETTER)
    world.clock.advance(minutes=2)
    world.types(*joined)
    assert [each.text for each in world.petitions()[0].additions] == LETTER
    assert len(world.petitions()) == 1


def test_of_a_letter_that_does_not_fit_the_rest_of_a_petition_the_beginning_is_added(world: World) -> None:
    petition = world.files("Đường Trung Kính bị đào lên rồi bỏ đó ba tháng")
    before = [
        {"by": "citizen", "input": f"k{number}", "at": world.clock.now(), "type": "text"} for number in range(190)
    ]
    world.store.update(f"petitions/{petition.code}", {"additions": before})
    world.clock.advance(hours=1)
    world.types("phản ánh", *LETTER)
    world.clock.advance(minutes=2)
    assert "(4 tin nhắn" in world.types("bổ sung")
    assert [each.text for each in world.petitions()[0].additions][190:] == LETTER[:10]


def test_a_hundred_and_fifty_short_messages_are_all_kept(world: World) -> None:
    at(world, "content")
    told = [f"điều thứ {number} mà tôi muốn kể" for number in range(150)]
    for each in told:
        world.clock.advance(seconds=3)
        world.types(each)
    world.types("xong", WHERE, WHO, HERE, PHONE, "1")
    (petition,) = world.petitions()
    kept = petition.content.split("\n") + [each.text for each in petition.additions]
    assert set(told) <= set(kept)


def test_a_recording_alone_is_asked_for_in_words_or_a_person(world: World) -> None:
    world.types("phản ánh", "đồng ý")
    audio = {"attachments": [{"type": "audio", "payload": {"url": "https://f1.zdn.vn/1.amr"}}]}
    world.intake(world.event("user_send_audio", audio))
    assert "chưa nghe được" in world.last_reply()
    assert "GẶP CÁN BỘ" in world.last_reply()


def test_editing_the_story_empties_it_only_once_a_new_one_is_told(world: World) -> None:
    at(world, "confirm").types("2", "xong")
    assert STORY in world.last_reply()
    world.types("2", "Cán bộ thu thêm 50.000 đồng khi làm khai sinh cho cháu", "xong")
    assert STORY not in world.last_reply()
    assert "50.000 đồng" in world.last_reply()


@pytest.mark.parametrize(("step", "way"), [("name", "GẶP CÁN BỘ"), ("phone", "BỎ QUA"), ("address", "BỎ QUA")])
def test_nobody_is_asked_the_same_in_the_same_words_for_ever(world: World, step: str, way: str) -> None:
    at(world, step)
    said = [world.last_reply(), world.types("hả"), world.types("???"), world.types("là sao")]
    assert said[0] != said[1]
    assert way in said[3]


def test_who_gives_no_phone_is_told_why_and_then_gets_letters(world: World) -> None:
    at(world, "phone")
    assert "e-mail" in world.types("tôi không muốn cho số điện thoại")
    assert "gửi thư" in world.types("BỎ QUA")
    world.types("1")
    (petition,) = world.petitions()
    assert petition.contact.phone == ""
    assert petition.contact.address


@pytest.mark.parametrize(
    "words", [f"{WHO}, {HERE}, {PHONE}", f"{WHO} {PHONE}, địa chỉ như trên", f"Tôi là {WHO}, sđt {PHONE}, {HERE}"]
)
def test_name_address_and_phone_in_one_message_are_one_turn(world: World, words: str) -> None:
    at(world, "name").types(words)
    assert talk(world)["step"] == "confirm"
    assert (draft(world)["name"], draft(world)["phone"], draft(world)["residence"]) == (WHO, f"84{PHONE[1:]}", WHERE)


def test_two_matters_in_one_message_become_two_petitions_after_a_yes(world: World) -> None:
    said = world.types(TWO, "đồng ý", "xong")
    assert "hai phản ánh" in said
    world.types("1", WHERE, WHO, HERE, PHONE)
    if talk(world)["step"] != "confirm":
        world.types(PHONE)
    assert "việc thứ hai" in world.types("1")
    world.types("Phường Cầu Giấy", "1")
    assert [each.content[:7] for each in world.petitions()] == ["Thứ nhấ", "Thứ hai"]


def test_two_matters_stay_together_if_the_citizen_wants(world: World) -> None:
    world.types(TWO, "đồng ý", "xong", "2")
    assert draft(world)["parts"][0]["text"] == TWO


def handed_over(world: World, petition: Any) -> None:
    """Have the answer on its way: Zalo has not said yet that it took it."""
    path = f"notices/{petition.code}-{petition.version}"
    before = Notice.model_validate(world.store.documents[path])
    after = planned(before, Route.FREE, [], world.clock.now()).sending("try", world.clock.now())

    def out(tx: Transaction, before: Notice) -> None:
        write_notice(tx, before, after)

    world.store.transact(partial(out, before=before))


@pytest.mark.parametrize(("typed", "level"), [("3", 3), ("chưa hài lòng", 3), ("1", 1)])
def test_a_rating_typed_before_our_own_record_of_sending_is_one(world: World, typed: str, level: int) -> None:
    petition = answered(world, delivered=False)
    handed_over(world, petition)
    world.types(typed)
    rating = world.petitions()[0].rating
    assert rating is not None
    assert rating.level == level


def test_a_number_rates_also_after_thanks_and_a_rating_may_be_changed(world: World) -> None:
    answered(world)
    world.types("cảm ơn em", "2")
    assert world.petitions()[0].rating.level == 2  # type: ignore[union-attr]
    world.types("à không, chưa hài lòng đâu")
    if "1. Rất hài lòng" in world.last_reply():
        world.types("3")
    assert world.petitions()[0].rating.level == 3  # type: ignore[union-attr]


def test_not_consenting_is_done_though_it_arrives_late(world: World) -> None:
    world.types(STORY)
    late = world.event("user_send_text", {"text": "2"})
    world.intake(world.event("user_send_image", IMAGE))
    world.intake(late)
    assert talk(world)["step"] == "idle"
    assert "dừng lại" in world.last_reply()


@pytest.mark.parametrize("step", ["content", "address", "name", "confirm"])
@pytest.mark.parametrize("word", ["1", "HỦY", "xong", *ASKED_FOR])
def test_a_late_command_is_answered_and_is_no_content(world: World, word: str, step: str) -> None:
    at(world, step)
    late = world.event("user_send_text", {"text": word})
    world.intake(world.event("user_send_image", IMAGE))
    world.clock.advance(seconds=1)
    world.intake(late)
    assert "đến muộn" in world.last_reply()
    assert talk(world)["step"] == step
    assert word not in [part.get("text") for part in draft(world)["parts"]]


@pytest.mark.parametrize("told", ["họ không đồng ý nhận giấy của tôi", "đúng là họ còn đòi thêm tiền", "cho phép xây"])
def test_a_late_part_of_the_story_joins_it(world: World, told: str) -> None:
    at(world, "name")
    late = world.event("user_send_text", {"text": told})
    world.intake(world.event("user_send_image", IMAGE))
    world.intake(late)
    assert told in [part.get("text") for part in draft(world)["parts"]]


def test_a_picture_whose_late_caption_is_a_command_is_kept(world: World) -> None:
    at(world, "content")
    late = world.event("user_send_image", IMAGE | {"text": "xong"})
    world.types("họ còn đòi thêm giấy tờ khác nữa")
    world.intake(late)
    assert "đến muộn" in world.last_reply()
    assert [part["type"] for part in draft(world)["parts"]].count("image") == 1


def test_after_a_late_command_the_question_in_hand_is_asked_again(world: World) -> None:
    at(world, "name")
    late = world.event("user_send_text", {"text": "HỦY"})
    world.intake(world.event("user_send_image", IMAGE))
    world.clock.advance(seconds=1)
    world.intake(late)
    assert "đến muộn" in world.last_reply()
    assert "họ và tên" in world.last_reply()


@pytest.mark.parametrize("after", ["nhầm, tôi đồng ý", "à tôi bấm nhầm", "đồng ý nhé, nãy bấm nhầm"])
def test_a_refusal_of_consent_that_was_a_slip_loses_nothing(world: World, after: str) -> None:
    world.types(STORY, "2", after)
    if talk(world)["step"] == "consent":
        world.types("1")
    assert talk(world)["step"] == "content"
    assert draft(world)["parts"][0]["text"] == STORY


@pytest.mark.parametrize("words", ["gửi nhầm", "không đồng ý, à nhầm", "đồng ý nhưng không cho chia sẻ"])
def test_what_is_no_clear_yes_is_no_consent(world: World, words: str) -> None:
    world.types(STORY, words)
    assert world.citizen().get("consent") is None


def test_the_last_word_of_a_no_and_a_yes_counts(world: World) -> None:
    world.types(STORY, "tôi không đồng ý... à xin lỗi, tôi đồng ý ạ")
    assert talk(world)["step"] in {"consent", "content"}
    assert draft(world)["parts"][0]["text"] == STORY


@pytest.mark.parametrize(
    "words",
    [
        "chồng em đánh em, cho em hỏi làm đơn ở đâu",
        "tối qua anh ấy cầm dao dọa em, thủ tục tách khẩu cần giấy gì ạ",
        "bố dượng hay đánh em cháu",
        "cán bộ phường đánh đập tôi ngay tại một cửa",
        "anh ay bop co em toi qua, thu tuc ly hon the nao",
    ],
)
def test_danger_is_seen_beside_a_question(world: World, words: str) -> None:
    assert "NẾU ĐANG NGUY HIỂM" in world.types(words)


@pytest.mark.parametrize("words", ["tôi muốn đánh giá câu trả lời", "phố Đánh Cá", "họ đánh máy sai tên tôi"])
def test_other_meanings_of_the_word_are_no_danger(words: str) -> None:
    assert not tells_violence(words)


def test_a_skipped_place_is_filed_as_not_known(world: World) -> None:
    at(world, "address").types("BỎ QUA")
    assert draft(world)["address"] == "chưa rõ"


def test_a_photo_that_waits_for_an_answer_is_added_when_the_citizen_goes_on(world: World) -> None:
    world.files()
    world.clock.advance(hours=3)
    world.types("thêm ảnh nhé")
    world.intake(world.event("user_send_image", IMAGE))
    world.clock.advance(minutes=1)
    world.types("xong")
    assert world.petitions()[0].files or talk(world)["step"] == "content"
