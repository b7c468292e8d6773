"""The shape of places: of the words between two commas, and of a place that a story names without being asked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from petitions.domain.language.words import words
from petitions.domain.routing.places import Places
from petitions.domain.understanding.address_words import ABOUT, ANCHORS, GENERIC, HOURS, JUNK, SOFT, UNITS, VAGUE, WORDY
from petitions.domain.understanding.clauses import Token, Vocabulary, flat, tokens

PLACE, MORE = 2, 1
_LONGEST, _FEW = 24, 4
_AT = Vocabulary("", "ở tại trước gần at on near")
_TYPES = Vocabulary(
    "số ngõ ngách hẻm phố đường ngã công viên trình bến xe trường mầm non khu đô thị tập thể",
    "cầu chợ gầm hồ tư ba ga cổng nhà chung cư tiểu học đầu cuối bãi",
)
_LANES = Vocabulary("ngõ ngách", "số")
_AFTER = Vocabulary("street temple road lake market bridge")
_NO_PLACE = Vocabulary(
    """
    nghị luật thông quyết điều january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep oct nov dec zalo vneid ihanoi facebook monday tuesday wednesday thursday friday
    saturday sunday english
    """,
    "bộ sở thuế ủy uỷ công bảo ubnd trung văn",
)
_OWN = Vocabulary("", "tôi em mình bác nhà cháu con cô chú bà ông tui e quê sống sinh i live")
_MOST_WORDS, _LONGEST_SPOT, _TWO = 400, 8, 2


def clause_kind(text: str, span: tuple[int, int], places: Places) -> int:
    """Return 2 for a place, 1 for words that may continue one ("Tây Phương"), 0 for anything else."""
    said = tokens(text, *span)
    shouted = text[span[0] : span[1]].isupper()
    anchored = said[0].raw in ANCHORS
    wordy = said[0].raw in WORDY
    if len(said) > _LONGEST or any(_spoils(word, at, wordy, shouted) for at, word in enumerate(said)):
        return 0
    if ABOUT.search(flat(text[span[0] : span[1]])):
        return 0
    if not any(word.raw not in GENERIC or word.raw[0].isdigit() for word in said):
        return MORE if anchored and len(said) > 1 else 0
    if said[0].raw[0].isdigit() or (said[0].raw[-1].isdigit() and len(said[0].raw) <= _FEW):
        return _numbered(said)
    if said[0].raw in VAGUE and len(said) < _FEW and not any(map(_proper, said[1:])):
        return 0
    named = any(word.raw in ANCHORS for word in said) and any(map(_proper, said[1:]))
    if named or (anchored and len(said) > 1 and _says_which(said)) or _is_known(text[span[0] : span[1]], said, places):
        return PLACE
    proper = all(word.capital or word.raw[0].isdigit() for word in said)
    return MORE if (anchored and len(said) > 1) or (len(said) <= _FEW and proper) else 0


def _spoils(word: Token, at: int, wordy: bool, shouted: bool) -> bool:  # noqa: FBT001 - two facts of the clause
    """Return whether a word shows that a clause is no address; a name may hold any word: "ngõ Cháy"."""
    if word.raw not in JUNK or (at > 0 and word.capital and not shouted):
        return False
    return not (wordy and at > 0 and word.raw in SOFT)


def _numbered(said: Sequence[Token]) -> int:
    """Return what words are that begin with a number: "36 Hàng Bông", but not "3 lần"."""
    rest = [word for word in said if not word.raw[0].isdigit()]
    if not rest or (rest[0].raw in UNITS and not rest[0].capital) or HOURS.fullmatch(said[0].raw):
        return 0
    return PLACE if rest[0].capital or rest[0].raw in ANCHORS or len(said) <= 2 * _FEW else 0


def _proper(word: Token) -> bool:
    return word.capital or word.raw[-1].isdigit()


def _says_which(said: Sequence[Token]) -> bool:
    """Return whether something beside general words tells the place: a number, a name, an unusual word."""
    rest = [word for word in said if word.raw not in GENERIC]
    return any(map(_proper, rest)) or len([word for word in rest if word is not said[0]]) > 1


def _is_known(written: str, said: Sequence[Token], places: Places) -> bool:
    """Return whether a few words are mostly the name of a ward, a district or a province."""
    if len(said) > 2 * _FEW:
        return False
    spoken = words(written)
    if flat(written).startswith(("ha noi", "hanoi")):
        return True
    return any(len(spoken) - (mention.end - mention.start) <= 2 for mention in places.mentions(spoken))  # noqa: PLR2004


def spot(text: str, places: Places) -> str | None:
    """Return the place that a story names behind a word such as "ở", with a number, a type or two capitals."""
    said = tokens(text)[:_MOST_WORDS]
    for at, word in enumerate(said[:-1]):
        lane = word.raw in _LANES and said[at + 1].raw[0].isdigit()
        if not lane and word.raw not in _AT:
            continue
        if any(near.raw in _OWN for near in said[max(0, at - _TWO) : at]):
            continue
        found = _name(said[at if lane else at + 1 :][:_LONGEST_SPOT], text)
        if found and not _is_only_a_ward(found, places):
            return found
    return None


def _name(said: list[Token], text: str) -> str | None:
    """Return the words from here that name a place: types and numbers, then capitals."""
    taken: list[Token] = []
    capitals = 0
    for word, following in pairwise([*said, said[-1]]):
        if taken and text[taken[-1].end : word.start] not in (" ", "/"):
            break
        proper = word.capital and not word.raw.isupper() and not (not capitals and word.raw in _NO_PLACE)
        if not (proper or (not capitals and (word.raw in _TYPES or word.raw[0].isdigit()))):
            if capitals and word.raw in _AFTER and following.raw:
                taken.append(word)
            break
        capitals += proper
        taken.append(word)
    marked = any(not word.capital for word in taken)
    if not capitals or (capitals < _TWO and not marked):
        return None
    return text[taken[0].start : taken[-1].end]


def _is_only_a_ward(found: str, places: Places) -> bool:
    spoken = words(found)
    return any(each.end - each.start == len(spoken) for each in places.mentions(spoken))
