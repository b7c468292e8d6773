"""Recognise mail from machines, such as automatic replies, bounces and mailings, by its headers alone."""

from __future__ import annotations

from collections.abc import Mapping

_MACHINES = ("mailer-daemon@", "postmaster@")
_BULK = frozenset({"bulk", "list", "junk"})


def automatic_kind(headers: Mapping[str, str], sender: str, content_type: str) -> str | None:
    """Return "bounce", "auto_reply" or "bulk", or None for a mail from a person.

    `headers` maps lower-case names to values. Source: RFC 3834 (Auto-Submitted), RFC 2919 (List-Id), RFC 3464.
    """
    submitted = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
    precedence = headers.get("precedence", "").strip().lower()
    nobody = headers.get("return-path", "").strip() == "<>"
    if content_type == "multipart/report" or nobody or sender.startswith(_MACHINES):
        return "bounce"
    if submitted != "no" or precedence == "auto_reply" or {"x-autoreply", "x-autorespond"} & headers.keys():
        return "auto_reply"
    if precedence in _BULK or "list-id" in headers:
        return "bulk"
    return None
