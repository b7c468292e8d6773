"""Instructions in a message that replace words or a value of a draft.

Each public function tries one form of instruction on the words `message.items[first:end]`. If they have that form, it
changes `draft` and returns True.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise

from petitions.domain.conversation.draft_words import MOST_CHANGES, DraftWords, Place
from petitions.domain.understanding import edit_words as w
from petitions.domain.understanding.edit_message import EditMessage, Item, Span, digits_of, has_digit, is_day
from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.text import Text

_MOST_MORE = 4
"""The most words by which new words may exceed the words that they contrast with."""
_FEW = 4
"""The most words of a new value that is only a number, and of a ward's name."""
_SHORT = 9
"""The most words of a short instruction, and the number of words looked at before or behind a label."""
_BRIEF = 5
"""The most words of an instruction that can hardly be anything but a correction."""
_DIGITS = range(9, 16)
"""The possible numbers of digits of a telephone number."""
_PAIR = 2
_AROUND = 3
"""The number of words on each side of "đầu" and "cuối" among which a number of sentences is looked for."""


def quotes(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Replace quoted words of the draft with other quoted words. The old ones come first."""
    if message.first(w.OUT, first, end):
        return False
    done = False
    for old, new in islice(pairwise(message.quotes(first, end)), MOST_CHANGES):
        place, words = draft.find(message.items[old : old + 1]), message.items[new].words
        if place is None or not words:
            continue
        known = draft.passage(place[0]).find(words) is not None
        if not known or words[0] == message.items[old].words[0]:
            draft.put(place, (message.items[new].quoted or "").strip())
            done = True
    return done


def contrast(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Replace A with B in "B chứ không phải A" and "không phải A mà là B"."""
    negated = message.first(w.NOT, first, end)
    if negated is None or message.phrase(negated[0] - 1, w.OUT) > 1:
        return False
    label = message.field_within(first, negated[0]) or message.field_within(negated[1], end)
    old, new, turned = _sides(message, negated, first, end)
    digits = message.digits(*old)
    named = message.items[slice(*old)]
    if len(digits) > 1 and digits in draft.raw("phone") and (label == "phone" or not draft.find(named)):
        return draft.change_phone(digits, message.digits(*new))
    place = draft.find(named, "" if label == "content" else label) or draft.find(named)
    if place is None:
        return _put_numbers(message, draft, new, label)
    quoted = message.quote(*new)
    begin, stop = message.without_lead(*new)
    begin += place[0] in w.ADDRESSES and begin + 1 < stop and message.is_word(begin, {"o"})  # "tôi ở 7 Trần Phú"
    words = quoted or message.trimmed(begin, stop, courteous=stop == end)
    if place[0] == "ward":
        return draft.assign("ward", words)
    number, given = draft.number_at(place), message.numbers(*new)
    whole = Text.of(draft.at(place)).folded == Text.of(message.trimmed(*old)).folded.strip()
    if number and given and not (whole and len(Text.of(draft.at(place)).words) > 1):
        return draft.put_number((place[0], number), given[0 if turned else -1], given)
    words = words if quoted else _like(words, draft.at(place))
    return bool(words) and _put(draft, place, words)


def _put(draft: DraftWords, place: Place, new: str) -> bool:
    """Replace the words of a place. If the old words are the ward of the draft, change the ward too."""
    ward = Text.of(draft.raw("ward")).folded
    moved = bool(ward) and place[0] == "content" and Text.of(draft.at(place)).folded == ward
    draft.put(place, new)
    if moved:
        draft.assign("ward", new)
    return True


def _like(new: str, old: str) -> str:
    """Return the part of the new words that begins or ends like the old ones.

    Without such a part, return all new words, or "" if they are many more than the old ones.
    """
    words, known = Text.of(new).words, [word.folded for word in Text.of(old).words]
    size = len(known)
    same = [at for at, word in enumerate(words) if word.folded == known[0]]
    if size > 1 and same and len(words) > size:
        return new[words[same[-1]].start :]
    if size > 1 and len(words) > size and words[-1].folded == known[-1]:
        return new[words[-size].start :]
    return new if len(words) <= size + _MOST_MORE else ""


def _sides(message: EditMessage, negated: Span, first: int, end: int) -> tuple[Span, Span, bool]:
    """Return the spans of the old and the new words beside a "not", and whether the new ones come last."""
    not_at, behind = negated
    but = message.first(w.BUT, behind, end)
    if but and behind < but[0] and but[1] < end and message.items[not_at].folded not in w.ADDING_NOT:
        return (behind, but[0]), (but[1], end), True  # "thật ra không phải 4 lần mà 5 lần"
    turned = message.first(w.BECOMES, behind, end)
    if turned and turned[0] == behind and turned[1] < end and "," in message.items[behind].gap:
        return (first, not_at), (turned[1], end), True  # "29C chứ không phải, là 29H"
    if turned and turned[1] < end and message.without_lead(first, not_at)[0] >= not_at:
        return (behind, turned[0]), (turned[1], end), True
    begin = first
    while (split := message.first(w.BECOMES, begin, not_at)) and split[1] < not_at:
        begin = split[1]
    if message.without_lead(begin, not_at)[0] < not_at:
        return (behind, message.marked(",", behind + 1, end) or end), (begin, not_at), turned is not None
    comma = message.marked(",", behind + 1, end) or end  # "không phải 5/10 đâu, 15/9 mới đúng"
    return (behind, comma), (comma, end), turned is not None


def into(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Replace A with B in "đổi A thành B" and "câu về A sửa: B"."""
    between = _between_sides(message, first, end)
    if between is None:
        return False
    first += message.phrase(first, w.ALTER)
    old, new = (first, between[0]), (between[1], end)
    named = message.items[slice(*old)]
    if not message.quote(*old) and (message.label(*new)[1] or w.FILLING_OR_PRONOUNS.issuperset(message.words(*old))):
        return False  # "sửa lại đôi chỗ: nơi xảy ra là ..."
    phones = telephones(Text.of(message.between(*new)).flat)
    if phones and draft.find(named) is None:
        return draft.assign("phone", phones[0].number)
    label = message.field_within(*old)
    label = "" if label == "content" or _is_of_another(draft, named, label) else label
    unit = w.WARDS.get(named[-1].folded)
    if not label and unit is not None and len(named) <= _FEW:
        return draft.assign("ward", f"{unit} {message.value(*new, 'name')}")
    if label == "phone":
        known, digits, phone = message.digits(*old), message.digits(*new), draft.raw("phone")
        return draft.change_phone(known if known and known in phone else phone[-len(digits) :], digits)
    place = draft.find(named, label)
    if label and (place is None or label == "name"):
        return draft.assign(label, message.value(*new, label))
    return _put_into(message, draft, old, new, place, label)


def _is_of_another(draft: DraftWords, named: Sequence[Item], label: str) -> bool:
    """Return whether a name occurs in the content and is not the citizen's: "đổi tên chị Hương thành ..."."""
    found = draft.find(named, "content") if label == "name" and draft.find(named, "name") is None else None
    return found is not None and len(draft.at(found).split()) > 1


def _between_sides(message: EditMessage, first: int, end: int) -> Span | None:
    alter = message.first(w.ALTER, first, end)
    for at in range(first + 1, end):
        gap = message.items[at].gap
        size = message.phrase(at, w.INTO) or message.phrase(at, w.IS)
        arrow = any(mark in gap for mark in w.ARROWS)
        if not (size or arrow or ":" in gap) or at + size >= end:
            continue
        quoted = message.items[at - 1].quoted is not None and message.items[at + size].quoted is not None
        strong = message.phrase(at, w.STRONG_IS) > 0
        if arrow or quoted or strong or (alter is not None and alter[1] <= at):
            return at, at + size
    return None


def _put_into(
    message: EditMessage, draft: DraftWords, old: Span, new: Span, place: Place | None, label: str
) -> bool:  # fmt: skip
    units = w.UNITS.intersection(message.words(*old))
    quoted = message.quote(*old)
    if units and not quoted and (place is None or place[0] == "content"):
        named = ordinals(message, draft, *old)
        span = named[0] if named else draft.described("content", describing(message, *old), whole=True)
        place = ("content", span) if span else place
    if place is None and quoted:
        draft.edits.missed.append(quoted)
        return True
    brief = not units and new[0] + _FEW > new[1] and bool(message.numbers(*new))
    if place is None or (brief and not draft.number_at(place)):
        return _put_numbers(message, draft, new, label)
    words = message.written(*new) if units else message.value(*new, place[0])
    if place[0] == "ward":
        return draft.assign("ward", words)
    return bool(words) and _put(draft, place, words)


def ordinals(message: EditMessage, draft: DraftWords, first: int, end: int) -> list[Span]:
    """Return the spans of sentences named by their position: "hai câu đầu", "câu cuối", "câu thứ hai"."""
    sentences = draft.passage("content").sentences
    found: set[int] = set()
    for at in range(first, end):
        word = message.items[at].folded
        near = message.words(max(first, at - _AROUND), min(end, at + _AROUND + 1))
        if word not in w.ORDINALS or w.ONE_OF_SENTENCES.isdisjoint(near):
            continue
        count = next((w.COUNTS[other] for other in near if other in w.COUNTS), 1) if "thu" not in near else 1
        if word in w.FIRST_ONES:
            found.update(range(len(sentences))[:count])
        elif word in w.LAST_ONES:
            found.update(range(len(sentences))[-count:])
        elif message.is_behind(at, {"thu"}):
            found.update(range(len(sentences))[w.COUNTS[word] - 1 : w.COUNTS[word]])
    return [sentences[at].span for at in sorted(found)]


def describing(message: EditMessage, first: int, end: int) -> list[str]:
    """Return the words of an instruction that describe a sentence, without diacritics and words for "change"."""
    first += message.phrase(first, w.ALTER)
    return [item.folded for item in message.items[first:end] if item.operator not in w.ALTER_BY_ITSELF]


def same_address(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Set the citizen's address to the place of the matter or the reverse: "Địa chỉ liên hệ là chỗ xảy ra luôn"."""
    if w.EVERYWHERE.intersection(message.words(first, end)):
        return draft.put_everywhere()
    at = next((at for at in range(first, end) if message.label(at, end)[1]), end)
    one, size = message.label(at, end)
    other = message.field_within(at + size, end)
    if {one, other} != w.ADDRESSES or message.first(w.NOT, first, end):
        return False
    return draft.assign(one, draft.raw(other))


def set_value(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Set the value behind a label: "nơi xảy ra: X", "số điện thoại là X"."""
    at = next((at for at in range(first, min(end, first + _SHORT)) if message.label(at, end)[1]), first)
    label, size = message.label(at, end)
    begin = at + size
    preceded = any(word not in w.BEFORE_LABEL for word in message.words(first, at))
    if label in {"", "content"} or begin >= end or preceded or message.first(w.OUT_ADD_NOT, first, at):
        short = end - first <= _SHORT and not (message.quotes(first, end) or _takes_out_number(message, first, end))
        written = message.between(first, end) if short else ""
        phones = telephones(Text.of(written).flat) if len(written) > _DIGITS.start else []
        return len(phones) == 1 and draft.assign("phone", phones[0].number)
    if message.phrase(begin, w.OUT_OR_NOT):
        return False
    more = message.phrase(begin, w.MORE) if label in w.ADDRESSES and draft.raw(label) else 0
    if more and begin + more < end:
        added = message.value(begin + more, end, label)
        return bool(added) and draft.assign(label, f"{draft.raw(label)}, {added}")
    missing = message.items[begin].folded == "thieu"
    begin = _behind_complaints(message, begin + missing, end)
    same = message.first(w.UNCHANGED, begin, end)
    end = same[0] if same else end
    value = message.value(begin, end, label) if begin < end else ""
    words = set(Text.of(value).folded.split())
    if words <= w.NO_VALUE or words & w.POINTING or message.first(w.OUT_OR_NOT, begin, end):
        return False
    if message.items[begin].folded in w.WRONG and not message.numbers(begin, end):
        return False  # "địa chỉ sai be bét"
    digits, old = digits_of(value), draft.raw(label)
    if label == "phone" and len(digits) not in _DIGITS:
        ending = w.ENDINGS.intersection(message.words(first, end)) and len(digits) > 1
        return bool(ending and old) and draft.change_phone(old[-len(digits) :], digits)
    return draft.assign(label, f"{value}, {old}" if missing and old and label in w.ADDRESSES else value)


def _takes_out_number(message: EditMessage, first: int, end: int) -> bool:
    found = message.first(w.OUT, first, end)
    return found is not None and any(has_digit(word) for word in message.words(found[1], min(end, found[1] + _AROUND)))


def _behind_complaints(message: EditMessage, begin: int, end: int) -> int:
    """Return the position of a new value behind a label and complaints: "sai rồi, phải là X"."""
    while (comma := message.marked(",", begin + 1, end)) and w.COMPLAINTS.intersection(message.words(begin, comma)):
        begin = comma
    begin = message.marked(":", begin, min(end, begin + _SHORT)) or begin
    for phrases in (w.HELD, w.ALTER, w.BECOMES, w.ONLY, w.HELD, w.IS):
        begin += message.phrase(begin, phrases)
    return begin


def number(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Replace a number that stands beside the same words: "con em 9 tháng rồi", "ngày 15/9 mới đúng"."""
    given = message.numbers(first, end)
    if not given or end - first == 1 or message.first(w.OUT_OR_ADD, first, end):
        return False
    moved = bool(w.MOVED.intersection(message.words(first, end))) or any(one.is_day for _, one in given)
    if len(given) == _PAIR and moved:  # "số nhà 41 chứ, ai lại 14"
        (_, one), (_, other) = given
        places = [draft.number(one), draft.number(other)]
        place, new = (places[0], other) if places[0] else (places[1], one)
        if place and None in places and new.is_day == is_day(draft.at(place)):
            draft.put(place, new.written)
            return True
    beside = end - first - sum(len(Text.of(one.written).words) for _, one in given)
    label = message.field_within(first, end)
    done = _put_numbers(message, draft, (first, end), label, eager=moved or beside < _BRIEF)
    if done and w.EVERYWHERE.intersection(message.words(first, end)):
        draft.put_everywhere()
    draft.edits.guessed = draft.edits.guessed or (done and not moved)
    return done


def _put_numbers(message: EditMessage, draft: DraftWords, new: Span, label: str, *, eager: bool = True) -> bool:
    done = [draft.align(message.items, at, one, name=label, eager=eager) for at, one in message.numbers(*new)]
    return any(done)
