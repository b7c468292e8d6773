"""`relay`: publishes stored messages that are still unsent, stores dead letters, updates public data."""

from __future__ import annotations

from typing import Any

from petitions.entry import Push, Response
from petitions.wiring import base, relay


def _dead_letter(push: Push) -> None:
    from petitions.usecases.dead_letters.keep_dead_letter import DeadLetter  # noqa: PLC0415 - as lazily as wiring does

    relay.keep_dead_letter()(DeadLetter(push.message_id, push.data, push.attributes, push.key))


def _petition_event(push: Push) -> None:
    relay.project_public()(push.text("code"))


def _page(push: Push) -> None:
    if "code" in push.json():
        relay.seal_view()(push.text("code"))
    else:
        relay.keep_copy().draft(push.text("citizen"), push.text("page"))


_entry = base.entry(
    "relay",
    pushes={"dead-letters-relay": _dead_letter, "petition-events-relay": _petition_event, "citizen-pages-relay": _page},
    schedules={
        "relay-sweep": relay.relay_unpublished,
        "figures-fold": relay.fold_figures,
        "figures-check": relay.check_figures,
        "figures-publish": relay.publish_figures,
        "seals-renew": relay.renew_seals,
        "watch": relay.watch,
    },
)


def main(request: Any) -> Response:
    """Handle a Pub/Sub push about a changed petition or a dead letter, or a call of the scheduler."""
    return _entry(request)
