"""Lists of words without diacritics contain only results of `fold`, because other words are never matched."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

from petitions.domain import conversation, understanding
from petitions.domain.language.name_words import GIVEN, SURNAMES
from petitions.domain.language.words import spellings

ENGLISH = frozenset({"my"})
"""A word in lists of English words, which are compared without folding."""
OF_THE_MODEL = (GIVEN, SURNAMES)
"""Lists that are features of the trained model, and cannot be changed without training it again."""


def vocabularies() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield (name of the list, words) for every list of words without diacritics."""
    for room in (conversation, understanding):
        for found in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            for name, listed in vars(import_module(found.name)).items():
                words = frozenset(_words(listed)) if isinstance(listed, frozenset) else frozenset()
                if words and all(map(str.isascii, words)) and listed not in OF_THE_MODEL:
                    yield f"{found.name}.{name}", words


def _words(listed: frozenset[object]) -> Iterator[str]:
    for entry in listed:
        phrase = entry if isinstance(entry, tuple) else str(entry).replace("_", " ").split()
        yield from (word for word in phrase if isinstance(word, str) and word.isalpha() and word.islower())


@pytest.mark.parametrize(("name", "words"), [pytest.param(*one, id=one[0]) for one in vocabularies()])
def test_each_word_is_its_own_fold(name: str, words: frozenset[str]) -> None:
    assert {word: spellings(word)[1] for word in words - ENGLISH if spellings(word)[1] != word} == {}, name


def test_the_lists_are_found() -> None:
    names = {name.rsplit(".", 1)[-1] for name, _ in vocabularies()}
    assert {"_ILLNESSES", "_ROLES_BARE", "_OTHER_LABELS", "COURTESY_FOLDED", "_BEFORE"} <= names
