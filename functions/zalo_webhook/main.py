"""`zalo_webhook`: receives events from Zalo and publishes them for other functions."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import functions_framework

from petitions.usecases.zalo.receive_event import MAX_BODY_BYTES, Post
from petitions.wiring import zalo_webhook

# Built before the first request, so that a wrong setting stops the deployment.
_receive = zalo_webhook.receive_event()
_incoming = zalo_webhook.incoming()
_verification = zalo_webhook.verification()

# The console accepts the meta tag at the root or the file. Their content differs by account, so both pages have both.
_PAGE = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8">{meta}<title>Zalo webhook</title></head>'
    "<body>{sentence}</body></html>"
)
_META = f'<meta name="zalo-platform-site-verification" content="{_verification}">'
_SENTENCE = "There Is No Limit To What You Can Accomplish Using Zalo!"
_PATHS = {"/", f"/zalo_verifier{_verification}.html"} if _verification else {"/"}


@functions_framework.http
def main(request: Any) -> tuple[str, int]:
    """Handle an event that Zalo sends by POST.

    GET and HEAD serve the page by which Zalo's console verifies the domain (PLATFORM 1.3).
    """
    try:
        if request.path not in _PATHS:
            return "not found\n", HTTPStatus.NOT_FOUND
        if request.method == "POST":
            return _take(request)
        shown = {"meta": _META, "sentence": _SENTENCE} if _verification else {"meta": "", "sentence": ""}
        return _PAGE.format(**shown), HTTPStatus.OK
    finally:
        _incoming.leave(request.environ)


def _take(request: Any) -> tuple[str, int]:
    environ = request.environ
    post = Post(
        # One byte more than allowed shows that the body is too large.
        read=lambda: _incoming.body(environ, MAX_BODY_BYTES + 1),
        length=_incoming.length(environ),
        # Reading the framework's header object costs more time than checking the signature.
        signature=environ.get("HTTP_X_ZEVENT_SIGNATURE", ""),
        caller=_incoming.caller(environ),
    )
    answer = _receive(post, environ.get("HTTP_TRACEPARENT"), environ.get("HTTP_X_CLOUD_TRACE_CONTEXT"))
    return f"{answer.reason}\n", answer.status
