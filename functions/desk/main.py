"""`desk`: the web pages of the officers who handle petitions, and the interface `/api/v1`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response
from flask.typing import ResponseReturnValue

from desk.app import make_app
from petitions.entry import trace_of, traced
from petitions.errors import Retryable
from petitions.wiring import base, desk

# The settings are read before the first request, so that a wrong one stops the deployment.
_settings = desk.desk_settings()
_incoming = desk.incoming()
_tracer = base.once(lambda: base.tracer("desk"))


@base.once
def _app() -> Flask:
    return make_app(desk.parts(), id_key=_settings.id_key, local=not _settings.iap_audience)


def main(request: Any) -> ResponseReturnValue:
    """Answer a web request with the application of the desk, or with status 503 while the database does not respond."""
    try:
        app = _app()
        app.extensions["desk"] = desk.parts()
    except Retryable:
        return Response("Hệ thống đang bận. Xin thử lại sau ít giây.\n", HTTPStatus.SERVICE_UNAVAILABLE)
    with _incoming.handled(request.environ), traced(_tracer, f"desk {request.method}", trace_of(request)):
        return Response.from_app(app.wsgi_app, request.environ)
