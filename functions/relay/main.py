"""`relay`: publishes what stayed behind, keeps dead letters as documents, projects what is public, adds up."""

from __future__ import annotations

from typing import Any

from petitions import wiring
from petitions.entry import Push, Response


def _dead_letter(push: Push) -> None:
    from petitions.usecases.keep_dead_letter import DeadLetter  # noqa: PLC0415 - as lazily as wiring does

    wiring.keep_dead_letter()(DeadLetter(push.message_id, push.data, push.attributes, push.key))


def _petition_event(push: Push) -> None:
    wiring.project_public()(push.text("code"))


_entry = wiring.entry(
    "relay",
    pushes={"dead-letters-relay": _dead_letter, "petition-events-relay": _petition_event},
    schedules={
        "relay-sweep": wiring.relay_unpublished,
        "figures-fold": wiring.fold_figures,
        "figures-check": wiring.check_figures,
    },
)


def main(request: Any) -> Response:
    """The HTTP target."""
    return _entry(request)
