"""Recognise questions and remarks that also report something, by a person, an office or a past event in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from petitions.domain.understanding.short_forms import COURTESY_FOLDED
from petitions.domain.understanding.text import Text


def _listed(phrases: str) -> tuple[str, ...]:
    return tuple(f" {' '.join(phrase.split())} " for phrase in phrases.split(","))


_NAMED = _listed(
    """
    nguoi ta, nguoi trong, nguoi bi, nguoi nha, chinh nguoi, co nguoi, hang xom, ca ngo, ca lang, chu nha,
    chu tro, chu quan, chu tich, can bo, cbo, nhan vien, cong an, csgt, canh sat, dan phong, to truong, to pho,
    truong thon, bao ve, giam doc, hieu truong, truong phong, thanh tra, dia chinh, y ta, bac si, ong ay, ba ay,
    anh ay, chi ay, co ay, ong ta, ba ta, thang ay, bon no, bon ho, may ong, ban so, quay so, hom sau, hom qua,
    hom no, hom truoc, hom ay, hom do, thang truoc, tuan truoc, may lan, nhieu lan, lan nao cung, phong bi,
    trieu, nghin, ngan dong
    """
)
"""Phrases, without diacritics, that name a person or a past event."""
_NAMED_WITH_MARKS = frozenset({"chủ", "gã", "hắn", "mụ", "sếp", "nó"})
_OFFICES = _listed("phuong, ubnd, uy ban, benh vien, tram y te, mot cua")
_OFFICES_WITH_MARKS = frozenset({"sở", "quận"})
_THEY = "họ"
_OF_NAMES = frozenset({"tên", "và", "hàng", "ten", "va", "hang"})
"""Words beside which "họ" does not mean "they": "họ tên", "họ hàng"."""
_NO = frozenset(["khong", "ko", "k", "kg", "hok", "hong", "hem", "khum", "chua", "chx", "ch", "hay"])
_WHO = frozenset(["ai", "gi", "j", "nao", "sao", "dau", "may", "bao"])
_QUESTIONS = _WHO | frozenset(["hay", "xin", "hoi", "giup", "nho"])
"""Words of questions and requests."""
_REPORTING = _listed("hoi, bao, noi, keu, doi, dap, quat, nhan tin, tra loi")
"""Verbs after a person that introduce that person's words."""
_FARTHEST = 32
"""The most characters between a person and such a verb."""
_FORBID = frozenset({"dung", "khong", "ko", "k", "cam", "xin"})
_TO_KEEP = frozenset(["biet", "hay", "doc", "xem", "thay", "gui", "bao", "noi", "chuyen", "lo", "nghe"])
"""Verbs about something that a person is not to learn: "đừng để phường biết"."""
_SENTENCES = re.compile(r"[.!?;\n]+")
MOST_SENTENCES = 8
_READERS = _listed("ai doc, ai xem, ai nhan, ai duoc doc, ai duoc xem, who reads, who sees")
"""Questions about the readers of a petition."""
_ACCUSING = _listed("to, to cao, phan anh, kien, khieu nai, bao, report, complain")
_OPENING = 3
"""The first words of a message, among which a prohibition ("đừng") is looked for."""


def _flat(text: Text) -> str:
    return f" {' '.join(word.folded for word in text.words)} "


def names_somebody(words: str) -> bool:
    """Return whether the words mention a person, an office or a past event."""
    text = Text.of(words)
    return (_named(text) or _office_named(text)) is not None


def about_somebody(text: str) -> list[str]:
    """Return the distinct sentences that mention a person, an office or a past event, at most `MOST_SENTENCES`."""
    sentences = dict.fromkeys(sentence.strip() for sentence in _SENTENCES.split(text))
    return list(islice(filter(names_somebody, sentences), MOST_SENTENCES))


def _named(text: Text) -> str | None:
    """Return the text without diacritics from the first phrase on that names a person or an event, or None."""
    low = [text.raw[word.start : word.end].lower() for word in text.words]
    apart = [
        word in _NAMED_WITH_MARKS
        or (word == _THEY and _OF_NAMES.isdisjoint((*low[max(0, at - 1) : at], *low[at + 1 : at + 2])))
        for at, word in enumerate(low)
    ]
    return _from_first(text, _NAMED, apart)


def _office_named(text: Text) -> str | None:
    """Return the text without diacritics from the first name of an office on, or None."""
    apart = [text.raw[word.start : word.end].lower() in _OFFICES_WITH_MARKS for word in text.words]
    return _from_first(text, _OFFICES, apart)


def _from_first(text: Text, phrases: Sequence[str], apart: Sequence[bool]) -> str | None:
    flat = _flat(text)
    found = [at for phrase in phrases if (at := flat.find(phrase)) >= 0]
    if True in apart:
        found.append(sum(len(word.folded) + 1 for word in text.words[: apart.index(True)]))
    return flat[min(found) :] if found else None


def is_told(words: str) -> bool:
    """Return whether a question or remark also reports something about a person or event.

    A question to be answered with yes or no does not. Words about an office do only if they ask nothing.
    """
    text = Text.of(words)
    named = _named(text)
    if named is None:
        return is_only_told(words)
    return _reports(named) or not _asks_yes_or_no(text)


def is_only_told(words: str) -> bool:
    """Return whether words that look like a question mention a person, office or event and ask nothing."""
    text = Text.of(words)
    named = _named(text) or _office_named(text)
    if named is None or "?" in text.raw:
        return False
    if _reports(named):
        return True
    folded = [word.folded for word in text.words]
    asks = any(word in _QUESTIONS and (at == 0 or folded[at - 1] not in _NO) for at, word in enumerate(folded))
    return not (asks or _asks_yes_or_no(text))


def _reports(named: str) -> bool:
    return any(verb in named[:_FARTHEST] for verb in _REPORTING)


def asks_yes_or_no(words: str) -> bool:
    """Return whether the words ask for a yes or no. A reported question of somebody else does not count."""
    text = Text.of(words)
    named = _named(text)
    return _asks_yes_or_no(text) and not (named and _reports(named))


def _asks_yes_or_no(text: Text) -> bool:
    folded = [word.folded for word in text.words]
    while folded and folded[-1] in COURTESY_FOLDED:
        folded.pop()
    return bool(folded) and folded[-1] in _NO


def wants_secrecy(words: str) -> bool:
    """Return whether words ask to keep the petition from a person or office: "đừng gửi cho phường"."""
    text = Text.of(words)
    folded = [word.folded for word in text.words]
    first = next((at for at, word in enumerate(folded[:_OPENING]) if word in _FORBID), None)
    return first is not None and not _TO_KEEP.isdisjoint(folded[first + 1 :]) and names_somebody(words)


def asks_who_reads(words: str) -> bool:
    """Return whether a question is about the readers of an accusation, which depend on the accused."""
    flat = _flat(Text.of(words))
    return any(phrase in flat for phrase in _READERS) and any(phrase in flat for phrase in _ACCUSING)
