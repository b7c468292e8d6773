"""A second stranger's trial: what was sent, agreed to, stopped or overheard against the will of the citizen."""

from __future__ import annotations

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.lifecycle.states import State
from petitions.domain.routing.dangers import calls_for_help
from tests.unit.conversation.answers import PHONE
from tests.unit.conversation.ways import answered, at, draft, talk
from tests.unit.petition.handling import act, officer, routed
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


@pytest.mark.parametrize(
    "words", ["I agree", "I agree.", "yes, I agree", "tôi bảo đồng ý rồi", "tôi bảo đồng ý rồi còn gì"]
)
def test_who_agrees_is_not_asked_again(world: World, words: str) -> None:
    at(world, "consent").types(words)
    assert talk(world)["step"] == "content"


@pytest.mark.parametrize("words", ["send", "please send it", "Send it please.", "yes send it please"])
def test_english_words_send(world: World, words: str) -> None:
    at(world, "confirm").types(words)
    assert len(world.petitions()) == 1


@pytest.mark.parametrize(
    "words",
    [
        "gửi sau",
        "mai gửi nhé",
        "mai gui nhe",
        "chút gửi",
        "mai mình gửi",
        "để tối tôi gửi",
        "lát nữa gửi",
        "send it later",
    ],
)
def test_what_is_put_off_is_kept_and_not_sent(world: World, words: str) -> None:
    before = draft(at(world, "confirm"))
    said = world.types(words)
    assert world.petitions() == []
    assert (talk(world)["step"], draft(world)) == ("confirm", before)
    assert "chưa gửi" in said


@pytest.mark.parametrize("words", ["gửi đi", "gửi sớm giúp em", "gửi ngay nhé", "ok gửi giúp tôi", "tôi gửi"])
def test_haste_sends(world: World, words: str) -> None:
    at(world, "confirm").types(words)
    assert len(world.petitions()) == 1


@pytest.mark.parametrize(
    "words",
    [
        "hồ sơ của chị em giúp cho xong sớm nha",
        "em làm cho xong sớm nha chị cảm ơn",
        "send",
        "gửi",
        "gửi luôn đi em",
        "chết đi cho rồi",
        "I agree is what I will say later. My visa extension fee was overcharged",
    ],
)
def test_a_favour_asked_is_no_consent(world: World, words: str) -> None:
    at(world, "consent").types(words)
    assert world.citizen().get("consent") is None
    assert talk(world)["step"] == "consent"


@pytest.mark.parametrize(
    "words",
    [
        "không ai đến kiểm tra cả",
        "gọi mãi không ai",
        "không thể chịu nổi nữa",
        "tôi không đồng ý với cách làm việc này",
        "khong ai den kiem tra ca",
    ],
)
def test_a_story_is_no_refusal_of_consent(world: World, words: str) -> None:
    at(world, "consent").types(words)
    assert talk(world)["step"] == "consent"
    assert words in [part["text"] for part in draft(world)["parts"]]


@pytest.mark.parametrize(
    "words",
    ["không", "ko ạ", "không đồng ý", "tôi không đồng ý cho dùng dữ liệu", "không muốn", "no", "I do not agree", "2"],
)
def test_a_refusal_of_consent_ends_the_draft(world: World, words: str) -> None:
    at(world, "consent").types(words)
    assert talk(world)["step"] == "idle"
    assert world.citizen().get("consent") is None


@pytest.mark.parametrize("step", ["idle", "consent", "content", "name", "confirm"])
@pytest.mark.parametrize(
    "words",
    [
        "cháu bị bố dượng sờ mó, cháu 13 tuổi",
        "hàng xóm cháu hay sờ người cháu, cháu học lớp 5",
        "tôi muốn chết",
        "chau muon chet",
        "tôi mệt mỏi lắm rồi, sống làm gì nữa",
        "chết đi cho rồi",
        "cứu tôi với",
        "cứu tôi với họ đánh",
        "con tôi chìm rồi",
        "bạn tôi vẫn còn kẹt trong đó",
        "nó hẹn tối nay đốt nhà",
        "gọi công an giúp tôi với",
        "gọi xe cấp cứu giùm",
        "tôi gọi 114 máy bận rồi",
        "please call police for me",
        "there is a man with a knife at the door",
    ],
)
def test_a_cry_for_help_is_heard_whatever_was_asked(world: World, step: str, words: str) -> None:
    before = 0 if step == "idle" else len(at(world, step).replies())
    world.types(words)
    assert any("113" in reply and "111" in reply for reply in world.replies()[before:])


@pytest.mark.parametrize(
    "words",
    [
        "tra cứu em với",
        "tra cứu giúp tôi",
        "đề nghị nghiên cứu với sở xây dựng",
        "cứu em với, quên mật khẩu VNeID",
        "cuu toi voi, ho so ket ba thang roi",
        "kèm theo 1 bản chụp đơn",
        "nóng muốn chết",
        "chờ muốn chết mà chưa xong",
        "dân sống làm gì được với mùi này",
        "bị kẹt xe trong phố",
        "xa lo moi so nguoi mot kieu",
        "mai dot nha chua ai sua",
        "chim roi ca vao san",
        "chung toi so mo duong",
        "cam dao",
        "phố Chùa Bộc",
        "Nguyễn Thị Cứu",
        "tôi gọi công an phường mà không ai đến",
        "no",
        "chay",
        "gọi số 1022 không được",
    ],
)
def test_other_words_are_no_cry_for_help(words: str) -> None:
    assert not calls_for_help(words)


def requested(world: World) -> World:
    petition = routed(world)
    head = officer(petition.unit, Role.HEAD)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, head, petition, action)
    act(world, head, petition, Action.ASK_SUPPLEMENT, text="Xin gửi ảnh biên nhận.")
    world.deliver()
    return world


@pytest.mark.parametrize(
    "words",
    [
        "cần gửi gì?",
        "cần gửi gì",
        "gửi cái gì cơ?",
        "phải gửi những gì vậy em",
        "gửi ở đâu",
        "gửi bản giấy được ko",
        "ảnh gì cơ",
    ],
)
def test_a_question_about_a_request_gets_the_request_in_the_units_words(world: World, words: str) -> None:
    assert "Xin gửi ảnh biên nhận." in requested(world).types(words)
    assert world.petitions()[0].state is State.AWAITING_CITIZEN
    assert world.petitions()[0].additions == []


@pytest.mark.parametrize("words", ["em không có biên nhận thì sao ạ", "chị không biết chụp ảnh"])
def test_who_lacks_what_was_asked_for_is_offered_help_first(world: World, words: str) -> None:
    assert "cán bộ" in requested(world).types(words)
    assert world.petitions()[0].state is State.AWAITING_CITIZEN
    world.types("1")
    assert [each.text for each in world.petitions()[0].additions] == [words]


def test_nobody_else_reads_what_a_unit_asked_for(world: World) -> None:
    code = requested(world).petitions()[0].code
    assert "biên nhận" in world.types(code)
    other = world.types(code, user="another")
    assert code in other
    assert "biên nhận" not in other


@pytest.mark.parametrize(
    "words", ["gỡ cái đơn của tôi", "thôi mình sợ lắm, gỡ cái đơn của mình xuống được không", "tôi muốn rút đơn cơ"]
)
def test_a_petition_is_withdrawn_after_a_question_and_no_new_one_begun(world: World, words: str) -> None:
    routed(world)
    assert "Rút" in world.types(words)
    assert talk(world)["step"] == "idle"


@pytest.mark.parametrize(
    "words",
    [
        "không phải, tôi muốn rút đơn cơ",
        "không đồng ý nữa",
        "ko dong y nua",
        "tôi đổi ý, không đồng ý nữa",
        "i am scared, can you delete this",
        "can you delete this",
    ],
)
@pytest.mark.parametrize("step", ["content", "name"])
def test_a_wish_to_stop_is_asked_about_and_never_swallowed(world: World, step: str, words: str) -> None:
    before = draft(at(world, step))
    assert "\n1. " in world.types(words)
    assert draft(world) == before
    world.types("1")
    assert talk(world)["step"] == "idle" or "1. Xóa" in world.last_reply() or "1. Erase" in world.last_reply()


@pytest.mark.parametrize("words", ["họ bắt tôi rút đơn", "phường bảo nếu không rút đơn thì không cấp giấy"])
def test_a_story_of_a_withdrawal_stays_a_story(world: World, words: str) -> None:
    at(world, "content").types(words)
    assert words in [part["text"] for part in draft(world)["parts"]]


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("nhầm, số đuôi 679", "phone"),
        ("à nhầm số cuối là 8 chứ không phải 7", "phone"),
        ("số điện thoại cuối 556 nhé không phải 555", "phone"),
        ("sđt đuôi 556", "phone"),
        ("đuôi 556 mới đúng ạ", "phone"),
        ("nhầm, nhà số 15 cơ", "residence"),
        ("khoan, số nhà là 15 chứ không phải 51", "residence"),
        ("em nhầm, số nhà 17 ạ", "residence"),
    ],
)
def test_a_corrected_part_is_asked_for_as_a_whole(world: World, words: str, step: str) -> None:
    at(world, "residence").types("51 ngõ 12 Láng Hạ", PHONE)
    before = draft(world)["parts"]
    world.types(words)
    assert talk(world)["step"] == step
    assert draft(world)["parts"] == before
    world.types({"phone": "0912345679", "residence": "15 ngõ 12 Láng Hạ"}[step])
    assert talk(world)["step"] == "confirm"
    assert draft(world)["phone"] == ("84912345679" if step == "phone" else "84987654321")
    assert draft(world)["residence"] == ("15 ngõ 12 Láng Hạ" if step == "residence" else "51 ngõ 12 Láng Hạ")


@pytest.mark.parametrize("words", ["số điện thoại cuối 556 nhé không phải 555", "số đuôi 679 nhé, tôi viết nhầm"])
def test_the_end_of_a_number_is_no_address(world: World, words: str) -> None:
    at(world, "residence").types(words)
    assert (talk(world)["step"], draft(world).get("residence")) == ("phone", None)


def test_a_house_number_alone_is_no_address(world: World) -> None:
    at(world, "residence").types("khoan, số nhà là 15 chứ không phải 51")
    assert (talk(world)["step"], draft(world).get("residence")) == ("residence", None)


def test_a_number_corrected_within_the_story_is_asked_for(world: World) -> None:
    world.types("Tôi là Trần Văn Bình, sđt 0912345678. Trước nhà tôi có đống rác không ai dọn cả tuần nay", "đồng ý")
    world.types("số đuôi 679 nhé, tôi viết nhầm", "xong", "Phường Yên Hòa", "51 ngõ 12 Láng Hạ")
    assert talk(world)["step"] == "phone"


@pytest.mark.parametrize("words", ["cuối ngõ 12 Láng Hạ", "12 ngõ 5 Trung Kính", "số nhà 7 phố Định Công"])
def test_a_whole_address_is_no_part(world: World, words: str) -> None:
    at(world, "residence").types(words)
    assert talk(world)["step"] == "phone"


def test_a_correction_after_filing_is_not_said_to_have_changed_a_field(world: World) -> None:
    routed(world)
    said = world.types("sửa phản ánh", "sửa", "số điện thoại của tôi đổi rồi, giờ là 0978 111 334")
    assert "vẫn ghi như cũ" in said


def test_the_end_of_a_story_does_not_answer_whether_to_stop(world: World) -> None:
    before = draft(at(world, "content"))
    asked = world.types("tôi đổi ý, không đồng ý nữa")
    assert world.types("xong") == asked
    assert draft(world) == before


def test_who_insists_on_a_withdrawal_is_asked_again(world: World) -> None:
    routed(world)
    asked = world.types("gỡ cái đơn của tôi")
    assert world.types("không phải, tôi muốn rút đơn cơ") == asked
    world.types("1")
    assert world.petitions()[0].state is State.WITHDRAWN


@pytest.mark.parametrize("words", ["1 tuần rồi", "1 triệu đồng", "đồng ý một phần", "có thu thêm tiền nữa", "1 đồng"])
def test_what_is_not_consent_alone_is_none(world: World, words: str) -> None:
    at(world, "consent").types(words)
    assert (world.citizen().get("consent"), talk(world)["step"]) == (None, "consent")
    assert words in [part["text"] for part in draft(world)["parts"]]


@pytest.mark.parametrize(
    "words", ["1", "số 1", "1 ạ", "ok", "vâng ạ", "có", "ừ thôi được", "Tôi đồng ý nhé", "chấp nhận"]
)
def test_clear_words_of_consent_alone_are_one(world: World, words: str) -> None:
    at(world, "consent").types(words)
    assert talk(world)["step"] == "content"


@pytest.mark.parametrize("words", ["không có ảnh", "không có ảnh đâu", "khong co anh", "no photo", "No photo."])
def test_who_has_no_picture_refuses_nothing(world: World, words: str) -> None:
    before = len(at(world, "consent").replies())
    world.types(words)
    assert talk(world)["step"] == "consent"
    assert "1" in world.last_reply()
    assert len(world.replies()) == before + 1


@pytest.mark.parametrize("between", [(), ("ơ tôi có nói không đồng ý đâu",), ("ơ kìa", "menu")])
def test_who_consents_after_a_refusal_gets_the_draft_back(world: World, between: tuple[str, ...]) -> None:
    before = draft(at(world, "consent"))["parts"]
    world.types("không đồng ý", *between, "tôi đồng ý")
    assert talk(world)["step"] in {"consent", "content"}
    assert draft(world)["parts"] == before


def test_a_number_after_a_refusal_answers_the_menu(world: World) -> None:
    at(world, "consent").types("không đồng ý", "menu", "8")
    assert talk(world)["step"] == "idle"


@pytest.mark.parametrize("step", ["idle", "consent", "content"])
@pytest.mark.parametrize(
    "words", ["no", "No photo", "không biết chữ nhiều, con tôi viết hộ", "cháu ổn rồi không cần cấp cứu"]
)
def test_what_denies_a_danger_alarms_nobody(world: World, step: str, words: str) -> None:
    before = 0 if step == "idle" else len(at(world, step).replies())
    world.types(words, "xong")
    assert not any("113" in reply and "111" in reply for reply in world.replies()[before:])


@pytest.mark.parametrize(
    "words",
    [
        "không biết chữ, con viết hộ, nhà tôi đang cháy",
        "không cần cấp cứu, gọi công an giúp tôi",
        "no binh ga chay nha",
    ],
)
def test_a_danger_beside_a_denial_is_heard(world: World, words: str) -> None:
    world.types(words)
    assert any("113" in reply and "111" in reply for reply in world.replies())


@pytest.mark.parametrize("step", ["idle", "content"])
@pytest.mark.parametrize(
    "words",
    [
        "mẹ ơi con sợ lắm, chú hàng xóm cứ gõ cửa bảo con mở",
        "chu hang xom cu go cua bao con mo",
        "em muon die qua",
    ],
)
def test_a_child_in_fear_gets_the_numbers(world: World, step: str, words: str) -> None:
    before = 0 if step == "idle" else len(at(world, step).replies())
    world.types(words)
    assert any("113" in reply and "111" in reply for reply in world.replies()[before:])


@pytest.mark.parametrize("step", ["idle", "content"])
@pytest.mark.parametrize("words", ["xóa", "ừ xóa", "xóa đi", "xóa hết luôn"])
def test_the_word_of_the_choice_erases(world: World, step: str, words: str) -> None:
    at(world, step) if step != "idle" else routed(world)
    world.types("xóa dữ liệu")
    assert "đang được xóa" in world.types(words)


@pytest.mark.parametrize("step", ["idle", "content"])
@pytest.mark.parametrize("words", ["xóa tài khoản", "xóa tài khoản của tôi", "có ảnh hưởng gì không"])
def test_who_repeats_the_wish_or_asks_about_it_is_asked_again(world: World, step: str, words: str) -> None:
    at(world, step) if step != "idle" else routed(world)
    asked = world.types("xóa dữ liệu")
    before = talk(world)
    assert world.types(words) == asked
    assert (talk(world)["step"], talk(world)["question"]["purpose"]) == (before["step"], "erase")
    assert "không có gì thay đổi" in world.types("không xóa")


@pytest.mark.parametrize(
    "words",
    [
        "rút lại sự đồng ý xử lý dữ liệu",
        "tôi muốn rút lại sự đồng ý",
        "withdraw my consent",
        "I want to withdraw my consent",
    ],
)
def test_who_takes_consent_back_is_asked_about_erasure(world: World, words: str) -> None:
    routed(world)
    world.types(words)
    assert talk(world)["question"]["purpose"] == "erase"
    assert world.petitions()[0].state is not State.WITHDRAWN


def test_a_one_after_a_protest_is_no_praise(world: World) -> None:
    answered(world)
    world.types("Nói láo! Tôi không đồng ý, đến giờ tôi vẫn chưa nhận được giấy")
    asked = world.types("1")
    assert world.petitions()[0].rating is None
    assert "1. Rất hài lòng" in asked
    world.types("3")
    rating = world.petitions()[0].rating
    assert rating is not None
    assert rating.level == 3


def test_thanks_with_a_complaint_are_kept_with_the_petition(world: World) -> None:
    answered(world)
    words = "ok cảm ơn nhưng tôi chưa nhận được giấy"
    world.types(words)
    assert [each.text for each in world.petitions()[0].additions] == [words]


@pytest.mark.parametrize(
    "words", ["phường bảo là đã trả giấy mà chưa", "họ bảo mất phí 200 nghìn", "làm ăn như thế thì dân chịu sao nổi"]
)
def test_what_is_told_before_consent_is_filed(world: World, words: str) -> None:
    at(world, "consent").types(words, "đồng ý", "xong", "Phường Yên Hòa", "Trần Văn An", "như trên", PHONE, "1")
    assert words in (world.petitions()[0].content or "")
