"""Zalo is briefly out of order. Citizens waiting for a reply get it once, after the outage."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.stack import ASKS_CONSENT, ASKS_PLACE, USUAL, LocalStack, wait_for

LOST = {"http_status": 502}
"""A fault: a proxy responds with an error, and Zalo has sent nothing."""
SENT = {"drop_reply": True}
"""A fault: Zalo has sent the message, and the response to the call is lost."""


@pytest.mark.parametrize("fault", [LOST, SENT], ids=["lost", "sent"])
def test_a_reply_of_unknown_outcome_arrives_once(stack: LocalStack, user: str, fault: dict[str, Any]) -> None:
    stack.says(user, USUAL, ASKS_CONSENT)
    faults = f"{stack.url('zalo_url')}/sim/faults"
    stack.http.post(faults, json={"path": "/v3.0/oa/message/cs", **fault}).raise_for_status()
    assert stack.post_event(stack.event(user, "đồng ý")).status_code == 200
    wait_for(lambda: stack.http.get(faults).json() == [], "the fault")
    stack.move_clock("+3m")
    wait_for(lambda: len(stack.messages(user)) > 1, "the reply")
    assert ASKS_PLACE in stack.messages(user)[1]["text"]
    stack.move_clock("+15m")
    texts = [message["text"] for message in stack.messages(user)]
    assert len(set(texts)) == len(texts)
