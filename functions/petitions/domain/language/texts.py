"""Render the texts that the system sends: plain text in Unicode NFC, with `$name` for parameters."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from string import Template
from typing import Any

from petitions.domain.shared.instants import WEEKDAYS, hanoi

MAX_MESSAGE = 2000
"""The most characters in one Zalo text message (PLATFORM 3.1)."""


DEFAULT_LANGUAGE = "vi"
_WEEKDAYS = {
    DEFAULT_LANGUAGE: WEEKDAYS,
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


class Texts:
    """The message texts of one language by key. `to` selects another language."""

    def __init__(self, templates: Mapping[str, str], others: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.language = DEFAULT_LANGUAGE
        self._templates = {key: Template(text) for key, text in templates.items()}
        self._others = {language: Texts._in(language, other) for language, other in (others or {}).items()}

    @classmethod
    def _in(cls, language: str, templates: Mapping[str, str]) -> Texts:
        texts = cls(templates)
        texts.language = language
        return texts

    def to(self, language: str | None) -> Texts:
        """Return the texts in a citizen's language, or the Vietnamese ones for None and unknown languages."""
        return self._others.get(language or DEFAULT_LANGUAGE, self)

    def render(self, key: str, **params: Any) -> str:
        """Return the text of `key` with its parameters. Raise KeyError for an unknown key or a missing parameter."""
        return unicodedata.normalize("NFC", self._templates[key].substitute(params))

    def labels(self, key: str) -> tuple[str, ...]:
        """Return the labels of the numbered options in a text, from option 1 on, without remarks in brackets."""
        text = self._templates[key].template
        if key.startswith("meant_"):  # a label by itself
            return (text,)
        lines = text.splitlines()
        found = [line.partition(". ") for line in lines if line[:1].isdigit() and line[:1] != "0"]
        return tuple(label.partition("(")[0].strip() for _, dot, label in found if dot)

    def time(self, instant: datetime) -> str:
        """Return the instant in Hanoi's time and the catalogue's language: "16:00 thứ Tư 25/11/2026"."""
        local = hanoi(instant)
        return f"{local:%H:%M} {_WEEKDAYS[self.language][local.weekday()]} {local:%d/%m/%Y}"


def hanoi_time(instant: datetime) -> str:
    """Return the instant in Hanoi's time, in Vietnamese: "16:00 thứ Tư 25/11/2026"."""
    local = hanoi(instant)
    return f"{local:%H:%M} {WEEKDAYS[local.weekday()]} {local:%d/%m/%Y}"


def split(text: str, limit: int = MAX_MESSAGE) -> list[str]:
    """Return the text in pieces of at most `limit` characters, cut after a paragraph, a sentence or a word.

    Only white space at the cuts is lost.
    """
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
