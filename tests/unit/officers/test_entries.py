from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.domain.officers.entries import is_address


@pytest.mark.parametrize("text", ["a@b.vn", "lan.nguyen@hanoi.gov.vn", "a+b@so-y-te.hanoi.gov.vn", "x_y@a1.vn"])
def test_addresses(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "@", "a", "a@b", "a@b.vn>", "<a@b.vn>", "a@b.vn,c@d.vn", "a@b.vn;", "a b@c.vn", "a@ b.vn", '"a b"@c.vn',
        "a(c)@b.vn", "a@[1.2.3.4]", "a..b@c.vn", ".a@c.vn", "a@b..vn", "a@-b.vn", "a@b_c.vn", "a@b.v1", "nguyễn@b.vn",
        "a@thành.vn", "a@b.vn\n", "a@b.vn\r\nbcc: x@y.vn", "A@b.vn", f"{'a' * 65}@b.vn", f"a@{'b.' * 130}vn",
        "lan <a@b.vn>",
    ],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    assert not is_address(text)


@given(st.text('ab@.<>()[]"\\,;: \t\r\n', max_size=12))
def test_whatever_is_typed_is_judged(text: str) -> None:
    assert is_address(text) in {True, False}
    if is_address(text):
        assert not set('<>()[]"\\,;: \t\r\n').intersection(text)
