"""The reader of messages: exact words first, then the language model, and a question where a mistake would harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import log

import pytest

from petitions.adapters.understanding import network, routers
from petitions.domain.petition.codes import make_code
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.features import SeenWord
from petitions.domain.understanding.local_reader import LocalReader, word_places
from petitions.domain.understanding.network import Scores
from petitions.domain.understanding.reading import Reading
from petitions.domain.understanding.taught_words import MenuWord
from petitions.domain.understanding.text import LONGEST_READ, Text
from tests.unit.understanding.test_text import ODD

CODE = make_code(date(2026, 11, 20), "ABCDEFG")


@cache
def reader() -> LocalReader:
    return LocalReader(network.shipped(), routers.places())


def read(typed: str, situation: Situation = Situation.IDLE_NEW, labels: tuple[str, ...] = ()) -> Reading:
    return reader().read(Text.of(typed), situation, labels)


# Exact rules.


@pytest.mark.parametrize("situation", Situation)
@pytest.mark.parametrize(
    ("typed", "command"),
    [("2", c.Choose(number=2)), ("XONG", c.Finish()), ("hủy", c.Cancel()), ("chưa hài lòng", c.Rate(level=3))],
)
def test_what_is_taught_is_read_alike_in_every_situation(situation: Situation, typed: str, command: c.Command) -> None:
    (found,) = read(typed, situation).commands
    kept = {name: getattr(command, name) for name in ("number", "level") if hasattr(command, name)}
    assert type(found) is type(command)
    assert {name: getattr(found, name) for name in kept} == kept
    assert found.chance == 1


def test_a_label_that_is_shown_is_its_choice() -> None:
    (found,) = read("Phường Cầu Giấy", Situation.CHOOSE_WARD, ("Phường Yên Hòa", "Phường Cầu Giấy")).commands
    assert isinstance(found, c.Choose)
    assert found.number == 2


def test_a_code_alone_asks_for_its_state() -> None:
    found = read(CODE.lower())
    assert [(type(command), command.code) for command in found.of(c.Status)] == [(c.Status, CODE)]
    assert found.codes == (CODE,)
    assert found.taught


def test_a_word_of_the_menu_is_told_beside_the_commands() -> None:
    assert read("Tra cứu").word is MenuWord.LOOK_UP
    assert read("tôi muốn tra cứu").word is None
    assert read("7").number == 7


@pytest.mark.parametrize("typed", ["👍", "...", "❤️❤️", "?!"])
def test_what_has_no_words_is_unclear(typed: str) -> None:
    assert read(typed).asks


# Any text.


@pytest.mark.parametrize("situation", Situation)
@pytest.mark.parametrize(
    "typed", [*ODD, "a" * 5000, "không " * 2000, "0 " * 2000, "\n" * 500 + "x", "，。！", "a@b.c " * 300]
)
def test_no_text_raises_in_any_situation(situation: Situation, typed: str) -> None:
    assert read(typed, situation).commands is not None


def test_of_a_long_message_the_head_and_the_tail_are_read() -> None:
    story = "Tôi tên là Trần Văn An. " + "Họ thu thêm tiền của dân. " * LONGEST_READ
    found = read(f"{story}Số điện thoại của tôi là 0987654321", Situation.CONTENT)
    assert found.has(c.Tell)
    assert (found.value("name"), found.value("phone")) == ("Trần Văn An", "0987654321")


def test_clauses_stand_within_the_text_in_their_order() -> None:
    text = "Đồng ý. Cán bộ một cửa phường thu thêm 200 nghìn khi làm khai sinh. Có mất phí không?"
    found = read(text, Situation.CONSENT).commands
    assert [command.start for command in found] == sorted(command.start for command in found)
    assert all(0 <= command.start <= command.end <= len(text) for command in found)
    assert {type(command) for command in found} >= {c.Affirm, c.Tell}


# Clear wordings.


@pytest.mark.parametrize(
    ("situation", "typed", "kind"),
    [
        (Situation.IDLE_NEW, "Cán bộ một cửa phường gây khó khăn khi làm khai sinh", c.Tell),
        (Situation.CONTENT, "Họ đòi thêm giấy tờ mà luật không quy định", c.Tell),
        (Situation.CONSENT, "Tôi đồng ý", c.Affirm),
        (Situation.CONSENT, "Tôi không đồng ý", c.Deny),
        (Situation.CONFIRM, "ok gửi đi", c.Affirm),
        (Situation.NAME, "có mất phí không", c.Ask),
        (Situation.IDLE_FILED, "phản ánh của tôi đến đâu rồi", c.Status),
        (Situation.IDLE_FILED, "tôi muốn rút phản ánh", c.Withdraw),
        (Situation.IDLE_FILED, "xóa hết dữ liệu của tôi đi", c.Erase),
        (Situation.ANSWERED, "tôi không đồng ý với câu trả lời, đề nghị xem xét lại", c.Contest),
        (Situation.ANSWERED, "cảm ơn các anh chị nhiều", c.Talk),
        (Situation.PHONE, "tôi không muốn cho số điện thoại", c.Skip),
        (Situation.CONTENT, "cho tôi gặp cán bộ", c.CallPerson),
        (Situation.CONTENT, "Cháy nhà rồi, cứu với", c.Danger),
        (Situation.CONFIRM, "bỏ dòng cuối", c.Remove),
        (Situation.IDLE_NEW, "xin chào", c.Talk),
    ],
)
def test_clear_words_are_understood(situation: Situation, typed: str, kind: type[c.Command]) -> None:
    assert read(typed, situation).has(kind)


@pytest.mark.parametrize("situation", [Situation.CONTACT, Situation.CONFIRM, Situation.CONTENT])
@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("Tên tôi là Trần Văn An", {"name": "Trần Văn An"}),
        ("Số điện thoại của tôi là 0912 338 704", {"phone": "0912338704"}),
        ("e-mail của tôi là An.Tran@example.com", {"email": "an.tran@example.com"}),
    ],
)
def test_values_are_found(situation: Situation, typed: str, values: dict[c.Field, str]) -> None:
    found = read(typed, situation)
    given = {edit.field: edit.value for edit in found.of(c.Correct)} | {
        give.field: give.value for give in found.of(c.Give)
    }
    assert {field: given.get(field) for field in values} == values


@pytest.mark.parametrize(
    "typed",
    [
        "Trần Văn An, 12 phố Huế, 0912 338 704",
        "Trần Văn An\n12 phố Huế\n0912338704",
        "Tôi là Trần Văn An, ở 12 phố Huế, số 0912.338.704",
    ],
)
def test_name_home_and_telephone_in_one_message(typed: str) -> None:
    found = read(typed, Situation.CONTACT)
    assert (found.value("name"), found.value("home"), found.value("phone")) == (
        "Trần Văn An",
        "12 phố Huế",
        "0912338704",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "Số điện thoại của cán bộ địa chính là 0988123456, ông ta đòi tôi 5 triệu",
        "Cán bộ thuế số điện thoại 0988 111 222 gọi cho tôi đòi 5 triệu",
    ],
)
def test_the_number_of_somebody_else_is_not_taken_for_the_citizens(typed: str) -> None:
    assert read(typed).value("phone") is None


def test_the_number_of_somebody_who_is_named_is_not_taken_for_the_citizens() -> None:
    assert (
        read("Chủ thầu tên Hùng, số điện thoại của anh ta là 0988123456, không trả tiền cho tôi").value("phone") is None
    )


# Choices by their cost.


@dataclass(frozen=True)
class Fixed:
    commands: dict[str, float]
    harm: dict[str, dict[str, dict[str, float]]]
    version: str = "fixed"

    @property
    def classes(self) -> dict[str, tuple[str, ...]]:
        others = dict.fromkeys(("topic", "level", "kind", "option", "field"), ("other",))
        return {"command": tuple(self.commands), "value": ("O",), **others}

    def scores(self, words: Sequence[SeenWord], situation: str) -> Scores:
        own = list(self.commands.values())
        rows = {name: [[1.0]] * len(words) for name in self.classes} | {"command": [own] * len(words)}
        logs = {"command": [list(map(log, own))] * len(words), "value": [[0.0]] * len(words)}
        return Scores(rows, logs, [0.1] * len(words), [1.0] * len(own))


def small(affirm: float, deny: float, other: float, harm: float = 0.0) -> LocalReader:
    """Return a reader with the given probabilities for every text. `harm` is the cost of any wrong choice."""
    shares = {"affirm": affirm, "deny": deny, "talk": other, "unclear": 0.001}
    harmful = {Situation.CONSENT.value: {meant: dict.fromkeys(shares, harm) for meant in shares}}
    return LocalReader(Fixed(shares, harmful), routers.places())


def choice(reader: LocalReader) -> str:
    (found,) = reader.read(Text.of("thế nhé"), Situation.CONSENT).commands
    return c.NAMES[type(found)]


def test_the_likeliest_command_is_taken_where_nothing_hurts() -> None:
    assert choice(small(0.6, 0.35, 0.05)) == "affirm"


def test_no_learned_reading_passes_for_an_exact_one() -> None:
    (found,) = small(0.999999, 0.0000005, 0.0000005).read(Text.of("thế nhé"), Situation.CONSENT).commands
    assert isinstance(found, c.Affirm)
    assert found.chance < 1


def test_where_a_wrong_choice_hurts_it_is_asked_back() -> None:
    assert choice(small(0.6, 0.35, 0.05, harm=1.0)) == "unclear"


def test_what_is_sure_enough_is_taken_even_then() -> None:
    assert choice(small(0.97, 0.02, 0.01, harm=1.0)) == "affirm"


def test_places_are_told_of_each_word() -> None:
    typed = Text.of("tôi ở phường Yên Hòa nhé")
    found = word_places(typed, routers.places())
    assert len(found) == len(typed.words)
    assert not found[0]
    assert any(mark.startswith("B") for mark in found)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Tôi tố cáo bà Trần Thị Hoa chủ tịch phường vòi tiền tôi", None),
        ("cho tôi tố cáo chị Nguyễn Thị Thu Hà tổ trưởng tổ dân phố 5 ăn chặn tiền", None),
        ("Tôi Phạm Văn Khoa tố cáo cán bộ Lê Thị Mai phường Yên Hòa", "Phạm Văn Khoa"),
        ("Tôi tên là Trần Văn An phản ánh đường hỏng ở phường Yên Hòa", "Trần Văn An"),
        ("Em là Lê Thị Hoa muốn phản ánh rác thải", "Lê Thị Hoa"),
        ("Tôi là Nguyễn Văn Bình ở 12 Trung Kính phản ánh quán karaoke ồn", "Nguyễn Văn Bình"),
    ],
)
def test_who_is_told_of_is_not_the_writer(typed: str, name: str | None) -> None:
    """The first name in a message is the writer's only if the writer introduces themselves."""
    names = [command.value for command in read(typed).of(c.Give) if command.field == "name"]
    assert names == ([name] if name else [])


# The writer and their home.


@pytest.mark.parametrize(
    "typed",
    [
        "Trần Văn Hùng cán bộ địa chính đòi tiền tôi",
        "Lê Quang Minh phường Yên Hòa cầm của tôi 2 triệu không trả giấy",
        "Nguyễn Văn Thụ hẹn tôi ba lần mà không trả sổ đỏ",
        "Phạm Thị Hằng bên một cửa quát tháo người dân",
    ],
)
@pytest.mark.parametrize("situation", [Situation.IDLE_NEW, Situation.IDLE_FILED, Situation.CONTENT])
def test_who_leads_a_story_without_a_mark_is_not_its_writer(typed: str, situation: Situation) -> None:
    assert read(typed, situation).value("name") is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nguyễn Thị Lan, tôi phản ánh đường ngập nước", "Nguyễn Thị Lan"),
        ("Tôi là Trần Văn An phản ánh đường ngập nước", "Trần Văn An"),
        ("Tên tôi là Phạm Thị Hằng, một cửa quát tháo người dân", "Phạm Thị Hằng"),
    ],
)
def test_who_says_so_is(typed: str, name: str) -> None:
    assert read(typed, Situation.CONTENT).value("name") == name


@pytest.mark.parametrize(
    "situation", [Situation.HOME, Situation.CONTACT, Situation.PLACE, Situation.CONFIRM, Situation.IDLE_NEW]
)
@pytest.mark.parametrize(
    "typed",
    [
        "Hà Nội", "địa chỉ: Hà Nội", "tôi ở Hà Nội", "Nhà tôi ở Hà Nội nhé", "Nguyễn Thị Lan, Hà Nội, 0912345678",
        "sửa địa chỉ thành Hà Nội", "NHƯ TRÊN", "địa chỉ NHƯ TRÊN", "NGUYỄN THỊ LAN, NHƯ TRÊN, 0912345678",
    ],
)  # fmt: skip
def test_no_value_ends_within_the_name_of_the_city_or_is_half_a_phrase(typed: str, situation: Situation) -> None:
    found = read(typed, situation)
    values = {one.value for one in found.of(c.Give)} | {one.value for one in found.of(c.Correct)}
    assert not {"Hà", "NHƯ", "Nguyễn Thị Lan, Hà"} & values
    assert found.value("name") != "Hà Nội"
