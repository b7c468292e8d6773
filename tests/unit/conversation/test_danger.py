"""A danger to life: replies begin with the emergency numbers until it is over, and officers are alerted.

Consent is not required for the alert.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.understanding import commands as c
from tests.unit.conversation.answers import IMAGE
from tests.unit.conversation.scripted import means
from tests.unit.conversation.ways import (
    DRAFT,
    STORY,
    answered,
    at,
    draft,
    requested,
    requests,
    spoken,
    story,
    talk,
    the_request,
)
from tests.unit.world import World

FIRE = "Cháy nhà số 5, có người kẹt bên trong"
LEADS = "XIN GỌI NGAY 114"
STILL_LEADS = "113 (công an), 114"


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("fire", ("114", "115")),
        ("medical", ("115",)),
        ("child", ("111", "113")),
        ("suicide", ("115", "096 306 1414")),
        ("violence", ("113", "114", "115")),
        ("other", ("113", "114", "115", "112")),
    ],
)
def test_each_danger_has_its_numbers_first(world: World, kind: c.DangerKind, numbers: tuple[str, ...]) -> None:
    reply = means(world, "cứu tôi với", c.Danger(kind=kind))
    assert all(number in reply.split("\n\n")[0] for number in numbers)


@pytest.mark.parametrize(
    "words",
    [
        "Cháy nhà ở 12 Trung Kính, cứu với",
        "chay nha cuu voi",
        "tôi không muốn sống nữa",
        "vừa bị cướp, cứu tôi với",
        "chồng em đang cầm dao đánh em",
        "con tôi bị đuối nước rồi",
    ],
)
def test_cries_for_help_are_heard(world: World, words: str) -> None:
    assert "113" in world.types(words) or "114" in world.last_reply() or "115" in world.last_reply()
    assert [request.why for request in requests(world)] == [ContactReason.EMERGENCY]


@pytest.mark.parametrize(
    "words",
    [
        "tôi muốn tự tử vì chủ tịch phường vòi tiền",
        "tôi muốn chết vì bị cán bộ đòi tiền",
        "toi muon tu tu vi chu tich phuong voi tien",
        "Cán bộ địa chính đòi tôi 30 triệu. Tôi hết tiền rồi, tôi không muốn sống nữa",
        "mẹ tôi đòi uống thuốc sâu vì cán bộ xã lấy mất ruộng",
    ],
)
def test_a_cry_for_help_is_heard_beside_what_drives_to_it(world: World, words: str) -> None:
    reply = world.types(words)
    assert "096 306 1414" in reply.split("\n\n")[0]
    assert [request.why for request in requests(world)] == [ContactReason.EMERGENCY]
    assert story(world) == words


@pytest.mark.parametrize(
    "words",
    [
        "tức muốn chết vì chủ tịch phường vòi tiền",
        "Nóng chết đi được mà phường cắt điện cả ngày",
        "Hàng cây trước cổng trường chết cây nào cũng chưa ai thay",
        "Đề nghị trường tổ chức lớp phòng chống tự tử cho học sinh",
        "Anh trai tôi tự tử năm 2019, nay xã đòi tiền mới làm giấy khai tử",
    ],
)
def test_figures_of_speech_and_old_griefs_are_stories(world: World, words: str) -> None:
    assert "096 306 1414" not in world.types(words)
    assert requests(world) == []
    assert story(world) == words


@pytest.mark.parametrize("words", ["tôi muốn đánh giá câu trả lời", "Nguyễn Thị Cứu", "phố Chùa Bộc", "36 Hàng Đào"])
def test_other_words_are_no_cry_for_help(world: World, words: str) -> None:
    assert LEADS not in world.types(words)
    assert requests(world) == []


def test_it_is_passed_on_at_once_with_what_is_said_after_it(world: World) -> None:
    assert "đã báo cán bộ trực" in means(world, FIRE, c.Danger(kind="fire"))
    means(world, "tôi đang ở tầng hai", c.Talk())
    request = the_request(world)
    assert request.why == ContactReason.EMERGENCY
    assert request.text == f"{FIRE}\ntôi đang ở tầng hai"


def test_while_it_goes_on_every_reply_leads_with_the_numbers_and_asks_for_no_consent(world: World) -> None:
    means(world, FIRE, c.Danger(kind="fire"))
    for words, command in (("gọi mãi không được", c.Tell()), ("làm sao đây", c.Ask(topic="other")), ("ừ", c.Affirm())):
        world.clock.advance(minutes=3)
        reply = means(world, words, command)
        assert reply.startswith(STILL_LEADS)
        assert "Không đồng ý" not in reply


def test_where_they_are_is_asked_for_until_it_is_known(world: World) -> None:
    assert "Anh/chị đang ở đâu" in means(world, FIRE, c.Danger(kind="fire"))
    reply = means(world, "số 5 phố Trung Kính, phường Yên Hòa", c.Give(field="place", value="phường Yên Hòa"))
    assert "Anh/chị đang ở đâu" not in reply
    assert "Anh/chị đang ở đâu" not in means(world, "nhanh lên", c.Talk())


def test_the_place_of_a_danger_changes_no_number_in_the_story(world: World) -> None:
    at(world, "confirm")
    world.types("thêm: biển số 1 trước cửa đã mờ")
    assert "số 1" in story(world)
    means(world, FIRE, c.Danger(kind="fire"))
    means(world, "Số 12 phố Trung Kính, phường Yên Hòa", c.Give(field="place", value="phường Yên Hòa"))
    assert "số 1 " in story(world)
    assert "số 12" not in story(world).replace("Số 12 phố Trung Kính", "")


def test_a_no_to_whether_anybody_is_hurt_refuses_no_consent(world: World) -> None:
    means(at(world, "consent"), FIRE, c.Danger(kind="fire"))
    means(world, "không ai bị thương", c.Deny())
    assert talk(world)["step"] == "consent"
    assert STORY in story(world)


def test_it_is_over_when_they_say_so(world: World) -> None:
    means(world, FIRE, c.Danger(kind="fire"))
    reply = means(world, "dập tắt rồi, mọi người an toàn", c.Danger(over=True))
    assert "an toàn" in reply
    assert not reply.startswith(LEADS)
    world.clock.advance(minutes=1)
    assert LEADS not in means(world, "cảm ơn", c.Talk())


def test_it_is_over_after_three_hours_of_silence(world: World) -> None:
    means(world, FIRE, c.Danger(kind="fire"))
    world.clock.advance(hours=3, seconds=5)
    assert LEADS not in means(world, "cảm ơn", c.Talk())


def test_what_was_never_dangerous_alarms_nobody(world: World) -> None:
    assert "không có nguy hiểm" in means(world, "cháu ổn rồi không cần cấp cứu", c.Danger(over=True))
    assert requests(world) == []


@pytest.mark.parametrize("step", DRAFT)
def test_within_a_draft_it_keeps_the_step_and_what_is_told_joins_the_story(world: World, step: str) -> None:
    at(world, step)
    reply = means(world, FIRE, c.Danger(kind="fire"))
    assert reply.startswith(LEADS)
    assert talk(world)["step"] == step
    waiting = str(talk(world).get("question", {}).get("parts"))
    assert FIRE in (story(world) if step != "confirm" else story(world) + waiting)


def test_what_was_told_can_be_filed_once_it_is_over(world: World) -> None:
    means(world, FIRE, c.Danger(kind="fire"), c.Tell())
    means(world, "an toàn rồi", c.Danger(over=True))
    assert FIRE in story(world)
    world.types("đồng ý", "Phường Yên Hòa", "Trần Văn An, như trên, 0987654321", "1")
    assert FIRE in world.petitions()[0].content


@pytest.mark.parametrize(
    ("hello", "shown", "word"), [("xin chào", "gõ AN TOÀN", "an toàn"), ("english", "type SAFE", "Safe.")]
)
def test_the_reply_names_a_word_that_ends_it(world: World, hello: str, shown: str, word: str) -> None:
    world.types(hello)
    assert shown not in means(world, FIRE, c.Danger(kind="fire"), c.Tell())
    assert shown in means(world, "tôi chỉ muốn phản ánh thôi", c.Unclear())
    world.types(word)
    assert "danger" not in talk(world)
    assert talk(world)["step"] == "consent"


def test_the_guidance_is_recorded_and_its_outcome(world: World) -> None:
    means(at(world, "address"), FIRE, c.Danger(kind="fire"))
    (path,) = world.store.paths("guidance")
    assert world.store.documents[path]["kind"] == "emergency"


def test_a_picture_during_a_danger_is_kept(world: World) -> None:
    means(at(world, "address"), FIRE, c.Danger(kind="fire"))
    world.intake(world.event("user_send_image", IMAGE))
    assert world.last_reply().startswith(STILL_LEADS)
    assert "image" in [part["type"] for part in draft(world)["parts"]]


def test_beside_a_question_it_is_met_first(world: World) -> None:
    reply = means(world, "nhà cháy rồi, có mất phí không", c.Danger(kind="fire"), c.Ask(topic="cost"))
    assert reply.startswith(LEADS)


def test_after_an_answer_it_rates_nothing(world: World) -> None:
    answered(world)
    assert means(world, "cháy nhà cứu với", c.Danger(kind="fire")).startswith(LEADS)
    assert world.petitions()[0].rating is None


def test_what_is_said_to_an_officer_is_a_danger_too(world: World) -> None:
    assert means(spoken(world), "cháy nhà cứu với", c.Danger(kind="fire")).startswith(LEADS)


@pytest.mark.parametrize("word", ["1", "menu", "xong"])
def test_a_word_that_the_bot_teaches_begins_no_story_of_a_danger(world: World, word: str) -> None:
    means(world, FIRE, c.Danger(kind="fire"))
    world.types(word)
    assert word not in str(talk(world).get("draft", {}).get("parts", "")).split("'text': ")


def test_who_speaks_in_danger_is_asked_for_a_few_words(world: World) -> None:
    means(world, FIRE, c.Danger(kind="fire"))
    world.intake(
        world.event(
            "user_send_audio", {"attachments": [{"type": "audio", "payload": {"url": "https://f1.zdn.vn/1.amr"}}]}
        )
    )
    assert world.last_reply().startswith(STILL_LEADS)
    assert "chưa nghe được" in world.last_reply()


def test_the_end_of_a_danger_is_heard_while_another_question_is_open(world: World) -> None:
    world.types("Cháy nhà rồi cứu với", "vâng đồng ý ạ", "xóa sạch dữ liệu cá nhân của tôi giúp")
    reply = world.types("Hết cháy rồi, mọi người an toàn cả")
    assert "đã an toàn" in reply
    assert "1. Xóa" in reply
    assert "1. Đồng ý" not in reply
    assert world.talk().get("danger") is None


@pytest.mark.parametrize("filed", [False, True])
def test_an_accusation_within_a_cry_for_help_is_kept_beside_the_numbers(world: World, filed: bool) -> None:  # noqa: FBT001 - a case
    words = "Tôi không muốn sống nữa, cán bộ địa chính phường Yên Hòa nhận hối lộ của tôi 50 triệu"
    if filed:
        world.files(STORY)
    reply = means(world, words, c.Danger(kind="suicide"))
    assert "096 306 1414" in reply.split("\n\n")[0]
    assert story(world) == words


def test_a_cry_for_help_that_accuses_nobody_begins_no_petition_beside_one_that_is_filed(world: World) -> None:
    world.files(STORY)
    means(world, "Tôi không muốn sống nữa", c.Danger(kind="suicide"))
    assert "draft" not in talk(world)


@pytest.mark.parametrize(
    "text",
    [
        "cho em gặp người thật gấp, ông ấy đang ở cửa",
        "gặp cán bộ gấp, nó đang ở ngoài cửa nhà em",
        "cho tôi gặp người, chúng nó đang đập cửa",
    ],
)
@pytest.mark.parametrize("brought", [lambda world: at(world, "name"), requested], ids=["draft", "supplement"])
def test_an_urgent_call_for_a_person_is_a_danger_wherever_it_comes(
    world: World, text: str, brought: Callable[[World], object]
) -> None:
    brought(world)
    assert STILL_LEADS in (world.types(text) or "").split("\n\n")[0]


@pytest.mark.parametrize(
    "text",
    [
        "Ông bảo vệ UBND phường Kim Liên bảo muốn gặp sếp thì để chút quà. Tôi không có gì, ngồi tới trưa rồi về.",
        "Tôi không có gì, ngồi tới trưa rồi về.",
        "Cô một cửa phường Láng bảo có gì thì đưa. Tôi chẳng có gì đưa, đành ra về.",
        "Họ bảo phải có chút gì cho anh bảo vệ. Tôi không có, đứng ngoài nắng tới trưa rồi về.",
    ],
)
def test_who_went_home_is_in_no_danger_and_their_story_is_kept(world: World, text: str) -> None:
    reply = world.types(text) or ""
    assert "115" not in reply.split("\n\n")[0]
    assert story(world) == text


@pytest.mark.parametrize(
    "text",
    [
        "Ba lần tôi lên phường đều bị đuổi về, lần này tôi không về nhà nữa, tôi ra hồ nằm luôn",
        "Tôi không có gì đưa họ, ra về mà chỉ muốn chết",
    ],
)
def test_who_went_home_and_wants_to_die_is_in_danger(world: World, text: str) -> None:
    assert "115" in (world.types(text) or "").split("\n\n")[0]


def test_later_words_change_the_kind_of_a_danger_only_if_they_surely_do(world: World) -> None:
    means(world, "nó cầm dao trước cửa", c.Danger(kind="violence"))
    unsure = means(world, "Là người của anh Khoa thuê", c.Danger(kind="suicide"), chance=0.68)
    assert "096 306 1414" not in unsure
    sure = means(world, "tôi muốn chết cho xong", c.Danger(kind="suicide"))
    assert "096 306 1414" in sure


@pytest.mark.parametrize(
    "words",
    [
        "Chồng cũ tên Hùng, số 0904000111 cứ nhắn tin dọa giết em",
        "ông Tám hàng xóm nhắn tin dọa giết tôi",
        "chong cu cu nhan tin doa giet em",
    ],
)
def test_a_threat_to_kill_by_somebody_known_is_a_danger(world: World, words: str) -> None:
    assert "113" in world.types(words).split("\n\n")[0]


@pytest.mark.parametrize(
    "words",
    [
        "Mẹ em đang nằm viện không đi được, phường cứ bắt mẹ ra ký giấy",
        "Năm ngoái ông ấy dọa giết tôi, giờ hết rồi",
    ],
)
def test_who_is_cared_for_or_was_threatened_long_ago_is_in_no_danger(world: World, words: str) -> None:
    assert "GỌI NGAY" not in world.types(words)
