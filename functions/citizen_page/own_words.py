"""The texts of the citizen's page, in the language of the request: Vietnamese or English."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import RATING_LABELS
from petitions.domain.shared.instants import hanoi
from petitions.form_parts import form_words
from petitions.two_languages import TwoLanguages, language

WORDS = TwoLanguages(Path(__file__).parent, form_words)


def say(key: str, **values: object) -> str:
    """Return the text of a key in the language of the request, with its placeholders filled from `values`."""
    return WORDS.say(key, **values)


def state_label(state: State) -> str:
    return STATE_LABELS[state] if language() == "vi" else say(f"state_{state}")


def rating_label(level: int) -> str:
    """Return the name of a level of satisfaction, 1 (best) to 3, in the language of the request."""
    return RATING_LABELS[level] if language() == "vi" else say(f"rating_{level}")


def long_time(moment: datetime) -> str:
    """Return an instant in Hanoi's time, written out in the language of the request: "16:00, 25 November 2026"."""
    return hanoi_time(moment) if language() == "vi" else f"{hanoi(moment):%H:%M, %-d %B %Y}"


def size(count: int) -> str:
    """Return a number of bytes in KB or MB, at least "1 KB", with a decimal comma in Vietnamese: "1,5 MB"."""
    if count < 2**20:
        return f"{max(1, round(count / 1024))} KB"
    words = f"{count / 2**20:.1f} MB"
    return words.replace(".", ",") if language() == "vi" else words
