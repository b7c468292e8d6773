from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from public_app import make_app

from petitions.entry import trace_of, traced
from petitions.wiring import base, public_site

# The settings are read before the first request, so that a wrong one stops the deployment.
_settings = public_site.public_settings()
_incoming = public_site.incoming()
_tracer = base.once(lambda: base.tracer("public_site"))


@base.once
def _app() -> Flask:
    return make_app(
        public_site.public_view(),
        _incoming.caller,
        public_url=_settings.public_url,
        citizen_url=_settings.citizen_url,
        chat_url=_settings.chat_url,
        storage=base.storage_of(_settings),
        boundaries=base.boundaries(),
    )


def main(request: Any) -> ResponseReturnValue:
    """Answer a web request by passing it to the public site's own Flask application."""
    with _incoming.handled(request.environ), traced(_tracer, f"public_site {request.method}", trace_of(request)):
        return Response.from_app(_app().wsgi_app, request.environ)


def _robots() -> ResponseReturnValue | None:
    """Answer /robots.txt, for which the framework would return 404 without calling `main`."""
    return main(request) if request.path == "/robots.txt" else None


if current_app:  # the framework's, while it loads this module
    current_app.before_request(_robots)
