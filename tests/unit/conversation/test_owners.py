"""Names, addresses and numbers in a message belong to the filer, to another person, or to the matter itself."""

from __future__ import annotations

import pytest

from tests.unit.conversation.answers import IMAGE
from tests.unit.conversation.test_whose_values import TO, WAS, draft_story, values
from tests.unit.conversation.ways import draft, talk
from tests.unit.world import World

NOBODYS = dict.fromkeys(WAS)


def asked(step: str, *messages: str) -> World:
    world = World().has_a_coordinator()
    world.types(*TO[step])
    world.clock.advance(seconds=30)
    world.types(*messages)
    return world


@pytest.mark.parametrize(
    "words",
    [
        "kẻ đó là anh Sơn công an phường Hà Đông, số 0977123456",
        "anh Sơn công an phường Hà Đông",
        "ông chủ tịch phường Yên Hòa",
        "ke do la anh son cong an phuong ha dong",
        "thằng Dũng cán bộ phường Hà Đông",
    ],
)
def test_somebody_is_no_place_and_stays_in_the_story(words: str) -> None:
    world = asked("address", words)
    assert draft(world).get("address") is None
    assert words in draft_story(world)
    assert "Sự việc xảy ra ở đâu?" in world.last_reply()
    assert values(world) == NOBODYS
    world.types("cũng là ông Sơn công an phường Hà Đông ấy")
    assert draft(world)["address"] == "chưa rõ"


def test_a_petition_that_names_the_accused_as_the_place_is_closed() -> None:
    world = asked("address", "kẻ đó là anh Sơn công an phường Hà Đông, số 0977123456", "BỎ QUA")
    world.types("Lê Thị Mai, 5 Lê Lợi, phường Hà Đông, 0987654321", "1")
    (petition,) = world.petitions()
    world.routing(petition.code)
    (petition,) = world.petitions()
    assert petition.grounds


@pytest.mark.parametrize(
    ("words", "place", "kept"),
    [
        ("nhà bà Hoa số 5 ngõ 3 Tô Hiệu, phường Hà Đông", "số 5 ngõ 3 Tô Hiệu, phường Hà Đông", False),
        ("nhà ông ấy ở 17 Hàng Bài", "17 Hàng Bài", False),
        ("Công an phường Hà Đông", "Công an phường Hà Đông", False),
        ("bộ phận một cửa phường Cửa Nam", "phường Cửa Nam", False),
        ("quận Hai Bà Trưng, 12 phố Bà Triệu", "12 phố Bà Triệu", False),
        ("chợ Phùng Khoang, hỏi bà Tám bán rau", "chợ Phùng Khoang", True),
        ("công an phường Hà Đông, anh Sơn làm", "công an phường Hà Đông", True),
        ("Anh Sơn công an phường Hà Đông đòi tiền tôi ở 12 Trần Phú", "12 Trần Phú", True),
    ],
)
def test_a_place_is_taken_and_what_tells_of_somebody_kept(words: str, place: str, kept: object) -> None:
    world = asked("address", words)
    assert place in draft(world)["address"]
    assert (words in draft_story(world)) == kept
    assert values(world) == NOBODYS


def test_somebody_is_no_place_at_the_summary_either() -> None:
    world = asked("confirm", "nơi xảy ra là anh Sơn công an phường Hà Đông")
    assert draft(world)["address"] == "88 Tô Hiệu"
    assert "anh Sơn công an phường Hà Đông" in draft_story(world)
    assert talk(world)["step"] == "address"
    assert values(world) == WAS


BARE = [
    ("Dũng, 0987111222, 14 ngõ 88 Tô Hiệu", {"name": "Dũng", "phone": "0987111222", "residence": "14 ngõ 88 Tô Hiệu"}),
    ("0987111222", {"phone": "0987111222"}),
    ("Lê Thị Mây", {"name": "Lê Thị Mây"}),
]


@pytest.mark.parametrize("step", ["confirm", "filed"])
@pytest.mark.parametrize(("words", "theirs"), BARE)
def test_a_value_that_nothing_presents_is_asked_about(step: str, words: str, theirs: dict[str, str]) -> None:
    world = asked(step, words)
    assert "là của ai?" in world.last_reply()
    assert values(world) == WAS
    world.types("1")
    assert values(world) == WAS | theirs


@pytest.mark.parametrize("step", ["confirm", "filed"])
@pytest.mark.parametrize("answer", ["2", "của người khác trong chuyện"])
def test_a_value_of_another_goes_to_the_story(step: str, answer: str) -> None:
    world = asked(step, "Dũng, 0987111222, 14 ngõ 88 Tô Hiệu", answer)
    assert values(world) == WAS
    assert ("Dũng, 0987111222" in draft_story(world)) == (step == "confirm")
    assert "Đã thêm vào nội dung" in world.last_reply() or "Đã bổ sung" in world.last_reply()


def test_nothing_changes_on_another_answer() -> None:
    world = asked("confirm", "0987111222", "0")
    assert values(world) == WAS
    assert "0987111222" not in draft_story(world)


@pytest.mark.parametrize("words", ["số 0912333444", "0912333444", "tên Hoàng Văn Bá", "sửa số thành 0912 333 444"])
def test_a_value_of_the_story_is_asked_about(words: str) -> None:
    world = asked("confirm", words)
    assert "là của ai?" in world.last_reply()
    assert values(world) == WAS


def test_a_value_of_the_story_is_asked_about_where_the_citizen_gives_their_own() -> None:
    world = asked("name", "Lê Thị Mai, 5 Lê Lợi, 0912333444")
    assert "“0912 333 444” là của ai?" in world.last_reply() or "“0912333444” là của ai?" in world.last_reply()
    assert values(world)["name"] == "Lê Thị Mai"
    assert values(world)["phone"] is None
    world.types("2")
    assert values(world)["phone"] is None
    assert "Lê Thị Mai" not in draft_story(world)
    world.types("0987654321")
    assert values(world)["phone"] == "0987654321"


def test_the_citizens_own_words_need_no_question() -> None:
    assert values(asked("confirm", "số của tôi là 0912333444"))["phone"] == "0912333444"


def test_a_value_beside_the_one_that_it_replaces_needs_no_question() -> None:
    assert values(asked("confirm", "Mai -> Mây"))["name"] == "Lê Thị Mây"


@pytest.mark.parametrize("words", ["0977123456", "số 0977123456"])
def test_a_telephone_beside_the_question_about_the_place_is_asked_about(words: str) -> None:
    world = asked("address", words)
    assert "là của ai?" in world.last_reply()
    assert values(world) == NOBODYS


@pytest.mark.parametrize("step", ["confirm", "filed"])
@pytest.mark.parametrize(
    "words",
    ["so cua to truong khong phai A ma B", "so cua to truong khong phai 0987654321 ma 0912999888"],
)
def test_what_is_set_right_has_the_owner_of_what_was_wrong(step: str, words: str) -> None:
    assert values(asked(step, words)) == WAS


def test_a_mother_and_her_child_have_their_own_telephones() -> None:
    world = asked("name", "mẹ là Nguyễn Thị Hoa, số mẹ 0911222333 còn số em 0922333444")
    assert values(world) == NOBODYS | {"phone": "0922333444"}
    assert "Nguyễn Thị Hoa, số mẹ 0911222333" in draft_story(world)


LAN = "Cô giáo Lan số 0912333444 bắt nộp 300 nghìn, cô ấy nhận tiền ở phòng 2 trường tiểu học Yên Hòa"


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_taking_out_somebody_spoils_no_story(steps: int) -> None:
    way = (LAN, "đồng ý", "Lê Thị Mai, 5 Lê Lợi, phường Hà Đông", "0987654321")
    world = World().has_a_coordinator()
    world.types(*way[:steps])
    world.clock.advance(seconds=30)
    before = values(world)
    world.types("con xin bỏ tên cô ấy, số 0912333444 ra")
    assert draft_story(world).replace("số 0912333444 ", "") == LAN.replace("số 0912333444 ", "")
    assert values(world) == before


def test_the_summary_shows_whose_each_value_is() -> None:
    world = asked("confirm", "XEM PHẢN ÁNH")
    shown = world.last_reply()
    assert "Người gửi: Lê Thị Mai (cá nhân; của anh/chị)" in shown
    assert "Của người khác trong chuyện: Hoàng Văn Bá; Trần Thị Xuyến; 0912333444" in shown


def test_the_sender_changes_to_a_value_of_the_story() -> None:
    world = asked("confirm", "SỬA NGƯỜI GỬI")
    assert "2. Trần Thị Xuyến" in world.last_reply()
    world.types("2")
    assert values(world) == WAS | {"name": "Trần Thị Xuyến"}
    world.types("SỬA NGƯỜI GỬI")
    assert "Trần Thị Xuyến" not in world.last_reply()
    world.types("0")
    assert values(world) == WAS | {"name": "Trần Thị Xuyến"}


def test_a_story_without_others_has_no_such_line() -> None:
    world = World().has_a_coordinator()
    world.types("Phường chậm trả giấy khai sinh", "đồng ý", "Phường Yên Hòa", "Lê Thị Mai, 5 Lê Lợi, 0987654321")
    assert "Xin kiểm tra lại" in world.last_reply()
    assert "Của người khác" not in world.last_reply()


def test_pictures_are_taken_out_for_a_reason() -> None:
    world = asked("confirm")
    world.intake(world.event("user_send_image", IMAGE))
    world.types("bỏ ảnh đi, trong ảnh có mặt con em")
    assert "Đã bỏ" in world.last_reply()
    assert "trong ảnh" not in draft_story(world)
    assert not [part for part in draft(world)["parts"] if part["type"] == "image"]


@pytest.mark.parametrize("words", ["dung goi dien", "đừng gọi điện nhé"])
def test_a_wish_not_to_be_called_is_kept(words: str) -> None:
    assert words in draft_story(asked("confirm", words))


@pytest.mark.parametrize("step", ["confirm", "filed"])
def test_the_question_about_erasure_has_its_own_numbers(step: str) -> None:
    world = asked(step, "XÓA DỮ LIỆU", "2")
    assert "không có gì thay đổi" in world.last_reply()
    assert values(world) == WAS


@pytest.mark.parametrize(
    "words",
    [
        "số mẹ em 0904111000",
        "số của con trai tôi 0904111000",
        "mẹ em là Phạm Thị Gái",
        "cô chủ nhiệm tên Trần Thị Bích 0977000999",
    ],
)
def test_what_is_somebodys_in_words_is_asked_about_even_as_an_answer(words: str) -> None:
    world = asked("name", words)
    assert "là của ai" in world.last_reply()
    assert not draft(world).get("phone")
    assert not draft(world).get("name")


@pytest.mark.parametrize("words", ["số em 0904111000", "Phạm Thị Gái", "tôi là Phạm Thị Gái, 0904111000"])
def test_an_own_value_as_an_answer_is_taken(words: str) -> None:
    assert "là của ai" not in asked("name", words).last_reply()


@pytest.mark.parametrize(
    "words", ["thoi um len roi day", "um khoi den ca nha", "ko đưa giấy hẹn gì cả", "ko nhận hồ sơ lần nào cả"]
)
def test_a_piece_of_the_story_neither_consents_nor_refuses(words: str) -> None:
    world = asked("consent", words)
    assert talk(world)["step"] == "consent"
    assert words in draft_story(world)


@pytest.mark.parametrize("words", ["ừ", "đồng ý", "ok em", "u dc", "được chứ", "dong y nhe"])
def test_a_yes_consents(words: str) -> None:
    world = asked("consent", words)
    assert talk(world)["step"] != "consent"
