"""What a message gives depends on what it does: a refusal gives nothing, a cry for help still says whom to call."""

from __future__ import annotations

import pytest

from petitions.domain.understanding.acts import DialogAct, Situation
from petitions.wiring import understanding


@pytest.mark.parametrize(
    ("situation", "text", "act", "field", "value"),
    [
        (Situation.PHONE, "Cứu với, cháy nhà rồi, gọi tôi 0912 338 704", DialogAct.EMERGENCY, "phone", "0912338704"),
        (Situation.PLACE, "Cháy lớn ở chợ Mơ, có người kẹt bên trong", DialogAct.EMERGENCY, "place", "chợ Mơ"),
        (Situation.HOME, "Cháy lớn ở 12 Hàng Bài, có người kẹt bên trong", DialogAct.EMERGENCY, "home", None),
        (Situation.HOME, "thôi cho tôi rút đơn, chợ Mơ họ dẹp rồi", DialogAct.CANCEL, "home", None),
        (Situation.HOME, "tôi không muốn cho địa chỉ, hẻm có cây khế", DialogAct.DECLINE, "home", None),
        (Situation.HOME, "12 Hàng Bài", DialogAct.GIVE, "home", "12 Hàng Bài"),
    ],
)
def test_what_is_given(situation: Situation, text: str, act: DialogAct, field: str, value: str | None) -> None:
    said = understanding.message_reader().read(text, situation)
    assert said.act is act or {said.act, act} == {DialogAct.CANCEL, DialogAct.WITHDRAW}
    assert getattr(said.values, field) == value
