"""`portal_sync`: exchanges petitions with the National Public Service Portal, and compares both sides."""

from __future__ import annotations

from typing import Any

from petitions.entry import Push, Response
from petitions.wiring import base, portal_sync


def _petition_event(push: Push) -> None:
    portal_sync.push_petition()(push.text("code"))


_entry = base.entry(
    "portal_sync",
    pushes={"petition-events-portal-sync": _petition_event},
    schedules={
        "portal-push-sweep": portal_sync.sweep_portal,
        "portal-pull": portal_sync.pull_changes,
        "portal-reconcile": portal_sync.reconcile_portal,
    },
)


def main(request: Any) -> Response:
    """Handle a Pub/Sub push about a changed petition, or a call of the scheduler."""
    return _entry(request)
