"""The first reply to a citizen who accuses an office states truthfully which officers read the petition."""

from __future__ import annotations

import pytest

from tests.unit.world import World

TOLD = "Nơi bị phản ánh không xem được hồ sơ"
ACCUSING = [
    "Cán bộ một cửa phường Yên Hòa vòi tôi 2 triệu đồng mới chịu trả giấy khai sinh",
    "Thanh tra Sở Y tế nhận hối lộ của phòng khám tư nên không xử phạt",
    "Công an phường bảo kê quán karaoke, chủ quán đưa tiền hằng tháng",
    "Chị Hương điều phối ở Văn phòng UBND thành phố nhận tiền để dìm đơn của tôi",
]
ORDINARY = [
    "Đường Trung Kính bị đào lên rồi bỏ đó ba tháng nay không lấp lại",
    "UBND phường chậm trả giấy khai sinh cho con tôi",
    "Đèn đường ngõ 20 hỏng hai tuần, tối đi lại khó khăn",
]


@pytest.mark.parametrize("content", [*ACCUSING, *ORDINARY])
def test_filer_hidden_from_the_accused_is_informed_at_once(content: str) -> None:
    world = World().has_a_coordinator()
    petition = world.files(content)
    informed = TOLD in world.last_reply()
    world.routing(petition.code)
    after = world.petitions()[0]
    assert informed == (content in ACCUSING)
    assert (after.is_doubted or bool(after.grounds)) == informed
