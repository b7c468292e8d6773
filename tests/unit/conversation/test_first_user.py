"""What people type who have never seen the channel, and what would annoy or mislead them."""

from __future__ import annotations

import pytest

from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.lifecycle.states import State
from tests.unit.conversation.answers import HERE, IMAGE, PHONE, WHERE
from tests.unit.conversation.ways import STEPS, answered, at, draft, talk
from tests.unit.petition.handling import COORDINATOR, act, routed
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


@pytest.mark.parametrize("step", STEPS[1:])
def test_consent_can_be_withdrawn_in_the_middle_of_a_draft(world: World, step: str) -> None:
    at(world, step)
    assert "1. Xóa" in world.types("xóa dữ liệu của tôi")
    said = world.types("1")
    assert "đang được xóa" in said
    assert "zalo_id" in world.citizen()
    assert world.citizen().get("consent") is None
    assert talk(world).get("draft") is None


@pytest.mark.parametrize("other", ["2", "không", "thôi để tôi gửi tiếp đã nhé"])
def test_an_erasure_that_is_not_confirmed_leaves_the_draft_as_it_was(world: World, other: str) -> None:
    at(world, "phone").types("xóa dữ liệu của tôi", other)
    assert talk(world)["step"] == "phone"
    assert "question" not in talk(world)
    world.types(PHONE, "1")
    assert len(world.petitions()) == 1


def test_a_number_after_the_pause_does_not_erase(world: World) -> None:
    at(world, "content").types("xóa dữ liệu của tôi")
    world.clock.advance(minutes=5)
    world.pauses()
    assert talk(world)["step"] == "address"
    world.types("1")
    assert world.citizen()["consent"] is not None


@pytest.mark.parametrize("no", ["ko dong y dau", "tôi không đồng ý", "chưa đồng ý nhé"])
def test_no_in_more_words_is_no(world: World, no: str) -> None:
    assert "đã dừng lại" in at(world, "consent").types(no)
    assert talk(world)["step"] == "idle"


@pytest.mark.parametrize("half", ["đồng ý nhưng không cho số điện thoại", "nếu đồng ý thì sao", "chưa chắc đồng ý"])
def test_a_yes_with_a_condition_is_no_consent(world: World, half: str) -> None:
    at(world, "consent").types(half)
    assert world.citizen().get("consent") is None


def test_what_is_told_with_the_consent_is_kept(world: World) -> None:
    at(world, "consent").types("Đồng ý, tôi tên là Trần Văn An, SĐT 0912 345 678")
    assert world.citizen()["consent"] is not None
    assert talk(world)["draft"]["parts"][-1]["text"] == "Đồng ý, tôi tên là Trần Văn An, SĐT 0912 345 678"
    world.types("xong", WHERE, HERE)
    assert "Trần Văn An" in world.last_reply()
    assert "0912345678" in world.last_reply()


@pytest.mark.parametrize("step", ["content", "address", "name", "residence", "confirm"])
@pytest.mark.parametrize(
    "words", ["hủy phản ánh này", "thôi tôi không gửi nữa đâu", "tôi muốn hủy đơn", "bỏ phản ánh đi"]
)
def test_giving_up_in_other_words_is_no_answer(world: World, step: str, words: str) -> None:
    said = at(world, step).types(words)
    if "1. Dừng" in said:  # unsure: one tap
        said = world.types("1")
    if "Đã hủy" not in said and "HỦY" in said:  # taken for a wish not to answer
        said = world.types("HỦY")
    assert "Đã hủy" in said
    assert talk(world).get("draft") is None


@pytest.mark.parametrize("words", ["bố tôi bị đòi giấy", "họ bỏ hồ sơ của tôi", "phường hủy hồ sơ mà không báo"])
def test_a_story_with_such_words_is_told(world: World, words: str) -> None:
    at(world, "content").types(words)
    assert talk(world)["draft"]["parts"][-1]["text"] == words


@pytest.mark.parametrize("words", ["xong. cảm ơn", "Xong rồi nhé bạn", "không có gì thêm", "xong ạ!"])
def test_a_polite_end_ends_the_story(world: World, words: str) -> None:
    at(world, "content").types(words)
    assert talk(world)["step"] == "address"
    assert len(talk(world)["draft"]["parts"]) == 1


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("sai tên", "name"),
        ("đổi số điện thoại giúp tôi", "phone"),
        ("địa chỉ sai rồi", "residence"),
        ("nội dung sai", "content"),
        ("thêm ảnh", "content"),
    ],
)
def test_the_summary_is_changed_in_words(world: World, words: str, step: str) -> None:
    at(world, "confirm").types(words)
    assert talk(world)["step"] == step
    assert world.petitions() == []


@pytest.mark.parametrize("words", ["ok gửi đi", "đúng rồi bạn gửi giúp tôi", "được rồi đấy", "ok bạn", "nộp"])
def test_a_clear_yes_in_other_words_files(world: World, words: str) -> None:
    at(world, "confirm").types(words)
    assert len(world.petitions()) == 1


@pytest.mark.parametrize("words", ["khoan đã", "gửi cho ai", "không gửi", "sai rồi", "chờ tôi xem lại"])
def test_anything_else_files_nothing(world: World, words: str) -> None:
    at(world, "confirm").types(words)
    assert world.petitions() == []
    assert talk(world)["step"] == "confirm"


def test_a_caption_at_the_summary_is_kept_with_its_picture(world: World) -> None:
    at(world, "confirm").intake(world.event("user_send_image", {**IMAGE, "text": "thêm ảnh này"}))
    assert "thêm ảnh này" in world.last_reply()
    assert "Ảnh, tệp: 1" in world.last_reply()


@pytest.mark.parametrize("words", ["số zalo này", "dùng số Zalo ạ"])
def test_the_zalo_number_is_not_seen_here(world: World, words: str) -> None:
    assert "không nhìn thấy số điện thoại Zalo" in at(world, "phone").types(words)


def test_a_year_of_birth_is_no_part_of_a_name(world: World) -> None:
    at(world, "name").types("Nguyễn Thị Lan 1990")
    assert talk(world)["draft"]["name"] == "Nguyễn Thị Lan"


@pytest.mark.parametrize("words", ["cùng chỗ", "địa chỉ ở trên rồi đấy", "giống ở trên nhé"])
def test_as_above_in_other_words(world: World, words: str) -> None:
    at(world, "residence").types(words)
    assert talk(world)["draft"]["residence"] == WHERE


def test_who_would_not_tell_where_they_live_learns_why_it_is_asked(world: World) -> None:
    assert "20/2008" in at(world, "residence").types("không cho địa chỉ")


@pytest.mark.parametrize(
    ("step", "question", "told"),
    [
        ("idle", "có mất phí không", "không mất phí"),
        ("consent", "thế có mất tiền không?", "không mất phí"),
        ("consent", "ai xem được thông tin", "không công khai"),
        ("name", "tại sao phải khai tên", "không công khai"),
        ("idle", "bạn là ai vậy", "trợ lý tự động"),
    ],
)
def test_a_question_about_the_channel_is_answered_and_the_step_stays(
    world: World, step: str, question: str, told: str
) -> None:
    if step != "idle":
        at(world, step)
    assert told in world.types(question)
    assert talk(world)["step"] == step


def test_such_a_question_in_a_story_is_the_story(world: World) -> None:
    at(world, "content").types("Họ có thu tiền không?")
    assert talk(world)["draft"]["parts"][-1]["text"] == "Họ có thu tiền không?"


def test_english_is_spoken_when_asked_for(world: World) -> None:
    assert "channel of the City of Hanoi" in world.types("Hello, can you speak English?")


@pytest.mark.parametrize("words", ["phan anh cua toi toi dau r", "ai xử lý", "mã của tôi"])
def test_how_it_stands_in_a_hurry(world: World, words: str) -> None:
    petition = world.files()
    world.clock.advance(minutes=5)
    assert world.types(words).startswith(petition.code)


@pytest.mark.parametrize("words", ["tôi ghi nhầm số nhà, đúng là 14", "Sai số nhà, là số 14 Trung Kính"])
def test_a_correction_told_at_once_goes_to_the_petition_just_filed(world: World, words: str) -> None:
    petition = world.files()
    world.clock.advance(minutes=2)
    assert petition.code in world.types(words)
    added = world.petitions()[0].additions
    assert [(each.text, each.correction) for each in added] == [(words, True)]
    assert talk(world)["step"] == "idle"


def test_a_story_of_who_has_filed_before_is_said_to_be_a_new_one_and_can_be_moved(world: World) -> None:
    petition = world.files()
    world.clock.advance(days=2)
    assert "2. Nói thêm về phản ánh" in world.types("Hôm nay họ vẫn chưa trả giấy khai sinh")
    assert "phản ánh mới" in world.types("0", "Phản ánh chuyện khác: cửa số 3 thu thêm tiền của tôi")
    world.intake(world.event("user_send_image", IMAGE))
    assert petition.code in world.types("bổ sung")
    assert talk(world).get("draft") is None
    (filed,) = world.petitions()
    assert [each.type for each in filed.additions] == ["text", "image"]
    assert len(filed.files) == 1


def test_of_several_it_is_asked_where_it_goes_and_a_refused_one_is_not_offered(world: World) -> None:
    first = world.files()
    second = world.files("Đèn đường phố Trung Kính hỏng đã hai tuần, phường không sửa")
    third = world.files("Sở cấp giấy phép xây dựng quá hạn hai tháng, đòi thêm bản vẽ")
    act(world, COORDINATOR, first, Action.REFUSE, text="Thuộc thẩm quyền tòa án.")
    world.clock.advance(days=2)
    reply = world.types("bổ sung")
    assert first.code not in reply
    assert second.code in reply
    assert third.code in reply
    world.types("2", "Tôi còn giữ biên lai thu tiền")
    added = [each.code for each in world.petitions() if each.additions]
    assert added == [second.code]


def test_where_nothing_takes_additions_the_draft_stays(world: World) -> None:
    petition = world.files()
    act(world, COORDINATOR, petition, Action.REFUSE, text="Thuộc thẩm quyền tòa án.")
    world.clock.advance(days=2)
    world.types("Phản ánh chuyện khác: cửa số 3 thu thêm tiền của tôi", "1", "bổ sung")
    assert talk(world)["step"] == "content"
    assert world.petitions()[0].additions == []


def test_cancelling_after_filing_points_to_withdrawing(world: World) -> None:
    world.files()
    world.clock.advance(minutes=5)
    assert "gõ RÚT" in world.types("hủy")
    assert "1. Rút" in world.types("tôi muốn hủy phản ánh")
    assert world.petitions()[0].state is State.NEW
    world.types("1")
    assert world.petitions()[0].state is State.WITHDRAWN


def test_more_for_what_was_filed_is_no_story(world: World) -> None:
    petition = world.files()
    world.clock.advance(minutes=5)
    assert petition.code in world.types("thêm ảnh")
    world.intake(world.event("user_send_image", IMAGE))
    assert len(world.petitions()[0].files) == 1


def test_more_for_what_is_being_written_stays_with_it(world: World) -> None:
    world.files()
    world.clock.advance(days=2)
    world.types("Phản ánh chuyện khác: cửa số 3 thu thêm tiền của tôi", "để tôi gửi thêm ảnh cửa số 3 nữa nhé")
    assert talk(world)["step"] == "content"
    assert world.petitions()[0].additions == []


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("rất tệ", 3),
        ("tốt lắm", 1),
        ("tôi hài lòng", 2),
        ("cực kỳ hài lòng", 1),
        ("ko hai long ti nao", 3),
        ("5 sao", 1),
        ("tạm được", 2),
    ],
)
def test_a_rating_in_ones_own_words(world: World, words: str, level: int) -> None:
    answered(world)
    world.types(words)
    rating = world.petitions()[0].rating
    assert rating is not None
    assert rating.level == level


def test_a_low_rating_with_its_reason_needs_no_question(world: World) -> None:
    answered(world)
    words = "Không hài lòng tí nào, họ trả lời chung chung cho xong"
    assert "Ý kiến này đã được chuyển" in world.types(words)
    rating = world.petitions()[0].rating
    assert rating is not None
    assert (rating.level, rating.reason) == (3, words)


@pytest.mark.parametrize("words", ["cho tôi đánh giá", "tôi muốn chấm điểm câu trả lời"])
def test_a_rating_without_a_level_is_asked_for_again(world: World, words: str) -> None:
    answered(world)
    assert "1. Rất hài lòng" in world.types(words)
    assert world.petitions()[0].rating is None
    world.types("3")
    assert world.petitions()[0].rating is not None


def test_words_that_rate_are_a_story_where_nothing_was_asked(world: World) -> None:
    at(world, "content").types("Tôi không hài lòng với cách họ tiếp dân")
    assert len(talk(world)["draft"]["parts"]) == 2


@pytest.mark.parametrize(
    ("state", "words"),
    [(State.REFUSED, "tôi không đồng ý với việc từ chối này"), (State.ANSWERED, "đề nghị mở lại phản ánh")],
)
def test_who_contests_a_decision_reaches_the_coordinators(world: World, state: State, words: str) -> None:
    if state is State.REFUSED:
        act(world, COORDINATOR, routed(world), Action.REFUSE, text="Thuộc thẩm quyền tòa án.")
    else:
        answered(world)
    assert "xem lại" in world.types(words)
    (path,) = world.store.paths("contact_requests")
    assert world.store.documents[path]["why"] == "contested"
    assert world.store.documents[path]["text"] == words
    assert talk(world)["step"] == "idle"
    assert world.petitions()[0].state is state


@pytest.mark.parametrize(
    "words",
    [
        "Nguyễn Thị Lan, 12 phố Trung Kính, phường Yên Hòa, 0912 345 678",
        "Số 12 phố Trung Kính, phường Yên Hòa. Tôi tên Lan, số 0912345678",
    ],
)
def test_who_tells_the_place_and_themselves_at_once_is_asked_for_nothing_again(world: World, words: str) -> None:
    said = at(world, "address").types(words)
    assert "điện thoại" not in said
    assert draft(world)["phone"] == "84912345678"
    assert "1. Gửi" in world.types("như trên")


def test_somebody_elses_number_beside_the_place_is_not_taken(world: World) -> None:
    at(world, "address").types("Nguyễn Thị Lan, 12 phố Trung Kính, phường Yên Hòa, chủ thầu 0912345678")
    assert draft(world).get("phone") is None
