"""`portal_sync`: pushes petitions to the National Public Service Portal and pulls what is done there, compares."""

from __future__ import annotations

from typing import Any

from petitions import wiring
from petitions.entry import Push, Response


def _petition_event(push: Push) -> None:
    wiring.push_petition()(push.text("code"))


_entry = wiring.entry(
    "portal_sync",
    pushes={"petition-events-portal-sync": _petition_event},
    schedules={
        "portal-push-sweep": wiring.sweep_portal,
        "portal-pull": wiring.pull_changes,
        "portal-reconcile": wiring.reconcile_portal,
    },
)


def main(request: Any) -> Response:
    """The HTTP target."""
    return _entry(request)
