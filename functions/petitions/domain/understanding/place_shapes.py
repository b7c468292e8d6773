"""The shape of places: of the words between two commas, and of a place that a story names without being asked."""

from __future__ import annotations

from collections.abc import Sequence

from petitions.domain.language.words import words
from petitions.domain.routing.places import Places
from petitions.domain.understanding.address_words import (
    ABOUT,
    ANCHORS,
    GENERIC,
    HEADS,
    HOURS,
    JUNK,
    NAMED,
    SOFT,
    STREETS,
    TRAILS,
    UNITS,
    VAGUE,
    WORDY,
)
from petitions.domain.understanding.clauses import Token, Vocabulary, flat, listed, tokens

PLACE, MORE = 2, 1
_LONGEST, _FEW = 24, 4
_AT = Vocabulary("", "ở tại at on near")
_BESIDE = Vocabulary("", "trước gần cạnh sau dưới trên trong đầu cuối giữa đoạn dọc quanh trc")
_BEGIN = Vocabulary(
    "ngõ ngách hẻm xóm phố đường",
    """
    chợ cầu hồ công trường bến ngã chung tòa toà khu cổng vỉa bãi trạm ktx đê chùa đình đền ga bờ nhà mố lan vòng bệnh
    siêu
    """,
)
"""Kinds with which a place may begin."""
_TYPES = Vocabulary(
    "ngõ ngách hẻm phố đường xóm thôn",
    """
    số công viên trình bến xe trường mầm non khu đô thị tập thể vỉa hè bãi cổng tiểu học ktx trạm biến áp ngã
    cầu vượt chợ gầm hồ ga nhà chung cư trẻ văn hóa hoá tòa toà đê đình chùa đền làng bờ mương cống bệnh viện quầy
    phường xã trụ sở ubnd bộ phận cửa th thcs thpt vòng xuyến cụm nghiệp mố lan can quán siêu thị
    """,
)
_BODIES = Vocabulary("", "phường xã trụ sở ubnd bộ phận cửa quầy khu thôn")
_WARD = Vocabulary("phường xã", "p x")
COUNTED = listed("to doi khu tang phong ap cum day lo can quay cua window room ngo ngach hem thon xom")
"""Folded words behind which a number tells a place."""
ELECTRIC, SERVING = Vocabulary("điện dịch"), Vocabulary("", "dịch phục dich")
_LANES = Vocabulary("ngõ ngách", "số")
_BEFORE_STREET = Vocabulary("", "thành dân đèn")
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
_MOST_WORDS, _LONGEST_SPOT, _TWO = 400, 14, 2


def clause_kind(text: str, span: tuple[int, int], places: Places) -> tuple[int, tuple[int, int]]:
    """Return 2 for a place, 1 for words that may continue one ("Tây Phương"), 0 for anything else; and where it is.

    Of a clause that goes on ("cổng chợ Mơ bị chặn") only the place before is meant, if it has a name.
    """
    said = tokens(text, *span)
    shouted = text[span[0] : span[1]].isupper()
    wordy = said[0].raw in WORDY
    headed = flat(" ".join(word.raw for word in said[:2])) in HEADS
    begin = _TWO if headed else 0
    junk = (at for at in range(begin, len(said)) if _spoils(said, at, wordy=wordy, shouted=shouted))
    cut = next(junk, len(said))
    if cut < len(said):
        said = said[:cut]
        while said and said[-1].raw in TRAILS:
            said = said[:-1]
        if not said or not _is_named(said):
            return 0, span
        span = (said[0].start, said[-1].end)
    if len(said) > _LONGEST or ABOUT.search(flat(text[span[0] : span[1]])):
        return 0, span
    return (PLACE if headed and len(said) > _TWO else _kind(text, span, said, places)), span


def _kind(text: str, span: tuple[int, int], said: Sequence[Token], places: Places) -> int:
    anchored = said[0].raw in ANCHORS
    if not any(word.raw not in GENERIC or word.raw[0].isdigit() for word in said):
        return MORE if anchored and len(said) > 1 else 0
    if said[0].raw[0].isdigit() or (said[0].raw[-1].isdigit() and len(said[0].raw) <= _FEW):
        return _numbered(said)
    if said[0].raw in VAGUE and len(said) < _FEW and not any(map(_proper, said[1:])):
        return MORE
    if flat(said[0].raw) in COUNTED and len(said) > 1 and said[1].raw[0].isdigit():
        return PLACE
    if said[0].raw in NAMED and len(said) == _TWO:
        return PLACE
    named = any(word.raw in ANCHORS for word in said) and any(map(_proper, said[1:]))
    if named or (anchored and len(said) > 1 and _says_which(said)) or _is_known(text[span[0] : span[1]], said, places):
        return PLACE
    proper = all(word.capital or word.raw[0].isdigit() for word in said)
    return MORE if (anchored and len(said) > 1) or (len(said) <= _FEW and proper) else 0


def _is_named(said: Sequence[Token]) -> bool:
    """Return whether the first words are a kind of place, and a name or number follows."""
    if said[0].raw[0].isdigit():
        return _TWO <= len(said) - 1 <= _FEW and _numbered(said) == PLACE
    return any(word.raw in ANCHORS for word in said[:_TWO]) and any(map(_proper, said[1:]))


def _spoils(said: Sequence[Token], at: int, *, wordy: bool, shouted: bool) -> bool:
    """Return whether a word shows that a clause is no address; a name may hold any word: "ngõ Cháy"."""
    word = said[at]
    if word.raw not in JUNK or (at > 0 and word.capital and not shouted):
        return False
    if at == 0:
        return not (word.raw.isascii() and word.raw in ANCHORS)
    if said[at - 1].raw in SERVING or (word.raw in ELECTRIC and said[at - 1].raw in ANCHORS):
        return False
    if at + 1 < len(said) and flat(f"{word.raw} {said[at + 1].raw}") in STREETS:
        return False
    if word.raw == "gì" and at + 1 < len(said) and said[at + 1].raw in ("đó", "đấy"):
        return False
    return not (wordy and word.raw in SOFT)


def _numbered(said: Sequence[Token]) -> int:
    """Return what words are that begin with a number: "36 Hàng Bông", but not "3 lần"."""
    rest = [word for word in said if not word.raw[0].isdigit()]
    if not rest:
        return MORE
    if (rest[0].raw in UNITS and not rest[0].capital) or HOURS.fullmatch(said[0].raw):
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
    """Return the place that a story names: kinds of places and numbers, then a name, perhaps again: "cổng chợ Mơ".

    It begins with a kind ("chợ"), with where the matter is seen from it ("trước"), or behind a word such as "ở".
    """
    said = tokens(text)[:_MOST_WORDS]
    at = 0
    while at < len(said) - 1:
        word = said[at]
        behind = word.raw in _AT and text[word.end : said[at + 1].start].isspace()
        begins = word.raw in _BEGIN or word.raw in _BESIDE or (word.raw == "số" and said[at + 1].raw[0].isdigit())
        named = word.capital and at > 0 and text[said[at - 1].end : word.start] == " "
        named = named or (word.raw in ("phố", "đường") and at > 0 and said[at - 1].raw in _BEFORE_STREET)
        if (behind or (begins and not named)) and not _is_writer(said[max(0, at - _TWO) : at]):
            found = _name(said[at + behind : at + behind + _LONGEST_SPOT], text, places, behind=behind)
            if found:
                return found
        at += 1
    return None


def _is_writer(said: Sequence[Token]) -> bool:
    """Return whether the words before say where the writer lives, not where the matter is."""
    return any(near.raw in _OWN for near in said)


def _name(said: list[Token], text: str, places: Places, *, behind: bool) -> str | None:
    """Return the words from here that name a place: kinds and numbers, then capitals, and so on while they touch."""
    taken: list[Token] = []
    capitals = last = 0
    for at, word in enumerate(said):
        if taken and not _joins(text[taken[-1].end : word.start], taken[-1], word):
            break
        before = taken[-1] if taken else None
        kind = _is_kind(word, before, first=not taken, behind=behind) or (bool(capitals) and word.raw in _WARD)
        proper = word.capital and not kind and not word.raw.isupper() and not (not capitals and word.raw in _NO_PLACE)
        if not kind and not proper:
            if capitals and word.raw in _AFTER:
                last = at + 1
                taken.append(word)
            break
        capitals += proper
        taken.append(word)
        if proper or (before and word.raw[0].isdigit() and before.raw in _LANES):
            last = at + 1
    taken = taken[:last]
    kinds = [word for word in taken if word.raw in _TYPES and (not word.capital or word is taken[0])]
    marked = bool(kinds) or any(word.raw[0].isdigit() for word in taken)
    if not capitals or not taken or not (marked or (behind and capitals > 1)):
        return None
    found = text[taken[0].start : taken[-1].end]
    if flat(found).endswith("ha noi"):
        return None
    bodies = [word.raw in _BODIES for word in kinds if word.raw != "số"]
    body = bool(bodies) and all(bodies)
    return None if body or _is_only_a_ward(found, places) else found


def _joins(between: str, before: Token, word: Token) -> bool:
    """Return whether a place goes on behind a space, a slash, or a comma before its ward."""
    return (
        between in (" ", "/") or (between == ", " and word.raw in _WARD) or (between[:1] == "." and before.raw in _WARD)
    )


def _is_kind(word: Token, before: Token | None, *, first: bool, behind: bool) -> bool:
    """Return whether a word of a place is a kind, a number, or says where it is seen from; not a part of a name."""
    if word.raw[-1].isdigit() or word.raw[0].isdigit():
        return before is not None or behind
    if before is not None and before.raw == "ngã":
        return word.raw in ("ba", "tư", "năm")
    return (word.raw in _TYPES or word.raw in _BESIDE) and (first or not word.capital)


def _is_only_a_ward(found: str, places: Places) -> bool:
    spoken = words(found)
    whole = (each for each in places.mentions(spoken) if each.end - each.start == len(spoken))
    return any(name.kind != "landmark" for each in whole for name in each.names)
