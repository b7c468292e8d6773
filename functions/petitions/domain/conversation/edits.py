"""Read how a message in the citizen's own words edits a petition being written: "đổi 5 thành 7".

A message is cut into instructions. An instruction names words of the draft (quoted, repeated or described) and their
replacement. Only words found in the draft change. Words that are not found are returned as missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from petitions.domain.conversation import parts_of_content as parts
from petitions.domain.conversation import replacing
from petitions.domain.conversation.draft_words import MOST_CHANGES, DraftWords, Edits
from petitions.domain.shared.edges import AtMost
from petitions.domain.understanding import edit_words as w
from petitions.domain.understanding.edit_message import MOST_ITEMS, EditMessage, Span
from petitions.domain.understanding.other_people import OtherPeople
from petitions.domain.understanding.short_forms import COURTESY_FOLDED
from petitions.domain.understanding.text import Text

_STOPS = frozenset("!?;\n")
PERSONAL = frozenset({"name", "phone", "home", "email"})
"""The fields with the citizen's own data."""
_LONGEST_SENDING = 7
"""The most words of a request to send the petition, such as "gửi đi giúp em"."""


def read_edits(
    text: Text,
    before: Mapping[str, str],
    *,
    apart: Sequence[Span] = (),
    values: Sequence[Span] = (),
    closed: frozenset[str] = frozenset(),
) -> Edits:
    """Return the edits that a message makes of a draft's values.

    Args:
        text: the message.
        before: the values as they stand, by field.
        apart: spans of the message with another meaning, which are not read.
        values: spans of clauses that give values. Words to add end before such a clause.
        closed: fields that do not change. If an instruction names another person, the citizen's own data do not change
            either.
    """
    message, draft = EditMessage(text, apart, values), DraftWords(before)
    others = OtherPeople(text)
    pieces = list(_instructions(message))
    until, unread = 0, None  # where the instructions read so far end, and where one begins that was not understood
    for number, (begin, end) in enumerate(pieces):
        first = message.without_opening(begin, end)
        if begin < until or first >= end:
            continue
        if not AtMost(MOST_CHANGES).has_room(len(draft.edits.changes)):
            break
        until = _run_on(message, first, pieces[number:])
        names_others = others.are_meant(message.items[begin].start, message.items[until - 1].end)
        draft.closed = closed | (PERSONAL if names_others else frozenset())
        done, begun = _carried_out(message, draft, (first, until), begin, unread)
        unread = None if done else begun
        if done:
            draft.edits.taken.append((message.items[begun].start, message.items[until - 1].end))
    return draft.edits


def _carried_out(
    message: EditMessage, draft: DraftWords, part: Span, begin: int, unread: int | None
) -> tuple[bool, int]:
    """Carry out an instruction, together with unread words before it if it refers back to them.

    Return whether that succeeded, and the index of the item where the instruction begins.
    """
    gap, missed = draft.gap, len(draft.edits.missed)
    if unread is not None and message.field_within(unread, part[0]) and message.phrase(part[0], w.ALTER):
        done = _instruct(message, draft, unread, part[1])  # "địa chỉ sai rồi, sửa lại: ..."
        return done, unread if done else begin
    done = _instruct(message, draft, *part)
    failed = not done or len(draft.edits.missed) > missed
    if unread is not None and failed and _points_back(message, *part):
        del draft.edits.missed[missed:]
        begin, done = unread, _instruct(message, draft, unread, part[1])
    if draft.gap == gap:
        draft.gap = None
    return done, begin


def words_to_add(text: str) -> str:
    """Return the words to add to the petition, without the request itself: "..., ghi vào giúp em" -> "..."."""
    message = EditMessage(Text.of(text))
    first, end = message.phrase(0, w.PUT_IN), len(message.items)
    while 0 < first < end and message.is_word(first, w.ADDED_HEADS):
        first += 1
    for at in range(end - 1, max(first, end - _LONGEST_SENDING), -1):
        size = message.phrase(at, w.PUT_IN)
        if size and w.BESIDE_WISHES.issuperset(message.words(at + size, end)):
            end = at
    while end < len(message.items) and end - 1 > first and message.is_word(end - 1, COURTESY_FOLDED):
        end -= 1
    return message.between(first, end) if first or end < len(message.items) else text


# Cutting a message into instructions.


def _instructions(message: EditMessage) -> Iterator[Span]:
    """Yield the spans of the instructions in a message: sentences, or parts of one with a change of their own."""
    begin = 0
    for at in range(1, len(message.items)):
        gap = message.items[at].gap
        stop = not _STOPS.isdisjoint(gap) or (("." in gap or "…" in gap) and " " in gap)
        stop = stop or (":" in gap and message.label(at, len(message.items))[1] > 0)  # "sửa đôi chỗ: nơi xảy ra là ..."
        joined = ", " in gap or "–" in gap or " - " in gap or message.items[at].folded in w.JOINING
        if stop or (joined and _acts(message, max(begin, at - MOST_ITEMS), at)):
            yield begin, at
            begin = at
    if message.items:
        yield begin, len(message.items)


def _acts(message: EditMessage, begin: int, at: int) -> bool:
    most = min(len(message.items), at + MOST_ITEMS)
    first = message.without_opening(at, most)
    if message.phrase(first, w.NOT) or message.phrase(at - 1, w.ASIDE):
        return False
    if any(message.phrase(first, phrases) for phrases in w.ACTS):
        return True
    if message.label(first, len(message.items))[1]:  # "bỏ tên cô ấy, số 0912..." takes out both
        taken_out = message.phrase(message.without_opening(begin, at), w.OUT)
        return not taken_out or message.first(w.IS, first, most) is not None
    if message.items[at].folded in w.JOINING and "," not in message.items[at].gap:
        return False
    if message.items[at].quoted and message.phrase(message.without_opening(begin, at), w.OUT):
        return False
    end = message.marked(",.;!?\n", at + 1, most) or most
    if message.field_within(begin, at) in w.ADDRESSES or message.first(w.ADD, begin, at):
        return False
    if message.first(w.NOT, begin, at) and message.first(w.IS, first, end):
        return False
    changes = message.numbers(first, end) or message.quote(first, end)
    return bool(changes) or any(message.first(phrases, first, end) for phrases in w.CHANGES)


def _run_on(message: EditMessage, first: int, pieces: Sequence[Span]) -> int:
    """Return the index at which the first instruction ends.

    After "thêm:" (add) and "nội dung:" (content), an instruction continues over several sentences.
    """
    end = pieces[0][1]
    added, anew = message.phrase(first, w.ADD), message.phrase(first, w.ANEW)
    head = first + (added or anew)
    if head == first or head >= len(message.items):
        return end
    introduced = anew and any(message.phrase(head, phrases) for phrases in (w.BECOMES, w.ALTER))
    if not introduced and ":" not in message.items[head].gap:
        return end
    for begin, after in islice(pieces, 1, None):
        sending = after - begin <= _LONGEST_SENDING and not w.SENDING.isdisjoint(message.words(begin, after))
        if sending or message.is_past_clause(begin, first):
            break
        if added and _acts(message, max(first, begin - MOST_ITEMS), begin):
            break
        end = after
    return end


def _points_back(message: EditMessage, first: int, end: int) -> bool:
    if message.phrase(first, w.ALTER):
        return True
    found = message.first(w.OUT, first, end)
    named = [item for item in message.items[first:end] if item.quoted or item.folded not in w.FILLING_OR_PRONOUNS]
    return found is not None and len(named) <= found[1] - found[0]


# Carrying out one instruction.


def _undo(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    """Note the wish to undo a change: "hoàn tác", "câu đầu để như cũ". Return False if the words are no such wish."""
    found = message.first(w.UNDO, first, end)
    if found is None or not {"nguyen", "van"}.isdisjoint(message.words(first, found[0] + 1)):
        return False
    words = [word for word in message.words(found[1], end) if word not in w.FILLING]
    draft.edits.undone = message.quote(first, end) or " ".join(words)
    return True


_FORMS = (
    _undo, parts.instead, parts.anew, parts.add, replacing.quotes, replacing.contrast, replacing.into,
    replacing.same_address, replacing.set_value, parts.keep, parts.remove, replacing.number,
)  # fmt: skip
"""Functions that carry out one form of instruction each, and return whether the words have this form."""
_WEAK = (replacing.set_value, replacing.number)
"""Forms recognised by their value alone, which a question may contain too."""


def _instruct(message: EditMessage, draft: DraftWords, first: int, end: int) -> bool:
    behind = message.items[end].gap if end < len(message.items) else message.raw[message.items[end - 1].end :]
    last = next((word for word in reversed(message.words(first, end)) if word not in COURTESY_FOLDED), "")
    asked = last == "chua" or ("?" in behind and message.first(w.REQUESTS, first, end) is None)
    if asked and message.quote(first, end) is None:
        return False
    forms = [form for form in _FORMS if last not in w.ASKING or form not in _WEAK]
    return any(form(message, draft, first, end) for form in forms)
