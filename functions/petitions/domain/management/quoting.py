"""Choose a dissatisfied citizen's words that may be quoted in a report sent without a human check.

Masking alone is safe only for drafts that an officer reads. Here a text is quoted only if nothing like a name, a number
or a place is left in it after masking. Otherwise it is only counted.
"""

from __future__ import annotations

import re

from petitions.domain.petition.confidentiality import is_protected
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.publication import clean_of_filer

LONGEST_QUOTE = 100
_MASK = re.compile(r"\[[^\[\]]{2,20}\]")
_SENTENCE = re.compile(r"[.!?…:;\n]")
_PLACES = frozenset({"ngõ", "ngách", "hẻm", "phố", "thôn", "xóm", "đường", "tổ", "ngo", "ngach", "hem"})
_LONGEST_ABBREVIATION = 5
_WORD = re.compile(r"\w+")


def quoted(petition: Petition) -> str:
    """Return the reason given with the rating, at most LONGEST_QUOTE characters, or "" if nothing may be quoted.

    A protected petition is never quoted.
    """
    reason = petition.rating.reason if petition.rating else None
    if not reason or is_protected(petition):
        return ""
    text = clean_of_filer(reason, petition)
    if any(_may_identify(item) for item in _SENTENCE.split(_MASK.sub("", text))):
        return ""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"


def _may_identify(sentence: str) -> bool:
    words = _WORD.findall(sentence)
    if any(char.isdigit() for char in sentence) or any(word.lower() in _PLACES for word in words):
        return True
    return any(word[0].isupper() and not _abbreviates(word) for word in words[1:])


def _abbreviates(word: str) -> bool:
    return word.isupper() and 1 < len(word) <= _LONGEST_ABBREVIATION
