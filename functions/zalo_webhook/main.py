"""`zalo_webhook`: Zalo's events and the console's probes. Everything that follows is asynchronous."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import functions_framework

from petitions.usecases.zalo.receive_event import MAX_BODY_BYTES
from petitions.wiring import zalo_webhook

# Built before the first request: a wrong setting stops the deployment, not the first citizen.
_receive = zalo_webhook.receive_event()
_verification = zalo_webhook.verification()

# The console takes the meta tag at the root, or the file; what it says inside differs by account, so both say both.
_PAGE = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8">{meta}<title>Zalo webhook</title></head>'
    "<body>{sentence}</body></html>"
)
_META = f'<meta name="zalo-platform-site-verification" content="{_verification}">'
_SENTENCE = "There Is No Limit To What You Can Accomplish Using Zalo!"
_PATHS = {"/", f"/zalo_verifier{_verification}.html"} if _verification else {"/"}


@functions_framework.http
def main(request: Any) -> tuple[str, int]:
    """POST / takes an event; GET and HEAD answer the console and Zalo's domain verification (PLATFORM 1.3)."""
    if request.path not in _PATHS:
        return "not found\n", HTTPStatus.NOT_FOUND
    if request.method != "POST":
        shown = {"meta": _META, "sentence": _SENTENCE} if _verification else {"meta": "", "sentence": ""}
        return _PAGE.format(**shown), HTTPStatus.OK
    # One byte more than allowed is enough to know that it is too much.
    body, environ = request.stream.read(MAX_BODY_BYTES + 1), request.environ
    # The framework's own view of the headers costs more than checking the signature.
    traces = environ.get("HTTP_TRACEPARENT"), environ.get("HTTP_X_CLOUD_TRACE_CONTEXT")
    answer = _receive(body, environ.get("HTTP_X_ZEVENT_SIGNATURE", ""), *traces)
    return f"{answer.reason}\n", answer.status
