"""`desk`: the officers' pages and the JSON API beneath them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from desk_app import make_app
from desk_parts import Parts
from flask import Flask, Response
from flask.typing import ResponseReturnValue

from petitions import wiring
from petitions.entry import trace_of, traced
from petitions.errors import Retryable

# Read before the first request: a wrong setting stops the deployment, not the first officer.
_settings = wiring.desk_settings()
_tracer = wiring.once(lambda: wiring.tracer("desk"))


def _parts() -> Parts:
    """The use cases over the reference data in force; each is built again only when those change."""
    return Parts(
        lists=wiring.desk_view(),
        petitions=wiring.petition_view(),
        read_file=wiring.read_attachment(),
        act=wiring.act_on_petition(),
        draft=wiring.draft_answer(),
        templates=wiring.answer_templates(),
        key_in=wiring.key_in(),
        receipts=wiring.read_receipt(),
        staffing=wiring.staffing(),
        note=wiring.note_petition(),
        reveal=wiring.reveal_contact(),
        erase=wiring.erase_at_the_desk(),
        plan=wiring.plan_recovery(),
        profile=wiring.set_profile(),
        staff=wiring.staff(),
        save_filter=wiring.save_filter(),
        figures=wiring.read_figures(),
        boards=wiring.read_boards(),
        manage=wiring.manage_officers(),
        letters=wiring.dead_letters(),
        replay=wiring.replay_at_the_desk(),
        directory=wiring.directory(),
        ids=wiring.ids(),
        clock=wiring.clock(),
        identities=wiring.identities(),
        consent=wiring.ask_consent(),
        differences=wiring.desk_differences(),
        portal_state=wiring.portal_state,
    )


@wiring.once
def _app() -> Flask:
    return make_app(_parts(), id_key=_settings.id_key, local=wiring.on_emulator())


def main(request: Any) -> ResponseReturnValue:
    """The HTTP target: the framework's request is answered by an application of our own."""
    try:
        app = _app()
        app.extensions["desk"] = _parts()
    except Retryable:
        return Response("Hệ thống đang bận. Xin thử lại sau ít giây.\n", HTTPStatus.SERVICE_UNAVAILABLE)
    with traced(_tracer, f"desk {request.method}", trace_of(request)):
        return Response.from_app(app.wsgi_app, request.environ)
