from __future__ import annotations

import pytest

from petitions.adapters import reference
from petitions.domain.routing.kinds import PetitionFacet, PetitionKind
from petitions.domain.routing.routing_rules import Superiors
from petitions.domain.routing.superiors import Accusation, accusation, passed_on
from petitions.domain.units.directory import COORDINATORS
from tests.unit.routing.test_routing import decide, directory, rules

BACH_MAI, YEN_SO = "PX-00292", "PX-00340"


@pytest.mark.parametrize(
    ("text", "superior"),
    [
        ("Chủ tịch UBND phường Bạch Mai không chịu gặp dân, hẹn rồi bỏ về", "VPUB"),
        ("Phó chủ tịch xã Thạch Thất quát nạt dân giữa cuộc họp", "VPUB"),
        ("chu tich phuong Bach Mai khong tiep dan, ne tranh mai", "VPUB"),
        ("phường Yên Sở cho thuê đất công", "VPUB"),
        ("UBND xã Sơn Đồng tự ý cho doanh nghiệp thuê đất công ích", "VPUB"),
        ("Cán bộ một cửa phường Bạch Mai cáu gắt, ném hồ sơ của dân", "VPUB"),
        ("Công chức tư pháp xã Phúc Thọ sách nhiễu, bắt đi lại năm lần", "STP"),
        ("Một cửa phường Bạch Mai quát tháo khi tôi làm khai sinh cho cháu", "STP"),
        ("Cán bộ địa chính phường Bạch Mai hách dịch khi tôi hỏi sổ đỏ", "SNNMT"),
        ("Công chức đô thị phường Bạch Mai gây khó dễ khi tôi xin phép xây nhà", "SXD"),
        ("Cán bộ xã Thạch Thất hạch sách khi tôi hỏi trợ cấp người khuyết tật", "SYT"),
        ("Cán bộ địa chính phường Bạch Mai gợi ý năm triệu thì làm nhanh", "VPUB"),
        ("phường Bạch Mai làm ăn quan liêu, hành dân là chính", "VPUB"),
        ("The ward clerk shouted at me and refused my papers", "VPUB"),
        ("Nhân viên Trung tâm Phục vụ hành chính công lướt điện thoại, để dân chờ", "VPUB"),
        ("Chuyên viên Sở Xây dựng hách dịch khi tôi hỏi nhà ở xã hội", "VPUB"),
        ("Chuyên viên văn phòng UBND thành phố đùn đẩy, làm mất đơn của tôi", "TTTP"),
    ],
)
def test_whose_conduct_is_meant_does_not_handle_it(text: str, superior: str) -> None:
    found = decide(text)
    assert found.units[0].code == superior
    assert found.accused
    assert found.facet is PetitionFacet.CONDUCT
    assert found.why


@pytest.mark.parametrize(
    "text",
    [
        "phường {} làm ăn quan liêu, hành dân là chính",
        "{} cửa quyền, dân hỏi gì cũng bị mắng",
        "Phường {} nhũng nhiễu, đi lại bảy lần mới xong tờ giấy",
        "UBND phường {} hách dịch với người già",
        "Cán bộ phường {} gợi ý phong bì rồi mới ký",
        "Công chức địa chính phường {} đòi bồi dưỡng mới đo đất",
        "Cán bộ hộ tịch phường {} vừa ăn vừa quát tôi",
        "Chủ tịch phường {} trù dập người phản ánh",
        "Cán bộ địa chính phường {} nói khéo phải có 5 triệu thì sổ đỏ mới nhanh",
        "Cậu tiếp nhận hồ sơ ở phường {} cứ 10 giờ là đi uống trà",
    ],
)
@pytest.mark.parametrize("ward", ["Bạch Mai", "Yên Hòa", "Láng"])
def test_complaint_about_a_wards_conduct_goes_to_no_ward_and_no_service_centre(text: str, ward: str) -> None:
    found = decide(text.format(ward if "hường {}" in text else f"phường {ward}"))
    offices = {*rules().superiors.wards.values(), rules().superiors.ward_heads}
    assert found.handler in offices
    assert not directory().is_service_centre(found.handler)


def test_complaint_about_conduct_at_a_counter_waits_for_a_coordinator() -> None:
    """The counter may belong to a ward or to the service centre."""
    found = decide("Cán bộ quầy số 3 nói trống không, bắt dân đứng chờ rồi đi uống nước")
    assert (found.units[0].code, found.auto, found.handler) == ("TTPVHCC", False, COORDINATORS)
    assert decide("Cổng dịch vụ công lỗi không nộp được ở phường Láng").handler == "TTPVHCC"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Công an phường Bạch Mai cáu gắt khi làm căn cước", "CATP"),
        ("Y tá bệnh viện Thanh Nhàn quát bệnh nhân", "SYT"),
        ("Lái xe buýt chửi khách già", "SXD"),
        ("Cán bộ thuế gây khó khăn khi quyết toán", "THUE"),
    ],
)
def test_an_office_below_a_unit_is_that_units_matter(text: str, unit: str) -> None:
    found = decide(text)
    assert (found.units[0].code, found.accused) == (unit, None)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Trích lục khai tử của mẹ tôi ở xã Thanh Oai hẹn 1 ngày mà 1 tuần chưa có", "PX-10114"),
        ("Hàng xóm tự ý cho thuê đất công ở phường Bạch Mai", BACH_MAI),
        ("Trưởng thôn ở xã Thuận An tự ý cho thuê đất công", "PX-00562"),
        ("Rác chất đống ở phường Bạch Mai, chủ tịch phường đã hứa dọn", BACH_MAI),
    ],
)
def test_a_delay_or_somebody_elses_deed_stays_with_the_ward(text: str, unit: str) -> None:
    found = decide(text)
    assert (found.units[0].code, found.accused) == (unit, None)


@pytest.mark.parametrize(
    "text",
    [
        "Cán bộ một cửa phường Bạch Mai trả chậm giấy khai sinh, hẹn lại ba lần mà không nêu lý do",
        "UBND phường Bạch Mai chậm trả kết quả đăng ký kết hôn hai tháng, tôi hỏi thì cán bộ cố tình né tránh",
        "Phường Bạch Mai bao che cho hộ xây dựng trái phép, tôi phản ánh nhiều lần",
        "Chuyên viên Sở Xây dựng khất lần hồ sơ cấp phép xây dựng, quá hạn hai tháng chưa trả",
    ],
)
def test_what_may_be_a_delay_or_conduct_waits_for_a_coordinator(text: str) -> None:
    found = decide(text)
    assert (found.accused, found.auto, found.handler) == (None, False, COORDINATORS)


@pytest.mark.parametrize(
    "text",
    [
        "Phường Bạch Mai chậm trả hồ sơ sổ đỏ lần đầu, quá hạn hai tháng",
        "Hàng xóm ở phường Bạch Mai cố tình đổ rác ra ngõ, cán bộ tổ dân phố đã nhắc",
    ],
)
def test_delay_without_an_accused_person_is_routed_normally(text: str) -> None:
    found = decide(text)
    assert (found.units[0].code, found.auto) == (BACH_MAI, True)


def test_accused_unit_is_not_notified() -> None:
    found = decide(
        "Cán bộ địa chính phường Bạch Mai hách dịch, gây khó dễ; ngõ nhà tôi rác chất đống, đèn đường phố hỏng cả tháng"
    )
    assert found.accused == "PX"
    assert found.handler == "SNNMT"
    assert found.place.ward == BACH_MAI
    assert BACH_MAI not in found.coordinating
    assert "SXD" in found.coordinating


def test_conduct_is_no_field_report() -> None:
    assert decide("Phường Yên Sở cho thuê đất công làm bãi xe").facet is PetitionFacet.CONDUCT
    assert decide("Bãi xe trái phép ở phường Yên Sở").facet is PetitionFacet.FIELD


def test_a_denunciation_stays_guidance() -> None:
    found = decide("Tôi tố cáo chủ tịch phường Bạch Mai nhận hối lộ 50 triệu, thái độ hách dịch")
    assert (found.units[0].code, found.kind) == ("OOS", PetitionKind.DENUNCIATION)
    assert found.accused is None


def test_the_table_of_superiors_decides() -> None:
    likely = {"PX": 0.7, "SXD": 0.2, "OOS": 0.1}
    meant = {"PX head": ("chủ tịch phường",)}
    table = Superiors({"*": "VPUB"}, ward_heads="TTTP", wards={"xay_dung": "SXD", "*": "SNV"})
    head = accusation(meant, likely, directory(), table, "xay_dung")
    assert head == Accusation("PX", "TTTP", ("chủ tịch phường",))
    staff = {"PX": ("cán bộ phường",)}
    assert accusation(staff, likely, directory(), table, "xay_dung") == Accusation("PX", "SXD", ("cán bộ phường",))
    for field in ("thue", None):
        assert accusation(staff, likely, directory(), table, field) == Accusation("PX", "SNV", ("cán bộ phường",))
    department = accusation({"*": ("cán bộ sở",)}, likely, directory(), table, "xay_dung")
    assert department == Accusation("SXD", "VPUB", ("cán bộ sở",))
    assert accusation({"?": ("cán bộ",)}, {"SXD": 0.9, "PX": 0.1}, directory(), table, None) is None
    assert accusation({}, likely, directory(), table, None) is None


def test_the_superior_of_a_ward_is_an_office_of_the_city_that_supervises() -> None:
    table, fields = rules().superiors, reference.fields()
    assert all(fields.knows(name) for name in table.wards.keys() - {"*"})
    assert all(fields.knows(name) for rule in rules().ward_fields for name in rule.gives)
    for code in {table.ward_heads, *table.wards.values()}:
        unit = directory().unit(code)
        assert unit
        assert unit.kind == "so"
    assert "xác nhận" in reference.parsed("routing_rules.json")["superiors"]["source"]


def test_the_superior_takes_over_all_but_guidance() -> None:
    found = passed_on({"PX": 0.6, "STP": 0.2, "OOS": 0.2}, Accusation("PX", "STP", ()))
    assert sum(found.values()) == pytest.approx(1)
    assert found["OOS"] == 0.2
    assert found["STP"] > 0.7
