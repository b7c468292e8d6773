"""Detect English text by common words. Any other text is taken for Vietnamese, possibly without diacritics."""

from __future__ import annotations

from collections.abc import Sequence

from petitions.domain.language.words import Word, is_marked

_ENGLISH = frozenset(
    [
        "about",
        "and",
        "any",
        "are",
        "been",
        "cannot",
        "complain",
        "complaint",
        "english",
        "every",
        "for",
        "from",
        "has",
        "have",
        "help",
        "here",
        "house",
        "how",
        "i'm",
        "if",
        "is",
        "live",
        "my",
        "need",
        "night",
        "noise",
        "not",
        "of",
        "our",
        "people",
        "please",
        "problem",
        "report",
        "road",
        "some",
        "speak",
        "street",
        "that",
        "the",
        "there",
        "they",
        "this",
        "very",
        "want",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "with",
        "would",
        "you",
        "your",
    ]
)
_AMBIGUOUS = frozenset(["a", "an", "at", "be", "can", "day", "i", "in", "it", "me", "no", "on", "or", "to"])
"""English words that are also Vietnamese words without diacritics. They only support the words of `_ENGLISH`."""

_VIETNAMESE = frozenset(
    [
        "toi",
        "khong",
        "cua",
        "co",
        "la",
        "va",
        "o",
        "phuong",
        "nha",
        "duoc",
        "cho",
        "nguoi",
        "xin",
        "em",
        "anh",
        "chi",
        "bi",
        "lam",
        "ngay",
        "duong",
        "dang",
        "nay",
        "chua",
        "roi",
        "can",
        "bo",
        "thu",
        "tuc",
        "giay",
        "tien",
        "don",
        "quan",
        "huyen",
        "xa",
        "muon",
        "hoi",
        "gui",
        "phan",
        "kien",
        "nghi",
        "chung",
        "nhieu",
        "mot",
        "nhu",
        "vi",
        "sao",
        "ai",
        "den",
        "tu",
        "ra",
        "vao",
    ]
)
_LEAST = 2


def is_english(text: Sequence[Word]) -> bool:
    """Return whether a text is English: it has two common English words, more than twice as many as Vietnamese ones.

    A text with Vietnamese diacritics is never English.
    """
    if is_marked(text):
        return False
    raw = [word.raw.lower() for word in text]
    clear = sum(word in _ENGLISH for word in raw)
    english = clear + sum(word in _AMBIGUOUS for word in raw)
    vietnamese = sum(word in _VIETNAMESE for word in raw)
    return clear > 0 and english >= _LEAST and english > vietnamese * 2
