"""The words by which searches compare texts, from the package.

They are not in `reference`, which would load all the data that routing needs.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from petitions.domain.language.search_words import SearchWords


@cache
def search_words() -> SearchWords:
    """Return abbreviations, groups of synonyms and very common words for comparing texts, loaded once."""
    text = resources.files("petitions").joinpath("data", "search_words.json").read_text(encoding="utf-8")
    return SearchWords.load(json.loads(text))
