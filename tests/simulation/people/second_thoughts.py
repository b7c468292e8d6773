"""Citizens who withdraw a petition or decide to keep it, and a message delivered long after newer ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from petitions.domain.citizen.citizen import Citizen as StoredCitizen
from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.citizen.draft import ConversationStep
from petitions.domain.shared.identity import pseudonym
from tests.simulation.functions import ID_KEY
from tests.simulation.people.citizens import Citizen

COMMANDS = (
    "1", "HỦY", "xong", "ĐỒNG Ý", "BỎ QUA", "MENU", "thôi tôi không gửi nữa", "gửi đi", "XÓA DỮ LIỆU CỦA TÔI",
)  # fmt: skip
LOOKS_EVERY = 2.0
LONGEST_WAY = 400.0
LATEST_ASKED = 120.0
GIVEN_UP_AFTER = 300.0


@dataclass(frozen=True)
class LateWord:
    citizen: Citizen
    message: str
    """The message id that Zalo gave."""
    words: str


@dataclass
class SecondThoughts:
    world: Any
    late: list[LateWord] = field(default_factory=list)
    under_way: int = 0

    def __post_init__(self) -> None:
        self.scheduler = self.world.scheduler
        self.chance = self.scheduler.stream("second thoughts")
        self.withdraws = self.chance.random() < 0.5
        """Whether the citizen confirms the withdrawal. Otherwise they answer no to the question."""
        self._word = self.chance.choice((None, *COMMANDS))
        self.asked_at: float | None = None

    @property
    def is_busy(self) -> bool:
        return self.under_way > 0

    def begin(self) -> None:
        if self.world.citizens:
            self.citizen: Citizen = self.chance.choice(self.world.citizens)
            self.citizen.keeps = not self.withdraws
            self._look()

    def _look(self) -> None:
        citizen = self.citizen
        if citizen.erased or citizen.withdrawn or citizen.asked_erasure or self.asked_at is not None:
            return
        if self._word and self._is_telling():
            word, self._word = self._word, None
            self._say_late(word)
        if citizen.code:
            self.asked_at = self.scheduler.now + self.chance.uniform(0, LATEST_ASKED)
            self.under_way += 1
            self.scheduler.after(self.asked_at - self.scheduler.now, self._ask)
        elif not self.world.office.shut:
            self.scheduler.after(LOOKS_EVERY, self._look)

    def _stored(self) -> StoredCitizen | None:
        found = self.world.store.documents.get(citizen_path(pseudonym(ID_KEY.encode(), self.citizen.user)))
        return StoredCitizen.model_validate(found) if found else None

    def _is_telling(self) -> bool:
        stored = self._stored()
        step = stored.conversation.step if stored and stored.conversation.draft else None
        telling = step not in {None, ConversationStep.CONSENT, ConversationStep.CONFIRM}
        return telling and self.chance.random() < 0.2

    def _say_late(self, words: str) -> None:
        message, tell = self.world.zalo.held(self.citizen.user, words)
        said_at = self.scheduler.clock.now() + self.world.zalo.skew
        self.under_way += 1
        self._deliver(LateWord(self.citizen, message, words), said_at, tell)

    def _deliver(self, word: LateWord, said_at: datetime, tell: Callable[[], None]) -> None:
        stored = self._stored()
        last = stored.conversation.last_at if stored else None
        if last is None or (last - said_at).total_seconds() < 1:
            if self.scheduler.seconds_to(said_at) > -GIVEN_UP_AFTER:
                self.scheduler.after(LOOKS_EVERY, lambda: self._deliver(word, said_at, tell))
            else:
                self.under_way -= 1  # it never comes
            return

        def come() -> None:
            self.under_way -= 1
            self.late.append(word)
            if word.words == COMMANDS[-1]:
                self.citizen.erases = True
                self.citizen.note_erasure_request()
            tell()

        self.scheduler.after(self.chance.choice((0.0, self.chance.uniform(0, LONGEST_WAY))), come)

    def _ask(self) -> None:
        """Ask the bot to withdraw the petition.

        A citizen who will keep the petition sends "1" just before, as the answer to another question.
        """
        self.under_way -= 1
        if self.citizen.erased or self.citizen.withdrawn or self.citizen.asked_erasure:
            return
        if not self.withdraws:
            self._say_late("1")
        self.scheduler.after(1.5, lambda: self.citizen.write(self.citizen.wish("withdraw")))
