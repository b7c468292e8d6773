"""The entry point shared by all functions: statuses for Pub/Sub, dead letters, and errors that stay visible."""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any

import pytest

from petitions.domain.petition.codes import make_code
from petitions.entry import FunctionEntry, Push
from petitions.errors import NeedsHuman, Permanent, Rejected, Retryable
from petitions.telemetry import LONGEST_VALUE
from tests.fakes import FakePublisher
from tests.unit.requests import TRACE, Request


def push_body(data: bytes = b"{}", attempt: int = 1) -> bytes:
    message = {
        "data": base64.b64encode(data).decode(),
        "messageId": "7",
        "attributes": {"traceparent": TRACE},
        "orderingKey": "k",
    }
    return json.dumps(
        {"message": message, "subscription": "projects/p/subscriptions/s", "deliveryAttempt": attempt}
    ).encode()


def entry(
    outcome: BaseException | None = None, publisher: FakePublisher | None = None
) -> tuple[FunctionEntry, list[Push]]:
    seen: list[Push] = []

    def handle(push: Push) -> None:
        seen.append(push)
        if outcome:
            raise outcome

    def job() -> None:
        if outcome:
            raise outcome

    made = publisher or FakePublisher()
    return FunctionEntry("f", lambda: made, {"s": handle}, {"job": lambda: job}), seen


def test_a_push_reaches_its_handler_whole() -> None:
    door, seen = entry()
    assert door(Request("/push/s", push_body(b'{"code": "x"}', 3)))[1] == 200
    assert (seen[0].message_id, seen[0].key, seen[0].attempt) == ("7", "k", 3)
    assert seen[0].attributes == {"traceparent": TRACE}
    assert seen[0].text("code") == "x"


@pytest.mark.parametrize("path", ["/", "/push/other", "/schedule/other", "/push", "/x"])
def test_unknown_paths_are_404(path: str) -> None:
    assert entry()[0](Request(path, push_body()))[1] == 404


def test_a_get_is_404() -> None:
    assert entry()[0](Request("/push/s", method="GET"))[1] == 404


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"message": 1}', b'{"message": {"messageId": "1", "data": "%"}}']
)
def test_invalid_push_body_is_acknowledged(body: bytes) -> None:
    assert entry()[0](Request("/push/s", body))[1] == 200


def test_retryable_is_503() -> None:
    assert entry(Retryable("later"))[0](Request("/push/s", push_body()))[1] == 503


@pytest.mark.parametrize("error", [Permanent("x"), Rejected("x"), NeedsHuman("x")])
def test_permanent_failure_becomes_a_dead_letter_with_its_reason(error: Any) -> None:
    publisher = FakePublisher()
    assert entry(error, publisher)[0](Request("/push/s", push_body(b"raw")))[1] == 200
    letter = publisher.published[0]
    assert letter.topic == "dead-letters"
    assert base64.b64decode(letter.data["data"]) == b"raw"
    assert letter.attributes["reason"] == error.reason
    assert (letter.attributes["consumer"], letter.attributes["message_id"]) == ("s", "7")


def test_a_dead_letter_that_cannot_be_published_is_not_acknowledged() -> None:
    publisher = FakePublisher()
    publisher.failing = True
    assert entry(Permanent("x"), publisher)[0](Request("/push/s", push_body()))[1] == 503


def test_the_unexpected_is_tried_five_times_and_then_kept() -> None:
    publisher = FakePublisher()
    door, _ = entry(ZeroDivisionError(), publisher)
    assert [door(Request("/push/s", push_body(attempt=n)))[1] for n in range(1, 6)] == [503, 503, 503, 503, 200]
    assert len(publisher.published) == 1


def test_a_failing_schedule_is_503_and_a_good_one_200() -> None:
    assert entry(ValueError())[0](Request("/schedule/job"))[1] == 503
    assert entry()[0](Request("/schedule/job"))[1] == 200


@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError])
def test_no_text_of_a_citizen_is_logged(kind: type[Exception], capsys: pytest.CaptureFixture[str]) -> None:
    entry(kind("tôi là Lan, số của tôi 0912345678"))[0](Request("/push/s", push_body(b"0912345678")))
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["error"].startswith(f"{kind.__name__} at test_entry.py:")
    assert "Lan" not in str(line)


def test_no_field_of_a_line_is_long(capsys: pytest.CaptureFixture[str]) -> None:
    entry(Retryable("x" * 5_000))[0](Request("/push/s", push_body()))
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert len(line["error"]) == LONGEST_VALUE + 1


def test_failure_of_a_dead_letter_makes_no_new_one() -> None:
    publisher = FakePublisher()

    def fail(push: Push) -> None:
        raise Permanent("too large")

    door = FunctionEntry("relay", lambda: publisher, {"dead-letters-relay": fail}, {})
    body = push_body(attempt=9).replace(b"subscriptions/s", b"subscriptions/dead-letters-relay")
    assert door(Request("/push/dead-letters-relay", body))[1] == 503
    assert publisher.published == []


def test_every_line_has_its_trace_message_and_petition(capsys: pytest.CaptureFixture[str]) -> None:
    code = make_code(date(2026, 11, 24), "ABCDEFG")
    entry(Retryable("later"))[0](Request("/push/s", push_body(json.dumps({"code": code}).encode(), 2)))
    entry(Retryable("later"))[0](Request("/push/s", push_body(json.dumps({"id": f"{code}-3"}).encode(), 2)))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["petition"] for line in lines] == [code, code]
    for line in lines:
        assert line["logging.googleapis.com/trace"].endswith("/traces/105445aa7843bc8bf206b12000100000")
        assert (line["subscription"], line["message_id"], line["attempt"]) == ("s", "m7", 2)


def test_lines_of_a_schedule_have_their_trace_too(capsys: pytest.CaptureFixture[str]) -> None:
    entry(ValueError("x"))[0](Request("/schedule/job"))
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["schedule"] == "job"
    assert line["logging.googleapis.com/spanId"] == "00f067aa0ba902b7"
