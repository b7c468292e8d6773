"""Texts that could block the interpreter, and a measure of time that is independent of a slow or shared machine."""

from __future__ import annotations

import ast
import gc
import random
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from infra.paths import FUNCTIONS

MESSAGE, DRAFT = 2_000, 20_000
"""The most characters of a message (PLATFORM 3.1) and of a draft (`citizen.draft.MAX_CHARACTERS`)."""

CLASSES = (" ", "\n", "\t", "a", "A", "0", ".", ",", "-", "_", "/", "@", "(", "[", "<", "'", '"', ":", "?", "!", "+")
STRANGE = ("\u1ebf", "\u0300", "\u00a0", "\u200b", "\u202e", "\u2067", "\U000e0061", "\U0001f600", "\u0130", "\ufdfa")
"""Unusual characters: letters with several marks, invisible and reversing ones, and some that change
length with case.
"""

PHRASES = (
    "Aa ", "x. ", "0 ", "a.", "a@", "-'", "2. ", "1) a ", "thứ hai ", "việc nữa là đường hỏng ", "ngoài ra ",
    "tôi là ", "Tôi là Nguyễn Văn A, ", "tên là Lan ", "sai tên, phải là Lan ", "họ Trần, tên đệm là Thị, ",
    "7 tuổi ", "(7 tuổi) ", "sđt ", "sđt 0912345678 ", "chín mươi ", "không chín ", "xin gọi cho tôi theo số ",
    "phường ", "phường Láng, ", "ở ", "ở 5 Hàng Bông, ", "trước cổng chợ Mơ, phường Láng ", "ngõ 5/", "địa chỉ: ",
    "địa điểm sai, phải là ", "không phải ", "à nhầm ", "giúp tôi ", "công ty TNHH ", "Nguyễn ", "đồng ý ",
    "không đồng ý ", "UBND phường ", "sở xây dựng ", "HN-261124-ABCD-EFGH ", "HN", "PAKN.", "https://a.b/", "hay ",
    "0 9 ", "tên ", "29A-123.45 ", "stk ", "sao ", "nguyễn thị minh khai ",
)  # fmt: skip
STORIES = (
    "Gọi tôi 0912345678 nhé. ",
    "The officer at the ward asked me for money and the road is not open. ",
    "Đường Trung Kính, phường Yên Hoà, quận Cầu Giấy, Hà Nội. ", "Sai tên rồi, phải là Trần Văn Bảy. ",
    "Tôi là Bảy, Nguyễn Văn Bảy, 0912 345 678, số cũ là 0987 654 321. ",
    "Phường Yên Hao, quận Cầu Giáy, phố Trug Kính. ",
    "Công ty TNHH Minh Anh, phường Láng hay phường nào nhỉ, xã Yên Hoà. ", "Nguyễn Thị Lan, số 5 ngõ 12, phường Láng ",
    "UBND phường Yên Hòa đòi tiền, cán bộ quận Cầu Giấy không nhận hồ sơ. ",
    "Mình ở Hà Nội, thôn Đoài xã Tam Hiệp huyện Thanh Trì. ",
)  # fmt: skip

N = 663
NAMED = (
    "a" + "\n" * N + "tôi là" + "\n" * N + "x",  # 19.3 s in an expression for names, cubic
    "a" + " " * N + "tôi là" + " " * N + "x",
    "(" * 1000 + " " * 900 + "7 tuổ",  # in an expression for ages, quadratic
    "sđt " + " " * 1900,  # in an expression for labels of contact data, quadratic
    "".join(map(chr, range(1, 2000))),
)
"""Texts that once blocked the interpreter, and one that no repetition of a piece gives."""


def texts(size: int) -> Iterator[str]:
    """Yield hostile texts of `size` characters: runs, alternations, repetitions, then `NAMED`, repeated."""
    for piece in (*CLASSES, *STRANGE, *PHRASES, *STORIES, *NAMED):
        yield repeated(piece, size)
    for one, other in ((" ", "\n"), ("a", " "), ("a", "."), ("0", "-"), ("A", "\u0300"), (",", " "), ("(", ")")):
        yield repeated(one, size // 2) + repeated(other, size // 2)
    mixing = random.Random(17)
    for _ in range(10):
        yield "".join(mixing.choices((*CLASSES, *PHRASES), k=size))[:size]


def of_own_words(size: int) -> Iterator[str]:
    """Yield a text of `size` characters for every module of the domain, mixed from the words in its strings."""
    for path in sorted((FUNCTIONS / "petitions" / "domain").rglob("*.py")):
        own = sorted(_words_of(path))
        if own:
            mixing = random.Random(path.name)
            mixed = (mixing.choice(own) + mixing.choice((" ", " ", ", ", ". ", "\n")) for _ in range(size))
            yield "".join(mixed)[:size]


def repeated(piece: str, size: int) -> str:
    return (piece * (size // len(piece) + 1))[:size]


@cache
def _words_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    docstrings = {id(item.value) for item in ast.walk(tree) if isinstance(item, ast.Expr)}
    constants = [
        constant for constant in ast.walk(tree) if isinstance(constant, ast.Constant) and id(constant) not in docstrings
    ]
    strings = [constant.value for constant in constants if isinstance(constant.value, str)]
    return frozenset(word for string in strings for word in string.replace("|", " ").split() if len(word) > 1)


_NOMINAL = 0.007
"""Seconds that `_loop` takes on the machine for which the time limits were set (two shared cores, Python 3.11)."""


def _loop() -> None:
    kept: dict[int, str] = {}
    for number in range(60_000):
        kept[number & 1023] = "a" if number % 3 else "b"


def _seconds(action: Callable[[], object]) -> float:
    gc.disable()  # a collection walks all objects left by earlier tests, which takes 0.8 s
    try:
        began = time.thread_time()
        action()
        return time.thread_time() - began
    finally:
        gc.enable()


@cache
def _slowness() -> float:
    return max(1.0, min(_seconds(_loop) for _ in range(5)) / _NOMINAL)


def once(action: Callable[[], object]) -> float:
    """Return the milliseconds of an action that cannot be repeated, scaled to the reference machine."""
    return _seconds(action) / _slowness() * 1000


def milliseconds(action: Callable[[], object], budget: float) -> float:
    """Return the processor time of the action in milliseconds, scaled to the reference machine.

    A result above `budget` is measured again beside a reference loop, because another process may have slowed it down.
    """
    taken = once(action)
    for _ in range(3):
        if taken <= budget or taken > 4 * budget:
            break
        slow = max(1.0, _seconds(_loop) / _NOMINAL)
        taken = min(taken, _seconds(action) / slow * 1000)
    return taken
