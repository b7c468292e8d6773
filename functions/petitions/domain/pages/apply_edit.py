"""Merge changes of a draft made on its web page, field by field, with changes made in the chat meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from petitions.domain.citizen.citizen import has_consented
from petitions.domain.citizen.draft import EditConflict, InputPart, PetitionDraft, words_of
from petitions.domain.citizen.draft_changes import CONTENT, MOST_CONFLICTS, PAGE_FIELDS, in_words, settled
from petitions.domain.conversation.filing import (
    ASKED_TWICE,
    ask_next,
    consent,
    place_shown,
    readable,
    resolve_place,
    send,
    show_edit,
)
from petitions.domain.conversation.turn import FilePetition, Slot, Turn
from petitions.domain.pages.draft_view import SECOND, marks_of, seen_draft
from petitions.domain.pages.filled_form import WRONG, kept_value, lines
from petitions.domain.pages.posts import DraftEdit, PagePost, mark
from petitions.domain.pages.two_stories import differing, line_marks, with_marked
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.records import Record
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import Situation


@dataclass
class _Merge:
    turn: Turn
    post: PagePost
    edit: DraftEdit
    stale: list[str]
    """The fields whose values in the draft have changed since the page was shown."""
    fresh: bool
    """Whether the page showed the current draft."""
    conflicts: list[EditConflict] = field(default_factory=list)

    def unseen(self, name: str) -> bool:
        return mark(in_words(self.turn.draft, name)) != self.edit.seen.mark_of(name)

    def clash(self, name: str, kept: str, other: str) -> None:
        if kept != other:
            self.conflicts.append(EditConflict(field=name, kept=kept, other=other, at=self.post.at))


def edit_on_page(turn: Turn, post: PagePost, edit: DraftEdit) -> None:
    """Merge the edit from a page into the draft. File the draft if the post asks for it and nothing else changed.

    Without the citizen's consent nothing changes. The reply names every conflict with its two values.
    """
    if edit.consents and not has_consented(turn.citizen):
        consent(turn)
    if not has_consented(turn.citizen):
        turn.say(Slot.NOTE, "page_unconsented")
        return
    before = turn.draft
    stale = [name for name, known in seen_draft(before).fields.items() if edit.seen.mark_of(name) != known]
    merge = _Merge(turn, post, edit, stale=stale, fresh=edit.seen.revision == seen_draft(before).revision)
    turn.say(Slot.DONE, "page_received")
    _edit_values(merge)
    _edit_type(merge)
    _edit_place(merge)
    _edit_content(merge)
    _edit_second(merge)
    _edit_files(merge)
    merged = settled(before, turn.draft, post.at, _named(edit))
    turn.change_draft(**_differences(turn.draft, merged))
    lost = [one for one in merged.conflicts if one not in before.conflicts]
    mine = [one for one in merge.conflicts if all(one.field != other.field for other in lost)]
    unseen = [] if merge.fresh else before.conflicts
    turn.change_draft(conflicts=[*unseen, *lost, *mine][-MOST_CONFLICTS:])
    for one in [*lost, *mine]:
        kept, other = one.kept, one.other
        if one.field == CONTENT:
            kept, other = differing(kept, other), differing(other, kept)
        shown = {"kept": _shown(one.field, kept, turn), "other": _shown(one.field, other, turn)}
        turn.say(Slot.NOTE, "page_conflict", what=one.field, **shown)
    if turn.talk.question and turn.talk.question.purpose == "matters" and edit.content is not None:
        turn.change(question=None)
    _go_on(merge)


def _named(edit: DraftEdit) -> set[str]:
    placed = edit.ward is not None or edit.point is not None or edit.without_point
    place = {"place"} if placed else set[str]()
    return {*edit.changes, *place, *({CONTENT} if edit.content is not None else ())}


def _edit_values(merge: _Merge) -> None:
    turn = merge.turn
    for name, value in merge.edit.changes.items():
        if name not in PAGE_FIELDS or name == "place":
            continue
        attribute, new = PAGE_FIELDS[name][0], kept_value(name, value)
        old, current = getattr(turn.draft, attribute), in_words(turn.draft, name)
        if new is WRONG or new == old:
            continue
        unseen = merge.unseen(name)
        turn.change_draft(**{attribute: new})
        if unseen:
            merge.clash(name, in_words(turn.draft, name), current)
        elif name in {"type", "reply_by"}:
            turn.say(Slot.DONE, f"page_{name}_{new or 'none'}")
        else:
            show_edit(turn, name, old, str(new or "–"))


def _edit_type(merge: _Merge) -> None:
    turn, name = merge.turn, merge.edit.changes.get("name")
    if not name or "type" in merge.edit.changes or turn.draft.type == "business":
        return
    reading = turn.guide.read(name, Situation.NAME)
    if any(give.field == "org" for give in reading.of(c.Give)):
        turn.change_draft(type="business")
        turn.say(Slot.DONE, "page_type_business")


def _edit_place(merge: _Merge) -> None:
    turn, edit = merge.turn, merge.edit
    words = edit.changes.get("place")
    if words is None and edit.ward is None and edit.point is None and not edit.without_point:
        return
    draft, current, unseen = turn.draft, in_words(turn.draft, "place"), merge.unseen("place")
    old = place_shown(draft, turn.guide)
    address = kept_value("place", words) if words is not None else draft.address
    point = None if edit.without_point else edit.point or draft.location
    ward = edit.ward if edit.ward and turn.guide.has_ward(edit.ward) else None
    if ward:
        named = {"address": address or turn.guide.ward_name(ward), "ward": ward, "location": point}
        turn.change_draft(**named, ward_choices=[], address_attempts=ASKED_TWICE)
    else:
        turn.change_draft(address_attempts=ASKED_TWICE - 1, ward=None, location=point)
        resolve_place(turn, address, point)
        left_as_shown = draft.ward and edit.ward is None and edit.point is None
        if left_as_shown and turn.draft.ward is None:
            turn.change_draft(ward=draft.ward, ward_choices=[])
    if unseen:
        merge.clash("place", in_words(turn.draft, "place"), current)
    else:
        show_edit(turn, "place", old, place_shown(turn.draft, turn.guide) or "–")


def _edit_content(merge: _Merge) -> None:
    """Replace the texts shown on the page, and texts from other pages, with the new description of the problem.

    Texts sent in the chat since then stay after it.
    """
    turn, edit = merge.turn, merge.edit
    if edit.content is None:
        return
    draft = turn.draft
    text = lines(edit.content)
    whole = [part for part in draft.parts if part.key in edit.seen.texts or _is_whole(part)]
    shown = [part for part in whole if part.words()]
    there = marks_of(draft, shown)
    current = words_of(shown)
    if current == text:
        return
    if UpTo(merge.post.at).is_over(draft.set_at.get(CONTENT, merge.post.at)):
        merge.clash(CONTENT, current, text)
        return
    if there != edit.seen.texts:
        merge.clash(CONTENT, text, current)
        text = _with_unseen(text, current, draft, edit)
    others = [part for part in draft.parts if part not in shown]
    at = min((part.at for part in shown), default=merge.post.at)
    new = [InputPart(key=merge.post.input_key + _WHOLE, at=at, type="text", text=text)] if text else []
    parts = sorted([*others, *new], key=lambda part: (part.at, part.key))
    replaced = {part.key: line_marks(part.words()) for part in shown if not _is_whole(part)}
    turn.change_draft(parts=parts, rewriting=False, matters_asked=True, rewritten=draft.rewritten | replaced)
    turn.say(Slot.DONE, "page_content")


def _with_unseen(text: str, current: str, draft: PetitionDraft, edit: DraftEdit) -> str:
    """Return the new description, followed by the lines of the current one that the page has not shown."""
    unseen = draft.rewritten.keys() - edit.seen.texts.keys()
    return with_marked(text, current, " ".join(map(draft.rewritten.__getitem__, unseen)))


_WHOLE = "-whole"
"""The suffix of the key of a text that is the whole description as sent from a page."""


def _is_whole(part: InputPart) -> bool:
    return part.key.endswith(_WHOLE)


def _edit_second(merge: _Merge) -> None:
    turn, edit = merge.turn, merge.edit
    if edit.second is None:
        return
    draft = turn.draft
    current, text = words_of(draft.then), lines(edit.second)
    if current == text:
        return
    if {part.key: mark(part.words()) for part in draft.then if part.words()} != edit.seen.second:
        merge.clash(CONTENT, current, text)
        return
    key = f"{merge.post.input_key}-s"
    then = [InputPart(key=key, at=merge.post.at, type="text", text=text)] if text else []
    turn.change_draft(then=then, matters_asked=True)
    turn.say(Slot.DONE, "page_second" if text else "page_one_matter")


def _edit_files(merge: _Merge) -> None:
    turn, edit, draft = merge.turn, merge.edit, merge.turn.draft
    gone = {part.key for part in draft.all_parts() if part.is_file() and part.key in edit.removed}
    if gone:
        kept = {name: [part for part in getattr(draft, name) if part.key not in gone] for name in ("parts", "beyond")}
        turn.change_draft(**kept)
        turn.say(Slot.DONE, "page_files_removed", count=len(gone))
    if edit.order and edit.order != [part.key for part in draft.files()]:
        turn.change_draft(file_order=edit.order)
    new = [part for part in merge.post.parts() if part.key not in {old.key for old in draft.all_parts()}]
    if new:
        turn.keep(new)
        turn.say(Slot.DONE, "page_files_added", count=len(new))


def _differences(before: Record, after: Record) -> dict[str, Any]:
    names = type(before).model_fields
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


def _shown(name: str, words: str, turn: Turn) -> str:
    if name == "place":
        address, ward, *_ = [*words.split("\n"), ""]
        named = turn.guide.ward_name(ward) if ward else ""
        words = ", ".join(filter(None, [address, named if named.lower() not in address.lower() else ""]))
    return readable(words) or "–"


def _go_on(merge: _Merge) -> None:
    """File the draft if the post asks for it and the page was up to date. Otherwise ask the next question."""
    turn = merge.turn
    if merge.edit.sends and merge.fresh and not merge.conflicts:
        asked = {"duplicate_asked": True, "matters_asked": True, "compared": True}
        # The page also asks for the telephone, so an empty field means that none is given (LAW 1.3).
        turn.change_draft(**asked, phone=turn.draft.phone or "")
        send(turn)
        if not turn.does(FilePetition) and not turn.asked:
            turn.say(Slot.NOTE, "page_incomplete")
    elif merge.edit.sends:
        turn.say(Slot.NOTE, "page_changed_meanwhile")
        for name in merge.stale:
            turn.say(Slot.NOTE, "page_changed_field", what="content" if name == SECOND else name)
    if turn.drafting and not turn.asked:  # the same draft, or a second matter
        ask_next(turn, whole=True)
