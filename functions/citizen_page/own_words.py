"""The words of the citizen's page in Vietnamese and English."""

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
    """Return the words of a key in the language of this request."""
    return WORDS.say(key, **values)


def state_label(state: State) -> str:
    """Return the name of a state."""
    return STATE_LABELS[state] if language() == "vi" else say(f"state_{state}")


def rating_label(level: int) -> str:
    """Return the name of a level of satisfaction."""
    return RATING_LABELS[level] if language() == "vi" else say(f"rating_{level}")


def long_time(moment: datetime) -> str:
    """Return an instant in Hanoi's time as people write it."""
    return hanoi_time(moment) if language() == "vi" else f"{hanoi(moment):%H:%M, %-d %B %Y}"


def size(count: int) -> str:
    """Return a number of bytes as people write it, no smaller than 1 KB."""
    if count < 2**20:
        return f"{max(1, round(count / 1024))} KB"
    words = f"{count / 2**20:.1f} MB"
    return words.replace(".", ",") if language() == "vi" else words
