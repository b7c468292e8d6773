"""Find the sentences of a text that may be published as they are, because they mention no person.

A sentence that may mention a person is left out as a whole, because much could be guessed from the words around a mask.
In doubt a sentence is left out: the officer who publishes can add words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass

from petitions.domain.conversation.passages import Passage
from petitions.domain.language.name_words import GIVEN
from petitions.domain.language.named_people import MIDDLE, PLACES, SURNAMES, TITLES, names_somebody
from petitions.domain.language.phrases import PhraseBook, outermost
from petitions.domain.language.unnamed import OFFICES, introduces_somebody
from petitions.domain.language.words import Word, fold, words
from petitions.domain.routing.place_words import STREET_TYPES, STREET_WORDS
from petitions.domain.shared.instants import WEEKDAYS
from petitions.domain.understanding.other_people import WRITERS
from petitions.domain.understanding.private_life import tells_of_a_life

_OWNERS = ("tôi", "em", "mình", "cháu", "anh", "chị", "ấy", "nó", "nhà")
_FAMILY = ("mẹ", "bố", "cha", "chồng", "vợ", "con")
_KIN = (
    *("mẹ", "má", "bố", "cha", "chồng", "vợ", "ck", "vk", "cháu", "bé", "hắn", "lão", "mụ", "gã", "thằng"),
    *(f"{kin} {owner}" for kin in _FAMILY for owner in _OWNERS),
    *(f"con {kind}" for kind in ("gái", "trai", "nhỏ", "bé", "ông", "bà", "của", "cái", "dâu", "rể")),
    *("em gái", "em trai", "em bé", "anh trai", "chị gái", "anh rể", "chị dâu", "vợ chồng", "bà cụ", "ông cụ"),
    *(f"{elder} {kind}" for elder in ("ông", "bà") for kind in ("nội", "ngoại", "xã", "lão", "cụ", "già")),
    *(f"{title} {that}" for title in sorted(TITLES) for that in ("ấy", "ta", "này", "kia")),
    *("cụ ông", "cụ bà", "cụ già", "hàng xóm", "chủ nhà", "chủ trọ", "chủ nợ", "người yêu", "bạn gái", "bạn trai"),
    *("nhà bên", "nhà đối diện", "nhà ông", "nhà bà", "nhà anh", "nhà chị", "gia đình ông", "gia đình bà"),
    *("bệnh nhân", "người bệnh", "sản phụ", "cô giáo", "thầy giáo"),
    *("my husband", "my wife", "my son", "my daughter", "my mother", "my father", "my child", "mr", "mrs", "ms"),
)
"""Words for relatives. A sentence with one may be about a person without naming them."""
_SURE_UNMARKED = frozenset({"mẹ", "chồng", "cháu", "ck", "vk"})
"""The words of `_KIN` that mean a relative even in a text without marks."""
_NO_KIN = frozenset({"bố trí", "công bố", "phân bố", "bố cục", "chồng chéo", "chồng lấn", "chồng lên", "cha ông"})
_KIN_BOOK = PhraseBook([*_KIN, *_NO_KIN])

_MARKED_TITLES = TITLES | {"cháu", "dì", "cậu", "bé", "mợ", "thím"}
_UNMARKED_TITLES = frozenset({"ong", "ba", "chi", "co", "chu", "bac", "cu", "thay", "anh", "em", "chau", "cau", "be"})
_LOW_TITLES = frozenset({"ông", "bà", "chú", "bác", "thầy"})
"""Forms of address after which a name counts even in small letters."""
_NO_NAMES = TITLES | {"con", "quý", "ý", "các"}
"""Words after a form of address that show it is no name: several people, the reader, or another word (“bà con”)."""

_PLACED = frozenset(word for word in PLACES | STREET_WORDS if not word.isascii()) | STREET_TYPES - {"ngo"}
_PLACED |= {"phuong", "xa", "quan", "huyen", "thon", "xom", "ga", "kcn"}
_BODIES = frozenset(
    """
    số sở bộ cục phòng ban công đội bệnh chung khu tòa toà ngân siêu luật nghị quyết thông điều uỷ ủy quốc chính tập
    trạm trung tổ vụ tuyến xe non điểm kho khách quán tiệm hàng hiệu hãng bãi tết ngày tháng thứ chủ đại ubnd hđnd tp
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
"""The first words of names of offices, shops, laws and days, and words before such names."""
_NO_PEOPLE = frozenset({"viet nam", "ha noi", "thanh pho", "nha nuoc", "cao dang", *map(fold, WEEKDAYS)})
_AT = frozenset({"ở", "tại", "gần", "đoạn", "dọc", "vực", "thuộc", "trước", "cạnh", "o", "tai", "gan"})
_LANES = frozenset({"ngo", "ngach", "hem", "kiet", "sn"})
_BEFORE_A_HOUSE = frozenset({"nha", "o", "tai", "truoc", "canh", "gan", "tu", "den", "sau", "dien", "ben"})
"""Words, without marks, before “số 5” that make it the number of a house."""
_FLATS = frozenset({"can", "ho"})
_FLAT_DIGITS = 3
_LONGEST_NUMBER = 4
_SHORTEST = 10
"""The fewest characters of a sentence. Fewer are joined to the next one."""
_ABBREVIATED = re.compile(r"\b[A-ZĐ]\w?\.$")
_LONGEST_ABBREVIATION = 4


@dataclass(frozen=True)
class Part:
    """One sentence of a text, with the spaces after it."""

    text: str
    kept: bool
    """Whether the sentence may be published as it is."""


def parts(text: str, place: str, areas: Container[str], is_clean: Callable[[str], bool]) -> list[Part]:
    """Return the sentences of the text, with `kept` False for those that may mention a person.

    `place` is the place of the matter: its names and numbers may be published. `areas` are names of wards and
    districts, in lower case and without diacritics. `is_clean` returns whether masking leaves a sentence unchanged.
    """
    sentences, known = list(_sentences(text)), _Known(place, areas)
    split = [words(sentence) for sentence in sentences]
    named = [known.names(*one) for one in zip(sentences, split, strict=True)]
    all_clean = is_clean(text)
    out = [
        bool(names) or known.may_tell_of_somebody(sentence, found) or not (all_clean or is_clean(sentence))
        for sentence, found, names in zip(sentences, split, named, strict=True)
    ]
    every = set().union(*named)
    for at in reversed(range(len(sentences))):
        hangs = sentences[at].rstrip().endswith(":") and any(out[at + 1 : at + 2])
        out[at] = out[at] or hangs or any(word.raw in every for word in split[at])
    return [Part(sentence, not is_out) for sentence, is_out in zip(sentences, out, strict=True)]


def kept(found: Sequence[Part], fewest: int) -> str:
    """Return the text of the kept sentences, or "" if sentences were left out and fewer than `fewest` words remain."""
    text = "".join(part.text for part in found if part.kept).strip()
    if all(part.kept for part in found):
        return text
    return text[:1].upper() + text[1:] if len(words(text)) >= fewest else ""


def _sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text. A colon ends a sentence too, the dot of an abbreviation (“P. Yên Hòa”) does not.

    A sentence of fewer than _SHORTEST characters is joined to the next.
    """
    passage, begin = Passage(text), 0
    for sentence in passage.sentences:
        for end in (*_colons(passage.raw, sentence.span), sentence.span[1]):
            tail = passage.raw[max(begin, end - _LONGEST_ABBREVIATION) : end]
            if end - begin >= _SHORTEST and not _ABBREVIATED.search(tail):
                yield passage.raw[begin:end]
                begin = end
    if begin < len(passage.raw):
        yield passage.raw[begin:]


def _colons(text: str, span: tuple[int, int]) -> Iterator[int]:
    at = text.find(": ", *span)
    while at >= 0:
        yield at + 2
        at = text.find(": ", at + 2, span[1])


class _Known:
    """The names and numbers in one petition that belong to no person: its place, wards and districts."""

    def __init__(self, place: str, areas: Container[str]) -> None:
        self._areas = areas
        self._place = f" {fold(' '.join(word.raw for word in words(place)))} "
        self._numbers = {word.folded for word in words(place) if word.raw[0].isdigit()}

    def may_tell_of_somebody(self, sentence: str, found: Sequence[Word]) -> bool:
        """Return whether a sentence may be about a person whom it does not name."""
        return (
            introduces_somebody(sentence)
            or tells_of_a_life(found)
            or _names_kin(found)
            or any(_is_titled(found, at) for at in range(1, len(found)))
            or any(self._is_house(found, at) for at in range(len(found)))
            or (sentence.isupper() and names_somebody(sentence, ()))
        )

    def names(self, sentence: str, found: Sequence[Word]) -> set[str]:
        named = {found[at].raw for at in range(1, len(found)) if found[at].capital and _is_titled(found, at)}
        for first, last in _runs(sentence, found):
            begin = first + (not first and not _is_full_name(found, first, last))
            if (last - begin > 1 or _is_given_name(found, begin)) and not any(
                self._is_no_person(found, at, last) for at in {first, begin}
            ):
                named |= {word.raw for word in found[begin:last]}
        return named

    def _is_no_person(self, found: Sequence[Word], first: int, last: int) -> bool:
        """Return whether capitalised words are the name of a place, an office, a shop, a law or a day."""
        before = found[first - 1].raw.lower() if first and not found[first].parted else ""
        if before in _PLACED or before[:1].isdigit():
            return True
        name = [fold(word.raw) for word in found[first:last]]
        if f" {' '.join(name)} " in self._place:
            return True
        if self._covers(name):
            return True
        if any(word.raw.lower() in MIDDLE for word in found[first + 1 : last]):
            return False
        head = found[first].raw.lower()
        if head in _BODIES or (head in _PLACED and (head != "hồ" or len(name) == 2)):  # noqa: PLR2004 - “Hồ Tây”
            return True
        return before in _BODIES or before in _AT

    def _covers(self, name: Sequence[str]) -> bool:
        reached = {0}
        for at in range(len(name)):
            for size in (2, 3) if at in reached else ():
                words = " ".join(name[at : at + size])
                if words in _NO_PEOPLE or words in self._areas:
                    reached.add(at + size)
        return len(name) in reached

    def _is_house(self, found: Sequence[Word], at: int) -> bool:
        number = found[at].folded
        if not number[0].isdigit() or len(number) > _LONGEST_NUMBER or number in self._numbers:
            return False
        before, second = (found[at - back].folded if at >= back else "" for back in (1, 2))
        after = found[at + 1] if at + 1 < len(found) and not found[at + 1].parted else None
        goes_on = after is not None and (
            after.raw.lower() in STREET_TYPES
            or (after.capital and fold(after.raw) in GIVEN and after.raw.lower() not in _PLACED | _BODIES)
        )
        if before in _LANES:
            return True
        if before == "so":
            return goes_on or second in _BEFORE_A_HOUSE or at == 1
        if before == "nha":
            return goes_on or after is None or not number.isdigit() or second in _BEFORE_A_HOUSE
        if before in _FLATS:
            return sum(map(str.isdigit, number)) >= _FLAT_DIGITS
        return goes_on


def _names_kin(found: Sequence[Word]) -> bool:
    hits = outermost(_KIN_BOOK.scan(found), _NO_KIN)
    return any(hit.phrase not in _NO_KIN and (not hit.faint or hit.phrase in _SURE_UNMARKED) for hit in hits)


def _is_titled(found: Sequence[Word], at: int) -> bool:
    """Return whether this is a name after a form of address, as in “ông Hùng” or “ong Hùng” but not “phố Bà Triệu”."""
    title, name = found[at - 1], found[at]
    low = title.raw.lower()
    if name.parted or name.raw.lower() in _NO_NAMES or not name.raw.isalpha():
        return False
    if title.capital and at > 1 and (found[at - 2].capital or found[at - 2].raw.lower() in _PLACED):
        return False
    if not name.capital:
        among = at > 1 and not title.parted and found[at - 2].raw.lower() in TITLES
        return low in _LOW_TITLES and not among and fold(name.raw) in GIVEN
    if name.raw.isupper() and len(name.raw) > 1:
        return False
    return low in _MARKED_TITLES or (low in _UNMARKED_TITLES and fold(name.raw) in GIVEN)


def _is_full_name(found: Sequence[Word], first: int, last: int) -> bool:
    """Return whether the words are a surname and a given name, not only a capital at the start of a sentence."""
    syllables = [fold(word.raw) for word in found[first : first + 2]]
    return last - first > 1 and syllables[0] in SURNAMES and syllables[1] in GIVEN


def _is_given_name(found: Sequence[Word], at: int) -> bool:
    """Return whether a capitalised word within a sentence may be a given name: “tên Hiền”, but not “Thanh tra”."""
    if not 0 < at < len(found) or found[at].parted or found[at].raw.lower() in _NO_NAMES | WRITERS:
        return False
    syllables = [fold(word.raw) for word in found[at : at + 2]]
    is_office = any("_".join(syllables[:size]) in OFFICES for size in (1, 2))
    return not is_office and (syllables[0] in GIVEN or syllables[0] in SURNAMES)


def _runs(sentence: str, found: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield runs of capitalised words, as the first index and the index after the last, without abbreviations."""
    first = 0
    for at in range(len(found) + 1):
        capital = at < len(found) and found[at].capital and not (found[at].raw.isupper() and len(found[at].raw) > 1)
        joined = 0 < at < len(found) and sentence[found[at - 1].end : found[at].start] in {" ", "'", "’", "-"}
        if not (capital and joined):
            if at > first:
                yield first, at
            first = at if capital else at + 1
