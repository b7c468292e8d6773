"""Citizens who accuse an office, at once or later, and the coordinator in charge of their petitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from petitions.domain.channels.entry import read_entry
from petitions.domain.lifecycle.lifecycle import Action, Role, allowed
from petitions.domain.lifecycle.states import State
from petitions.domain.pages.browsers import Right
from petitions.domain.pages.posts import MoreForPetition, PageAction, TalkWanted
from petitions.domain.petition.classification import GivenClassification, Nature, Statement
from petitions.domain.petition.petition import COORDINATORS, Petition
from petitions.domain.shared.channel import Channel
from petitions.domain.units.directory import UNKNOWN_OFFICE
from petitions.errors import PetitionError, Rejected, Retryable
from petitions.usecases.channels.hand_in import Entrant
from petitions.usecases.lifecycle.command import Command
from petitions.usecases.lifecycle.commands import command
from tests.particulars import WORDS
from tests.simulation.people.citizens import Citizen
from tests.simulation.people.paging import LINK
from tests.simulation.people.trying import Trying
from tests.simulation.people.wordings import NAME, PLACE
from tests.simulation.watch import MEANS_COORDINATORS, Watch
from tests.unit.petition.handling import officer

ACCUSED, SUPERIOR = "SXD", "SNV"
"""The unit that all of these citizens accuse, and the unit that investigates the accusation."""
FIRST = "Cán bộ Sở Xây dựng vòi tiền tôi khi xin giấy phép xây dựng, {mark}"
OF_COORDINATORS = (
    "Cán bộ điều phối của kênh phản ánh này vòi tiền tôi rồi mới chuyển đơn, {mark}",
    f"Người {MEANS_COORDINATORS} Tết của hàng xóm tôi rồi ngâm đơn của tôi, {{mark}}",
)
"""Accusations against the coordinators: one names them, the other one may mean them."""
ORDINARY = "Bộ phận một cửa yêu cầu nộp thêm giấy tờ khi làm giấy khai sinh, {mark}"
LETTER = "Cán bộ Sở Xây dựng nhận hối lộ của chủ đầu tư, {mark}"
ADDITION = "bổ sung: cán bộ Sở Xây dựng thụ lý việc này nhận hối lộ, {mark}, xin giữ kín tên tôi"
TALK = "cho tôi gặp cán bộ, cán bộ Sở Xây dựng thụ lý việc này vòi tiền tôi, {mark}"
RATING = "Không hài lòng, cán bộ Sở Xây dựng vòi tiền tôi, {mark}"
CONTEST = "Tôi không đồng ý với câu trả lời, cán bộ Sở Xây dựng đã nhận hối lộ, {mark}"
PAGE_WORDS = "Cán bộ Sở Xây dựng thụ lý việc này nhận hối lộ 5 triệu, {mark}"
LATER: Mapping[State, tuple[str, ...]] = {
    State.ASSIGNED: (ADDITION, TALK, PAGE_WORDS),
    State.IN_PROGRESS: (ADDITION, TALK, PAGE_WORDS),
    State.AWAITING_APPROVAL: (ADDITION, PAGE_WORDS),
    State.ANSWERED: (RATING, CONTEST, TALK, PAGE_WORDS),
}
"""Further messages with accusations, by the state of the citizen's first petition."""
MARK = "hồ sơ QX9{number:04d}"
NUMBERS = (60, 61)
OF_COORDINATORS_NUMBER = 62
"""The number of the citizen that accuses the coordinators. Citizens accusing other offices have NUMBERS."""
MOST_LATER = 3
LOOKS_EVERY = (8.0, 40.0)
READS_EVERY = 60.0
MOST_READS = 3
SECRET = "6" * 48


@dataclass
class Accuser(Citizen):
    words: str = ORDINARY

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rates = self.erases = self.leaves = False
        self.erases_at = None
        self.later = 0
        """The number of accusations written after the first petition."""

    def begin(self, _links: dict[str, bytes]) -> None:
        self.write(self.words)


@dataclass
class Accusing:
    world: Any
    marks: list[str] = field(default_factory=list)
    """Words that occur only in accusations, one for each. Nobody of the accused office may read any."""
    letters: list[str] = field(default_factory=list)
    """The unique words of accusing letters that a clerk of the accused office has entered."""

    def __post_init__(self) -> None:
        self.scheduler = self.world.scheduler
        self.chance = self.scheduler.stream("accusing")
        self.watch = Watch(self.world, ACCUSED, self.marks)
        self._trying = Trying(self.world)
        self._reads, self._read_at = 0, -1
        self._merges = self.chance.random() < 0.6
        at_once, later = ((True, False), (False, True), (True, True))[self.chance.randrange(3)]
        made = [FIRST.format(mark=self._mark())] if at_once else []
        made += [ORDINARY.format(mark="giấy hẹn số 7")] if later else []
        self.citizens = [
            Accuser(self.scheduler, self.world.zalo, number, words=words)
            for number, words in zip(NUMBERS, made, strict=False)
        ]
        drawn = self.scheduler.stream("accusing coordinators").random()
        if drawn < 0.6:
            words = OF_COORDINATORS[drawn < 0.3].format(mark=self._mark())
            self.citizens.append(Accuser(self.scheduler, self.world.zalo, OF_COORDINATORS_NUMBER, words=words))

    @property
    def is_busy(self) -> bool:
        return self._trying.under_way > 0 or any(citizen.is_busy for citizen in self.citizens)

    def begin(self) -> None:
        for citizen in self.citizens:
            self.scheduler.after(self.chance.uniform(1, 30), lambda citizen=citizen: citizen.begin({}))
        if self.chance.random() < 0.3:
            self.scheduler.after(self.chance.uniform(10, 90), self._key_in)
        self.scheduler.after(self.chance.uniform(*LOOKS_EVERY), self._look)
        self.scheduler.after(READS_EVERY, self._read)

    def _read(self) -> None:
        if self._read_at != self.world.store.commits:
            people = self.watch.people()
            self.watch.look([people[self._reads % len(people)]])
            self._reads, self._read_at = self._reads + 1, self.world.store.commits
        if self._reads < MOST_READS:
            self.scheduler.after(READS_EVERY, self._read)

    def _mark(self) -> str:
        self.marks.append(MARK.format(number=len(self.marks)))
        return self.marks[-1]

    def _look(self) -> None:
        if self.world.office.shut:
            return
        store = self.world.store
        petitions = [Petition.model_validate(store.documents[path]) for path in store.paths("petitions")]
        for citizen in self.citizens:
            first = next((petition for petition in petitions if petition.code == citizen.code), None)
            if first and first.unit != COORDINATORS and citizen.later < MOST_LATER and self.chance.random() < 0.5:
                self._write_more(citizen, first)
        for petition in petitions:
            if petition.accused and petition.unit == COORDINATORS and self.chance.random() < 0.5:
                self._decide(petition, petitions)
        self.scheduler.after(self.chance.uniform(*LOOKS_EVERY), self._look)

    def _write_more(self, citizen: Accuser, first: Petition) -> None:
        words = self.chance.choice(LATER.get(first.state, (ADDITION,))).format(mark=self._mark())
        citizen.later += 1
        links = LINK.findall("\n".join(self.world.zalo.phone(citizen.user)))
        if links and self.chance.random() < 0.4:
            self._post(links[-1], words)
        else:
            citizen.write(words)

    def _post(self, link: str, words: str) -> None:
        def send() -> str | None:
            page = self.world.programs.citizen_page
            action: PageAction = MoreForPetition(words=words)
            try:
                key = page.open_page().first(link, SECRET)
                view = page.open_page()(key, SECRET, Right.ACT)
                if "more" not in view.may:
                    action = TalkWanted(words=words)
                return str(page.send_post()(key, view, f"form-{words[-8:]}", action, []))
            except (PetitionError, AttributeError):  # not open, or the page of a draft
                return None

        self.world.start("citizen_page", send, lambda _: None)

    def _key_in(self) -> None:
        mark = self._mark()
        self.letters.append(mark)
        given = {
            "content": LETTER.format(mark=mark), "name": NAME, "home": PLACE, "place": PLACE, "type": "individual",
            "phone": "0912000063", "channel": Channel.LETTER,
            "received_at": (self.scheduler.clock.now() - timedelta(hours=1)).isoformat(),
        }  # fmt: skip
        clerk = Entrant.at_desk(officer(ACCUSED, Role.OFFICER, "van-thu"))
        self._until_done(lambda parts: parts.hand_in(clerk, read_entry(given, "form-accusing")))

    def _decide(self, petition: Petition, petitions: list[Petition]) -> None:
        others = [other for other in petitions if other.code != petition.code]
        near = [other for other in others if other.unit == COORDINATORS and not other.accused]
        deed = self._deed(petition, near or others)
        who = officer(COORDINATORS, Role.COORDINATOR, "giu-kin")
        if deed is None:
            return

        def act() -> None:
            try:
                self.world.parts().act(who, deed)
            except (Rejected, Retryable):
                return

        self.world.start("desk", act, lambda _: None)

    def _deed(self, petition: Petition, others: list[Petition]) -> Command | None:
        steps = {row.action for row in allowed(petition.state, Role.COORDINATOR)}
        more: dict[str, Any] = {"text": WORDS, "sure": True}
        if self._merges and others and Action.MERGE in steps and self.chance.random() < 0.5:
            return command(petition.code, Action.MERGE, petition.version, self.chance.choice(others).code)
        if petition.accused == UNKNOWN_OFFICE and Action.CLASSIFY in steps:
            chosen = GivenClassification(
                nature=Nature.CONDUCT, statement=Statement.REPORT, petition_class="pakn", accused=ACCUSED
            )
            return command(petition.code, Action.CLASSIFY, petition.version, classified=chosen, **more)
        if petition.accused == ACCUSED and Action.ASSIGN in steps:
            return command(petition.code, Action.ASSIGN, petition.version, unit=SUPERIOR, **more)
        return None

    def _until_done(self, action: Callable[[Any], object]) -> None:
        def tried() -> bool:
            action(self.world.parts())
            return True

        self._trying.until_done(tried)
