"""Every text of the system is in one catalogue; this renders it. Plain text, NFC, `$name` for parameters."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from string import Template
from typing import Any

from petitions.domain.instants import WEEKDAYS, hanoi

MAX_MESSAGE = 2000
"""Characters of one Zalo text message (zalo-platform facts 3.1)."""


class Texts:
    """The catalogue: text by key."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = {key: Template(text) for key, text in templates.items()}

    def render(self, key: str, **params: Any) -> str:
        """The text of `key`. Raises KeyError for an unknown key or a missing parameter: a fault of ours."""
        return unicodedata.normalize("NFC", self._templates[key].substitute(params))


def hanoi_time(instant: datetime) -> str:
    """16:00 thứ Tư 25/11/2026, in Hanoi's time."""
    local = hanoi(instant)
    return f"{local:%H:%M} {WEEKDAYS[local.weekday()]} {local:%d/%m/%Y}"


def split(text: str, limit: int = MAX_MESSAGE) -> list[str]:
    """Pieces of at most `limit` characters, cut after a paragraph, a sentence or a word; nothing is lost."""
    pieces = []
    rest = text
    while len(rest) > limit:
        window = rest[:limit]
        cut = max(window.rfind("\n"), window.rfind(". ") + 1, window.rfind("? ") + 1, window.rfind("! ") + 1)
        if cut < limit // 2:
            cut = window.rfind(" ")
        cut = cut if cut > 0 else limit
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest]
