from __future__ import annotations

import io
from typing import Any

import pytest

from petitions.adapters.incoming import Incoming, TooSlow, caller

CLIENT, BALANCER = "203.0.113.5", "34.1.2.3"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, f"{CLIENT}, {BALANCER}", CLIENT),
        (1, f"198.51.100.9, {CLIENT}, {BALANCER}", CLIENT),
        (1, f"198.51.100.9,198.51.100.8 ,{CLIENT},{BALANCER}", CLIENT),
        (2, f"1.1.1.1, {CLIENT}, {BALANCER}, 10.0.0.1", CLIENT),
        (0, f"1.1.1.1, {CLIENT}", CLIENT),
        (1, CLIENT, "127.0.0.1"),  # came past the balancer: its own header does not count
        (1, "", "127.0.0.1"),
        (0, "", "127.0.0.1"),
        (1, f", {BALANCER}", "127.0.0.1"),
    ],
)
def test_the_client_is_found_at_its_position(proxies: int, forwarded: str, address: str) -> None:
    assert caller({"HTTP_X_FORWARDED_FOR": forwarded, "REMOTE_ADDR": "127.0.0.1"}, proxies) == address


def posted(body: bytes, **more: Any) -> dict[str, Any]:
    return {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), **more}


def test_no_more_of_a_body_is_read_than_is_allowed() -> None:
    incoming = Incoming(0, 1.0)
    assert incoming.body(posted(b"x" * 100), 10) == b"x" * 10
    assert incoming.body(posted(b"x" * 5), 10) == b"x" * 5
    assert incoming.body(posted(b"xyz", HTTP_TRANSFER_ENCODING="chunked"), 2) == b"xy"


def test_a_body_that_ends_early_is_no_event() -> None:
    with pytest.raises(TooSlow):
        Incoming(0, 1.0).body(posted(b"{}", CONTENT_LENGTH="9"), 100)


def test_the_framework_finds_nothing_left_to_read() -> None:
    environ = posted(b"x" * 100, HTTP_TRANSFER_ENCODING="chunked")
    Incoming(0, 1.0).leave(environ)
    assert (environ["wsgi.input"].read(), environ["CONTENT_LENGTH"]) == (b"", "0")
    assert "HTTP_TRANSFER_ENCODING" not in environ
