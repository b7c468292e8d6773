"""`attachments`: a link that Zalo gave -> checked bytes in Cloud Storage; erasures, for they reach the files."""

from __future__ import annotations

from typing import Any

from petitions.entry import Push, Response
from petitions.wiring import attachments, base


def _attachment(push: Push) -> None:
    """An input with files, or a petition that has just been given those of earlier inputs."""
    if "code" in push.json():
        attachments.carry_attachments()(push.text("code"), push.text("event"))
    else:
        attachments.keep_attachments()(push.text("citizen"), push.text("input"))


_entry = base.entry(
    "attachments",
    pushes={"attachments-attachments": _attachment},
    schedules={"attachments-sweep": attachments.sweep_attachments, "erasures-sweep": attachments.erase_citizen},
)


def main(request: Any) -> Response:
    """The HTTP target."""
    return _entry(request)
