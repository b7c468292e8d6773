"""One trace leads from Zalo's request to the message that answers it, through real processes and Pub/Sub."""

from __future__ import annotations

import json

from tests.collector import Collector, Kept
from tests.e2e.stack import LocalStack, wait_for

TRACE_ID, SPAN_ID = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def test_one_trace_spans_webhook_intake_and_notifications_and_the_logs_carry_it(
    stack: LocalStack, collector: Collector, user: str
) -> None:
    traceparent = f"00-{TRACE_ID}-{SPAN_ID}-01"
    event = stack.event(user, "Cán bộ một cửa đòi thêm giấy tờ")
    wait_for(lambda: stack.post_event(event, traceparent=traceparent).status_code == 200, "the event to be stored")
    wait_for(lambda: stack.messages(user), "the answer")

    def look() -> dict[str, Kept] | None:
        found = {span.service: span for span in collector.of(TRACE_ID)}
        return found if {"intake", "notifications"} <= set(found) else None

    spans = wait_for(look, "the spans of intake and notifications")
    assert spans["intake"].parent == SPAN_ID
    assert spans["notifications"].parent == spans["intake"].span
    log = (stack.root / ".local" / stack.name / "logs" / "notifications.log").read_text()
    lines = [json.loads(line) for line in log.splitlines() if TRACE_ID in line]
    assert "notice_sent" in {line.get("metric") for line in lines}
    project = stack.env("intake", "GOOGLE_CLOUD_PROJECT")
    assert {line["logging.googleapis.com/trace"] for line in lines} == {f"projects/{project}/traces/{TRACE_ID}"}
