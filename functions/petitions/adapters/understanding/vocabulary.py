"""The words of searches, from the package. Separate from `reference`, which loads all the data that routing needs."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from petitions.domain.language.search_words import SearchWords


@cache
def search_words() -> SearchWords:
    """Return the words by which texts are compared."""
    text = resources.files("petitions").joinpath("data", "search_words.json").read_text(encoding="utf-8")
    return SearchWords.load(json.loads(text))
