"""`desk`: the officers' pages and the JSON API."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from app import make_app
from flask import Flask, Response
from flask.typing import ResponseReturnValue
from shell.parts import Parts

from petitions.entry import trace_of, traced
from petitions.errors import Retryable
from petitions.wiring import base, desk

# The settings are read before the first request, so that a wrong one stops the deployment.
_settings = desk.desk_settings()
_tracer = base.once(lambda: base.tracer("desk"))


def _parts() -> Parts:
    """Return the use cases over the reference data in force; they are built again only when those data change."""
    return Parts(
        lists=desk.desk_view(),
        petitions=desk.petition_view(),
        read_file=desk.read_attachment(),
        act=desk.act_on_petition(),
        draft=desk.draft_answer(),
        templates=desk.answer_templates(),
        key_in=desk.key_in(),
        receipts=desk.read_receipt(),
        staffing=desk.staffing(),
        note=desk.note_petition(),
        reveal=desk.reveal_contact(),
        erase=desk.erase_at_the_desk(),
        plan=desk.plan_recovery(),
        profile=desk.set_profile(),
        staff=base.staff(),
        save_filter=desk.save_filter(),
        figures=desk.read_figures(),
        boards=desk.read_boards(),
        manage=desk.manage_officers(),
        publish=desk.publish_reference(),
        texts=desk.edit_texts(),
        skeletons=desk.edit_answers(),
        unit=desk.read_unit(),
        edit_unit=desk.edit_unit(),
        letters=desk.dead_letters(),
        replay=desk.replay_at_the_desk(),
        directory=base.directory(),
        ids=base.ids(),
        clock=base.clock(),
        identities=desk.identities(),
        consent=desk.ask_consent(),
        differences=desk.desk_differences(),
        portal_state=desk.portal_state,
    )


@base.once
def _app() -> Flask:
    return make_app(_parts(), id_key=_settings.id_key, local=base.on_emulator())


def main(request: Any) -> ResponseReturnValue:
    """Handle a request with our own Flask application."""
    try:
        app = _app()
        app.extensions["desk"] = _parts()
    except Retryable:
        return Response("Hệ thống đang bận. Xin thử lại sau ít giây.\n", HTTPStatus.SERVICE_UNAVAILABLE)
    with traced(_tracer, f"desk {request.method}", trace_of(request)):
        return Response.from_app(app.wsgi_app, request.environ)
