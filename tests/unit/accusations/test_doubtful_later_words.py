from __future__ import annotations

import pytest

from petitions.domain.officers.officer import officer_path
from tests.unit.accusations.later_words import HEAD, STAFF, WARD, new_at_the_ward
from tests.unit.world import World


def is_kept(text: str) -> bool:
    world = World().has_a_coordinator()
    for person in (STAFF, HEAD):
        world.store.create(officer_path(person.id), person.stored())
    code = new_at_the_ward(world).code
    world.clock.advance(minutes=30)
    world.types("bổ sung", text)
    found = [world.store.documents[path] for path in world.store.paths("petitions") if path.count("/") == 1]
    at_the_ward = next(petition for petition in found if petition["code"] == code)
    assert at_the_ward["unit"] == WARD
    added = [addition["text"] for addition in at_the_ward.get("additions", [])]
    return text not in added and any(petition["content"] == text for petition in found)


@pytest.mark.parametrize(
    "text",
    [
        "đổ hết vào sân nhà ông tổ phó",
        "co y ta bao tiem mui dich vu cua co o nha thi co ngay, 600k",
        "Sân chơi chưa sửa mà bảng tin ghi đã chi 80 triệu",
        "Tổ thu 60 nghìn mà biên lai ghi 30",
        "Bác sĩ bảo vào phòng riêng, trả tiền mặt",
        "Chủ quán khoe tháng nào cũng biếu phường",
        "Chị hộ tịch Hà Đông nhờ tôi mua hộ 2 cân mực một nắng mới chịu tra sổ gốc",
        "Nửa đêm xe tới đổ rác ven hồ là xe của phường, con tôi quay phim được",
        "a ctich an dat cua dan lun, ruong tap the 3 sao h thanh vila r",
        "Ông Toàn ở phường vừa nhắn cho chồng tôi: dẹp cái tin ấy đi kẻo khó cho việc buôn bán",
        "tối qua hai người ở phường tới hỏi mẹ tôi thằng nào viết, liệu hồn",
        "cán bộ ở phường hôm qua bảo mẹ tôi khỏi mong trợ cấp nữa vì tôi viết",
    ],
)
def test_it_is_kept_from_the_unit(text: str) -> None:
    assert is_kept(text)


@pytest.mark.parametrize(
    "text",
    [
        "Lệ phí tôi đã nộp 8 nghìn, có biên lai",
        "Biên nhận số 123, hẹn trả ngày 20/11",
        "Sáng nay vẫn chưa dọn",
        "Tôi gửi thêm ảnh chụp lúc 7 giờ",
        "Quán mở từ 17 giờ đến 23 giờ",
        "Cầu trượt gãy bậc thứ ba, có trẻ ngã",
    ],
)
def test_harmless_words_go_on(text: str) -> None:
    assert not is_kept(text)
