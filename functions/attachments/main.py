"""`attachments`: downloads citizens' files from Zalo to Cloud Storage, makes thumbnails, erases personal data."""

from __future__ import annotations

from typing import Any

from petitions.entry import Push, Response
from petitions.wiring import attachments, base


def _attachment(push: Push) -> None:
    if "file" in push.json():
        attachments.make_thumbnail()(push.text("code"), push.text("file"))
    elif "code" in push.json():
        attachments.carry_attachments()(push.text("code"), push.text("event"))
    else:
        attachments.keep_attachments()(push.text("citizen"), push.text("input"))


_entry = base.entry(
    "attachments",
    pushes={"attachments-attachments": _attachment},
    schedules={"attachments-sweep": attachments.sweep_attachments, "erasures-sweep": attachments.erasures},
)


def main(request: Any) -> Response:
    """Handle an HTTP request: a Pub/Sub push about a file, or a call of the scheduler."""
    return _entry(request)
