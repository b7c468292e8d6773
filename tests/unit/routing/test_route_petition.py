from __future__ import annotations

import pytest

from petitions.adapters.understanding import routers
from petitions.domain.petition.petition import Addition, Petition, petition_path
from petitions.domain.routing.kinds import PetitionKind
from petitions.domain.routing.proposed_class import may_report_misconduct, proposed_class, reports_misconduct
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World()


def routed(world: World, content: str) -> Petition:
    code = world.files(content).code
    world.routing(code)
    return next(petition for petition in world.petitions() if petition.code == code)


def test_conduct_of_a_ward_goes_to_its_superior_and_not_to_the_ward(world: World) -> None:
    petition = routed(world, "Cán bộ một cửa phường gây khó khăn khi làm khai sinh")
    assert petition.unit == "STP"
    assert petition.ward == "PX-00175"
    assert "PX-00175" not in petition.coordinating
    assert petition.routed
    assert petition.routed.auto
    assert petition.routed.ward_choices == []


@pytest.mark.parametrize("level", ["normal", "urgent"])
def test_routing_takes_no_urgency_away(world: World, level: str) -> None:
    code = world.files("UBND phường chậm trả giấy khai sinh").code
    world.store.update(petition_path(code), {"level": level})
    world.routing(code)
    assert world.store.documents[petition_path(code)]["level"] == level


def test_what_is_unsure_is_the_coordinators_alone_until_they_decide(world: World) -> None:
    petition = routed(world, "Tôi có việc cần trình bày với cơ quan, cán bộ làm sai quy trình")
    assert petition.routed
    assert not petition.routed.auto
    assert (petition.unit, petition.coordinating) == (COORDINATORS, [])
    assert len(petition.routed.proposals) == 3


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("chị Thu cán bộ phường nhận hối lộ, tôi tố cáo, xin giữ kín tên tôi", True),
        ("Bà Thu vòi tiền tôi 2 triệu mới cho làm giấy", True),
        ("Công an phường đòi tôi 500 nghìn tiền bồi dưỡng, không đưa thì giữ xe", True),
        ("Hố sâu khoảng 30 cm, xe máy ngã hai lần", False),
        ("Trả lời không đúng nội dung tôi hỏi, tôi không hài lòng vì không ai gọi cho tôi", False),
        ("Tôi khiếu nại kết quả vì rác vẫn còn đó", False),
    ],
)
def test_the_same_model_judges_later_texts(text: str, *, tells: bool) -> None:
    assert reports_misconduct(routers.router().route(text)) is tells


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("Đồng hồ vẫn chạy nhanh, đề nghị kiểm tra lại. Anh thợ bảo có chi thì xong.", True),
        ("Quên mất, anh thợ sửa đèn xin nhà tôi 300 nghìn tiền cà phê, tôi cũng gửi rồi.", True),
        ("Xin đừng cho phường Ba Đình biết: hồ sơ của tôi quá hạn 40 ngày", True),
        ("xin dung noi voi phuong yen hoa la toi viet", True),
        ("Nhà hàng xóm mở nhạc to, xin giữ kín tên tôi", True),
        ("Cảm ơn cô hiệu trưởng đã giải thích, khoản thu có biên lai đầy đủ", False),
        ("Máy bơm dùng cho phường Yên Hòa hỏng", False),
        ("ảnh gửi sau", False),
        ("Đừng để rác ở cổng phường", False),
    ],
)
def test_what_is_doubted_no_unit_reads_first(text: str, *, doubted: bool) -> None:
    assert may_report_misconduct(routers.router().route(text)) is doubted


def test_an_addition_in_doubt_keeps_the_petition_from_its_unit(world: World) -> None:
    filed = world.files(WARDS_OWN)
    more = Addition(input="1", at=filed.filed_at, type="text", text="Xin đừng cho phường biết là tôi viết")
    world.store.update(f"petitions/{filed.code}", {"additions": [more.stored()]})
    world.routing(filed.code)
    petition = next(item for item in world.petitions() if item.code == filed.code)
    assert petition.routed
    assert (petition.unit, petition.routed.auto, petition.routed.may_accuse) == (COORDINATORS, False, True)


def test_what_may_accuse_whoever_would_get_it_is_marked(world: World) -> None:
    petition = routed(world, "Cán bộ một cửa phường trả chậm giấy khai sinh, hẹn lại ba lần mà không nêu lý do")
    assert petition.routed
    assert petition.routed.may_accuse
    assert (petition.unit, petition.accused) == (COORDINATORS, None)


WARDS_OWN = "UBND phường chậm trả giấy khai sinh"


@pytest.mark.parametrize("name", ["UBND phường Yên Hòa", "Ủy ban nhân dân Phường Yên Hòa, TP Hà Nội", "phuong yen hoa"])
def test_what_an_office_sends_is_not_given_back_to_it_by_the_machine(world: World, name: str) -> None:
    filed = world.files(WARDS_OWN)
    world.store.update(f"petitions/{filed.code}", {"contact": replace(filed.contact, name=name).stored()})
    world.routing(filed.code)
    petition = next(item for item in world.petitions() if item.code == filed.code)
    assert petition.routed
    assert (petition.unit, petition.routed.auto) == (COORDINATORS, False)
    assert petition.routed.proposals[0].unit == "PX-00175"  # a coordinator may still give it there
    assert routed(world, WARDS_OWN).unit == "PX-00175"  # a petition by another sender goes there at once


@pytest.mark.parametrize(
    "text",
    [
        "Tôi xin khen anh Minh bộ phận một cửa phường Yên Hòa, rất tận tình, không nhận quà của dân",
        "Cái phong bì đựng hồ sơ của tôi bị rơi ở sảnh UBND phường Ba Đình, trong có căn cước và biên lai",
        "Tôi muốn góp ý cho dự thảo nghị quyết về chống tham nhũng vặt: nên niêm yết mức phí ở bộ phận một cửa",
    ],
)
def test_innocent_words_about_gifts_are_not_proposed_for_refusal(world: World, text: str) -> None:
    petition = routed(world, text)
    assert (petition.petition_class, petition.accused) == ("pakn", None)
    assert petition.kind != PetitionKind.DENUNCIATION


def test_a_denunciation_in_doubt_is_read_by_a_person_and_not_proposed_for_refusal() -> None:
    decision = replace(
        routers.router().route("Tôi tố cáo cán bộ phường nhận hối lộ"), closed=False, accused=None, doubted=True
    )
    assert decision.kind is PetitionKind.DENUNCIATION
    assert proposed_class(decision) == "pakn"
    assert proposed_class(replace(decision, closed=True)) == "denunciation"
