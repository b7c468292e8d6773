from __future__ import annotations

import pytest

from infra.local.commands.talk_line import COMMANDS, HOAN_KIEM, LINES_HELP, SOME_SECONDS, TalkLine, parse


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("Xin chào\n", TalkLine("text", "Xin chào", text="Xin chào")),
        (r"Tên: Lan\nSĐT: 0912", TalkLine("text", "Tên: Lan\nSĐT: 0912", text="Tên: Lan\nSĐT: 0912")),
        ("@@ad ơi", TalkLine("text", "@ad ơi", text="@ad ơi")),
        ("  \n", TalkLine("look")),
        ("@photo", TalkLine("photo", "@photo")),
        (r"@photo hố ga\nmất nắp", TalkLine("photo", "@photo hố ga\nmất nắp", text="hố ga\nmất nắp")),
        ("@voice", TalkLine("voice", "@voice", seconds=SOME_SECONDS)),
        ("@voice 12", TalkLine("voice", "@voice 12", seconds=12)),
        ("@location", TalkLine("location", "@location", place=HOAN_KIEM)),
        ("@location 21.02 105.85", TalkLine("location", "@location 21.02 105.85", place=(21.02, 105.85))),
        ("@location 21.02,105.85", TalkLine("location", "@location 21.02,105.85", place=(21.02, 105.85))),
        ("@sticker", TalkLine("sticker", "@sticker")),
        ("@file đơn tố cáo.pdf", TalkLine("file", "@file đơn tố cáo.pdf", text="đơn tố cáo.pdf")),
        ("@wait 60", TalkLine("wait", "@wait 60", seconds=60)),
    ],
)
def test_a_line_is_read(line: str, meaning: TalkLine) -> None:
    assert parse(line) == meaning


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("@foto", "'@foto' is not one of @photo"),
        ("@ xin chào", "'@' is not one of"),
        ("@voice long", "@voice takes a number of seconds"),
        ("@voice 601", "600 seconds at most"),
        ("@location 21.02", "a position such as"),
        ("@location 21.02 1058", "'1058' is no longitude"),
        ("@sticker 3", "@sticker takes no words"),
        ("@file", "@file needs a name"),
        ("@wait", "@wait takes a number of seconds"),
        ("@wait 0", "@wait takes a number of seconds"),
    ],
)
def test_wrong_line_is_explained(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse(line)


def test_the_help_has_every_command() -> None:
    assert all(f"  @{name} " in LINES_HELP for name in COMMANDS)
