"""An officer who reverts a step while sending is stopped, so that the notice about the step is no longer true.

Such a notice must not be sent when sending resumes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from petitions.domain.lifecycle.lifecycle import Action, Role, allowed
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.lifecycle.reopening_reasons import ReopeningReason
from petitions.domain.notices.kinds import NOTICE_KINDS
from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition, petition_path
from petitions.errors import Conflict
from petitions.usecases.lifecycle.command import Command
from petitions.usecases.lifecycle.commands import command
from tests.particulars import WORDS
from tests.simulation.people.office import Deed
from tests.simulation.people.operating import stop_sending
from tests.simulation.people.trying import in_words
from tests.unit.petition.handling import officer

LOOKS_EVERY = (2.0, 6.0)
STOPPED_FOR = (60.0, 240.0)
ZEAL = 0.6
STOPPED = "sending paused"
UNDOING = (Action.REOPEN, Action.SUPPLEMENT, Action.WITHDRAW, Action.MERGE, Action.REFUSE, Action.TRANSFER_OUT)
"""Actions that make a notice untrue, in states that allow them."""


@dataclass
class Contradicting:
    world: Any
    deeds: list[Deed] = field(default_factory=list)
    is_busy = False

    def __post_init__(self) -> None:
        self.scheduler = self.world.scheduler
        self.chance = self.scheduler.stream("contradicting")
        self._over = math.inf
        if STOPPED in self.world.operator.deeds:
            self.world.operator.deeds.remove(STOPPED)  # two would undo one another's actions

    def begin(self) -> None:
        store = self.world.store
        if math.isinf(self._over) and store.paths("petitions"):
            self._over = self.scheduler.now + self.chance.uniform(*STOPPED_FOR)
            stop_sending(self.world, self._over - self.scheduler.now)
        for path in store.paths("notices"):
            notice = Notice.model_validate(store.documents[path])
            waits = notice.state in {NoticeState.PLANNED, NoticeState.WAITING}
            found = store.documents.get(petition_path(notice.about.code)) if notice.about else None
            depends = NOTICE_KINDS[notice.kind].while_in is not None
            if found and waits and depends and notice.citizen and self.chance.random() < ZEAL:
                self._undo(Petition.model_validate(found))
        if self.scheduler.now < self._over and not self.world.office.shut:
            self.scheduler.after(self.chance.uniform(*LOOKS_EVERY), self.begin)

    def _act(self, who: Officer, deed: Command) -> str:
        try:
            self.world.parts().act(who, deed)
        except Conflict:
            return "done" if self.world.parts().act.was_done(who, deed) else "conflict"
        return "done"

    def _undo(self, petition: Petition) -> None:
        others = [path.partition("/")[2] for path in self.world.store.paths("petitions")]
        steps = {row.action for row in allowed(petition.state, Role.COORDINATOR)}
        possible = [item for item in UNDOING if item in steps and (item is not Action.MERGE or len(others) > 1)]
        if not possible:
            return
        action = self.chance.choice(possible)
        who = officer("VPUB", Role.COORDINATOR, f"nghi-lai-{action}")
        text = self.chance.choice(others) if action is Action.MERGE else WORDS
        deed = command(
            petition.code,
            action,
            petition.version,
            text,
            why=RefusalReason.OTHER,
            reopen_for=ReopeningReason.INCOMPLETE,
        )
        undone = Deed(deed.code, action, deed.version, who.id, "no answer")

        def on_result(result: object | None) -> None:
            undone.result = str(result) if result else "no answer"
            self.deeds.append(undone)
            self.world.office.deeds.append(undone)

        self.scheduler.log("desk", f"{action} {petition.code}", "officers")
        self.world.start("desk", in_words(lambda: self._act(who, deed)), on_result)
