"""`citizen_page`: the web page of one citizen's draft or petition, opened by a link from the chat.

Forms sent from the page are published as messages, which the function `intake` applies.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from petitions.entry import trace_of, traced
from petitions.wiring import base, citizen_page

# The settings are read before the first request, so that a wrong one stops the deployment.
_settings = citizen_page.page_settings()
_incoming = citizen_page.incoming()
_tracer = base.once(lambda: base.tracer("citizen_page"))


@base.once
def _app() -> Flask:
    from page_app import make_app  # noqa: PLC0415 - half of the start is this import, so the port opens first

    return make_app(
        citizen_page.open_page(),
        citizen_page.send_post(),
        citizen_page.answer_file(),
        citizen_page.ward_names(),
        _incoming.caller,
        public_url=_settings.public_url,
        citizen_url=_settings.citizen_url,
        chat_url=_settings.chat_url,
        storage=base.storage_of(_settings),
        boundaries=base.boundaries(),
    )


def main(request: Any) -> ResponseReturnValue:
    """Answer a web request, through a Flask application of our own inside the framework's."""
    with _incoming.handled(request.environ), traced(_tracer, f"citizen_page {request.method}", trace_of(request)):
        return Response.from_app(_app().wsgi_app, request.environ)


def _robots() -> ResponseReturnValue | None:
    """Answer /robots.txt, which the framework would otherwise answer with 404 before it calls `main`."""
    return main(request) if request.path == "/robots.txt" else None


if current_app:  # the framework's, while it loads this module
    current_app.before_request(_robots)
