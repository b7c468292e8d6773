"""The page of one petition for an officer. The filer is masked in it (see `reveal_contact` for their data)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.clock.clocks import PetitionClock, TimeState
from petitions.domain.clock.punctuality import late_steps
from petitions.domain.contact.contact_request import (
    BECOMES_PETITION,
    ContactReason,
    ContactRequest,
    answer_due_id,
    contact_path,
    may_handle,
    step_due_id,
)
from petitions.domain.language.likeness import IndexedText, Likeness
from petitions.domain.language.search_words import SearchWords
from petitions.domain.language.searching import name_words
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, ClockName, Role, State, TransitionRow
from petitions.domain.notices.notice import Notice, without_words
from petitions.domain.officers.officer import WORKING, Officer
from petitions.domain.officers.policy import Permission, actions, gives_opinion, is_asked_to_help, may, may_see
from petitions.domain.petition.answering import answer_to_edit
from petitions.domain.petition.classification import NO_FIELD, AdministrationField, GivenClassification
from petitions.domain.petition.confidentiality import is_closed_to_taker, is_confidential, is_protected, why_kept
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.lateness import has_missed_plan
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.domain.privacy.original_words import without_filer, words_about
from petitions.domain.publishing.own_view import digits_of, is_read_on_page
from petitions.domain.publishing.public import ANSWERED
from petitions.domain.publishing.public_draft import PublicDraft, draft
from petitions.domain.shared.personal import Personal, fields_of
from petitions.domain.understanding.told_asides import about_somebody
from petitions.domain.units.directory import COORDINATORS, Directory
from petitions.errors import NotFound
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.desk.shut_actions import ShutActions
from petitions.usecases.desk.unit_choices import NamedChoice, PlacePetition, UnitChoices, unit_choices
from petitions.usecases.lifecycle.classify_petition import (
    AcceptedDue,
    ClassChoice,
    ClassifyPetition,
    LevelChoice,
    class_choices,
    level_choices,
)
from petitions.usecases.lifecycle.extend_deadline import ExtensionLimit, extension_limit
from petitions.usecases.lifecycle.submit_answer import answered_alike
from petitions.usecases.lifecycle.take_up import steps_together
from petitions.usecases.officers.staff import Staff
from petitions.usecases.petition.plan_recovery import is_overdue
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, petition_of
from petitions.usecases.shared.timekeeping import Timekeeping
from petitions.usecases.shared.undecided import why_contested

MOST_NOTICES = 100
MOST_HISTORY = 500
MOST_ALIKE = 20
MOST_OTHERS = 20
MOST_ASKED = 20
DECIDERS_EXTEND = "Cần thêm thời gian hoặc đổi mức độ: lãnh đạo đơn vị, hoặc người thay, làm được ở trang này."
SHOWN_ALIKE = 5
SURE_ENOUGH = 0.995
"""The least confidence of the router that is displayed as 100%."""
_SENT_BACK = frozenset({Action.RETURN_FOR_REDO, Action.PORTAL_RETURN, Action.REOPEN})


@dataclass(frozen=True)
class UnitTeam:
    """The people of one unit to whom a petition can be assigned."""

    unit: str
    name: str
    people: list[NamedChoice]


@dataclass(frozen=True)
class AssignmentChoices:
    """The options of the form that assigns a petition."""

    unit: str
    """The preselected unit, or "" if the officer has to choose."""
    proposed: list[NamedChoice]
    """The units proposed by the routing. Empty for all but coordinators, like `units` and `wards`."""
    units: list[NamedChoice]
    wards: list[NamedChoice]
    teams: list[UnitTeam]


@dataclass(frozen=True)
class ClockLine:
    """A deadline of the petition with its state now."""

    clock: PetitionClock
    time_state: TimeState


@dataclass(frozen=True)
class SimilarPetition:
    """Another petition that seems to be about the same matter."""

    code: str
    title: str
    state: State
    unit: str
    filed_at: datetime
    same_filer: bool


@dataclass(frozen=True)
class OtherPetition:
    """Another petition of the same filer, as a petition's page lists it."""

    code: str
    state: State
    unit: str
    filed_at: datetime


@dataclass(frozen=True)
class PetitionPage:
    """The contents of a petition's page for one officer."""

    petition: Petition
    confidential: bool
    """Whether the filer is masked in the text. Reading the original requires a reason."""
    protected: bool
    """Whether the filer is masked because they need protection from the accused."""
    withheld: bool
    """Whether the filer's page shows no answer, because the unit that entered the petition can open it too."""
    has_page: bool
    """Whether the filer can open a page about the petition, with the last digits of their telephone number."""
    masked: bool
    """Whether any text on the page is masked."""
    clocks: list[ClockLine]
    """Running clocks, the next due first, then stopped ones, the last stopped first."""
    history: list[HistoryEntry]
    attachments: list[PetitionFile]
    answer_files: list[PetitionFile]
    notices: list[Notice]
    actions: list[TransitionRow]
    """The actions that are possible for this officer now."""
    together: tuple[Action, ...]
    """The steps that one button takes together, in order."""
    kept: bool
    """Whether the petition is a complaint or denunciation, which coordinators keep and refuse with guidance."""
    passed_on: bool
    """Whether the routing gave the petition to a unit."""
    may_reveal: bool
    may_note: bool
    gives_opinion: bool
    """Whether a note of the officer is the opinion of a unit that helps with the petition."""
    help_wanted: str | None
    """The request for help to the officer's unit, until the unit replies. None if there is none."""
    approvers: list[Officer]
    """The officers who may approve the answer if this officer submits it. Empty if they may not submit."""
    assignment: AssignmentChoices
    helpers: list[NamedChoice]
    twins: list[SimilarPetition]
    others: list[OtherPetition]
    """The filer's other petitions, the newest first. Empty if this officer may not see the filer."""
    to_publish: PublicDraft | None
    """The proposed text of a publication, or None if the officer may not publish."""
    extension: ExtensionLimit | None
    levels: list[LevelChoice]
    classes: list[ClassChoice]
    proposed: GivenClassification
    """The classification that the form preselects."""
    accepted_due: list[AcceptedDue]
    """The deadlines for the answer, by class and level, if the petition were accepted now."""
    fields: tuple[AdministrationField, ...]
    units: list[NamedChoice]
    speaks_of: list[str]
    """The sentences that name people or offices, if the petition was once held back because it may accuse an office."""

    @property
    def field_name(self) -> str:
        """Return the name of the field of administration that an officer chose, or "" if none was chosen."""
        known = self.petition.classified
        return next((field.name for field in self.fields if known and field.code == known.field), "")

    @property
    def why_not_passed(self) -> str:
        """Return the reason, in Vietnamese, why the routing gave the petition to no unit."""
        routed = self.petition.routed
        if routed is None or routed.may_accuse:
            return "có thể nói về việc làm của chính đơn vị sẽ nhận"
        if routed.ward_choices:
            return "chưa rõ phường, xã nào"
        if self.kept:
            return "khiếu nại, tố cáo do người quyết định"
        if routed.confidence < SURE_ENOUGH:
            return f"chưa đủ chắc về nơi nhận, độ tin cậy {round(routed.confidence * 100)}%"
        return "rõ nơi nhận, nhưng cần người đọc: có thể là việc nguy hiểm, việc làm sai, hoặc đơn vị nhận là nơi gửi"

    @property
    def sent_back(self) -> HistoryEntry | None:
        """Return the history line that sent the last answer back or reopened the petition, or None.

        It is None once a new answer has been submitted. An answer that was submitted and recalled does not count.
        """
        recalled = 0
        for entry in reversed(self.history) if self.petition.state in OPEN_STATES else ():
            if entry.action in _SENT_BACK:
                return entry
            if entry.action == Action.SUBMIT_ANSWER and not recalled:
                return None
            recalled += (entry.action == Action.RECALL_ANSWER) - (entry.action == Action.SUBMIT_ANSWER)
        return None

    copied_from: str | None
    """The code of another petition with the same answer, if the officer may see it."""
    contested: ContactReason | None
    """The reason why the filer objects to the answer, until an officer decides. None without an objection."""
    owed: list[ContactRequest]
    """The open requests to deliver the answer, or news about a step, to the filer."""
    asked: list[ContactRequest]
    """The citizens' requests for a person from which the petition was made or which are about it, oldest first."""
    shut: list[str]
    """The reasons, in Vietnamese, why certain actions of the officer's role are not possible now."""
    late_steps: list[ClockName]
    """The steps that missed their deadline, in order."""
    answered: bool
    """Whether an answer is in force."""
    nobody: bool
    """Whether the unit that holds the petition has no staff, so that the coordinators must act."""
    may_plan: bool
    missed_plan: bool
    """Whether the petition is still open after the day that its recovery plan names."""
    as_of: datetime


@dataclass(frozen=True)
class ReadPetition:
    """Reads the page of a petition, with one document and at most nine queries."""

    store: Store
    clock: Clock
    directory: Directory
    timekeeping: Timekeeping
    staff: Staff
    classifying: ClassifyPetition
    vocabulary: SearchWords

    def find(self, officer: Officer, code: str) -> Petition:
        """Return the petition. Raise NotFound if there is none or the officer may not read it."""
        petition = petition_of(self.store, code)
        if petition is None or not may(officer, Permission.READ, petition):
            raise NotFound(NO_SUCH_PETITION)
        return petition

    def __call__(self, officer: Officer, code: str) -> PetitionPage:
        """Return the page of a petition. Raise NotFound if there is none or the officer may not read it."""
        petition = self.find(officer, code)
        path, now, shown = petition_path(code), self.clock.now(), without_filer(petition, officer)
        found = self.store.find(Query(f"{path}/history", order_by=("seq",), limit=MOST_HISTORY))
        hidden = words_about(petition, officer)
        history = [hidden(HistoryEntry.model_validate(document.data)) for document in found]
        about = Query("notices", where=(("about.code", "==", code),), order_by=("-created_at",), limit=MOST_NOTICES)
        rows, extension = actions(officer, petition), extension_limit(petition, now)
        possible = {row.action for row in rows}
        together = steps_together(officer.role, petition)
        shut = ShutActions(self.store, self.timekeeping)(officer, petition, rows, history, now)
        sent, given = self._files(officer, petition)
        units, kept = self._units(), why_kept(petition) is not None
        return PetitionPage(
            petition=shown,
            confidential=is_confidential(petition),
            protected=is_protected(petition),
            masked=shown != petition,
            withheld=is_closed_to_taker(petition),
            has_page=digits_of(petition) is not None,
            clocks=[ClockLine(clock, self.timekeeping.state(clock, now)) for clock in _ordered(petition)],
            history=history,
            attachments=sent,
            answer_files=given,
            notices=[without_words(Notice.model_validate(document.data)) for document in self.store.find(about)],
            actions=[row for row in rows if row.action not in shut],
            together=together if together and not kept and together[0] in possible - shut.keys() else (),
            kept=kept,
            passed_on=any(entry.action == RecordedAction.ROUTED and entry.unit != COORDINATORS for entry in history),
            may_reveal=may(officer, Permission.REVEAL, petition),
            may_note=may(officer, Permission.NOTE, petition),
            gives_opinion=gives_opinion(officer, petition),
            help_wanted=self._help_wanted(officer, petition, history),
            approvers=self.staff.approvers(petition, officer.id) if Action.SUBMIT_ANSWER in possible else [],
            assignment=self._assignment(officer, petition),
            to_publish=self._draft(shown) if Action.PUBLISH in possible else None,
            helpers=self._helpers(officer, petition, units),
            twins=self._twins(officer, petition),
            others=self._others(officer, petition),
            extension=extension,
            levels=level_choices(self.timekeeping, petition, now) if Action.SET_LEVEL in possible else [],
            classes=class_choices(self.timekeeping, petition, now) if Action.CLASSIFY in possible else [],
            proposed=self.classifying.proposed(petition),
            accepted_due=self.classifying.due(self.timekeeping, petition, now) if Action.ACCEPT in possible else [],
            fields=self.classifying.fields.fields,
            units=units,
            speaks_of=about_somebody(_citizens_words(shown)) if petition.opened_by else [],
            copied_from=self._copied_from(officer, petition),
            contested=why_contested(self.store, officer, [petition]).get(code),
            owed=self._owed(officer, petition),
            asked=self._asked(officer, code),
            shut=[*(why for why in shut.values() if why), *_for_deciders(officer, petition, possible, extension)],
            late_steps=late_steps(petition.clocks),
            answered=petition.state in ANSWERED,
            nobody=self._nobody(officer, petition),
            may_plan=may(officer, Permission.PLAN, petition) and is_overdue(petition, self.timekeeping.calendar, now),
            missed_plan=has_missed_plan(petition, now),
            as_of=now,
        )

    def _draft(self, petition: Petition) -> PublicDraft:
        code, ward = self.classifying.proposed(petition).field, petition.ward and self.directory.ward(petition.ward)
        subjects = (field.name for field in self.classifying.fields.fields if field.code == code != NO_FIELD)
        return draft(petition, next(subjects, ""), ward.name if ward else "", self.directory.place_names)

    def _owed(self, officer: Officer, petition: Petition) -> list[ContactRequest]:
        has_way = petition.answer_way is not None or not is_read_on_page(petition)
        answered = has_way and petition.reply and petition.reply.approved_at
        ids = [answer_due_id(petition.code)] if answered else []
        ids += [step_due_id(petition.code)] if petition.way_to_filer else []
        found = self.store.get_all([contact_path(item) for item in ids]) if ids else []
        requests = [ContactRequest.model_validate(item) for item in found if item]
        return [request for request in requests if request.is_undecided and may_handle(officer, request)]

    def _asked(self, officer: Officer, code: str) -> list[ContactRequest]:
        found = self.store.find(Query("contact_requests", (("code", "==", code),), limit=MOST_ASKED))
        requests = (ContactRequest.model_validate(document.data) for document in found)
        asked = [item for item in requests if item.why in BECOMES_PETITION and may_handle(officer, item)]
        return sorted(asked, key=lambda item: item.at)

    def _help_wanted(self, officer: Officer, petition: Petition, history: list[HistoryEntry]) -> str | None:
        if not is_asked_to_help(officer, petition):
            return None
        name = f"{self.directory.name_of(officer.unit)}: "
        asked = [entry.reason for entry in history if entry.action == RecordedAction.COORDINATED and entry.reason]
        return next((words.removeprefix(name) for words in reversed(asked) if words.startswith(name)), "")

    def _helpers(self, officer: Officer, petition: Petition, units: list[NamedChoice]) -> list[NamedChoice]:
        if petition.is_doubted or not may(officer, Permission.INVITE, petition):
            return []
        return self._placing.open_to([unit for unit in units if unit.id != petition.unit], petition)

    def _twins(self, officer: Officer, petition: Petition) -> list[SimilarPetition]:
        """Return the petitions about the same matter, or with the same number, that the officer may see.

        Petitions of the same filer come first, then the oldest. Two equal texts match however short they are. Two
        texts of one filer match if they share two neighbouring words.
        """
        marks, number = petition.marks, petition.taken.number_mark if petition.taken else ""
        known = {petition.code, petition.merged_into, *petition.absorbed}
        merges = may(officer, Permission.WATCH)
        alike = self._found("marks", "array_contains_any", marks, order_by=("-filed_at",)) if marks else []
        alike += self._found("marks", "==", marks) if marks and merges else []
        found = {item.code: item for item in alike}
        texts = {code: IndexedText(item.content) for code, item in found.items()}
        same = {*Likeness(self.vocabulary, texts).same(petition.content)}
        for phone in petition.contact.phones if merges and may(officer, Permission.REVEAL, petition) else ():
            for name in fields_of(Contact, Personal.PHONE):
                found |= {item.code: item for item in self._found(f"contact.{name}", "==", phone)}
        same |= {
            code
            for code, item in found.items()
            if item.marks == marks or (same_filer(officer, petition, item) and not {*marks}.isdisjoint(item.marks))
        }
        if number:
            numbered = {item.code: item for item in self._found("taken.number_mark", "==", number)}
            found, same = found | numbered, same | numbered.keys()
        twins = [
            SimilarPetition(
                item.code,
                without_filer(item, officer).title,
                item.state,
                item.unit,
                item.filed_at,
                same_filer(officer, petition, item),
            )
            for item in found.values()
            if item.code not in known and not item.merged_into and may_see(officer, item) and item.code in same
        ]
        return sorted(twins, key=lambda twin: (not twin.same_filer, twin.filed_at))[:SHOWN_ALIKE]

    def _found(self, name: str, op: str, value: object, order_by: tuple[str, ...] = ()) -> list[Petition]:
        query = Query("petitions", where=((name, op, value),), order_by=order_by, limit=MOST_ALIKE)
        return [Petition.model_validate(document.data) for document in self.store.find(query)]

    def _others(self, officer: Officer, petition: Petition) -> list[OtherPetition]:
        """Return the filer's other petitions that the officer may see, if they may know the filer.

        A petition with a protected filer is never listed and has no list itself, since the name in one petition would
        reveal the filer of the other.
        """
        mine = (("citizen", "==", petition.citizen),)
        if petition.source != "zalo" or not same_filer(officer, petition, petition):
            return []
        found = self.store.find(Query("petitions", mine, order_by=("-filed_at",), limit=MOST_OTHERS))
        return [
            OtherPetition(item.code, item.state, item.unit, item.filed_at)
            for item in (Petition.model_validate(one.data) for one in found)
            if item.code != petition.code and may_see(officer, item) and same_filer(officer, petition, item)
        ]

    def _copied_from(self, officer: Officer, petition: Petition) -> str | None:
        reply = petition.reply
        if reply is None or "copied" not in reply.doubts:
            return None
        alike = answered_alike(self.store, petition, reply.fingerprint)
        seen = [item for item in alike if may_see(officer, item)]
        return min(seen, key=lambda item: item.filed_at).code if seen else None

    def _files(self, officer: Officer, petition: Petition) -> tuple[list[PetitionFile], list[PetitionFile]]:
        refs = petition.files
        draft = answer_to_edit(petition) if may(officer, Permission.ANSWER, petition) else petition.reply
        given = list(draft.attachments if draft else [])
        paths = [file_path(petition.code, item) for item in [*(ref.id for ref in refs), *given]]
        known = self.store.get_all(paths) if paths else []
        sent = [
            PetitionFile.model_validate(found) if found else PetitionFile.of(ref)
            for ref, found in zip(refs, known[: len(refs)], strict=True)
        ]
        return sent, [PetitionFile.model_validate(found) for found in known[len(refs) :] if found]

    def _assignment(self, officer: Officer, petition: Petition) -> AssignmentChoices:
        if officer.role is not Role.COORDINATOR:
            return AssignmentChoices(petition.unit, [], [], [], [self._team(petition.unit)])
        placing = self._placing
        proposed = placing.proposed(petition)
        choices = self.units_to_give_to()
        named = {unit.id: unit for unit in (*choices.units, *choices.wards)}
        return AssignmentChoices(
            unit=placing.one_click_unit(petition, proposed, placing.staffed),
            proposed=[named.get(named_choice.id, named_choice) for named_choice in proposed],
            units=placing.open_to(choices.units, petition),
            wards=placing.open_to(choices.wards, petition),
            teams=[team for team in self.teams(officer) if placing.is_open_to(team.unit, petition)],
        )

    def _nobody(self, officer: Officer, petition: Petition) -> bool:
        given = petition.state in OPEN_STATES and (petition.unit != COORDINATORS or petition.state is State.ASSIGNED)
        return officer.role is Role.COORDINATOR and given and petition.unit not in self._placing.staffed

    @property
    def _placing(self) -> PlacePetition:
        return PlacePetition(self.directory, self.staff, self.classifying)

    def units_to_give_to(self) -> UnitChoices:
        """Return the options for all units, with a remark on those without staff."""
        return unit_choices(self.directory).noting_empty(self._placing.staffed)

    def teams(self, officer: Officer) -> list[UnitTeam]:
        """Return the units and people to whom the officer may give petitions: all for coordinators, else their own."""
        if officer.role is not Role.COORDINATOR:
            return [self._team(officer.unit)]
        staffed = sorted({item.unit for item in self.staff.everyone()}, key=self.directory.name_of)
        return [team for team in map(self._team, staffed) if team.people]

    def _units(self) -> list[NamedChoice]:
        choices = unit_choices(self.directory)
        return [*choices.units, *choices.wards]

    def _team(self, unit: str) -> UnitTeam:
        staff = [officer for officer in self.staff.of_unit(unit) if officer.role in WORKING]
        return UnitTeam(
            unit, self.directory.name_of(unit), [NamedChoice(officer.id, officer.name) for officer in staff]
        )


def _for_deciders(
    officer: Officer, petition: Petition, possible: Collection[Action], extension: ExtensionLimit | None
) -> list[str]:
    own = officer.role is Role.OFFICER and officer.unit == petition.unit
    return [DECIDERS_EXTEND] if own and extension and Action.EXTEND not in possible else []


def _citizens_words(petition: Petition) -> str:
    return "\n".join(filter(None, [petition.content, *(addition.text for addition in petition.additions)]))


def _is_same_person(one: Contact, other: Contact) -> bool:
    named = bool(name_words(one.name)) and name_words(one.name) == name_words(other.name)
    return named and not {*one.phones}.isdisjoint(other.phones)


def _ordered(petition: Petition) -> list[PetitionClock]:
    clocks = petition.clocks.values()
    running = sorted((clock for clock in clocks if clock.stopped_at is None), key=lambda clock: clock.due_at)
    stopped = [(clock.stopped_at, clock) for clock in clocks if clock.stopped_at]
    return [*running, *(clock for _, clock in sorted(stopped, key=lambda pair: pair[0], reverse=True))]


def same_filer(officer: Officer, one: Petition, other: Petition) -> bool:
    """Return whether both petitions have the same filer and the officer may know that.

    The filer is the same if the Zalo account is, or the name and telephone number are. If either filer is protected,
    return False, since the name in one petition would reveal the filer of the other.
    """
    account = one.source == other.source == "zalo" and one.citizen == other.citizen
    return (account or _is_same_person(one.contact, other.contact)) and all(
        may(officer, Permission.REVEAL, petition) and not is_protected(petition) and petition.restricted_at is None
        for petition in (one, other)
    )
