from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.citizen.draft import MAX_CHARACTERS, NOWHERE
from petitions.domain.pages.filled_form import LONGEST, REPLIES_OFF_ZALO, WRONG, kept_value, read_filled
from tests.fakes import FakeClock
from tests.unit.pages.paged import Paged, edit_of

WHOLE = {
    "content": "Rác ở ngõ 12",
    "place": "Ngõ 12",
    "name": "Trần Lan",
    "home": "Số 5 Láng Hạ",
    "type": "individual",
}


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({}, {}),
        ({"phone": "", "email": "", "reply_by": ""}, {}),
        ({"content": " \n\u200b "}, {"content": "missing_content"}),
        ({"content": "x" * MAX_CHARACTERS}, {}),
        ({"content": "x" * (MAX_CHARACTERS + 1)}, {"content": "fault_long"}),
        ({"second": "x" * (MAX_CHARACTERS + 1)}, {"second": "fault_long"}),
        ({"place": ""}, {"place": "missing_place"}),
        ({"place": "", "ward": "PX-00004"}, {}),
        ({"place": "", "point": "21.0,105.8"}, {}),
        ({"place": "", "nowhere": "yes"}, {}),
        ({"name": " "}, {"name": "missing_name"}),
        ({"home": ""}, {"home": "missing_home"}),
        *(({name: "x" * (most + 1)}, {name: "fault_long"}) for name, most in LONGEST.items() if name in WHOLE),
        ({"phone": "12"}, {"phone": "fault_phone"}),
        ({"phone": "0912345678" + " " * 40}, {}),
        ({"phone": "+1 202 555 0123"}, {}),
        ({"email": "lan@"}, {"email": "fault_email"}),
        ({"type": ""}, {"type": "fault_choice"}),
        ({"reply_by": "pigeon"}, {"reply_by": "fault_choice"}),
        ({"reply_by": "zalo"}, {}),
        ({"name": "", "phone": "1"}, {"name": "missing_name", "phone": "fault_phone"}),
    ],
)
def test_faults_are_named_by_field(changed: dict[str, str], faults: dict[str, str]) -> None:
    assert read_filled({**WHOLE, **changed}).faults(complete=True) == faults


def test_a_form_that_is_only_saved_may_lack_anything_but_hold_nothing_wrong() -> None:
    assert read_filled({"type": "individual"}).faults(complete=False) == {}
    assert read_filled({"type": "individual", "phone": "1"}).faults(complete=False) == {"phone": "fault_phone"}


def test_filer_without_zalo_cannot_choose_an_answer_there() -> None:
    filled = read_filled({**WHOLE, "reply_by": "zalo"})
    assert filled.faults(complete=True, replies=REPLIES_OFF_ZALO) == {"reply_by": "fault_choice"}
    assert read_filled({**WHOLE, "reply_by": "post"}).faults(complete=True, replies=REPLIES_OFF_ZALO) == {}


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("name", "  Trần\u200b  Lan ", "Trần Lan"),
        ("name", " ", None),
        ("place", "x" * 400, "x" * 300),
        ("phone", "", ""),
        ("phone", "0912 345 678 (tối)", "84912345678"),
        ("phone", "+1 202 555 0123", "+1 202 555 0123"),
        ("phone", "12", WRONG),
        ("email", "Lan@Example.com", "lan@example.com"),
        ("email", "", None),
        ("email", "lan", WRONG),
        ("type", "business", "business"),
        ("type", "", WRONG),
        ("reply_by", "", None),
        ("reply_by", "post", "post"),
        ("reply_by", "fax", WRONG),
    ],
)
def test_a_value_is_kept_as_a_draft_has_it(name: str, typed: str, kept: Any) -> None:
    assert kept_value(name, typed) == kept


def test_a_whole_form_is_a_draft() -> None:
    at = FakeClock().now()
    more = {"phone": "0912345678", "email": "Lan@example.com", "reply_by": "email", "ward": "PX-00004"}
    draft = read_filled({**WHOLE, **more, "content": "Rác.\r\n\r\n  Ở ngõ 12. "}).draft("k", at)
    assert draft.content() == "Rác.\n\nỞ ngõ 12."
    assert (draft.address, draft.ward, draft.name, draft.residence) == (
        "Ngõ 12",
        "PX-00004",
        "Trần Lan",
        "Số 5 Láng Hạ",
    )
    assert (draft.phone, draft.email, draft.reply_by) == ("84912345678", "lan@example.com", "email")
    assert read_filled({**WHOLE, "place": "", "nowhere": "yes"}).draft("k", at).address == NOWHERE


def test_a_page_is_sent_without_a_telephone_that_was_never_given() -> None:
    paged = Paged(begun=False)
    for words in ("UBND phường chậm trả giấy khai sinh", "Tôi đồng ý", "12 phố Trung Kính, Yên Hòa"):
        paged.world.types(words)
    assert paged.draft.phone is None
    view = paged.draft_view()
    paged.does(edit_of(view, name="Trần Lan", home="Số 5 Láng Hạ", sends=True), view)
    assert (paged.petition().contact.name, paged.petition().contact.phone) == ("Trần Lan", "")


@pytest.mark.parametrize("home", ["NHƯ TRÊN", "như trên ạ", "nhu tren", "ở đó luôn"])
def test_a_home_that_points_at_the_place_is_the_place(home: str) -> None:
    assert read_filled({"home": home, "place": "12 phố Trung Kính"}).values["home"] == "12 phố Trung Kính"
    assert read_filled({"home": home, "place": ""}).faults(complete=True)["home"] == "missing_home"
