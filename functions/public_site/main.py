"""`public_site`: what the channel is, a petition's status by code, totals; for everyone."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response
from flask.typing import ResponseReturnValue
from public_app import make_app

from petitions import wiring
from petitions.entry import trace_of, traced

# Read before the first request: a wrong setting stops the deployment, not the first visitor.
_settings = wiring.public_settings()
_tracer = wiring.once(lambda: wiring.tracer("public_site"))


@wiring.once
def _app() -> Flask:
    return make_app(wiring.public_view())


def main(request: Any) -> ResponseReturnValue:
    """The HTTP target: the framework's request is answered by an application of our own."""
    with traced(_tracer, f"public_site {request.method}", trace_of(request)):
        return Response.from_app(_app().wsgi_app, request.environ)
