"""What citizens say of themselves in one message: name, telephone, addresses, ward."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from petitions.adapters.reference import directory, places
from petitions.domain.understanding.values import SaidValues, ValueReader

READER = ValueReader(places())


def read(situation: str, text: str) -> SaidValues:
    return READER.read(text, situation)


@pytest.mark.parametrize(
    ("situation", "text", "phone"),
    [
        ("phone", "0912 338 704", "0912338704"),
        ("phone", "dạ 0912.338.704 ạ", "0912338704"),
        ("phone", "+84 912 338 704", "0912338704"),
        ("phone", "84912338704", "0912338704"),
        ("phone", "0 9 1 2 3 3 8 7 0 4", "0912338704"),
        ("phone", "không chín một hai, ba ba tám, bảy không bốn", "0912338704"),
        ("phone", "khong chin mot hai ba ba tam bay khong bon", "0912338704"),
        ("phone", "o912 338 7o4", "0912338704"),
        ("phone", "nhà có máy bàn: 024 3733 8704", "02437338704"),
        ("phone", "gọi con gái tôi 0912 338 704 nhé, tôi nghe kém", "0912338704"),
        ("phone", "số cũ 0912 338 703 bỏ rồi, giờ là 0912 338 704", "0912338704"),
        ("phone", "số tôi 0912 338 704, còn số của thằng cò là 0912 338 705", "0912338704"),
        ("name", "Đặng Thị Mơ, 0912338704", "0912338704"),
        ("content", "Có gì liên hệ tôi 0912 338 704", "0912338704"),
        ("content", "sđt của em là 0912338704", "0912338704"),
        ("content", "gọi tôi số 0912338704", "0912338704"),
        ("content", "em Lan 0912 338 704", "0912338704"),
        ("content", "số điện thoại của cán bộ 0988 123 456 gọi cho tôi đòi 5 triệu", None),
        ("content", "có số lạ gọi tôi 0912 338 704 xưng là công an", None),
        ("content", "tôi gọi 024 3733 8704 của phường mà không ai nghe", None),
        ("supplement", "Nhân chứng là bà Mơ, điện thoại 0912 338 704", None),
        ("phone", "số của ông chủ tịch xã là 0912 338 704", None),
        ("phone", "MST 0101234567", None),
        ("phone", "mã số thuế 0312345678", None),
        ("phone", "căn cước 001081012345", None),
        ("phone", "091233870", None),
        ("phone", "01693387041", None),
        ("phone", "mã hồ sơ 000.00.19.H26-251103-0042", None),
    ],
)
def test_telephone(situation: str, text: str, phone: str | None) -> None:
    assert read(situation, text).phone == phone


@pytest.mark.parametrize(
    ("situation", "text", "name"),
    [
        ("name", "Tôi tên là: Ngô Quang Khải\nĐịa chỉ: 5 Hàng Bông", "Ngô Quang Khải"),
        ("name", "Trịnh Thị Bưởi", "Trịnh Thị Bưởi"),
        ("name", "Trương Văn Xuân ạ", "Trương Văn Xuân"),
        ("name", "ông Vi Văn Lả, 71 tuổi", "Vi Văn Lả"),
        ("name", "mình là lê thị cẩm tú nhé", "lê thị cẩm tú"),
        ("name", "pham ngoc anh", "pham ngoc anh"),
        ("name", "Phạm tuấn anh", "Phạm tuấn anh"),
        ("name", "ĐỖ TUẤN ANH", "ĐỖ TUẤN ANH"),
        ("name", "Giàng A Tủa", "Giàng A Tủa"),
        ("name", "H'Linh Êban", "H'Linh Êban"),
        ("name", "my name is Laura Smith", "Laura Smith"),
        ("name", "dạ em là Bảy, Đỗ Văn Bảy", "Đỗ Văn Bảy"),
        ("name", "tôi họ Quách, tên Thị Na", "Quách Thị Na"),
        ("name", "Trần Không", "Trần Không"),
        ("content", "Tôi là Hà Văn Thụ, xin phản ánh việc sau", "Hà Văn Thụ"),
        ("content", "Kính mong xem xét.\nNgười viết đơn\nLý Thị Sen", "Lý Thị Sen"),
        ("confirm", "sửa tên thành Hà Văn Thụ", "Hà Văn Thụ"),
        ("name", "thế thì thôi", None),
        ("name", "đúng rồi", None),
        ("name", "Vâng ạ", None),
        ("name", "Không", None),
        ("name", "hỏi tên làm gì?", None),
        ("name", "người dân", None),
        ("name", "tôi không muốn nêu tên", None),
        ("name", "cán bộ tên là Hà Văn Thụ", None),
        ("content", "mẹ em tên Phùng Thị Sen bị từ chối", None),
        ("content", "cán bộ Hà Văn Thụ đòi tiền", None),
        ("content", "ông hàng xóm tên Hà Văn Thụ", None),
    ],
)
def test_name(situation: str, text: str, name: str | None) -> None:
    assert read(situation, text).name == name


@pytest.mark.parametrize(
    ("situation", "text", "field", "value"),
    [
        ("place", "36 hàng đào", "place", "36 hàng đào"),
        ("place", "ở trước cổng chợ Hàng Da ấy ạ", "place", "trước cổng chợ Hàng Da"),
        ("place", "ngõ 15 Tạm Thương, phường Hoàn Kiếm", "place", "ngõ 15 Tạm Thương, phường Hoàn Kiếm"),
        ("place", "ngõ Cháy, sau chợ", "place", "ngõ Cháy, sau chợ"),
        ("place", "- Số nhà: 8\n- Đường: Láng Hạ", "place", "8 Láng Hạ"),
        ("place", "phố Huế chứ không phải phố Vọng", "place", "phố Huế"),
        ("place", "ở đó", "place", None),
        ("place", "tại nhà tôi", "place", None),
        ("place", "không biết", "place", None),
        ("place", "đồng ý", "place", None),
        ("place", "hỏi làm gì?", "place", None),
        ("home", "nhà em ở 14 ngõ 7 Vạn Bảo nhé", "home", "14 ngõ 7 Vạn Bảo"),
        ("home", "địa chỉ: số 9 Lò Sũ", "home", "số 9 Lò Sũ"),
        ("home", "như trên", "home", None),
        ("home", "không tiện cho địa chỉ", "home", None),
        ("name", "Đặng Thị Mơ, 14 ngõ 7 Vạn Bảo", "home", "14 ngõ 7 Vạn Bảo"),
        ("idle_new", "đèn đường ở ngõ 72 Vạn Bảo hỏng", "place", "ngõ 72 Vạn Bảo"),
        ("idle_new", "tôi nộp đơn số 45/GH mà chưa thấy gì", "place", None),
        ("home", "gửi qua thu.ha@example.com giúp tôi", "email", "thu.ha@example.com"),
        ("name", "Công ty TNHH Gạch Sen Vàng, MST 0101234567", "org", "Công ty TNHH Gạch Sen Vàng"),
        ("name", "Trương Văn Xuân", "org", None),
    ],
)
def test_place_home_and_others(situation: str, text: str, field: str, value: str | None) -> None:
    assert getattr(read(situation, text), field) == value


@pytest.mark.parametrize(
    ("situation", "text", "values"),
    [
        (
            "name",
            "Nguyễn Văn A 0912338704 12 phố Huế phường Cửa Nam",
            {"name": "Nguyễn Văn A", "phone": "0912338704", "home": "12 phố Huế phường Cửa Nam", "ward": "PX"},
        ),
        (
            "name",
            "nguyen van an 0912338704 so 12 pho hue",
            {"name": "nguyen van an", "phone": "0912338704", "home": "so 12 pho hue"},
        ),
        (
            "name",
            "Công ty Sao Mai, đại diện Nguyễn Văn An, 0912338704, trụ sở 5 Hàng Bông",
            {"org": "Công ty Sao Mai", "name": "Nguyễn Văn An", "phone": "0912338704", "home": "5 Hàng Bông"},
        ),
        ("name", "chủ quán phở Hà, số 12 Hàng Bông", {}),
        (
            "place",
            "chuyện ở chợ Mơ, tôi là Nguyễn Văn An 0912338704",
            {"place": "chợ Mơ", "name": "Nguyễn Văn An", "phone": "0912338704"},
        ),
        (
            "content",
            "Tôi là Nguyễn Văn An, trú tại số 5 ngõ 7 Láng Hạ. Đèn đường ngõ 12 Hàng Bông hỏng.",
            {"name": "Nguyễn Văn An", "home": "số 5 ngõ 7 Láng Hạ", "place": "ngõ 12 Hàng Bông"},
        ),
    ],
)
def test_several_values_in_one_message(situation: str, text: str, values: dict[str, str]) -> None:
    said = asdict(read(situation, text))
    told = {name: value[:2] if name == "ward" else value for name, value in said.items() if value}
    assert told == values


@pytest.mark.parametrize(
    ("situation", "text", "ward"),
    [
        ("choose_ward", "Kim Liên nhé", "Phường Kim Liên"),
        ("choose_ward", "không phải Kim Liên, là Cầu Giấy", "Phường Cầu Giấy"),
        ("choose_ward", "số 2", None),
        ("choose_ward", "Kim Liên hay Đống Đa", None),
        ("choose_ward", "Láng hay Láng Hạ gì đó", None),
        ("choose_ward", "bỏ cái Hồng Vân đi, Thượng Phúc mới phải", "Xã Thượng Phúc"),
        ("choose_ward", "cái nào gần cầu giấy nhất", None),
        ("idle_filed", "đơn gửi nhầm sang xã Hòa Phú, sửa hộ", None),
        ("place", "phường Nghĩa Tân cũ giờ là phường nào", None),
        ("place", "Số 5 ngõ Đình Công, Yên Sở", None),
        ("home", "Hộ khẩu Nam Định, hiện ở phường Láng", "Phường Láng"),
        ("place", "cổng ủy ban phường Yên Hòa", "Phường Yên Hòa"),
        ("home", "thôn 2, xã Hát Môn", "Xã Hát Môn"),
        ("home", "quận Đống Đa", None),
        ("name", "Nguyễn Hoàng Mai", None),
        ("idle_new", "phường Việt Hưng không chịu nhận hồ sơ của tôi", "Phường Việt Hưng"),
    ],
)
def test_ward(situation: str, text: str, ward: str | None) -> None:
    names = {each.code: each.name for each in directory().wards}
    code = read(situation, text).ward
    assert (names[code] if code else None) == ward
