"""Carry out the corrections that a citizen makes to a petition being written, and show the old and the new words.

The reply also mentions corrections without effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft import PetitionDraft
from petitions.domain.conversation.draft_words import Edits
from petitions.domain.conversation.edits import read_edits
from petitions.domain.conversation.filing import (
    ATTRIBUTES,
    LONGEST_QUOTED,
    STEPS,
    consented,
    give_value,
    kept_as,
    place_shown,
    readable,
    resolve_place,
    show_edit,
)
from petitions.domain.conversation.passages import find, put_in
from petitions.domain.conversation.same_place import mentions_people
from petitions.domain.conversation.turn import CityGuide, Slot, Turn
from petitions.domain.language.words import normal, shortened
from petitions.domain.petition.contacts import dialled
from petitions.domain.shared.records import replace
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.text import Text

SURELY_TOLD = 0.8
"""The probability from which a message is taken to describe the problem. Doubtful edits in it are ignored."""
SURELY_APART = 0.9
"""The probability from which a part of a message is not an edit but, for example, a question."""
_APART = (
    c.Affirm, c.Ask, c.Status, c.Cancel, c.CallPerson, c.Feedback, c.Choose, c.Finish, c.Skip, c.Rate, c.Talk,
)  # fmt: skip
_TELLING = (c.Tell, c.Add, c.Contest, c.Unclear)
LONGEST_NO = 3
"""The most words of a plain "no". A longer one also describes a mistake."""
_FIELDS = ("name", "home", "phone", "email")
_VALUES = frozenset({*_FIELDS, "place", "ward"})
_EARLY = frozenset({Step.CONSENT, Step.CONTENT})
_READ_AGAIN = (
    c.Correct, c.Remove, c.Tell, c.Add, c.Give, c.Contest, c.Unclear, c.Deny, c.Talk, c.Skip, c.Choose, c.Status,
)  # fmt: skip
"""The kinds of commands that are ignored in words already read as an edit."""


def edit_draft(turn: Turn) -> None:
    """Carry out the edits that the message asks for in words, such as "đổi 5 thành 7", before other commands.

    While the summary is shown, every field can be edited. While consent or the content is asked for, only the content
    can, and only if the message was read as a correction or removal. The same holds during a danger, in which "số 12
    phố …" may be the citizen's position. At other steps no edit is made.
    """
    question = turn.talk.question
    if not turn.drafting or not turn.entry.text or turn.reading.taught or (question and question.codes):
        return
    corrects = turn.holds(c.Correct, c.Remove)
    early = turn.step in _EARLY and bool(turn.draft.content()) and corrects
    alarmed = turn.reading.in_danger or turn.reading.situation is Situation.DANGER
    summed_up = turn.step is Step.CONFIRM and (corrects or not alarmed)
    if not (summed_up or early):
        return
    if turn.holds(c.Erase, c.Withdraw, c.WithdrawConsent):
        return
    if any(drop.chance >= SURELY_APART for drop in turn.reading.of(c.Cancel)):
        return
    was = _by_name(turn.draft)
    senders = [wish for wish in turn.reading.of(c.Correct) if _correct_sender(turn, wish)]
    turn.leave_out(lambda _, command: command in senders)
    sure = [command for command in turn.reading.commands if command.chance >= SURELY_APART]
    apart = [
        (one.start, one.end) for one in sure if isinstance(one, _APART) or (isinstance(one, c.Deny) and _is_short(one))
    ]
    apart += [(wish.start, wish.end) for wish in senders]
    values = [(one.start, one.end) for one in turn.reading.commands if not isinstance(one, _TELLING)]
    closed = _VALUES if early else frozenset()
    edits = read_edits(turn.reading.text, _values(turn), apart=apart, values=values, closed=closed)
    stories = (*turn.reading.of(c.Tell), *turn.reading.of(c.Add))
    tells = any(story.chance >= SURELY_TOLD for story in stories) and not turn.reading.has(c.Correct, c.Remove)
    personal = any(change.field in _FIELDS for change in edits.changes)
    if tells and (edits.guessed or personal or not edits.changes):
        return
    turn.edited = _carry_out(turn, edits) or bool(senders)
    if edits.undone is None:
        _remember(turn, was)
    if turn.edited:
        kept = _whole_contact(turn)
        if early:  # values are for later questions, and unclear words leave the consent unclear
            given = turn.reading.valued
            kept += [one for one in given if one.value and one.field in _VALUES]
        again = [kind for kind in _READ_AGAIN if not early or kind is not c.Unclear]
        turn.take_within(edits.taken, *again, but=kept)
        changed = {change.field for change in edits.changes}
        turn.take_fields(changed)


def _whole_contact(turn: Turn) -> list[c.Correct | c.Give]:
    every = turn.reading.valued
    values = [one for one in every if one.value]
    by_clause = {one.start: {other.field for other in values if other.start == one.start} for one in values}
    return [one for one in values if by_clause[one.start] >= {"name", "home", "phone"}]


def _is_short(command: c.Command) -> bool:
    return len(command.words.split()) <= LONGEST_NO


def correct_values(turn: Turn) -> None:
    """Carry out the corrections of single values, such as a new name, that `edit_draft` has not handled."""
    was = _by_name(turn.draft)
    for wish in _places_joined(_with_values(turn)):
        describes = wish.value is None and len(wish.words.split()) > LONGEST_NO
        if describes and turn.edited:
            turn.say(Slot.NOTE, "edit_unread", old=shortened(wish.words, LONGEST_QUOTED))
        if describes and not turn.edited and turn.step in _EARLY and wish.field in {None, "content"}:
            _keep_words(turn, wish)
        if wish.value is None and (turn.edited or not consented(turn)):
            continue  # consent comes before questions about values
        if wish.value is None:
            _correct_without_value(turn, wish)
        elif wish.field:
            _correct(turn, wish, wish.field, wish.value)
    for removal in turn.take(c.Remove):
        if not turn.edited:
            _carry_out(turn, read_edits(Text.of(f"bỏ {removal.target}"), _values(turn)))
    if not turn.edited:
        _remember(turn, was)


def _keep_words(turn: Turn, wish: c.Correct) -> None:
    typed = next(part for part in turn.entry.parts if part.type == "text")
    turn.keep([replace(typed, text=wish.words)])


_SENDERS = {
    "business": tuple(Text.of(word).folded for word in ("công ty", "doanh nghiệp", "tổ chức", "company")),
    "individual": tuple(Text.of(word).folded for word in ("cá nhân", "individual", "private person")),
}
_KINDS = {word for words in _SENDERS.values() for phrase in words for word in phrase.split()} | {"toi", "la", "em"}
"""Words, without diacritics, that only name a kind of sender, such as "công ty" (company)."""


def _correct_sender(turn: Turn, wish: c.Correct) -> bool:
    if wish.field not in {"name", "org"} or not _KINDS.issuperset(Text.of(wish.value or "").folded.split()):
        return False
    wording = Text.of(wish.words).folded.partition(" khong phai")[0]
    kind = next((kind for kind, words in _SENDERS.items() if any(word in wording for word in words)), None)
    if kind == "individual" and turn.draft.type == "business":
        named = turn.draft.name or ""
        turn.change_draft(type=kind, name=named.partition("(")[2].rstrip(") ") or named or None)
        turn.say(Slot.DONE, "type_changed", type=kind)
    elif kind == "business":
        _correct_without_value(turn, replace(wish, field="org", value=None))
    return kind is not None


def _correct(turn: Turn, wish: c.Correct, field: str, value: str) -> None:
    if field == "content":
        words = f"đổi “{wish.old}” thành “{value}”" if wish.old else f"thêm: {value}"
        _carry_out(turn, read_edits(Text.of(words), _values(turn)))
    elif field == "place":
        _correct_place(turn, _with_spot(turn, normal(value)))
    else:
        _set(turn, field, value)


def _remember(turn: Turn, was: dict[str, str | None]) -> None:
    now = _by_name(turn.draft)
    changed = {name: was[name] for name in was if was[name] != now[name]}
    if changed:
        turn.change_draft(before=changed)


def _values(turn: Turn) -> dict[str, str]:
    draft = turn.draft
    return {
        "content": draft.content(),
        "place": draft.address or "",
        "ward": turn.guide.ward_name(draft.ward) if draft.ward else "",
        "home": draft.residence or "",
        "name": draft.name or "",
        "phone": dialled(draft.phone) if draft.phone else "",
        "email": draft.email or "",
    }


def _carry_out(turn: Turn, edits: Edits) -> bool:
    """Apply edits to the draft and add the differences to the reply. Return False if there are none."""
    before = turn.draft
    if edits.undone is not None and before.before:
        _undo(turn, edits.undone)
        return True
    if edits.values["content"] != before.content():
        _set_content(turn, edits.values["content"])
        for change in (change for change in edits.changes if change.field == "content"):
            _show(turn, change.old, change.new, rewritten=edits.rewritten)
    changed = {change.field for change in edits.changes}
    if "place" in changed and edits.values["place"]:
        _correct_place(turn, normal(edits.values["place"]))
    if "ward" in changed:
        _correct_place(turn, _with_spot(turn, normal(edits.values["ward"])))
    for field in _FIELDS:
        if field in changed:
            _set(turn, field, edits.values[field])
    for words in edits.missed:
        turn.say(Slot.NOTE, "edit_not_found", old=shortened(words, LONGEST_QUOTED))
    return turn.draft != before or bool(edits.changes or edits.missed)


def _set_content(turn: Turn, words: str) -> None:
    texts = [part for part in turn.draft.parts if part.type == "text"]
    typed = texts[0] if texts else next(part for part in turn.entry.parts if part.type == "text")
    others = [part for part in turn.draft.parts if part.type != "text"]
    turn.change_draft(parts=others, beyond=[part for part in turn.draft.beyond if part.type != "text"])
    links = "\n".join(part.url or "" for part in others if part.type == "link")
    words = words.replace(links, "").strip() if links else words
    if words:
        turn.keep([replace(typed, text=words)])


def _show(turn: Turn, old: str, new: str, *, rewritten: bool) -> None:
    shown = shortened(new or old, LONGEST_QUOTED)
    if rewritten:
        turn.say(Slot.DONE, "rewritten", words=shown)
    elif old and new:
        show_edit(turn, "content", old, new)
    elif old:
        turn.say(Slot.DONE, "removed", words=shown)
    else:
        turn.say(Slot.DONE, "added_to_story", words=shown)


def _set(turn: Turn, field: str, value: str) -> None:
    old = getattr(turn.draft, ATTRIBUTES[field])
    if value:
        before = turn.draft
        if kept_as(turn, field, value) is None:
            turn.say(Slot.NOTE, f"{STEPS[field]}_again")
            return
        give_value(turn, field, value, shown=True)
        if turn.draft == before and not turn.doubted:
            turn.say(Slot.NOTE, "edit_same", what=field, new=readable(value))
    elif old:
        turn.change_draft(**{ATTRIBUTES[field]: "" if field == "phone" else None})
        turn.say(Slot.DONE, "removed", words=readable(old))


def _undo(turn: Turn, words: str) -> None:
    """Undo the edits of the last message that had any. If `words` occur in the former text, restore only the text."""
    now, before = _by_name(turn.draft), turn.draft.before
    content = before.get("content") or ""
    names = ["content"] if words and words in Text.of(content).folded else list(before)
    if "content" in names:
        _set_content(turn, content)
        turn.say(Slot.DONE, "rewritten", words=shortened(content, LONGEST_QUOTED))
    values = {name: before[name] for name in names if name != "content"}
    turn.change_draft(**values, before={name: now[name] for name in names})
    for field in ("place", *_FIELDS):
        name = ATTRIBUTES.get(field, "address")
        if name in values and values[name] != now[name]:
            show_edit(turn, field, now[name], values[name])


def _by_name(draft: PetitionDraft) -> dict[str, str | None]:
    return {"content": draft.content(), **{name: getattr(draft, name) for name in _UNDOABLE}}


_UNDOABLE = ("address", "ward", "name", "residence", "phone", "email", "type")


def _correct_place(turn: Turn, where: str) -> None:
    if not turn.is_place(where):
        if mentions_people(Text.of(where), turn.guide.names_of_places):
            turn.keep(turn.entry.telling)
            turn.say(Slot.DONE, "added_to_story", words=shortened(turn.entry.text, LONGEST_QUOTED))
            turn.go_to(Step.ADDRESS)
            turn.ask("address_again")
        else:
            turn.ask("edit_what")
        return
    old = place_shown(turn.draft, turn.guide)
    if where == turn.draft.address:
        turn.say(Slot.NOTE, "edit_same", what="place", new=readable(where))
        return
    ward, named = turn.draft.ward, turn.guide.wards(where, None)[0]
    if ward and (not named or ward in named):  # another spot in the same ward
        turn.change_draft(address=where, location=None)
    else:
        turn.change_draft(address_attempts=0, ward_choices=[], location=None)
        resolve_place(turn, where, None)
    show_edit(turn, "place", old, place_shown(turn.draft, turn.guide))


def _with_spot(turn: Turn, value: str) -> str:
    """Return a place after its correction. A correction of only the ward keeps the known street or house."""
    draft, guide = turn.draft, turn.guide
    if not draft.address or not _is_ward(guide, value) or _is_ward(guide, draft.address):
        return value
    former = guide.ward_name(draft.ward) if draft.ward else ""
    found = find(draft.address, former) if former else None
    bare = None if found or not former else find(draft.address, former.partition(" ")[2])
    if bare and draft.address[: bare[0]].rstrip()[-1:] in {"", ","}:  # not "cầu Đa Phúc"
        found = bare
    return put_in(draft.address, found, value) if found else f"{draft.address}, {value}"


def _is_ward(guide: CityGuide, place: str) -> bool:
    wards, sure = guide.wards(place, None)
    named = Text.of(guide.ward_name(wards[0])).folded if wards and sure else ""
    return bool(named) and Text.of(place).folded in {named, named.partition(" ")[2]}


def _with_values(turn: Turn) -> list[c.Correct]:
    """Return the corrections without those whose value another clause gives: "tên sai rồi, phải là Lan"."""
    edits = turn.take(c.Correct)
    values: list[c.Correct | c.Give] = [*edits, *turn.reading.of(c.Give)]
    given = {one.field for one in values if one.value}
    return [edit for edit in edits if edit.value or not given]


def _places_joined(edits: Sequence[c.Correct]) -> Iterator[c.Correct]:
    places = [edit for edit in edits if edit.field == "place" and edit.value and not edit.old]
    for edit in edits:
        if edit not in places:
            yield edit
        elif edit is places[0]:
            yield replace(edit, value=", ".join(dict.fromkeys(one.value or "" for one in places)))


def _correct_without_value(turn: Turn, edit: c.Correct) -> None:
    if edit.field == "org" and turn.draft.type != "business":
        turn.change_draft(type="business")
        turn.say(Slot.DONE, "type_changed", type="business")
        turn.go_to(Step.NAME)
        turn.ask("org_ask")
    elif edit.field == "org" and turn.draft.name:
        turn.say(Slot.NOTE, "edit_same", what="org", new=readable(turn.draft.name))
    elif edit.field and (step := STEPS.get(edit.field)):
        turn.go_to(step)
        turn.ask(f"{step}_ask")
    else:
        turn.ask("edit_which")
