"""The commands of officers, one for every action that officers can take on a petition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, fields
from typing import Any, ClassVar

from petitions.domain.clock.deadline_rules import LEVEL_LABELS
from petitions.domain.language.redaction import masked
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.lifecycle.refusal_reasons import (
    REFUSAL_LABELS,
    SHORTEST_GUIDANCE,
    RefusalReason,
    is_helpful_guidance,
)
from petitions.domain.lifecycle.reopening_reasons import REOPENING_REASONS, ReopeningReason
from petitions.domain.lifecycle.states import Level
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.four_eyes import why_not_approved, why_not_recalled
from petitions.domain.officers.policy import coordinates
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.confidentiality import closed_with
from petitions.domain.petition.outcomes import AnswerDocument, AnswerOutcome
from petitions.domain.petition.petition import MergedFrom, Petition
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.petition.transfers import NOT_OURS, claims_other_unit, correction_path, routing_correction
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE
from petitions.errors import Forbidden, Rejected
from petitions.ports.messages import Message
from petitions.usecases.contact.handle_contact import close_contests
from petitions.usecases.files.answer_files import answer_files
from petitions.usecases.lifecycle.ask_supplement import why_not_asked
from petitions.usecases.lifecycle.assign_unit import UnitChoice
from petitions.usecases.lifecycle.classify_petition import change_class, change_level
from petitions.usecases.lifecycle.command import Command, Situation
from petitions.usecases.lifecycle.extend_deadline import extend_answer
from petitions.usecases.lifecycle.publish_result import published, unpublished, why_not_yet_published
from petitions.usecases.lifecycle.reopen_petition import reopenings, why_not_closed, why_not_reopened
from petitions.usecases.lifecycle.submit_answer import SubmittedAnswer, require_reason_for_doubts
from petitions.usecases.shared.petition_changes import Moved
from petitions.usecases.shared.undecided import undecided


@dataclass(frozen=True)
class Classifying(Command):
    """A command that also classifies the petition, if no officer has classified it before."""

    _: KW_ONLY
    classified: GivenClassification | None = None
    level: str | None = None
    sure: bool = False
    """Whether the officer confirmed the warning that people who may be accused can then read the petition."""

    def classification(self, at: Situation) -> dict[str, Any]:
        return {} if at.petition.classified else self._decided(at, self.level)

    def _decided(self, at: Situation, level: str | None) -> dict[str, Any]:
        decide = at.services.classifying.decide
        return decide(at.officer, at.petition, self.classified, level, at.now, sure=self.sure)


@dataclass(frozen=True)
class Accept(Classifying):
    """A command to accept a petition, with its classification."""

    action = Action.ACCEPT

    def classification(self, at: Situation) -> dict[str, Any]:
        return self._decided(at, self.level)


@dataclass(frozen=True)
class Classify(Classifying):
    """A command to correct the classification of a petition."""

    action = Action.CLASSIFY

    def classification(self, at: Situation) -> dict[str, Any]:
        return self._decided(at, None)

    def timed(self, at: Situation, moved: Petition) -> tuple[Petition, list[str]]:
        timed, moves = change_class(at.services.timekeeping, at.petition, moved, at.now)
        return timed, [move.effect for move in moves]


@dataclass(frozen=True)
class SetLevel(Command):
    """A command to change the level (normal, complex, urgent), which determines the deadlines."""

    action = Action.SET_LEVEL
    _: KW_ONLY
    level: str | None = None

    def timed(self, at: Situation, moved: Petition) -> tuple[Petition, list[str]]:
        timed, moves = change_level(at.services.timekeeping, moved, self.level, at.now)
        return timed, [f"level {at.petition.level} {timed.level}", *(move.effect for move in moves)]

    def words(self, at: Situation, after: Petition) -> str:
        before, now = LEVEL_LABELS[Level(at.petition.level)], LEVEL_LABELS[Level(after.level)]
        return f"{before} → {now}: {self.text.strip()}"


@dataclass(frozen=True)
class Assign(Command):
    """A command to give a petition to a unit, with or without a handler in it."""

    action = Action.ASSIGN
    _: KW_ONLY
    unit: str | None = None
    """The unit's code. None stands for the unit that holds the petition."""
    handler: str | None = None
    sure: bool = False
    """Whether the officer has confirmed the warning about a unit without staff."""
    apart: bool = False
    """Whether the officer has confirmed that the petition does not accuse the unit that it goes to."""

    def changes(self, at: Situation) -> dict[str, Any]:
        unit = self.unit or at.petition.unit
        to = UnitChoice(unit, self.handler, self.text.strip(), sure=self.sure, apart=self.apart)
        return at.services.assigning.assigned(at.tx, at.officer, at.petition, self.action, to)

    def finish(self, at: Situation, moved: Moved) -> list[Message]:
        example = coordinates(at.officer, at.petition) and routing_correction(moved.petition, at.officer.id, at.now)
        if example:
            at.tx.create(correction_path(example.id), example.stored())
        return []


@dataclass(frozen=True)
class Reassign(Assign):
    """A command to give a petition to another unit."""

    action = Action.REASSIGN

    def notices(self, at: Situation, after: Petition) -> list[Notice]:
        return _notices_to_former_unit(at, self.text)


@dataclass(frozen=True)
class TakeBack(Command):
    """A command to take a petition back to the coordinators."""

    action = Action.TAKE_BACK

    def changes(self, at: Situation) -> dict[str, Any]:
        return at.services.assigning.taken_back(at.petition)

    def notices(self, at: Situation, after: Petition) -> list[Notice]:
        return _notices_to_former_unit(at, self.text)


@dataclass(frozen=True)
class Unassign(Command):
    """A command to undo an assignment of which the unit has not been notified yet."""

    action = Action.UNASSIGN

    def changes(self, at: Situation) -> dict[str, Any]:
        return at.services.assigning.unassigned(at.tx, at.officer, at.petition)


@dataclass(frozen=True)
class GiveBack(Command):
    """A command to return a petition from a unit to the coordinators, who then find the right unit."""

    action = Action.GIVE_BACK

    def changes(self, at: Situation) -> dict[str, Any]:
        return {"unit": COORDINATORS, "handler": None}

    def portal_words(self, at: Situation, after: Petition, words: str) -> str | None:
        return masked(words)


@dataclass(frozen=True)
class Start(Command):
    """A command to begin working on a petition."""

    action = Action.START
    _: KW_ONLY
    takes: bool = True
    """Whether the officer becomes the handler, if the petition has none."""

    def changes(self, at: Situation) -> dict[str, Any]:
        return {"handler": at.petition.handler or (at.officer.id if self.takes else None)}


@dataclass(frozen=True)
class ResumeWork(Command):
    """A command to continue working on a petition after its answer was sent back or it was reopened."""

    action = Action.RESUME_WORK


@dataclass(frozen=True)
class AskSupplement(Command):
    """A command to ask the filer for more information, which pauses the clocks."""

    action = Action.ASK_SUPPLEMENT

    def check(self, at: Situation) -> None:
        if why := why_not_asked(at.petition, at.step.row, at.officer.role):
            raise Forbidden(why, reason="supplement_limit")


@dataclass(frozen=True)
class Supplement(Command):
    """A command to continue without the filer's reply to a question, or with a reply that arrived by another route."""

    action = Action.SUPPLEMENT


@dataclass(frozen=True)
class Extend(Command):
    """A command to extend the deadline for the answer."""

    action = Action.EXTEND
    _: KW_ONLY
    amount: int | None = None
    """The extension, in the time unit of the deadline's rule."""

    def timed(self, at: Situation, moved: Petition) -> tuple[Petition, list[str]]:
        return extend_answer(at.services.timekeeping, moved, self.amount, at.now), [f"extend answer {self.amount}"]


@dataclass(frozen=True)
class Submit(Command):
    """A command to submit the answer to a petition for approval."""

    action = Action.SUBMIT_ANSWER
    keeps_text: ClassVar[bool] = False  # the filer gets the answer itself
    _: KW_ONLY
    basis: str = ""
    attachments: tuple[str, ...] = ()
    no_evidence: str = ""
    outcome: AnswerOutcome | None = None
    document: AnswerDocument | None = None

    def changes(self, at: Situation) -> dict[str, Any]:
        given = SubmittedAnswer(self.text, self.basis, self.attachments, self.no_evidence, self.outcome, self.document)
        reply = at.services.answering.reply(at.tx, at.officer, at.petition, given, at.now)
        return {"reply": reply, "drafted": None, "handler": at.petition.handler or at.officer.id}


@dataclass(frozen=True)
class RecallAnswer(Command):
    """A command to take back an answer that was submitted and not yet approved or returned."""

    action = Action.RECALL_ANSWER

    def changes(self, at: Situation) -> dict[str, Any]:
        if why := why_not_recalled(at.officer, at.petition):
            raise Forbidden(why, reason="others_answer")
        return {}


@dataclass(frozen=True)
class ReturnForRedo(Command):
    """A command to return a submitted answer to its author."""

    action = Action.RETURN_FOR_REDO


@dataclass(frozen=True)
class Approve(Command):
    """A command to approve a submitted answer and send it to the filer."""

    action = Action.APPROVE

    def changes(self, at: Situation) -> dict[str, Any]:
        reply = at.petition.reply
        if reply is None:
            return {}
        if why := why_not_approved(at.officer, at.petition):
            raise Forbidden(why, reason="own_answer")
        require_reason_for_doubts(reply, self.text.strip())
        approved: dict[str, Any] = {
            "approved_by": at.officer.id,
            "approved_instead_of": at.officer.instead_of,
            "approved_at": at.now,
        }
        return {"reply": replace(reply, **approved)}

    def notices(self, at: Situation, after: Petition) -> list[Notice]:
        return at.services.merging.notices_beside(at.tx, after, at.services.telling.answered_with, at.now)

    def files(self, at: Situation, after: Petition) -> list[PetitionFile]:
        return answer_files(at.tx, after)

    def finish(self, at: Situation, moved: Moved) -> list[Message]:
        messages = at.services.bringing(at.tx, moved.petition, at.now)
        return [*messages, *at.services.merging.answered_on_portal(at.tx, moved, at.now)]


@dataclass(frozen=True)
class Publish(Command):
    """A command to publish the result of a petition.

    `text` is the published answer and `summary` the published petition.
    """

    action = Action.PUBLISH
    keeps_text: ClassVar[bool] = False
    _: KW_ONLY
    summary: str = ""

    def changes(self, at: Situation) -> dict[str, Any]:
        if why := why_not_yet_published(at.tx, at.petition):
            raise Rejected(why, reason="undecided")
        areas = at.services.directory.place_names
        words = published(at.officer, at.petition, self.summary.strip(), self.text.strip(), areas, at.now)
        return {"publication": words}


@dataclass(frozen=True)
class Unpublish(Command):
    """A command to remove the result from the public site."""

    action = Action.UNPUBLISH

    def changes(self, at: Situation) -> dict[str, Any]:
        return unpublished(at.petition)


@dataclass(frozen=True)
class Close(Command):
    """A command to close a petition that was answered, or transferred to another authority."""

    action = Action.CLOSE

    def changes(self, at: Situation) -> dict[str, Any]:
        if why := why_not_closed(at.tx, at.petition):
            raise Rejected(why, reason="undecided")
        return {}


@dataclass(frozen=True)
class Reopen(Classifying):
    """A command to reopen an answered or refused petition.

    The reason decides whether the petition goes to the unit or to the coordinators.
    """

    action = Action.REOPEN
    _: KW_ONLY
    reopen_for: ReopeningReason | None = None

    def changes(self, at: Situation) -> dict[str, Any]:
        petition, waiting = at.petition, undecided(at.tx, self.code)
        history = reopenings(at.tx, petition)
        if why := why_not_reopened(petition, history, waiting, at.services.timekeeping, at.now):
            raise Forbidden(why, reason="reopening_over")
        if self.reopen_for is None:
            raise Rejected("Xin chọn lý do mở lại.", reason="reason_missing")
        back = REOPENING_REASONS[self.reopen_for].to_coordinators
        to = {"unit": COORDINATORS, "handler": None} if back else {}
        return {"refused_for": None, "decision": None, **to}

    def words(self, at: Situation, after: Petition) -> str:
        text = self.text.strip()
        return f"{REOPENING_REASONS[self.reopen_for].label}: {text}" if self.reopen_for else text

    def notices(self, at: Situation, after: Petition) -> list[Notice]:
        return at.services.merging.notices_beside(at.tx, after, at.services.telling.reopened_with, at.now)

    def finish(self, at: Situation, moved: Moved) -> list[Message]:
        close_contests(at.tx, at.officer, self.code, at.now)
        return at.services.merging.reopened_on_portal(at.tx, moved, at.now)


@dataclass(frozen=True)
class Refuse(Command):
    """A command to refuse a petition. The text must give the filer the reason and the next steps."""

    action = Action.REFUSE
    _: KW_ONLY
    why: RefusalReason | None = None

    def check(self, at: Situation) -> None:
        if self.why is None:
            raise Rejected("Xin chọn lý do từ chối.", reason="reason_missing")
        _require_guidance(self.text)
        if not coordinates(at.officer, at.petition) and claims_other_unit(self.text.strip()):
            raise Rejected(NOT_OURS, reason="not_ours")

    def changes(self, at: Situation) -> dict[str, Any]:
        return {"refused_for": self.why, "decision": self.text.strip()}

    def words(self, at: Situation, after: Petition) -> str:
        text = self.text.strip()
        return f"{REFUSAL_LABELS[self.why]}. {text}" if self.why else text


@dataclass(frozen=True)
class TransferOut(Classifying):
    """A command to transfer a petition to an authority outside the city."""

    action = Action.TRANSFER_OUT

    def check(self, at: Situation) -> None:
        _require_guidance(self.text)

    def changes(self, at: Situation) -> dict[str, Any]:
        return {"refused_for": None, "decision": self.text.strip()}


@dataclass(frozen=True)
class SendBack(Command):
    """A command to take in a petition that an authority outside the city sent back."""

    action = Action.SENT_BACK


@dataclass(frozen=True)
class Withdraw(Command):
    """A command to withdraw a petition at the request of its filer."""

    action = Action.WITHDRAW


@dataclass(frozen=True)
class Merge(Command):
    """A command to merge a petition into another petition on the same matter.

    `text` is the code of that main petition.
    """

    action = Action.MERGE

    def main(self, at: Situation) -> Petition | None:
        return at.services.merging.main_for(at.tx, at.officer, at.petition, self.text.strip())

    def timed(self, at: Situation, moved: Petition) -> tuple[Petition, list[str]]:
        timed, effects = super().timed(at, moved)
        if at.main is None:
            return timed, effects
        # The merged petition links to the main one. If that may accuse an unknown office, both are confidential.
        closed = {*closed_with(timed, at.main), *([UNKNOWN_OFFICE] if at.main.is_doubted else [])}
        joined: dict[str, Any] = {
            "merged_into": at.main.code,
            "merged": MergedFrom(at=at.now, awaited_from=at.petition.came_from),
            "closed_with": sorted(closed),
        }
        return replace(timed, **joined), effects

    def words(self, at: Situation, after: Petition) -> str:
        return after.merged_into or self.text.strip()

    def portal_words(self, at: Situation, after: Petition, words: str) -> str | None:
        return at.services.telling.merged_in_words(after, at.main) if at.main else None

    def notices(self, at: Situation, after: Petition) -> list[Notice]:
        return at.services.merging.notices_of_merging(at.tx, at.petition, at.main, at.now) if at.main else []

    def finish(self, at: Situation, moved: Moved) -> list[Message]:
        return at.services.merging.join(at.tx, at.officer, moved.petition, at.main, at.now) if at.main else []


@dataclass(frozen=True)
class Unmerge(Command):
    """A command to undo the merge of a petition."""

    action = Action.UNMERGE

    def main(self, at: Situation) -> Petition | None:
        return at.services.merging.main_to_leave(at.tx, at.petition)

    def changes(self, at: Situation) -> dict[str, Any]:
        awaited_from = at.petition.merged.awaited_from if at.petition.merged else None
        return {"merged": None, "merged_into": None, "came_from": awaited_from}

    def timed(self, at: Situation, moved: Petition) -> tuple[Petition, list[str]]:
        if at.petition.merged is None:
            return super().timed(at, moved)
        before, timed = at.petition.clocks, at.services.timekeeping.unstopped(moved, at.petition.merged.at, at.now)
        return timed, [f"unstop {name}" for name, clock in timed.clocks.items() if clock != before[name]]

    def portal_words(self, at: Situation, after: Petition, words: str) -> str | None:
        return at.services.telling.unmerged_in_words(after)

    def finish(self, at: Situation, moved: Moved) -> list[Message]:
        return at.services.merging.release(at.tx, at.officer, moved.petition, at.main, at.now) if at.main else []


def _kinds(kind: type[Command]) -> Iterator[type[Command]]:
    for subclass in kind.__subclasses__():
        if "action" in vars(subclass):
            yield subclass
        yield from _kinds(subclass)


COMMANDS: Mapping[Action, type[Command]] = {kind.action: kind for kind in _kinds(Command)}
"""The commands by action. Actions that only the portal takes have none."""


def command(code: str, action: Action, version: int, text: str = "", **given: Any) -> Command:
    """Return the command for an action. Options in `given` that it does not have are ignored. Raise KeyError."""
    kind = COMMANDS[action]
    own = {item.name for item in fields(kind)}
    return kind(code, version, text, **{name: value for name, value in given.items() if name in own})


def _notices_to_former_unit(at: Situation, reason: str) -> list[Notice]:
    return at.services.assigning.notices_to_former_unit(at.tx, at.petition, at.officer.id, reason.strip(), at.now)


def _require_guidance(text: str) -> None:
    if not is_helpful_guidance(text.strip()):
        words = f"Lời cho người gửi quá ngắn: xin viết ít nhất {SHORTEST_GUIDANCE} ký tự, nói rõ vì sao và cần làm gì."
        raise Rejected(words, reason="text_too_short")
