"""The files of an answer reach the citizen with it, and again on request by code, once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.notices.notice import Notice
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.instants import day_start, utc
from petitions.domain.shared.records import replace
from tests.unit.petition.handling import ANSWER, WHY_NONE, act, given, officer, routed
from tests.unit.world import CITIZEN_URL, World


@pytest.fixture
def world() -> World:
    return World()


def answered(world: World, phone: str | None = None) -> Petition:
    petition = routed(world)
    if phone:
        world.store.update(petition_path(petition.code), {"contact.phone": phone})
    staff = officer(petition.unit)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, staff, petition, action)
    petition = act(world, staff, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    ids = [given(world, petition, "Quyết định.pdf", "application/pdf"), given(world, petition, "phim.mp4", "video/mp4")]
    assert petition.reply
    reply = replace(petition.reply, attachments=ids)
    world.store.update(petition_path(petition.code), {"reply": reply.stored()})
    return act(world, officer(petition.unit, Role.HEAD, "truong"), petition, Action.APPROVE)


def notices(world: World, kind: str) -> list[Notice]:
    found = [Notice.model_validate(data) for path, data in world.store.documents.items() if path.startswith("notices/")]
    return [notice for notice in found if notice.kind == kind]


def test_approval_sends_files_that_zalo_accepts_and_links_the_rest(world: World) -> None:
    petition = answered(world)
    (notice,) = notices(world, "answered")
    assert [file.name for file in notice.files] == ["Quyết định.pdf"]
    assert notice.files[0].object == "copies/obj-Quyết định.pdf/aa"
    assert "gửi riêng tại đây: Quyết định.pdf." in notice.text
    page = f"{CITIZEN_URL}/{petition.page}"
    assert f"phim.mp4. Xin mở {page} để tải về" in notice.text
    assert page in notice.files[0].otherwise


def test_the_filer_gets_them_again_by_code_once_a_day(world: World) -> None:
    petition = answered(world)
    world.types(petition.code)
    assert "gửi riêng tại đây: Quyết định.pdf." in world.replies()[-2]
    world.types(petition.code)
    (again,) = notices(world, "files")
    assert [file.name for file in again.files] == ["Quyết định.pdf"]
    world.clock.advance(days=1)
    world.types(petition.code)
    assert len(notices(world, "files")) == 2


@pytest.mark.parametrize(("first", "second", "times"), [(0, 23, 1), (6, 8, 1), (23, 25, 2), (23, 30, 2)])
def test_the_day_of_the_files_is_that_of_hanoi(world: World, first: int, second: int, times: int) -> None:
    petition = answered(world)
    midnight = utc(day_start(world.clock.now() + timedelta(days=1)))
    for hours in (first, second):
        world.clock.at = midnight + timedelta(hours=hours)
        world.types(petition.code)
    assert len(notices(world, "files")) == times


def test_the_form_for_contact_data_goes_with_the_first_question_about_them_only(world: World) -> None:
    for text in ("Cán bộ một cửa phường trả chậm khi tôi làm khai sinh", "đồng ý", "phường Yên Hòa"):
        world.types(text)
    world.types("!!!")
    with_form = [notice for notice in notices(world, "reply") if notice.form]
    assert len(with_form) == 1
    assert "họ" in with_form[0].text
    assert with_form[0].form
    assert with_form[0].form.title == "Chia sẻ thông tin liên hệ"
