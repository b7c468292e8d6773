"""Pages in Vietnamese and English: their words, and their addresses in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from flask import request

ENGLISH = "/en"
"""The prefix of the addresses of English pages."""


class TwoLanguages:
    """The words of the pages of a function, from `words/vi.json` and `words/en.json` in its folder.

    `shared` returns the words of a language that several functions have in common.
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
        """Return the words of a language, `vi` or `en`, by key."""
        return self._catalogues[language]

    def say(self, key: str, **values: object) -> str:
        """Return the words of a key in the language of this request."""
        return self._catalogues[language()][key].format(**values)


def language() -> str:
    """Return the language of this request's address."""
    return "en" if request.path == ENGLISH or request.path.startswith(f"{ENGLISH}/") else "vi"


def here(path: str) -> str:
    """Return the address of a page in the language of this request. `path` is the Vietnamese address."""
    return path if language() == "vi" else f"{ENGLISH}{path}"


def elsewhere() -> str:
    """Return the path of this page in the other language."""
    return request.path.removeprefix(ENGLISH) or "/" if language() == "en" else f"{ENGLISH}{request.path}"
