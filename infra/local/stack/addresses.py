"""The addresses of a stack's web pages, as text for the terminal. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TITLES = (
    ("console_url", "Console", "everything in one page: links, clock, events"),
    ("zalo_url", "Phone", "write to the Official Account as a citizen"),
    ("desk_url", "Desk", "answer as an officer"),
    ("public_url", "Public site", "look a petition up by its code"),
    ("citizen_url", "Citizen page", "open one's own petition by code and digits; the chat has links"),
    ("portal_url", "Portal", "the records of the national portal"),
    ("mailbox_url", "Mailbox", "the officers' e-mail"),
)


def addresses(description: Mapping[str, Any]) -> str:
    """Return the addresses of a stack's web pages, one per line. `description` is the content of stack.json."""
    return "\n".join(
        f"  {title:<12} {description[key]:<24} {what}" for key, title, what in TITLES if description.get(key)
    )
