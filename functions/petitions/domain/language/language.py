"""Detection of English text; the alternative is Vietnamese without marks, so a few common words decide."""

from __future__ import annotations

from petitions.domain.language.words import words

_ENGLISH = frozenset(
    [
        "the",
        "is",
        "are",
        "was",
        "were",
        "my",
        "i'm",
        "i",
        "have",
        "has",
        "please",
        "want",
        "would",
        "with",
        "and",
        "for",
        "there",
        "this",
        "that",
        "they",
        "not",
        "can",
        "cannot",
        "you",
        "your",
        "street",
        "noise",
        "report",
        "complaint",
        "complain",
        "need",
        "how",
        "where",
        "when",
        "why",
        "what",
        "problem",
        "people",
        "every",
        "night",
        "day",
        "road",
        "live",
        "house",
        "from",
        "about",
        "which",
        "who",
        "been",
        "very",
        "some",
        "any",
        "no",
        "help",
        "here",
        "our",
        "we",
        "it",
        "if",
        "at",
        "of",
    ]
)
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
_LEAST = 3
_VERY_SHORT = 4


def is_english(text: str) -> bool:
    """Return whether the text is English.

    It has no Vietnamese mark, at least three common English words (two in a text of up to four words), and more than
    twice as many of them as common Vietnamese ones.
    """
    said = words(text)
    if any(word.marked for word in said):
        return False
    raw = [word.raw.lower() for word in said]
    english = sum(word in _ENGLISH for word in raw)
    vietnamese = sum(word in _VIETNAMESE for word in raw)
    least = _LEAST if len(raw) > _VERY_SHORT else _LEAST - 1
    return english >= least and english > vietnamese * 2
