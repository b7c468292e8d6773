"""Recognise short requests: no calls or messages, help against others reading the phone, links to drop."""

from __future__ import annotations

from petitions.domain.understanding.page_words import Span, follow, found
from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.short_forms import COURTESY_FOLDED
from petitions.domain.understanding.text import Text
from petitions.domain.understanding.vocabulary import phrase_set, word_set

_LONGEST = 18
"""The most words of such a wish. Longer messages describe a problem."""
_REFUSES = phrase_set(
    """
    dung, dung co, dung cho ai, khong muon, khong muon bi, khong muon ai, khong can, khong duoc, ko muon, cam, khoi,
    xin dung, thoi dung
    """
)
_CALLS = phrase_set("goi, goi dien, goi vao, goi ve, goi den, lien lac, lien he, call")
_WRITES = phrase_set("nhan, nhan tin, nhan zalo, gui tin, gui tin nhan, text, message")
_WHOM = phrase_set(
    """
    cho toi, cho em, cho chau, cho con, cho minh, cho me, cho bo, cho chong, cho vo, cho con, cho nguoi nha, toi nua,
    em nua, nua, so nay, vao so nay, so do, so cu, vao so, toi so, den so, tin cho em nua, tin nua, tin cho toi nua,
    cho ba, cho ong, ve nha, vao may, may nay, toi, em, me
    """
)
_OTHERS = phrase_set(
    "chong, vo, con, me, bo, nguoi nha, nguoi khac, ai, ai do, dong nghiep, sep, hang xom, no, husband"
)
_LOOKS = phrase_set("xem, xem trom, doc, doc trom, coi, cam, muon, giu, mo, vao, reads")
_DEVICE = phrase_set("may, may toi, dien thoai, zalo, tin nhan, dt, phone, doan chat, cuoc tro chuyen")
_ASKS = phrase_set("thi sao, sao, lam sao, thi lam sao, the nao, co sao, duoc khong, lam the nao, nhu the nao, what if")
_DROPS = phrase_set(
    """
    bo, xoa, go, bo di, khong gui, thoi khong gui, ko gui, k gui, huy, thoi, khoi gui, khong gui nua, bo qua, remove,
    delete, go bo
    """
)
_PICTURES = phrase_set(
    "anh, hinh, hinh anh, tam anh, tam hinh, buc anh, cai anh, video, tep, file, photo, picture, clip"
)
_LINKS = phrase_set("link, lien ket, duong link, cai link, duong dan, url")
_BEFORE = COURTESY_FOLDED | word_set("thoi nham roi gui xin cho muon link anh hinh cai lon khong file video a")
"""Words that may stand before the wish to drop something."""
_AFTER = COURTESY_FOLDED | word_set(
    "vua gui di nua nay do kia cuoi cung sau moi nham ra het tat ca bo roi lon khoi khong xong"
)
"""Words that may stand after the thing to drop. With others it is a report: “gỡ hình quảng cáo trên cột điện”."""
_ADDRESSING = frozenset({"oi", "a", "chi", "ay", "em", "can", "ta", "ho"})
"""Words after “anh” that make it a person in a text without diacritics."""
_LAST = frozenset({"vua", "cuoi", "sau", "moi", "last"})
_ALL = frozenset({"het", "tat", "ca", "cac", "nhung", "all"})
_RELATIVES = frozenset({"gai", "trai", "me", "bo", "chong", "vo", "con", "ban", "chau", "nguoi"})
_REACH = 3


def is_about_contact(text: Text) -> bool:
    """Return whether a short message asks not to be called or written to: "đừng gọi vào số này"."""
    words = set(_folded(text))
    if not words or "xoa" in words:
        return False
    if _RELATIVES.isdisjoint(words) and any(
        telephones(text.flat)
    ):  # "đừng gọi số cũ, gọi 0912…" gives the writer's own
        return False
    return _refused(text, "calls") or is_about_messages(text)


def is_about_messages(text: Text) -> bool:
    """Return whether a short message asks for no more messages: "đừng nhắn tin cho em nữa"."""
    return _refused(text, "writes")


def fears_readers(text: Text) -> bool:
    """Return whether a short message asks for advice because others read the phone: "chồng tôi xem máy thì sao"."""
    words = _folded(text)
    looks = [span for span in found(words, _LOOKS) if follow(found(words, _OTHERS), [span])]
    devices = [span for span in found(words, _DEVICE) if follow(looks, [span])]
    return bool(devices) and follow(devices, list(found(words, _ASKS)))


def drops_link(text: Text) -> bool:
    """Return whether a short message asks to leave out a link that was sent: "bỏ cái link đó đi"."""
    return _drops(text, list(found(_folded(text), _LINKS)))


def drops_files(text: Text) -> bool:
    """Return whether a short message asks to leave out pictures or files: "thôi không gửi ảnh nữa"."""
    words = _folded(text)
    keys = [word.raw.lower() for word in text.words]
    pictures = [
        span
        for span in found(words, _PICTURES)
        if words[max(0, span.first - 1)] != "phan"
        and (words[span.last - 1] != "anh" or keys[span.last - 1] == "ảnh" or _is_picture(text, words, span))
    ]
    return _drops(text, pictures)


def which_files(text: Text) -> str:
    """Return the files that a request to drop files means: "last", "all", or "" if the text is not specific."""
    words = set(_folded(text))
    return "last" if words & _LAST else "all" if words & _ALL else ""


def _folded(text: Text) -> list[str]:
    return [word.folded for word in text.words] if len(text.words) <= _LONGEST else []


def _refused(text: Text, what: str) -> bool:
    words = _folded(text)
    acts = list(found(words, _CALLS if what == "calls" else _WRITES))
    refused = [act for act in acts if follow(_refusals(text, words), [act], 1)]
    whom = [span for span in found(words, _WHOM) if words[span.last : span.last + 1] != ["la"]]
    return any(follow([act], whom, 1) or COURTESY_FOLDED.issuperset(words[act.last :]) for act in refused)


def _refusals(text: Text, words: list[str]) -> list[Span]:
    """Return the writer's own refusals, which stand at the beginning or after “chứ”, “nhưng” and similar words."""
    own = []
    for span in found(words, _REFUSES):
        before = words[: span.first]
        if text.words[span.first].raw.lower() in _NOT_FORBIDDING:
            continue
        if all(word in COURTESY_FOLDED for word in before) or {"chu", "nhung", "a", "nhe"} & set(before[-1:]):
            own.append(span)
    return own


def _drops(text: Text, things: list[Span]) -> bool:
    """Return whether the message asks to drop one of the `things` and is about nothing else."""
    words = _folded(text)
    drops = [span for span in found(words, _DROPS) if _BEFORE.issuperset(words[: span.first])]
    drops = [span for span in drops if text.words[span.first].raw.lower() not in _NOT_DROPPING]
    ends = {thing: _end_of_wish(text, thing, things) for thing in things}
    return any(follow(drops, [one], _REACH) and _AFTER.issuperset(words[one.last : end]) for one, end in ends.items())


def _end_of_wish(text: Text, thing: Span, things: list[Span]) -> int:
    """Return the index at which a request to drop a thing ends and its reason begins.

    The reason stands after punctuation and names the thing again.
    """
    marks = (at for at in range(thing.last, len(text.words)) if text.words[at].parted)
    return next((at for at in marks if any(at <= other.first for other in things)), len(text.words))


_NOT_FORBIDDING = frozenset({"đúng", "dùng", "dựng", "dừng"})
"""Words that become “dung” without diacritics but are not “đừng” (do not)."""
_NOT_DROPPING = frozenset({"bổ", "bố", "bộ", "bò", "bó"})
"""Words that become “bo” without diacritics but are not “bỏ” (drop)."""


def _is_picture(text: Text, words: list[str], span: Span) -> bool:
    """Return whether “anh”, in a text without diacritics, may mean a picture (“ảnh”) and not a form of address."""
    after = words[span.last] if span.last < len(words) else ""
    return not text.marked and after not in _ADDRESSING
