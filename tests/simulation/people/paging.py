"""Citizens who edit, complete and send their petition on the web page while the chat continues."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from petitions.domain.pages.browsers import Right
from petitions.domain.pages.draft_view import DraftView
from petitions.domain.pages.links import page_key
from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.posts import DraftEdit, MoreForPetition, PageAction, TalkWanted
from petitions.errors import PetitionError
from petitions.usecases.pages.open_page import NotOpen
from petitions.usecases.pages.send_post import SentFile
from tests.simulation.people.citizens import PICTURE, Citizen

LINK = re.compile(r"https://phieu\.test/(?:en/)?([a-z0-9]{20})")
AGAIN = 20.0
MOST_ACTS = 4
MARK = "từ trang số"
SECRET = "5" * 48


@dataclass
class Paging:
    world: Any
    opened: dict[str, int] = field(default_factory=dict)
    """The links that were opened, each with the number of actions on its page."""
    sent_words: dict[str, str] = field(default_factory=dict)
    """The words sent from a page, by the key of the post. They occur nowhere else."""
    under_way: int = 0
    ended: bool = False

    def __post_init__(self) -> None:
        self.scheduler = self.world.scheduler
        self.chance = self.scheduler.stream("paging")
        self.acts = 0

    @property
    def is_busy(self) -> bool:
        return self.under_way > 0

    def begin(self) -> None:
        self.scheduler.after(self.chance.uniform(10, 40) / self.scheduler.haste, self._look)

    def _look(self) -> None:
        if not self.scheduler.stormy:
            return  # actions begun are finished, and no new ones begin in calm weather
        for citizen in self.world.citizens:
            links = LINK.findall("\n".join(self.world.zalo.phone(citizen.user)))
            for link in dict.fromkeys(links):
                if self.opened.get(link, 0) < MOST_ACTS and self.chance.random() < 0.4 and not citizen.asked_erasure:
                    self.opened[link] = self.opened.get(link, 0) + 1
                    self._visit(citizen, link)
        self.scheduler.after(self.chance.uniform(5, 30) / self.scheduler.haste, self._look)

    def _visit(self, citizen: Citizen, link: str) -> None:
        def look() -> PageView | None:
            page = self.world.programs.citizen_page
            try:
                key = page.open_page().first(link, SECRET)
                view: PageView = page.open_page()(key, SECRET, Right.ACT)
            except (NotOpen, PetitionError):
                return None
            return view

        def seen(view: PageView | None) -> None:
            if isinstance(view, PageView):
                self.under_way += 1
                later = self.chance.uniform(0.5, 60) / self.scheduler.haste
                self.scheduler.after(later, partial(self._fill_in, citizen, page_key(link), view))

        self.world.start("citizen_page", look, seen)

    def _fill_in(self, citizen: Citizen, key: str, view: PageView) -> None:
        self.acts += 1
        words = f"Bổ sung {MARK} {self.acts} {citizen.mark}"
        action, files = self._action(view, words)
        form = f"form-{self.acts}"
        self._send(key, view, action, files, form, words)
        if self.chance.random() < 0.2:  # a double click, or the back button
            self.under_way += 1
            self.scheduler.after(
                self.chance.uniform(0.1, 30), partial(self._send, key, view, action, files, form, words)
            )

    def _action(self, view: PageView, words: str) -> tuple[PageAction, list[SentFile]]:
        chance = self.chance
        if not isinstance(view, DraftView):
            talks = chance.random() < 0.2 or "more" not in view.may
            return (TalkWanted(words=words) if talks else MoreForPetition(words=words)), []
        files = (
            [SentFile("a.jpg", "image/jpeg", PICTURE + b"page" + bytes([self.acts]))] if chance.random() < 0.3 else []
        )
        content = f"{view.content}\n{words}" if chance.random() < 0.6 else None
        changes = {} if content else {"home": words}
        sends = chance.random() < 0.3 and bool(view.name and view.home)
        return DraftEdit(seen=view.seen, changes=changes, content=content, sends=sends), files

    def _send(self, key: str, view: PageView, action: PageAction, files: list[SentFile], form: str, words: str) -> None:
        def send() -> str | None:
            try:
                return str(self.world.programs.citizen_page.send_post()(key, view, form, action, files))
            except PetitionError:
                return None

        def sent(post: object) -> None:
            self.under_way -= 1
            if isinstance(post, str):
                self.sent_words[post] = words
            elif self.scheduler.stormy:  # a citizen with a failure message presses the button again
                self.under_way += 1
                self.scheduler.after(
                    AGAIN / self.scheduler.haste, partial(self._send, key, view, action, files, form, words)
                )

        self.world.start("citizen_page", send, sent)
