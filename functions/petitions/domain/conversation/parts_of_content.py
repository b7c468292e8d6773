"""Instructions in a message that add words to a draft, remove some, or keep only some.

Each public function tries one form of instruction on the words `message.items[first:end]`. If they have that form, it
changes `draft` and returns True.
"""

from __future__ import annotations

from itertools import pairwise

from petitions.domain.conversation.draft_words import DraftWords
from petitions.domain.conversation.passages import Passage
from petitions.domain.conversation.replacing import describing, ordinals, set_value
from petitions.domain.understanding import edit_words as w
from petitions.domain.understanding.edit_message import MOST_ITEMS, EditMessage, Span, has_digit
from petitions.domain.understanding.short_forms import COURTESY_FOLDED
from petitions.domain.understanding.text import Text

_FEWEST_WORDS = 3
"""The fewest words of a new content."""
_LOOSE = 4
"""The number of unquoted words from which a quotation is only a part of the words to add."""
_REMOVABLE = ("content", "place", "home", "name", "email")
_HEADS, _MOST_LITERAL = 4, 8
"""The number of words among which "chữ" (the word) is looked for, and the most words behind it to remove."""
_ANCHOR_WORDS = 14
"""The most words that name the position of an addition."""


def instead(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Insert words where the instruction before has removed some: "..., chỉ ghi là một cán bộ"."""
    size = message.phrase(first, w.ONLY) or message.phrase(first, w.WRITE)
    adds = first + size < end and message.is_word(first + size, w.INTO_DRAFT)
    if draft.gap is None or not size or adds:
        return False
    words = message.value(message.without_lead(first + size, end)[0], end, "content")
    name, at = draft.gap
    if words and not draft.passage(name).find(Text.of(words).folded.split()):
        draft.put((name, (at, at)), words)
    return True


def anew(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Replace the whole content: "nội dung: ...", "viết lại là: ...". After "nội dung: thiếu" (missing), add words."""
    begins = (first, first + message.phrase(first, w.ALTER))
    head = next((begin + size for begin in begins if (size := message.phrase(begin, w.ANEW))), end)
    if head >= end:
        return False
    begin = head + message.phrase(head, w.ALTER)
    begin += message.phrase(begin, w.BECOMES)
    begin = message.marked(":", begin, min(end, begin + _HEADS)) or begin
    colon = ":" in message.items[head].gap or ":" in message.items[min(begin, end - 1)].gap
    if not (colon or begin > head) or end - begin < _FEWEST_WORDS or message.phrase(begin, w.OUT_ADD_KEEP):
        return False
    missing = message.phrase(begin, w.MISSING)
    if missing:  # "nội dung: thiếu tên cán bộ là ..."
        length, words = len(draft.raw("content")), message.written(begin + missing, end)
        draft.put(("content", (length, length)), words)
        return True
    draft.put_whole("content", message.written(begin, end))
    draft.edits.rewritten = True
    return True


# Adding.


def add(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Add words to the content: "thêm: ...", "thêm vào sau câu ... là ...", "còn thiếu ..."."""
    missing = message.phrase(first, w.MISSING)
    found = message.first(w.ADD, first, end) or ((first, first + missing) if missing else None)
    if found is None or (found[1] < end and message.items[found[1]].folded in w.MEDIA):
        return False  # pictures are sent separately
    where, anchor = _anchor(message, draft, first, end)
    if any(at not in anchor and message.items[at].folded not in w.BEFORE_ADDING for at in range(first, found[0])):
        return False  # "họ đòi thêm giấy tờ" is content and no instruction
    if message.label(found[1], end)[0] not in {"", "content"}:
        return set_value(message, draft, found[1], end)
    if message.field_within(first, found[0]) not in {"", "content"}:
        return False
    words = _added(message, first, found[1], end, anchor).strip(" \t\n;:")
    if words:
        draft.put(("content", (where, where)), words)
    return bool(words)


def _added(message: EditMessage, first: int, begin: int, end: int, anchor: range) -> str:
    quoted = [at for at in message.quotes(first, end) if at not in anchor]
    behind = [message.items[at] for at in range(begin, end) if at not in anchor]
    loose = [item for item in behind if item.quoted is None and item.folded not in w.BESIDE_ADDED]
    if quoted and len(loose) < _LOOSE:
        return "; ".join(message.items[at].quoted or "" for at in quoted)
    colon = message.marked(":", begin, end)
    begin = _behind_heads(message, begin, end, anchor) if colon is None else colon
    stop = begin
    while stop < end and stop not in anchor and not message.is_past_clause(stop, begin):
        stop += 1
    return message.written(begin, stop) if begin < stop else ""


def _behind_heads(message: EditMessage, begin: int, end: int, anchor: range) -> int:
    asked = False
    while begin < end:
        word = message.items[begin].operator
        if not (begin in anchor or word in w.ADDED_HEADS or (asked and word in COURTESY_FOLDED)):
            break
        asked = word in w.REQUESTING
        begin += 1
    return begin


def _anchor(message: EditMessage, draft: DraftWords, first: int, end: int) -> tuple[int, range]:
    """Return the position in the content for an addition, and the indexes of the words that name it.

    "sau câu ..." (after the sentence ...) names a position. The default is the end.
    """
    length = len(draft.raw("content"))
    for at in range(first, min(end, first + MOST_ITEMS)):
        for phrases, side in ((w.AFTER, 1), (w.BEFORE, 0)):
            size = message.phrase(at, phrases)
            span, stop = _named(message, draft, at + size, end) if size else (None, at)
            if span:
                return span[side], range(at, stop)
    for phrases, where in ((w.LAST, length), (w.FIRST, 0)):
        found = message.first(phrases, first, end)
        begin, stop = found or (first, first)
        while begin > first and message.is_behind(begin, w.AT_EDGES):
            begin -= 1
        if found and (begin < found[0] or (begin > first and message.is_behind(begin, {"them", "add"}))):
            while stop < end and message.items[stop].folded in w.BEHIND_EDGES:
                stop += 1
            return where, range(begin, stop)
    return length, range(0)


def _named(message: EditMessage, draft: DraftWords, first: int, end: int) -> tuple[Span | None, int]:
    """Return the span in the content that words from `first` on refer to, or None, and the index behind them."""
    begin = first
    while begin < end and message.is_word(begin, w.UNITS | w.WORDS):
        begin += 1
    if begin >= end:
        return None, begin
    content, item = draft.passage("content"), message.items[begin]
    if item.quoted:
        return content.find(item.words), begin + 1
    spans = ordinals(message, draft, first, min(end, begin + 1))
    if spans:  # "trước câu cuối"
        return spans[0], begin + 1
    for stop in range(min(end, begin + _ANCHOR_WORDS), begin, -1):
        span = content.find(message.words(begin, stop))
        if span and (stop - begin > 1 or begin > first or has_digit(item.folded)):
            return span, stop
    if begin == first:
        return None, begin
    stop = next((at for at in range(begin + 1, end) if _ends_anchor(message, at)), end)
    return draft.described("content", describing(message, begin, stop), whole=True), stop


def _ends_anchor(message: EditMessage, at: int) -> bool:
    return message.items[at].gap.lstrip().startswith((",", ":")) or message.phrase(at, w.ADD) > 0


# Keeping.


def keep(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Keep only some sentences of the content: "chỉ giữ câu đầu". Or set an address: "địa chỉ chỉ ghi X"."""
    only = message.first(w.ONLY, first, end)
    label = message.field_within(first, end)
    if only and label in w.ADDRESSES:
        return draft.assign(label, message.value(only[1] + message.phrase(only[1], w.IS), end, label))
    found = message.first(w.KEEP, first, end)
    if found is None or draft.gap is not None:
        return found is not None  # after a removal it repeats the same in other words
    content, begin = draft.passage("content"), found[1]
    quoted = [content.find(message.items[at].words) for at in message.quotes(begin, end)]
    spans = [span for span in quoted if span] or ordinals(message, draft, begin, end)
    if not spans:
        described = draft.described("content", describing(message, begin, end), whole=True)
        spans = [described] if described else []
    if spans:
        draft.put_whole("content", " ".join(content.raw[slice(*span)].strip() for span in spans))
    return bool(spans)


# Taking out.


def remove(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Remove words: "bỏ câu ...", "câu về ... bỏ đi"."""
    found = _first_out(message, first, end)
    if found is None:
        return False
    others = not w.OTHERS.isdisjoint(message.words(first, end))
    rest = message.items[first].folded == "lai" and message.is_behind(first, {"con"})  # "còn lại xóa hết"
    if (others or rest) and draft.edits.changes:
        return True
    label, quoted = message.field_within(first, end), message.quotes(first, end)
    for at in quoted:
        _remove_quoted(message, draft, at, label)
    if quoted:
        return True
    if _remove_word(message, draft, found[1], end, label):
        return True
    begin, stop = message.without_opening(found[1], end), _reason(message, draft, found[1], end)
    if found[0] > first and _stands_before(message, draft, (first, found[0]), (begin, stop)):
        return _remove_named(message, draft, first, found[0], label)
    parts = [begin, *(at + 1 for at in range(begin + 1, stop) if _another_follows(message, draft, (begin, stop), at))]
    done = [_remove_named(message, draft, one, other - 1, label) for one, other in pairwise([*parts, stop + 1])]
    return any(done)


def _first_out(message: EditMessage, first: int, end: int) -> Span | None:
    found = message.first(w.OUT, first, end)
    while found and (message.phrase(found[0], w.NOT_OUT) or _is_compound(message, found[0])):
        found = message.first(w.OUT, found[1], end)
    return found


def _is_compound(message: EditMessage, at: int) -> bool:
    behind = message.is_behind(at, w.BEFORE_NOT_OUT) and message.items[at].gap == " "
    return behind and not message.is_behind_content(at)


def _reason(message: EditMessage, draft: DraftWords, first: int, end: int) -> int:
    far = min(end, first + MOST_ITEMS)
    commas = [at for at in range(first + 1, far) if "," in message.items[at].gap]
    known = [draft.find(message.items[one:other]) is not None for one, other in pairwise([first, *commas, far])]
    apart = {at for number, at in enumerate(commas, 1) if any(known[:number]) or not any(known[number:])}
    return next((at for at in range(first + 1, far) if message.phrase(at, w.REASONS) or at in apart), end)


def _stands_before(message: EditMessage, draft: DraftWords, before: Span, behind: Span) -> bool:
    if ordinals(message, draft, *behind) or _is_whole(message, *behind):
        return False
    if ordinals(message, draft, *before):
        return True
    if message.label(*before)[1] == before[1] - before[0] and message.field_within(*before) not in w.SHORT_VALUES:
        return False  # "nơi xảy ra bỏ chữ ..."
    named = any(item.folded not in w.FILLING_OR_PRONOUNS for item in message.items[slice(*behind)])
    if not named or message.field_within(*before) in w.SHORT_VALUES:
        return True
    return draft.share(message.words(*before)) > draft.share(message.words(*behind))


def _another_follows(message: EditMessage, draft: DraftWords, part: Span, at: int) -> bool:
    begin, end = part[0], message.marked(",", at + 1, part[1]) or part[1]
    if message.items[at].folded not in w.AND or at + 1 >= end:
        return False
    if message.items[at + 1].folded in w.MATTERS:
        return True
    content, (last, behind) = draft.passage("content"), (message.words(begin, at), message.words(at + 1, end))
    first = [word for word in last if word not in w.UNITS | w.WORDS]
    return bool(len(first) > 1 and len(behind) > 1 and content.find(first) and content.find(behind))


def _is_whole(message: EditMessage, first: int, end: int) -> bool:
    return tuple(word for word in message.words(first, end) if word not in w.BESIDE_WHOLE) in w.WHOLE


def _remove_quoted(message: EditMessage, draft: DraftWords, at: int, label: str) -> None:
    """Remove quoted words, or a sentence that is nearly the same. Note them in `missed` if there is none."""
    item = message.items[at]
    quoted, last = item.quoted or "", any(message.phrase(behind, w.AT_END) for behind in (at + 1, at + 2))
    sentence = message.is_behind(at, w.SENTENCES) or not w.SENTENCES.isdisjoint(item.words)
    for name in _fields(label):
        span = draft.passage(name).find_quoted(quoted, last=last)
        if span is None and name == "content":
            span = draft.described(name, item.words, whole=sentence)
        if span:
            draft.take_out((name, span))
            return
    draft.edits.missed.append(quoted)


def _remove_named(message: EditMessage, draft: DraftWords, first: int, end: int, label: str) -> bool:
    """Remove everything, one value, sentences by position ("câu cuối") or words, as named in the message.

    Words that are not found are noted in `missed`. Return False if no words are named.
    """
    if first >= end:
        return False
    if _is_whole(message, first, end) and label in {"", "content"}:
        draft.put_whole("content", "")
        return True
    words, (named, size) = message.words(first, end), message.label(first, end)
    stop = message.marked(",", first + size, end) or end
    alone = w.FILLING_OR_PRONOUNS.issuperset(message.words(first + size, stop))
    if named in w.SHORT_VALUES and draft.raw(named) and alone and named not in draft.closed:
        draft.put_whole(named, "")
        return True
    spans = ordinals(message, draft, first, end)
    if spans and not draft.passage("content").find(words):
        for span in reversed(spans):
            draft.take_out(("content", span))
        return True
    units = w.UNITS.intersection(message.words(max(0, first - 1), end))
    for name in _fields(label):
        meant = _meant(message, draft, name, (first, end), units)
        if meant:
            draft.take_out((name, meant))
            return True
    comma = message.marked(",", first + 1, end)
    if comma:  # "tên cô ấy, số 0912..."
        return _remove_named(message, draft, first, comma, label) | _remove_named(message, draft, comma, end, label)
    draft.edits.missed.append(message.between(first, end))
    return True


def _meant(message: EditMessage, draft: DraftWords, name: str, part: Span, units: frozenset[str]) -> Span | None:
    """Return the span in a field that a part of the message refers to, or None.

    If `units` has a word such as "câu" (sentence), return the sentence around the words, or a part of it.
    """
    passage, whole = draft.passage(name), not w.SENTENCES.isdisjoint(units)
    wanted = [word for word in message.words(*part) if word not in w.BESIDE_NAMED]
    if w.PRONOUNS.issuperset(wanted):
        return None  # "tên cô ấy" repeats no words of the draft
    place = draft.find(message.items[slice(*part)], name) if passage.raw else None
    if place and wanted and len(passage.words(place[1])) >= len(wanted):
        unit = units and not passage.covers(place[1], wanted)
        return _leaving_some(passage, place[1], whole=whole) if unit else place[1]
    if name != "content":
        return None
    words = describing(message, *part)
    found = draft.described(name, words, whole=whole)
    return draft.described(name, words, whole=False) if _is_all(passage, found) else found


def _leaving_some(passage: Passage, span: Span, *, whole: bool) -> Span:
    around = passage.around(span, whole=whole)
    if _is_all(passage, around):
        around = passage.around(span, whole=False)
    return span if _is_all(passage, around) else around


def _is_all(passage: Passage, span: Span | None) -> bool:
    return span is not None and passage.raw[slice(*span)].strip() == passage.raw.strip()


def _remove_word(message: EditMessage, draft: DraftWords, first: int, end: int, label: str) -> bool:
    heads = range(first, min(end, first + _HEADS))
    head = next((at for at in heads if message.items[at].operator in w.LITERAL), end)
    if head + 1 >= end or any(message.items[at].operator not in w.BESIDE_LITERAL for at in range(first, head)):
        return False
    stop = min(message.marked(".,;!?\n", head + 2, end) or end, head + 1 + _MOST_LITERAL)
    for last in range(stop, head + 1, -1):
        if w.BEHIND_LITERAL.issuperset(message.words(last, stop)):
            words = message.words(head + 1, last)
            found = next(((name, span) for name in _fields(label) if (span := draft.passage(name).find(words))), None)
            if found:
                draft.take_out(found)
                return True
    return False


def _fields(label: str) -> tuple[str, ...]:
    first = (label,) if label in {"place", "home", "email"} else ()
    return (*first, *(name for name in _REMOVABLE if name not in first))
