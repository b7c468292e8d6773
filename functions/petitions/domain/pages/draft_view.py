"""The content of a draft's web page: the values recognised so far as fields, and the results of posts from the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from petitions.domain.citizen.citizen import AppliedPost, Citizen, has_consented, own_twin
from petitions.domain.citizen.draft import EditConflict, InputPart, PetitionDraft, words_of
from petitions.domain.citizen.draft_changes import CONTENT, PAGE_FIELDS, in_words
from petitions.domain.files.attachment import Attachment, AttachmentState
from petitions.domain.pages.posts import SeenDraft, mark
from petitions.domain.petition.contacts import dialled
from petitions.domain.petition.petition import NUMBER_FIELDS, Location, ReplyBy
from petitions.domain.shared.records import Instant, Record

SECOND = "second"
"""The name of the field for a second problem."""


class ShownFile(Record):
    """A file that the citizen sent, as listed on the page."""

    key: str
    type: str
    name: str | None = None
    at: Instant
    state: AttachmentState = AttachmentState.WAITING


class AlikeResult(Record):
    """A published answer to a similar petition, offered to the citizen."""

    summary: str
    path: str
    """The path of the answer's page on the public site."""


class DraftView(Record):
    """The content of a draft's page."""

    kind: Literal["draft"] = "draft"
    citizen: str
    """The pseudonym of the citizen who writes the draft."""
    language: str | None = None
    content: str
    beyond: str = ""
    """Words that do not fit into the content. They are filed as additions."""
    second: str = ""
    files: list[ShownFile] = Field(default_factory=list)
    place: str = ""
    ward: str = ""
    ward_choices: list[str] = Field(default_factory=list)
    ward_names: dict[str, str] = Field(default_factory=dict)
    """The names of `ward_choices` by code, as the list of all wards may not be published yet."""
    point: Location | None = None
    type: Literal["individual", "business"] = "individual"
    name: str = ""
    phone: str = ""
    home: str = ""
    email: str = ""
    reply_by: ReplyBy | None = None
    consented: bool = False
    alike: list[AlikeResult] = Field(default_factory=list)
    twin: str | None = None
    """The code of a similar petition that the citizen has filed."""
    conflicts: list[EditConflict] = Field(default_factory=list)
    posts: list[AppliedPost] = Field(default_factory=list)
    given: Instant | None = None
    """The time at which the citizen last got the link."""
    seen: SeenDraft
    """Hashes of all values on the page, to recognise later changes."""


def draft_view(
    who: str,
    citizen: Citizen,
    draft: PetitionDraft,
    page: str,
    files: Mapping[str, Attachment],
    alike: Sequence[AlikeResult],
) -> DraftView:
    """Return the content of a draft's web page. `files` are the stored states of its files, by key of the part."""
    newest = citizen.conversation.last_at or citizen.last_interaction_at
    return DraftView(
        citizen=who,
        language=citizen.language,
        content=draft.content(),
        beyond="\n".join(part.text for part in draft.beyond if part.text),
        second=words_of(draft.then),
        files=[shown_file(part, files) for part in draft.files()],
        ward=draft.ward or "",
        ward_choices=draft.ward_choices,
        point=draft.location,
        consented=has_consented(citizen),
        alike=list(alike),
        twin=own_twin(citizen, draft, newest),
        conflicts=draft.conflicts,
        posts=[post for post in citizen.posts if post.page == page],
        given=draft.page_at,
        seen=seen_draft(draft),
        **shown_values(draft),
    )


def shown_values(draft: PetitionDraft) -> dict[str, Any]:
    """Return the values of the fields in PAGE_FIELDS, without empty ones, with telephone numbers in domestic form."""
    values = {name: getattr(draft, attributes[0]) for name, attributes in PAGE_FIELDS.items()}
    numbers = {name: dialled(values[name]) for name in NUMBER_FIELDS if values[name]}
    return {name: value for name, value in (values | numbers).items() if value}


def shown_file(part: InputPart, files: Mapping[str, Attachment]) -> ShownFile:
    """Return a part of the draft as a file on the page, with the state of its download."""
    known = files.get(part.key)
    state = known.state if known else AttachmentState.WAITING
    return ShownFile(key=part.key, type=part.type, name=part.name, at=part.at, state=state)


def seen_draft(draft: PetitionDraft) -> SeenDraft:
    """Return the hashes of the values that the page of the draft shows now."""
    fields = {field: in_words(draft, field) for field in PAGE_FIELDS}
    texts = marks_of(draft, draft.parts)
    second = {part.key: mark(part.words()) for part in draft.then if part.words()}
    filled = {field: words for field, words in fields.items() if words}
    shown = [filled, texts, second, [part.key for part in draft.files()]]
    wholes = {CONTENT: draft.content(), SECOND: words_of(draft.then)}
    marks = {field: mark(words) for field, words in (fields | wholes).items()}
    return SeenDraft(revision=mark(json.dumps(shown, sort_keys=True)), fields=marks, texts=texts, second=second)


def marks_of(draft: PetitionDraft, parts: Sequence[InputPart]) -> dict[str, str]:
    """Return the hashes of the texts among these parts, by key of the part.

    Texts that a page has since replaced are included with the hash of "".
    """
    rewritten = dict.fromkeys(draft.rewritten, mark(""))
    return rewritten | {part.key: mark(part.words()) for part in parts if part.words()}
