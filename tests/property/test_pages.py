"""Changes of a draft in the chat and on its page, in every possible order: nothing is lost or doubled."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.citizen.draft import PetitionDraft
from petitions.domain.citizen.draft_changes import PAGE_FIELDS, in_words
from petitions.domain.understanding.commands import Command, Give, Tell
from petitions.usecases.pages.send_post import SentFile
from tests.unit.pages.paged import Paged, edit_of

TOLD: dict[str, tuple[Command, ...]] = {
    "Hôm nay họ lại bảo tôi về": (Tell(words="Hôm nay họ lại bảo tôi về", end=25, chance=1.0),),
    "Chị ở quầy số 3 nói rất to tiếng": (Tell(words="Chị ở quầy số 3 nói rất to tiếng", end=32, chance=1.0),),
}
GIVEN: dict[str, tuple[Command, ...]] = {
    "số của tôi là 0987654321": (Give(field="phone", value="0987654321"),),
    "số của tôi là 0911222333": (Give(field="phone", value="0911222333"),),
    "e-mail là hoa@example.com": (Give(field="email", value="hoa@example.com"),),
}
PHOTO = {"attachments": [{"type": "image", "payload": {"url": "https://f1.zdn.vn/1.jpg"}}]}
MESSAGES = st.sampled_from([*TOLD, *GIVEN, "photo"])
STORY = "Cán bộ một cửa trả chậm ba tuần.\nTôi đã đến bốn lần."
SAMPLES: list[dict[str, Any]] = [
    {"name": "Lê Thị Mai"},
    {"phone": "0944555666"},
    {"phone": "0933000111", "home": "5 Láng Hạ, phường Láng"},
    {"content": STORY},
    {"content": "Trả giấy khai sinh chậm.", "email": "mai@example.com"},
    {"place": "20 Trần Quý Kiên, phường Cầu Giấy"},
    {"reply_by": "post"},
    {"files": 1},
]
EDITS = st.sampled_from(SAMPLES)

Step = Callable[[Paged], None]


def moments(count: int) -> st.SearchStrategy[list[int]]:
    """Draw `count` different times for messages, in units of ten seconds."""
    return st.lists(st.integers(1, 12), min_size=count, max_size=count, unique=True)


def interleavings(one: Sequence[Step], other: Sequence[Step]) -> Iterator[list[Step]]:
    """Yield every possible order of both sequences together. The order within a sequence is kept."""
    if not one or not other:
        yield [*one, *other]
        return
    for rest in interleavings(one[1:], other):
        yield [one[0], *rest]
    for rest in interleavings(one, other[1:]):
        yield [other[0], *rest]


def outcome(draft: PetitionDraft) -> dict[str, Any]:
    """Return the data of a draft that must not depend on the order: its fields, its text and its files."""
    files = [part.key for part in draft.files()]
    return {field: in_words(draft, field) for field in PAGE_FIELDS} | {"content": draft.content(), "files": files}


class Inputs:
    """Chat messages and posts from one page, made at different times and delivered later."""

    def __init__(self, messages: Sequence[tuple[int, str]], edits: Sequence[tuple[int, dict[str, Any]]]) -> None:
        self.messages, self.edits = sorted(messages), sorted(edits, key=lambda edit: edit[0])

    def __repr__(self) -> str:
        return f"Inputs({self.messages!r}, {self.edits!r})"

    def world(self) -> tuple[Paged, list[Step], list[Step]]:
        page = Paged()
        page.world.meant |= TOLD | GIVEN
        view, began = page.draft_view(), page.world.clock.now()
        made: list[tuple[int, str, Any]] = [(at, "message", text) for at, text in self.messages]
        made += [(at, "edit", edit) for at, edit in self.edits]
        chat: list[Step] = []
        posts: list[Step] = []
        for at, kind, what in sorted(made, key=lambda one: one[0]):
            page.world.clock.at = began + timedelta(seconds=10 * at)
            if kind == "message":
                body = page.world.event("user_send_image" if what == "photo" else "user_send_text", _message(what, at))
                chat.append(lambda page, body=body: page.world.intake(body))  # type: ignore[misc]
            else:
                edit = dict(what)
                files = [SentFile(f"{at}.pdf", "application/pdf", b"%PDF-1.7")] * edit.pop("files", 0)
                page.sends(edit_of(view, **edit), view, files, form=f"form{at}")
                body = json.dumps(dict(page.world.publisher.of("page-posts")[-1].data)).encode()
                posts.append(lambda page, body=body: page.world.take_post(body))  # type: ignore[misc]
        page.world.clock.at = began + timedelta(seconds=200)
        return page, chat, posts


def _message(what: str, at: int) -> dict[str, Any]:
    if what != "photo":
        return {"text": what}
    return {"attachments": [{"type": "image", "payload": {"url": f"https://f1.zdn.vn/{at}.jpg"}}]}


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    messages, edits = (
        draw(st.lists(MESSAGES, min_size=1, max_size=3, unique=True)),
        draw(st.lists(EDITS, min_size=1, max_size=2)),
    )
    times = draw(moments(len(messages) + len(edits)))
    return Inputs(list(zip(times, messages, strict=False)), list(zip(times[len(messages) :], edits, strict=True)))


@settings(max_examples=150)
@given(inputs())
def test_any_interleaving_of_messages_and_posts_ends_in_the_same_draft(made: Inputs) -> None:
    page, chat, posts = made.world()
    found = []
    for order in interleavings(chat, posts):
        page, chat_again, posts_again = made.world()
        same = dict(zip(chat, chat_again, strict=True)) | dict(zip(posts, posts_again, strict=True))
        for step in order:
            page.world.clock.advance(seconds=1)
            same[step](page)
        found.append(outcome(page.draft))
    other = next((end for end in found if end != found[0]), found[0])
    assert other == found[0]


@settings(max_examples=150)
@given(inputs(), st.randoms(use_true_random=False))
def test_nothing_is_lost_and_nothing_is_there_twice(made: Inputs, random: Any) -> None:
    page, chat, posts = made.world()
    steps = [*chat, *posts] * 2
    random.shuffle(steps)
    replies = len(page.world.replies())
    for step in steps:
        page.world.clock.advance(seconds=1)
        step(page)
    draft = page.draft
    shown = draft.content() + "".join(conflict.kept + conflict.other for conflict in draft.conflicts)
    shown += "".join(page.world.replies()[replies:])
    for _, text in made.messages:
        assert text not in TOLD or text in shown
    for _, edit in made.edits:
        assert edit.get("content", "").replace("\n", " ") in shown.replace("\n", " ")
    photos = sum(text == "photo" for _, text in made.messages) + sum(edit.get("files", 0) for _, edit in made.edits)
    assert len(draft.files()) == len({part.key for part in draft.files()}) == photos
    assert all(draft.content().count(text) <= 1 for text in TOLD)
