"""What an input does to petitions: a birth, a rating, a look-up, an addition. Always within the input's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.citizen import Draft, Part
from petitions.domain.codes import make_code
from petitions.domain.directory import Directory
from petitions.domain.lifecycle import (
    FILING_EFFECTS,
    STATE_LABELS,
    Action,
    ClockEffect,
    ClockName,
    Role,
    State,
    transition,
)
from petitions.domain.petition import (
    Addition,
    Contact,
    HistoryEntry,
    Petition,
    Rating,
    history_path,
    petition_path,
)
from petitions.domain.public import shown_state
from petitions.domain.records import HANOI
from petitions.domain.texts import Texts, hanoi_time
from petitions.domain.turns import AddTo, LookUp, Rate
from petitions.ports import Ids, Message, Transaction
from petitions.usecases.changes import Actor, change, nudge_petition, petition_in
from petitions.usecases.timekeeping import DERIVED, Timekeeping

TITLE_LENGTH = 90


@dataclass(frozen=True)
class Filing:
    """Petitions as the conversation sees them."""

    ids: Ids
    texts: Texts
    directory: Directory
    timekeeping: Timekeeping
    public_url: str

    def file(self, tx: Transaction, citizen: str, draft: Draft, now: datetime) -> tuple[Petition, Message]:
        """A petition is born: code, reception clock, first history line, references to its files."""
        code = make_code(now.astimezone(HANOI).date(), self.ids.code_letters())
        content = draft.content()
        born = Petition(
            code=code,
            citizen=citizen,
            title=_title(content),
            content=content,
            files=[part.reference() for part in draft.files()],
            address=draft.address or "",
            ward=draft.ward,
            location=draft.location,
            contact=Contact(name=draft.name or "", phone=draft.phone or ""),
            state=State.NEW,
            filed_at=now,
        )
        petition = self.timekeeping.after(born, FILING_EFFECTS, now)
        entry = HistoryEntry(
            seq=1,
            at=now,
            action="filed",
            role=Role.CITIZEN,
            unit=petition.unit,
            to_state=State.NEW,
            clock_effects=[f"{effect.verb} {effect.clock}" for effect in FILING_EFFECTS],
        )
        tx.create(petition_path(code), petition.stored())
        tx.create(history_path(code, 1), entry.stored())
        return petition, nudge_petition(code, 1)

    def told_filed(self, petition: Petition) -> str:
        """The acknowledgement with the code."""
        return self.texts.render(
            "filed",
            code=petition.code,
            reception_due=hanoi_time(petition.clocks[ClockName.RECEPTION].due_at),
            public_url=self.public_url,
        )

    def rate(self, tx: Transaction, effect: Rate, now: datetime) -> Message:
        """The citizen's rating, once an answer."""
        petition = petition_in(tx, effect.code)
        rating = Rating.model_validate({"level": effect.level, "at": now})
        _, message = change(tx, petition, {"rating": rating}, action="rated", actor=Actor(Role.CITIZEN), now=now)
        return message

    def look_up(self, tx: Transaction, citizen: str, effect: LookUp) -> str:
        """How a petition stands. By code alone: state, unit, dates; the answer's text only to the one who filed."""
        found = tx.get(petition_path(effect.code))
        if found is None:
            return self.texts.render("status_unknown", code=effect.code)
        petition = Petition.model_validate(found)
        reply = petition.reply
        params = {
            "code": petition.code,
            "state": STATE_LABELS[shown_state(petition.state)],
            "unit": self.directory.name_of(petition.unit),
            "filed_at": hanoi_time(petition.filed_at),
        }
        if petition.citizen == citizen and reply and reply.approved_at and petition.state in {*_TOLD}:
            answered_at = hanoi_time(reply.approved_at)
            return self.texts.render("status_answer", **params, answered_at=answered_at, answer=reply.text)
        if clock := petition.citizens_clock:
            return self.texts.render(
                "status_due",
                **params,
                due=hanoi_time(clock.due_at),
                clock=self.texts.render(f"clock_{clock.name}"),
                why=clock.simple_explanation,
            )
        return self.texts.render("status", **params)

    def add(self, tx: Transaction, effect: AddTo, now: datetime) -> tuple[str | None, Message]:
        """Something for a petition already filed: kept with it, and in its history.

        A petition that awaits its citizen goes on where it was, and its clocks with it.
        """
        petition = petition_in(tx, effect.code)
        additions = [
            Addition(by=effect.by, input=part.key, at=part.at, type=part.type, text=part.text or _link(part))
            for part in effect.parts
        ]
        files = [part.reference() for part in effect.parts if part.is_file()]
        more = {"additions": [*petition.additions, *additions], "files": [*petition.files, *files]}
        after = petition.model_copy(update=more)
        action, effects = "added", tuple[ClockEffect, ...]()
        if effect.by == "officer":
            action = "officer_wrote"
        elif petition.state is State.AWAITING_CITIZEN:
            step = transition(petition.state, Action.SUPPLEMENT, Role.CITIZEN, petition.came_from)
            action, effects = step.action.value, step.row.effects
            moved = after.model_copy(update={"state": step.to, "came_from": step.came_from})
            after = self.timekeeping.after(moved, effects, now)
        _, message = change(
            tx,
            petition,
            {name: getattr(after, name) for name in _MOVED},
            action=action,
            actor=Actor(Role(effect.by)),
            now=now,
            clock_effects=tuple(f"{each.verb} {each.clock}" for each in effects),
        )
        asked = action == Action.SUPPLEMENT
        text = self.texts.render("supplemented" if asked else "added", code=petition.code)
        return None if effect.quiet or effect.by == "officer" else text, message


_MOVED = ("additions", "files", "state", "came_from", *DERIVED)
_TOLD = (State.ANSWERED, State.PUBLISHED, State.CLOSED)


def _link(part: Part) -> str | None:
    """The address of a link that was shared: it is something told, not something to fetch."""
    return part.url if part.type == "link" else None


def _title(content: str) -> str:
    line = " ".join(content.split())
    return line if len(line) <= TITLE_LENGTH else line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"
