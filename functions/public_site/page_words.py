"""The texts of the public site in Vietnamese and English, and the address of a page in either language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import request

from petitions import two_languages
from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.outcomes import OUTCOME_LABELS, AnswerOutcome
from petitions.two_languages import ENGLISH, TwoLanguages, here, language

__all__ = ["ENGLISH", "catalogue", "elsewhere", "here", "language", "outcome_label", "say", "state_label"]

_WORDS = TwoLanguages(Path(__file__).parent)


def catalogue(name: str) -> Mapping[str, str]:
    """Return all texts of a language (`vi` or `en`) by key."""
    return _WORDS.catalogue(name)


def say(key: str, **values: object) -> str:
    """Return the text of a key in the language of the request, with its placeholders filled from `values`."""
    return _WORDS.say(key, **values)


def elsewhere() -> str:
    """Return the address of the current page in the other language, without a query that has a petition's code."""
    asked = request.query_string.decode("ascii", "ignore") if "code" not in request.args else ""
    return f"{two_languages.elsewhere()}?{asked}" if asked else two_languages.elsewhere()


def state_label(state: State) -> str:
    return STATE_LABELS[state] if language() == "vi" else say(f"state_{state}")


def outcome_label(outcome: str) -> str:
    return OUTCOME_LABELS[AnswerOutcome(outcome)] if language() == "vi" else say(f"outcome_{outcome}")
