"""The words of the pages in Vietnamese and English, and the addresses of a page in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import request

from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.outcomes import OUTCOME_LABELS, AnswerOutcome

ENGLISH = "/en"
"""What the address of an English page begins with."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the words of a language, `vi` or `en`."""
    words: dict[str, str] = json.loads((Path(__file__).parent / "words" / f"{language}.json").read_text())
    return words


def language() -> str:
    """Return the language of this request's address."""
    return "en" if request.path == ENGLISH or request.path.startswith(f"{ENGLISH}/") else "vi"


def say(key: str, **values: object) -> str:
    """Return the words of a key in the language of this request."""
    return catalogue(language())[key].format(**values)


def here(path: str) -> str:
    """Return the address of a page in the language of this request; `path` is that of the Vietnamese one."""
    return path if language() == "vi" else f"{ENGLISH}{path}"


def elsewhere() -> str:
    """Return the address of this page in the other language, with what was asked of it but a petition's code."""
    asked = request.query_string.decode("ascii", "ignore") if "code" not in request.args else ""
    path = request.path.removeprefix(ENGLISH) or "/" if language() == "en" else f"{ENGLISH}{request.path}"
    return f"{path}?{asked}" if asked else path


def state_label(state: State) -> str:
    """Return the name of a state."""
    return STATE_LABELS[state] if language() == "vi" else say(f"state_{state}")


def outcome_label(outcome: str) -> str:
    """Return the name of an outcome."""
    return OUTCOME_LABELS[AnswerOutcome(outcome)] if language() == "vi" else say(f"outcome_{outcome}")
