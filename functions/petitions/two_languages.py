"""Pages in Vietnamese and English: their texts, and the address of a page in either language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from flask import request

ENGLISH = "/en"
"""The prefix of the addresses of English pages. Vietnamese ones have none."""


class TwoLanguages:
    """The texts of a function's pages, from `words/vi.json` and `words/en.json` in its folder.

    `shared` returns the texts in a language that several functions have in common. A text in the folder takes
    precedence.
    """

    def __init__(self, folder: Path, shared: Callable[[str], Mapping[str, str]] | None = None) -> None:
        self._folder = folder
        self._shared = shared

    @cached_property
    def _catalogues(self) -> Mapping[str, Mapping[str, str]]:
        return {name: self._read(name) for name in ("vi", "en")}

    def _read(self, name: str) -> Mapping[str, str]:
        own: Mapping[str, str] = json.loads((self._folder / "words" / f"{name}.json").read_text())
        return {**(self._shared(name) if self._shared else {}), **own}

    def catalogue(self, language: str) -> Mapping[str, str]:
        """Return all texts in a language, `vi` or `en`, by key."""
        return self._catalogues[language]

    def say(self, key: str, **values: object) -> str:
        """Return the text of a key in the language of the request, with placeholders filled from `values`."""
        return self._catalogues[language()][key].format(**values)


def language() -> str:
    """Return the language of the request by its address: `en` below `/en`, otherwise `vi`."""
    return "en" if request.path == ENGLISH or request.path.startswith(f"{ENGLISH}/") else "vi"


def here(path: str) -> str:
    """Return the path of a page in the language of the request: "/how" becomes "/en/how" on an English page."""
    return path if language() == "vi" else f"{ENGLISH}{path}"


def elsewhere() -> str:
    """Return the path of the current page in the other language."""
    return request.path.removeprefix(ENGLISH) or "/" if language() == "en" else f"{ENGLISH}{request.path}"
