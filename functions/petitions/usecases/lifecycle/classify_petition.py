"""The classification of a petition by an officer, and the levels and classes that can be chosen.

An officer classifies when accepting the petition, and coordinators correct it later. A new level or class recomputes
the open deadlines by its own rules, from the same starts. The law does not mention such a change. As with an extension,
nothing may hide lateness after the due date (LAW 7.1): an overdue deadline may move earlier, never later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from petitions.domain.clock.deadline_rules import LEVEL_LABELS
from petitions.domain.lifecycle.lifecycle import Action, ClockName, Role, State, transition
from petitions.domain.lifecycle.states import Level
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import coordinates
from petitions.domain.petition.classification import (
    CLASS_LABELS,
    COMPLAINT_CLASSES,
    NATURE_LABELS,
    STATEMENT_LABELS,
    AdministrationFields,
    Classification,
    GivenClassification,
    Nature,
    PetitionClass,
    ProposedClassification,
    Statement,
)
from petitions.domain.petition.confidentiality import grounds, why_closed_to
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.transfers import units_that_held
from petitions.domain.reminders.deadline_moves import DeadlineMove, deadline_moves
from petitions.domain.routing.kinds import PetitionKind
from petitions.domain.routing.routing_rules import Superiors
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import UNKNOWN_OFFICE, UNKNOWN_WARD, Directory
from petitions.errors import Forbidden, Rejected
from petitions.usecases.shared.timekeeping import Timekeeping

OVERDUE = "Đã quá hạn: đổi mức độ không được làm lùi thời hạn."
OPENS = (
    "Hồ sơ có thể nói về người của cơ quan điều phối: bỏ đơn vị bị phản ánh thì họ đọc được ngay. Xin chọn đúng đơn vị "
    "bị phản ánh, hoặc đánh dấu xác nhận là đã đọc kỹ và hồ sơ không nói về ai ở đó."
)
TO_UNITS = (
    "Chọn “không nói về hành vi của đơn vị nào” thì đơn vị được giao sẽ đọc được hồ sơ, cả tên người gửi. Nếu đã đọc "
    "kỹ và hồ sơ không nói về ai ở đó, xin đánh dấu xác nhận rồi gửi lại."
)
CLASS_OVERDUE = "Đã quá hạn: đổi loại không được làm lùi thời hạn."
_UNKNOWN = (UNKNOWN_OFFICE, UNKNOWN_WARD)
_INSPECTORATE = "TTTP"


@dataclass(frozen=True)
class LevelChoice:
    """A level that the petition could have instead, with the deadlines that it would move."""

    level: Level
    moves: list[DeadlineMove]
    """The deadlines that the new level would move."""
    refused: str | None
    """The reason, in Vietnamese, why the new level is not allowed, or None."""


@dataclass(frozen=True)
class ClassChoice:
    """A class that the petition could have instead, with the deadlines that it would move."""

    petition_class: PetitionClass
    moves: list[DeadlineMove]
    """The deadlines that the new class would move."""
    refused: str | None
    """The reason, in Vietnamese, why the new class is not allowed, or None."""


@dataclass(frozen=True)
class AcceptedDue:
    """The deadline for the answer if the petition were accepted now with this class and level."""

    petition_class: PetitionClass
    level: Level
    answer_due: datetime


def level_choices(keeping: Timekeeping, petition: Petition, now: datetime) -> list[LevelChoice]:
    """Return all levels except the present one, with the deadlines that they would move."""
    found = []
    for level in Level:
        if level != petition.level:
            moves, hides, _ = _recounted(keeping, petition, level.value, petition.petition_class, now)
            found.append(LevelChoice(level, moves, OVERDUE if hides else None))
    return found


def class_choices(keeping: Timekeeping, petition: Petition, now: datetime) -> list[ClassChoice]:
    """Return all classes except the present one, with the deadlines that they would move."""
    found = []
    for arg in get_args(PetitionClass):
        if arg != petition.petition_class:
            moves, hides, _ = _recounted(keeping, petition, petition.level, arg, now)
            found.append(ClassChoice(arg, moves, CLASS_OVERDUE if hides else None))
    return found


def change_level(
    keeping: Timekeeping, petition: Petition, level: str | None, now: datetime
) -> tuple[Petition, list[DeadlineMove]]:
    """Return the petition with the new level, and the moved deadlines. Raise Rejected or Forbidden, in Vietnamese."""
    if level not in set(Level) or level == petition.level:
        raise Rejected("Xin chọn mức độ khác mức độ hiện tại.", reason="level_missing")
    moves, hides, after = _recounted(keeping, petition, str(level), petition.petition_class, now)
    if hides:
        raise Forbidden(OVERDUE, reason="level_after_due")
    return after, moves


def change_class(
    keeping: Timekeeping, before: Petition, moved: Petition, now: datetime
) -> tuple[Petition, list[DeadlineMove]]:
    """Return `moved` with its open deadlines recomputed for its class, and the deadlines that changed.

    `before` has the former class. Raise Forbidden if the change would hide lateness.
    """
    then = replace(moved, petition_class=before.petition_class)
    moves, hides, after = _recounted(keeping, then, moved.level, moved.petition_class, now)
    if hides:
        raise Forbidden(CLASS_OVERDUE, reason="class_after_due")
    return after, moves


def _recounted(
    keeping: Timekeeping, petition: Petition, level: str, petition_class: PetitionClass, now: datetime
) -> tuple[list[DeadlineMove], bool, Petition]:
    after = keeping.recounted(petition, now, level=Level(level), petition_class=petition_class)
    moved = deadline_moves(petition, after)
    hides = any(
        UpTo(deadline_move.old).is_over(petition.clocks[deadline_move.clock].paused_at or now)
        and UpTo(deadline_move.old).is_over(deadline_move.new)
        for deadline_move in moved
    )
    return moved, hides, after


@dataclass(frozen=True)
class ClassifyPetition:
    """The rules for classifying petitions. They write nothing."""

    fields: AdministrationFields
    directory: Directory
    superiors: Superiors

    def proposed(self, petition: Petition) -> ProposedClassification:
        """Return the preselected values of the form: the officer's last decision, or else the routing's proposal."""
        routed, known = petition.routed, petition.classified
        units = [petition.unit, *(proposal.unit for proposal in routed.proposals)] if routed else [petition.unit]
        if petition.petition_class in COMPLAINT_CLASSES:
            units = [_INSPECTORATE]  # complaints have the field of the office that handles them
        return ProposedClassification(
            nature=known.nature if known else (routed and routed.nature) or Nature.CONDUCT,
            statement=known.statement if known else (routed and routed.statement) or Statement.REPORT,
            petition_class=petition.petition_class,
            field=known.field if known else self.fields.proposed(units),
            accused=petition.accused or next((item for item in _UNKNOWN if item in petition.closed_with), ""),
        )

    def due(self, keeping: Timekeeping, petition: Petition, now: datetime) -> list[AcceptedDue]:
        """Return the deadlines for the answer if a new petition were accepted now, for all classes and levels."""
        effects = transition(State.NEW, Action.ACCEPT, Role.COORDINATOR).effects
        found = []
        for arg in get_args(PetitionClass):
            for level in Level:
                then = replace(petition, petition_class=arg, level=level.value)
                clocks = keeping.after(then, effects, now).clocks
                found.append(AcceptedDue(arg, level, clocks[ClockName.ANSWER].due_at))
        return found

    def decide(
        self,
        officer: Officer,
        petition: Petition,
        given: GivenClassification | None,
        level: str | None,
        now: datetime,
        *,
        sure: bool = False,
    ) -> dict[str, Any]:
        """Return the changed fields of a classification. Values missing in `given` take the proposal.

        If the petition no longer accuses anybody, people who were accused may read it. This needs the confirmation
        `sure`. Raise Rejected or Forbidden, in Vietnamese.
        """
        return self._looked_at(petition, self._decided(officer, petition, given, level, now), sure=sure)

    def _decided(
        self, officer: Officer, petition: Petition, given: GivenClassification | None, level: str | None, now: datetime
    ) -> dict[str, Any]:
        chosen = replace(self.proposed(petition), **given.model_dump(exclude_none=True) if given else {})
        petition_class, accused = chosen.petition_class, chosen.accused or None
        if not self.fields.knows(chosen.field):
            raise Rejected("Không có lĩnh vực này trong danh mục.", reason="field_unknown")
        if accused and accused not in {petition.accused, *_UNKNOWN} and not self._is_unit(accused):
            raise Rejected("Không có đơn vị bị phản ánh này trong danh mục.", reason="unit_unknown")
        decides = coordinates(officer, petition)
        if decides and petition.may_accuse and (given is None or given.accused is None):
            words = "Có thể nói về việc làm của chính đơn vị sẽ nhận: xin đọc kỹ và chọn ở “Nói về hành vi của đơn vị”."
            raise Rejected(words, reason="accused_missing")
        if petition_class in COMPLAINT_CLASSES and not decides:
            words = "Khiếu nại, tố cáo không giải quyết tại kênh này: xin trả lại điều phối hoặc từ chối kèm hướng dẫn."
            raise Forbidden(words, reason="complaint")
        if petition_class in COMPLAINT_CLASSES and petition.publication:
            raise Rejected("Hồ sơ đang công khai: xin gỡ công khai trước.", reason="published")
        decided: dict[str, Any] = {
            "classified": Classification(
                nature=chosen.nature, statement=chosen.statement, field=chosen.field, by=officer.id, at=now
            ),
            "petition_class": petition_class,
            "kind": _kind(petition_class, chosen.nature, chosen.statement),
            "accused": accused,
            "level": level or petition.level,
        }
        if petition.absorbed or petition.merged_into:
            given_up = grounds(petition) - grounds(replace(petition, **decided))
            # Coordinators have read all merged petitions, so their decision replaces the unknown offices.
            known = set(_UNKNOWN) if decides else set()
            decided["closed_with"] = sorted({*petition.closed_with, *given_up} - known)
        elif decides:
            decided["closed_with"] = []  # the decision covers earlier accusations too
        after = replace(petition, **decided)
        if petition.is_doubted or grounds(petition) - grounds(after):
            decided["opened_by"] = officer.id
        return decided | self._kept_from(after)

    def superior_of(self, unit: str, petition: Petition) -> str:
        """Return the office that handles petitions about the conduct of the unit."""
        field = petition.classified.field if petition.classified else None
        return self.directory.heir(self.superiors.of(unit, field))

    def in_words(self, petition: Petition) -> str:
        """Return the classification in Vietnamese for the history, or "" if no officer has classified the petition."""
        known = petition.classified
        if known is None:
            return ""
        words = [
            NATURE_LABELS[known.nature],
            STATEMENT_LABELS[known.statement],
            CLASS_LABELS[petition.petition_class],
            f"lĩnh vực {self.fields.name_of(known.field)}",
            LEVEL_LABELS[Level(petition.level)],
        ]
        if petition.accused:
            words.append(f"về hành vi của {self.directory.name_of(petition.accused)}")
        return "; ".join(words)

    def _looked_at(self, petition: Petition, decided: dict[str, Any], *, sure: bool) -> dict[str, Any]:
        after = replace(petition, **decided)
        if sure or decided["accused"] is not None:
            return decided
        if petition.accuses_coordinators and not after.accuses_coordinators:
            raise Rejected(OPENS, reason="opens_to_accused")
        if petition.is_doubted and not grounds(after):
            raise Rejected(TO_UNITS, reason="opens_to_unit")
        return decided

    def _is_unit(self, code: str) -> bool:
        return bool(self.directory.unit(code) or self.directory.ward(code))

    def _kept_from(self, petition: Petition) -> dict[str, Any]:
        """Return the changed fields that give the petition to the office above, if its unit may no longer read it.

        Return {} if the unit may read it, or if the office above may not either, since coordinators get it then.
        """
        if not why_closed_to(petition, petition.unit, self.directory):
            return {}
        superior = self.superior_of(petition.accused or petition.unit, petition)
        if why_closed_to(petition, superior, self.directory):
            return {}  # coordinators get it, like every petition that its unit may not read
        return {"unit": superior, "handler": None, "held_by": units_that_held(petition, superior)}


def _kind(petition_class: PetitionClass, nature: Nature, statement: Statement) -> PetitionKind:
    if petition_class == "complaint":
        return PetitionKind.COMPLAINT
    if petition_class == "denunciation":
        return PetitionKind.DENUNCIATION
    about_rules = nature is Nature.CONTENT or statement is Statement.PROPOSAL
    return PetitionKind.REGULATION if about_rules else PetitionKind.CONDUCT
