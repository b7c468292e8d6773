"""The parts of the petition form that the citizen's page and the desk share: a template and its texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

_HERE = Path(__file__).parent
_FIELDS = "_petition_fields.html"
_WORDS = {"vi": "form_words.vi.json", "en": "form_words.en.json"}


def share_fields(app: Flask) -> None:
    """Add `_petition_fields.html`, the shared part of the form, to the templates of an application."""
    own = [app.jinja_loader] if app.jinja_loader else []
    app.jinja_loader = ChoiceLoader([*own, DictLoader({_FIELDS: (_HERE / "templates" / _FIELDS).read_text()})])


def raw(name: str) -> bytes:
    """Return the bytes of the file `petitions/data/<name>`."""
    return (_HERE / "data" / name).read_bytes()


@cache
def form_words(language: str) -> Mapping[str, str]:
    """Return the texts of the petition form in a language, `vi` or `en`, by key."""
    words: Mapping[str, str] = json.loads(raw(_WORDS[language]))
    return words
