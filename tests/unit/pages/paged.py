from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from petitions.domain.citizen.draft import PetitionDraft
from petitions.domain.pages.draft_view import DraftView
from petitions.domain.pages.links import page_key
from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.pages.posts import DraftEdit, PageAction
from petitions.domain.petition.petition import Petition
from petitions.usecases.pages.open_page import OpenPage
from petitions.usecases.pages.send_post import SendPost, SentFile
from tests.fakes import FakeStore
from tests.unit.conversation.answers import WHERE
from tests.unit.world import USER, World

STORY = "UBND phường chậm trả giấy khai sinh"
SECRET = "a" * 48
ADDRESS = "203.0.113.5"
DIGITS = "5678"


class Paged:
    """A citizen's web page over in-memory fakes, with a draft ready to be sent unless `begun` is false."""

    def __init__(self, world: World | None = None, *, begun: bool = True) -> None:
        self.world = world or World()
        self.tries = FakeStore()
        world = self.world
        self.open = OpenPage(world.public, self.tries, world.seals, world.clock)
        self.sending = SendPost(world.publisher, world.kept, world.clock)
        self.posted = 0
        self.forms = 0
        if begun:
            self.begins()

    def begins(self, user: str = USER) -> None:
        self.world.writes(STORY, user=user)

    @property
    def draft(self) -> PetitionDraft:
        return PetitionDraft.model_validate(self.world.talk()["draft"])

    @property
    def key(self) -> str:
        return page_key(self.link)

    @property
    def link(self) -> str:
        talk = self.world.talk()
        if talk.get("draft"):
            return str(talk["draft"]["page"])
        return str(self.world.petitions()[-1].page)

    def view(self, key: str | None = None) -> PageView:
        """Update the public copies of pages, and return the view of a page, by default of the newest one."""
        self.world.relay()
        return self.open._view(key or self.key)

    def draft_view(self) -> DraftView:
        view = self.view()
        assert isinstance(view, DraftView)
        return view

    def petition_view(self, key: str | None = None) -> PetitionView:
        view = self.view(key)
        assert isinstance(view, PetitionView)
        return view

    def sends(
        self,
        action: PageAction,
        view: PageView | None = None,
        files: Sequence[SentFile] = (),
        form: str = "",
        key: str | None = None,
    ) -> str:
        self.forms += 1
        key = key or self.key
        return self.sending(key, view or self.view(key), form or f"form{self.forms}", action, files)

    def applies(self) -> None:
        posts = self.world.publisher.of("page-posts")
        for message in posts[self.posted :]:
            self.world.clock.advance(seconds=1)
            self.world.take_post(json.dumps(dict(message.data)).encode())
        self.posted = len(posts)
        self.world.relay()

    def does(self, action: PageAction, view: PageView | None = None, files: Sequence[SentFile] = ()) -> str:
        """Send an action from the page, apply it, and return the bot's new replies in the chat."""
        before = len(self.world.replies())
        self.sends(action, view, files)
        self.applies()
        return "\n\n".join(self.world.replies()[before:])

    def edits(self, view: DraftView | None = None, files: Sequence[SentFile] = (), **changes: Any) -> str:
        """Edit the draft on its page, apply the changes, and return the bot's new replies in the chat."""
        view = view or self.draft_view()
        return self.does(edit_of(view, **changes), view, files)

    def petition(self) -> Petition:
        return self.world.petitions()[-1]


def edit_of(view: DraftView, **changes: Any) -> DraftEdit:
    """Return an edit made on a page. `changes` are attributes of DraftEdit, or new values by field."""
    own = {name: changes.pop(name) for name in list(changes) if name in DraftEdit.model_fields}
    return DraftEdit(seen=view.seen, changes=changes, **own)


__all__ = ["ADDRESS", "DIGITS", "SECRET", "STORY", "WHERE", "Paged", "edit_of"]
