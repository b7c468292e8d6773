"""`desk`: the officers' pages and the JSON API beneath them."""

from __future__ import annotations

from typing import Any

from desk_app import make_app
from desk_parts import Parts
from flask import Flask, Response
from flask.typing import ResponseReturnValue

from petitions import wiring

# Read before the first request: a wrong setting stops the deployment, not the first officer.
_settings = wiring.desk_settings()


@wiring.once
def _app() -> Flask:
    parts = Parts(
        lists=wiring.desk_view(),
        petitions=wiring.petition_view(),
        act=wiring.act_on_petition(),
        reveal=wiring.reveal_contact(),
        staff=wiring.staff(),
        directory=wiring.directory(),
        ids=wiring.ids(),
    )
    return make_app(parts, id_key=_settings.id_key, local=wiring.on_emulator())


def main(request: Any) -> ResponseReturnValue:
    """The HTTP target: the framework's request is answered by an application of our own."""
    return Response.from_app(_app().wsgi_app, request.environ)
