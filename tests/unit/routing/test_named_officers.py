from __future__ import annotations

import pytest

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import Petition
from petitions.domain.routing.proposed_class import as_office
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE
from tests.unit.world import World

WARD = "PX-00175"
NAMES = ("Lê Quang Minh", "Trần Thị Thu Hà", "Lê An")


@pytest.fixture
def world() -> World:
    world = World()
    for number, name in enumerate(NAMES):
        known = Officer(id=f"yh-{number}", name=name, email=f"yh{number}@x.vn", unit=WARD, role=Role.OFFICER)
        world.store.create(officer_path(known.id), known.stored())
    return world


def routed(world: World, content: str) -> Petition:
    code = world.files(content).code
    world.routing(code)
    return next(petition for petition in world.petitions() if petition.code == code)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Lê Quang Minh phường Yên Hòa cầm của tôi ba triệu", "cán bộ phường Yên Hòa cầm của tôi ba triệu"),
        ("ong le quang minh, va bà TRẦN THỊ THU HÀ", "cán bộ, va cán bộ"),
        ("Tôi chờ. Lê Quang Minh Đức và Lê An! Xin trả lời", "cán bộ Đức và Lê An"),
        ("Lê Quang", ""),
        ("Cạnh nhà bà Trần Thị Thu Hà, trên đường Lê Quang Minh", ""),
        ("", ""),
    ],
)
def test_full_names_are_read_as_the_office(text: str, read: str) -> None:
    assert as_office(text, NAMES) == read


@pytest.mark.parametrize("name", ["Lê Quang Minh", "le quang minh", "LÊ QUANG MINH"])
def test_misconduct_of_a_named_officer_accuses_the_unit(world: World, name: str) -> None:
    petition = routed(world, f"{name} phường Yên Hòa cầm của tôi ba triệu mới chịu trả giấy khai sinh")
    assert (petition.accused, petition.unit) == (WARD, COORDINATORS)


@pytest.mark.parametrize(
    "words",
    [
        "Lê Quang Minh hẹn tôi thứ Hai đến lấy giấy khai sinh mà UBND phường chậm trả",
        "Tôi là Lê Quang Minh, rác ở ngõ 5 phố Trung Kính chưa được dọn",
        "Đường trước nhà bà Trần Thị Thu Hà bị hỏng, xe đi lại khó khăn",
    ],
)
def test_a_name_alone_closes_nothing(world: World, words: str) -> None:
    named = routed(world, words)
    bare = routed(World(), words)
    assert (named.accused, named.closed_with, named.unit) == (bare.accused, bare.closed_with, bare.unit)


def test_who_works_elsewhere_is_only_a_namesake(world: World) -> None:
    for number in range(len(NAMES)):
        world.store.update(f"officers/yh-{number}", {"unit": "PX-00004"})
    petition = routed(world, "Lê Quang Minh phường Yên Hòa cầm của tôi ba triệu mới chịu trả giấy khai sinh")
    assert petition.accused == UNKNOWN_OFFICE


def test_a_short_name_ends_a_text_beside_a_longer_one() -> None:
    names = ["Lê Thị Hoa", "Nguyễn Trần Thị Hoài An"]
    assert as_office("Vòi tiền tôi là bà Lê Thị Hoa", names) == "Vòi tiền tôi là cán bộ"
