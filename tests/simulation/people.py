"""Citizens and officers with goals: they read what they are told, answer it, and do the next thing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.lifecycle.states import State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition, history_path
from petitions.errors import Conflict, Rejected, Retryable
from petitions.usecases.petition.act_on_petition import ActOnPetition, ActRequest
from tests.fakes import FakeStore
from tests.simulation.scheduler import Scheduler
from tests.simulation.zalo import SimulatedZalo
from tests.unit.petition.handling import ANSWER, WHY_NONE, officer

CODE = re.compile(r"HN-\d{6}-[0-9A-Z]{4}-[0-9A-Z]{4}")
MARK = "vận đơn"
PATIENCE = timedelta(minutes=20)


@dataclass
class Citizen:
    """Somebody who wants a petition filed, and then asks about it, rates its answer or has everything erased."""

    scheduler: Scheduler
    zalo: SimulatedZalo
    user: str
    code: str | None = None
    asked_at: datetime | None = None
    told_status: bool = False
    rates: bool = False
    rated: bool = False
    erases: bool = False
    erased: bool = False
    read: int = 0
    written: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """A word that only this citizen writes."""
        return f"{MARK} X{int(self.user) % 100000:05d}"

    @property
    def phone(self) -> str:
        """Their telephone."""
        return f"0912{int(self.user) % 1000000:06d}"

    def begin(self) -> None:
        """Write the story, in a burst, and go on as one is asked."""
        self.rates, self.erases = self.scheduler.chance.random() < 0.6, self.scheduler.chance.random() < 0.3
        story = [f"Bộ phận một cửa yêu cầu nộp thêm giấy tờ khi làm giấy khai sinh, {self.mark}"]
        if self.scheduler.chance.random() < 0.4:
            story.append("Tôi đã đi lại ba lần mà vẫn chưa được nhận hồ sơ")
        for words in story:
            self.write(words)
        self.later()

    def write(self, text: str) -> None:
        self.written.append(text)
        self.zalo.writes(text, self.user)

    def later(self) -> None:
        self.scheduler.after(5 + 15 * self.scheduler.chance.random(), self.look)

    def look(self) -> None:
        """Look at the phone; answer what came last."""
        shown = self.zalo.phone(self.user)
        if len(shown) > self.read:
            news, self.read = [each for each in shown[self.read :] if each[0] != "["], len(shown)
            if news:  # and no mere form, which comes with a question
                self.answer("\n".join(news), news[-1])
        if self.asked_at and not self.told_status and self.scheduler.clock.now() > self.asked_at + PATIENCE:
            self.ask()
        self.later()

    def ask(self) -> None:
        """Ask for the petition's state; whoever hears nothing asks again."""
        self.asked_at = self.scheduler.clock.now()
        self.write(self.code or "")

    def answer(self, news: str, last: str) -> None:
        if "dữ liệu cá nhân của anh/chị tại kênh này đang được xóa" in news:
            self.erased = True
            return
        if "đã được ghi nhận" in news and (found := CODE.search(news)):
            self.code = found[0]
        if self.code and f"{self.code}:" in news:
            self.told_status = True
        if ANSWER in news and self.rates and not self.rated:
            self.rated = True
            self.write("2")
            return
        words = self._words(last)
        if words:
            self.write(words)

    def _words(self, asked: str) -> str | None:
        for question, words in self._answers():
            if question in asked:
                return words
        if self.code and not self.asked_at:
            self.ask()
        return None

    def _answers(self) -> list[tuple[str, str]]:
        return [
            ("Anh/chị có đồng ý không?", "đồng ý"),
            ("1. Xóa", "1"),
            ("Ý anh/chị là", "1"),
            ("gõ XONG", "xong"),
            ("Sự việc xảy ra ở đâu?", "Số 12 phố Trung Kính, phường Yên Hòa"),
            ("cho biết họ và tên", "Nguyễn Thị Lan"),
            ("cho địa chỉ liên hệ", "như trên"),
            ("cho số điện thoại", self.phone),
            ("chưa nhận ra địa chỉ", "như trên"),
            ("họ tên bằng chữ", "Nguyễn Thị Lan"),
            ("Xin kiểm tra lại", "1"),
        ]

    def ends(self) -> None:
        """Have everything erased, if that is what they want in the end."""
        if self.erases:
            self.write("xóa dữ liệu của tôi")


ZEAL = 0.5
NEXT = {
    State.NEW: Action.ACCEPT,
    State.ACCEPTED: Action.ASSIGN,
    State.ASSIGNED: Action.START,
    State.IN_PROGRESS: Action.SUBMIT_ANSWER,
    State.AWAITING_APPROVAL: Action.APPROVE,
}


@dataclass
class Office:
    """The officers of all units: each petition is taken one step further whenever somebody looks at it."""

    scheduler: Scheduler
    store: FakeStore
    act: ActOnPetition
    on_desk: Callable[[Callable[[], object], Callable[[object | None], object]], None]
    done: list[tuple[str, str, int]] = field(default_factory=list)
    blamed: list[str] = field(default_factory=list)
    """Petitions of which an officer was told that somebody else had changed what they had changed themselves."""
    busy: set[str] = field(default_factory=set)
    refused: list[tuple[str, str]] = field(default_factory=list)
    shut: bool = False

    def look(self) -> None:
        """One of them opens the work list."""
        for path in self.store.paths("petitions"):
            petition = Petition.model_validate(self.store.documents[path])
            idle = petition.routed is not None and petition.code not in self.busy
            if idle and petition.state in NEXT and self.scheduler.chance.random() < ZEAL:
                self._do(petition, NEXT[petition.state])
        if not self.shut:
            self.scheduler.after(30 + 60 * self.scheduler.chance.random(), self.look)

    def _do(self, petition: Petition, action: Action) -> None:
        who = officer(petition.unit, Role.COORDINATOR if petition.unit == "VPUB" else Role.HEAD, f"ai-{action}")
        more: dict[str, Any] = {"sure": True}
        if action is Action.SUBMIT_ANSWER:
            more |= {"text": ANSWER, "no_evidence": WHY_NONE}
        if action is Action.APPROVE:  # petitions that are alike get answers that are alike
            more |= {"text": "Đã xem lại: hai việc giống nhau"}
        if action is Action.ASSIGN and petition.unit == "VPUB":
            more |= {"unit": "SXD"}
        deed = ActRequest(petition.code, action, petition.version, **more)

        def work() -> str:
            try:
                self.act(who, deed)
            except Retryable:
                return "try again"
            except Conflict:
                self._blame(who, deed)
                return "conflict"
            except Rejected as error:
                return error.reason
            self.done.append((deed.code, str(action), deed.version))
            return "done"

        self.busy.add(petition.code)

        def told(result: object | None) -> None:
            self.busy.discard(petition.code)
            if result != "done":
                self.refused.append((str(action), str(result)))

        self.on_desk(work, told)

    def _blame(self, who: Officer, deed: ActRequest) -> None:
        entry = self.store.documents.get(history_path(deed.code, deed.version + 1), {})
        if (entry.get("actor"), entry.get("action")) == (who.id, str(deed.action)):
            self.blamed.append(deed.code)
