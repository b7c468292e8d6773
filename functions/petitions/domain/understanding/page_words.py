"""Recognise messages about a petition's web page or published result, such as "hàng xóm cầm link rồi"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from petitions.domain.understanding.short_forms import COURTESY_FOLDED
from petitions.domain.understanding.text import Text
from petitions.domain.understanding.vocabulary import PhraseSet, phrase_set

_PAGE = phrase_set(
    """
    link, lien ket, duong link, trang rieng, trang cua toi, trang cua em, trang cua minh, trang cua chau, trang cua con,
    trang cua bac, trang phan anh, trang ca nhan, mi page, mi pages, the page
    """
)
_CLOSES = phrase_set(
    "khoa, khoa cai, chan, huy, thu hoi, vo hieu, vo hieu hoa, doi, doi cai, doi lai, thay, cap lai, lock, close"
)
_DROPS = phrase_set("bo, bo qua, xoa, go, go bo, dung tinh, remove, ignore")
_OTHERS = phrase_set(
    """
    ai, ai do, nguoi khac, nguoi la, nguoi ta, ke khac, hang xom, chong, vo, chong cu, vo cu, con trai, con gai,
    ban toi, dong nghiep, no, ho, somebody, someone, who, neighbour, others
    """
)
_TAKES = phrase_set(
    """
    cam, lay, co, giu, mo, da mo, vua mo, dang mo, xem, da xem, vao, da vao, doc, da doc, dung, chiem, da cam, da lay,
    dang cam, da co, opened, has opened, has, took
    """
)
_LOST = phrase_set("lo, bi lo, lam lo, gui nham, chuyen nham, lo gui, lo chuyen, lam mat, bi mat")
_PHONE = phrase_set("dien thoai, may dien thoai, dt, phone, mi phone")
_PHONE_GONE = phrase_set("mat, bi mat, bi mat cap, bi trom, lam mat, bi cuop, roi mat, lost")
_ABLE = "duoc"
_NOT_ASKED = frozenset({"khong", "sao", "chua"})
_LONGEST = 12
"""The most words of a message about the page. Longer ones describe a problem."""
_LONGEST_LOSS = 6
_REACH = 2
"""The most words between two phrases that belong together."""

_OBJECTS = phrase_set(
    """
    khong muon, khong dong y, khong cho, khong cho phep, khong thich, ko muon, k muon, dung, ai cho, ai cho phep,
    go, go bo, xoa, do not, dont, don t, who allowed, take down, remove
    """
)
_PUBLISHES = phrase_set(
    """
    cong khai, dang len mang, dua len mang, dang cong khai, len mang, dang tren mang, ket qua cong khai,
    dang len trang, dua len trang, publish, publish mi result, published result
    """
)
_OPENING = COURTESY_FOLDED | {"xin", "please", "i", "thoi"}
_FAMILY = frozenset({"me", "bo", "ba", "ma", "cha", "chong", "vo", "gia", "dinh", "nha", "con", "ong", "chung", "minh"})
"""People in whose name a writer may object to publication: “mẹ em không muốn đăng”."""
_TAKES_DOWN = phrase_set("go, go bo, take")
_DOWN = phrase_set("xuong, down")


class Span(NamedTuple):
    """A run of words: the index of its first word, and the index after its last."""

    first: int
    last: int


def locks_pages(text: Text) -> bool:
    """Return whether a short message asks to lock the writer's page or gives a reason for it.

    Reasons are another person who has the page, a link sent to the wrong person, and a lost phone.
    """
    words = [word.folded for word in text.words]
    if len(words) > _LONGEST:
        return False
    pages = list(found(words, _PAGE))
    if follow(found(words, _DROPS), pages):  # a link that was sent as content
        return False
    closes = follow(found(words, _CLOSES), pages) and _NOT_ASKED.isdisjoint(words)
    takes = [span for span in found(words, _TAKES) if words[span.last : span.last + 1] != [_ABLE]]
    others = list(found(words, _OTHERS))
    taken = [span for span in takes if follow(others, [span])]  # "ai xem được" only asks about readers
    gone = len(words) <= _LONGEST_LOSS and follow(found(words, _PHONE_GONE), list(found(words, _PHONE)), reach=0)
    return closes or follow(taken, pages) or follow(found(words, _LOST), pages) or gone


def objects_to_publication(text: Text) -> bool:
    """Return whether a short message objects to the publication of the writer's result.

    The objection must stand at the beginning. A complaint that an office does not publish something is not one.
    """
    words = [word.folded for word in text.words]
    if len(words) > _LONGEST:
        return False
    while words and words[0] in _OPENING | _FAMILY:
        words.pop(0)
    first = [span for span in found(words, _OBJECTS) if span.first == 0]
    down = [span for span in found(words, _TAKES_DOWN) if span.first == 0]
    return follow(first, list(found(words, _PUBLISHES))) or follow(down, list(found(words, _DOWN)))


def found(words: Sequence[str], known: PhraseSet) -> Iterator[Span]:
    """Yield the spans of words that form one of the `known` phrases."""
    longest = max(map(len, known))
    for first in range(len(words)):
        for last in range(first + 1, min(first + longest, len(words)) + 1):
            if tuple(words[first:last]) in known:
                yield Span(first, last)


def follow(before: Iterator[Span] | Sequence[Span], after: Sequence[Span], reach: int = _REACH) -> bool:
    """Return whether a span of `after` begins at most `reach` words after the end of a span of `before`."""
    return any(0 <= then.first - span.last <= reach for span in before for then in after)
