from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Addition, Contact, Petition
from petitions.usecases.accusations.keep_apart import _holds
from petitions.usecases.shared.named_officers import accused_by_name
from tests.fakes import FakeClock, FakeStore

NOW = FakeClock().now()
TEXT = "Đường hỏng lâu ngày. Ông Nguyễn Văn Bình đòi tiền tôi"


@pytest.fixture
def store() -> FakeStore:
    made = FakeStore()
    for unit, name in (("SXD", "Trần Thị Lan"), ("SYT", "Nguyễn Văn Bình"), ("STC", "Lê Văn Cường")):
        fields = {"id": unit, "name": name, "email": f"{unit}@example.vn", "unit": unit, "role": "officer"}
        made.create(f"officers/{unit}", {"schema_version": 1, **fields})
    return made


@pytest.mark.parametrize(
    ("text", "filer", "units", "accused"),
    [
        (TEXT, "", ["SXD", "SYT", "STC"], "SYT"),
        (TEXT, "", ["STC", "SXD"], None),
        (TEXT, "nguyen van binh", ["SXD", "SYT"], None),
        (TEXT.replace("đòi tiền tôi", "trả lời tôi"), "", ["SXD", "SYT"], None),
        (TEXT.replace("Nguyễn Văn Bình", "Nguyễn Văn Hải"), "", ["SXD", "SYT"], None),
        ("", "", ["SYT"], None),
        (TEXT, "", [], None),
    ],
)
def test_the_unit_of_the_officer_who_is_named_is_accused_and_no_other(
    store: FakeStore, text: str, filer: str, units: list[str], accused: str | None
) -> None:
    assert accused_by_name(store, text, filer, units, lambda read: "đòi tiền" in read) == accused


def addition(minute: int, text: str) -> Addition:
    return Addition(input=str(minute), at=NOW + timedelta(minutes=minute), type="text", text=text)


@pytest.mark.parametrize(
    ("given", "words", "holds"),
    [
        ([(1, "một")], "x", True),
        ([(1, "một"), (2, "hai")], "x", True),
        ([(1, "một"), (3, "ba")], "x", False),
        ([(2, "một")], "x", False),
        ([(1, "hai")], "x", False),
        ([], "x", False),
        ([], "toàn bộ", True),
        ([(9, "chín")], "toàn bộ", True),
    ],
)
def test_a_text_is_held_if_all_of_it_is_there_with_its_time(
    given: list[tuple[int, str]], words: str, *, holds: bool
) -> None:
    petition = Petition(
        code="HN-1", citizen="c", title="t", content="toàn bộ", address="a", contact=Contact(name="n", phone="p"),
        unit="VPUB", state=State.NEW, filed_at=NOW, additions=[addition(1, "một"), addition(2, "hai")],
    )  # fmt: skip
    assert _holds(petition, [addition(minute, text) for minute, text in given], words) == holds
