"""`public_site`: what the channel is, a petition's status by code, totals; for everyone."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response
from flask.typing import ResponseReturnValue
from public_app import make_app

from petitions import wiring

# Read before the first request: a wrong setting stops the deployment, not the first visitor.
_settings = wiring.public_settings()


@wiring.once
def _app() -> Flask:
    return make_app(wiring.public_view())


def main(request: Any) -> ResponseReturnValue:
    """The HTTP target: the framework's request is answered by an application of our own."""
    return Response.from_app(_app().wsgi_app, request.environ)
