"""`public_site`: what the channel is, a petition's status by code, totals; for everyone."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response
from flask.typing import ResponseReturnValue
from public_app import make_app

from petitions.entry import trace_of, traced
from petitions.wiring import base, public_site

# Read before the first request: a wrong setting stops the deployment, not the first visitor.
_settings = public_site.public_settings()
_tracer = base.once(lambda: base.tracer("public_site"))


@base.once
def _app() -> Flask:
    return make_app(public_site.public_view(), public_site.see_own())


def main(request: Any) -> ResponseReturnValue:
    """The HTTP target: the framework's request is answered by an application of our own."""
    with traced(_tracer, f"public_site {request.method}", trace_of(request)):
        return Response.from_app(_app().wsgi_app, request.environ)
