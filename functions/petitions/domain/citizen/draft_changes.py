"""The fields of a draft that a message has changed, with the time. A value that arrives late replaces no newer one.

The chat and the citizen's page change the same draft, and their messages arrive in any order. Once a draft has a page,
every changed field is stamped with the time at which the citizen changed it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from petitions.domain.citizen.draft import NAMED_OTHERWISE, EditConflict, InputPart, PetitionDraft
from petitions.domain.petition.petition import CONTACT_FIELDS
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.records import replace

PAGE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "place": ("address", "ward", "location", "ward_choices", "address_attempts"),
    "type": ("type",),
    **{name: (NAMED_OTHERWISE.get(own, own),) for name, own in CONTACT_FIELDS.items()},
    "reply_by": ("reply_by",),
}
"""The fields shown on the page, in its order, with the draft's attributes that hold them, the text shown first."""
CONTENT = "content"
"""The name of the content as a field. It changes if a text is edited or removed, but not if a text is added."""
MOST_CONFLICTS = 10


def settled(before: PetitionDraft, after: PetitionDraft, at: datetime, named: Collection[str] = ()) -> PetitionDraft:
    """Return the draft after a message that the citizen sent at the time `at`.

    `before` is the draft without the message, and `after` the draft with all its changes. A changed field gets the time
    `at`. If the field already has a later time, it keeps its value in `before`, and the message's value is stored as a
    conflict. `named` are fields that the message sets, even to their former values, and they get the time as well. For
    a draft without a page, `after` is returned as it is.
    """
    if before.page is None:
        return after
    stamps, back, conflicts = dict(before.set_at), dict[str, Any](), list(after.conflicts)
    for field in changed_fields_of(before, after):
        if stamps.get(field, at) in UpTo(at):
            stamps[field] = at
        elif field == CONTENT:
            back["parts"] = _with_texts_of(before, after)
            conflicts.append(EditConflict(field=field, kept=before.content(), other=after.content(), at=at))
        else:
            back |= {name: getattr(before, name) for name in PAGE_FIELDS[field]}
            kept, other = in_words(before, field), in_words(after, field)
            conflicts.append(EditConflict(field=field, kept=kept, other=other, at=at))
    stamps |= {field: max(stamps.get(field, at), at) for field in named}
    return replace(after, **back, set_at=stamps, conflicts=conflicts[-MOST_CONFLICTS:])


def changed_fields_of(before: PetitionDraft, after: PetitionDraft) -> list[str]:
    names = [field for field in PAGE_FIELDS if in_words(before, field) != in_words(after, field)]
    left = {part.key: part.text for part in after.all_parts()}
    rewritten = any(left.get(part.key, "") != part.text for part in before.all_parts() if part.text)
    return [*names, CONTENT] if rewritten else names


def in_words(draft: PetitionDraft, field: str) -> str:
    """Return the value of a field as one text, "" if it is empty."""
    if field != "place":
        return str(getattr(draft, PAGE_FIELDS[field][0]) or "")
    point = f"{draft.location.latitude:.5f},{draft.location.longitude:.5f}" if draft.location else ""
    return "\n".join([draft.address or "", draft.ward or "", point])


def _with_texts_of(before: PetitionDraft, after: PetitionDraft) -> list[InputPart]:
    texts = [part for part in before.parts if part.text]
    known = {part.key for part in texts}
    others = [part for part in after.parts if part.key not in known]
    return sorted([*texts, *others], key=lambda part: (part.at, part.key))
