"""Filing of petitions from channels other than Zalo: entered by an officer, read from a file or sent by a system.

The petition is entered unchanged and in full (LAW 2.4), with name, address and telephone or home (LAW 1.3). Entering it
is a duty of the office: the filer is given the notice of data processing and is not asked for consent (LAW 5.10). The
clock runs from the time of receipt. Nothing is sent on Zalo: the answer goes back as the entry asks
(`Petition.answer_way`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.channels.entry import Entry
from petitions.domain.citizen.citizen import CONSENT_VERSION
from petitions.domain.citizen.draft import PetitionDraft
from petitions.domain.contact.contact_request import ContactRequest, contact_path
from petitions.domain.files.attachment import AttachmentState, copy_name
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, is_closed_to, may, may_see
from petitions.domain.petition.answering import MOST_FILES
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import KeyedIn, Petition
from petitions.domain.petition.petition_file import FileRef, PetitionFile, file_path
from petitions.domain.shared.channel import CHANNEL_SOURCES, TICKETED
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.errors import Conflict, Forbidden, Rejected
from petitions.ports.files import Files
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Reader, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.channels.alarm import Alarm, alarm_id
from petitions.usecases.files.office_files import OfficeFile, checked_file
from petitions.usecases.petition.file_petition import KeyedInFrom, PetitionFiling
from petitions.usecases.shared.outbox import commit_result
from petitions.usecases.shared.petition_changes import Actor

DESK_CITIZEN = "desk"
"""The `citizen` of petitions from other channels. It stands for no real person, so nothing is sent on Zalo."""
KEY_REUSED = "Khóa này đã dùng cho một phản ánh có nội dung khác. Xin gửi lại đúng nội dung cũ, hoặc dùng khóa mới."
UNNAMED = "unnamed"
"""A placeholder in `Entry.other_than` for petitions with the same number that the entrant may not see."""
MOST_OF_A_NUMBER = 50
"""The most petitions with the same number that are read."""


class EntryFaults(Rejected):
    """Raised for an entry with faults. `faults` maps a field to the key of its error message."""

    reason = "entry_incomplete"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(f"wrong fields: {', '.join(faults)}", reason="entry_incomplete")
        self.faults = faults


class WrongScan(Rejected):
    """Raised for a scan that cannot be stored. `at` is its index in `Entry.scans`."""

    def __init__(self, error: Rejected, at: int) -> None:
        super().__init__(str(error), reason=error.reason)
        self.at = at


class KnownNumber(Conflict):
    """Raised if petitions with the same number on the same channel exist already.

    `codes` lists those that the person or system handing the petition in may see or has entered. `unnamed` is true if
    there are further ones. If the number is that of a document (`may_be_other`), several petitions may have it: list
    all of them in `other_than` and the entry is filed.
    """

    def __init__(self, codes: Sequence[str], *, unnamed: bool, may_be_other: bool) -> None:
        named = f": {', '.join(codes)}" if codes else ""
        super().__init__(f"Số này của kênh đã có hồ sơ{named}.", reason="number_known")
        self.codes = tuple(codes)
        self.unnamed = unnamed
        self.may_be_other = may_be_other


@dataclass(frozen=True)
class Entrant:
    """The person or system that hands petitions in: an officer, or a system with a service account."""

    id: str
    unit: str
    role: Role
    instead_of: str | None = None
    officer: Officer | None = None
    """The officer, who may not see certain confidential petitions. None for a system."""

    @classmethod
    def at_desk(cls, officer: Officer) -> Entrant:
        """Return the entrant for an officer. Raise Forbidden if the officer's role may not enter petitions."""
        if not may(officer, Permission.KEY_IN):
            raise Forbidden("Vai trò của anh/chị không nhập hồ sơ.")
        return cls(officer.id, officer.unit, officer.role, officer.instead_of, officer)

    @classmethod
    def system(cls, client: str, unit: str) -> Entrant:
        """Return the entrant for an external system, such as a call centre's, whose staff belong to `unit`."""
        return cls(client, unit, Role.SYSTEM)

    def scoped(self, key: str) -> str:
        """Return an entry's key as stored: shared by the officers of a unit, separate for every system."""
        return f"{self.unit if self.officer else self.id}:{key}"


@dataclass(frozen=True)
class Brought:
    """Files and other data that an entry takes over from its source, such as an e-mail to the office."""

    files: Sequence[PetitionFile]
    """Files that are in Cloud Storage already."""
    note: Callable[[Petition], None]
    """Called in the same transaction, to record at the former place that the petition holds the data now."""
    alarmed: bool = False
    """Whether the duty officers have been alerted to a danger already, so that `HandIn` does not do it again."""


@dataclass(frozen=True)
class HandedIn:
    """The petition that was filed from an entry."""

    petition: Petition
    new: bool
    """Whether this call filed the petition. False if an earlier entry with the same key did."""
    danger: bool
    """Whether the petition reports a danger. The duty officers were notified when it was filed."""


@dataclass(frozen=True)
class HandIn:
    """Files petitions that officers or other systems hand in. An entry with a known key files no second petition."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    files: Files
    directory: Directory
    filing: PetitionFiling
    alarm: Alarm

    def read_back(self, by: Entrant, entry: Entry) -> PetitionDraft:
        """Return the entry as it would be filed, without filing it. Raise EntryFaults or KnownNumber."""
        draft = self.checked(entry)
        self._refuse_known(self.store, by, entry)
        return draft

    def known(self, by: Entrant, entry: Entry) -> list[Petition]:
        """Return the petitions with the same number on the same channel, without those that the officer may not see."""
        found = _of_number(self.store, entry)
        return [petition for petition in found if by.officer is None or not is_closed_to(by.officer, petition)]

    def __call__(self, by: Entrant, entry: Entry, bring: Callable[[Transaction], Brought] | None = None) -> HandedIn:
        """File the entry's petition once per key, with the data that `bring` returns.

        Raise EntryFaults, KnownNumber, WrongScan, or Conflict if the key was used for different content.
        """
        now, draft = self.clock.now(), self.checked(entry)
        if entry.channel is None or entry.received_at is None:
            raise EntryFaults(entry.faults(now))
        taken = KeyedIn(
            by=by.id,
            unit=by.unit,
            at=now,
            consent=CONSENT_VERSION,
            key=by.scoped(entry.key),
            late=self.missed_deadline(entry) is not None,
            body=entry.body,
            channel=entry.channel,
            number=entry.number,
            number_mark=entry.number_mark,
            dated=entry.dated,
            authority=entry.authority,
            answered_back=entry.answered_back,
        )
        scans = self._scans(entry)
        actor = Actor(by.role, by.id, by.instead_of, by.unit)
        by_hand = KeyedInFrom(CHANNEL_SOURCES[entry.channel], entry.received_at, taken, actor)

        def file_once(tx: Transaction) -> tuple[HandedIn, list[Message]]:
            if known := _of_key(tx, taken.key):
                return self._before(known, entry), []
            self._refuse_known(tx, by, entry)
            brought = bring(tx) if bring else None
            files = [*(brought.files if brought else ()), *(scan for scan, _ in scans)]
            refs = tuple(FileRef(id=file.id, type=file.type, name=file.name) for file in files)
            petition, message = self.filing.file(
                tx,
                DESK_CITIZEN,
                draft,
                now,
                replace(by_hand, files=refs, urgent=brought is not None and brought.alarmed),
            )
            self._audit(tx, by, petition)
            for file in files:
                tx.create(file_path(petition.code, file.id), file.stored())
            if brought:
                brought.note(petition)
            danger = self.alarm.is_danger(petition.content)
            is_known = brought is not None and brought.alarmed
            alarmed = self.alarm(tx, petition, now) if danger and not is_known else []
            return HandedIn(petition, new=True, danger=danger), [message, *alarmed]

        def done_before() -> HandedIn:
            known = _of_key(self.store, taken.key)
            if known is None:
                raise Conflict("Hồ sơ đã nhập không còn. Xin mở lại trang nhập.", reason="entry_gone")
            return self._before(known, entry)

        filed = commit_result(
            self.store,
            self.publisher,
            self.clock,
            producer="key-in",
            key=taken.key,
            body=file_once,
            done_before=done_before,
        )
        for scan, office_file in scans:
            self._keep(filed.petition, scan, office_file)
        return filed

    def missed_deadline(self, entry: Entry) -> datetime | None:
        """Return the time by which the office had to accept the entry, or None if that time has not passed."""
        if entry.received_at is None:
            return None
        due = self.filing.timekeeping.reception_due(entry.received_at)
        return due if UpTo(due).is_over(self.clock.now()) else None

    def urgent_request(self, code: str) -> ContactRequest | None:
        """Return the urgent request sent to the duty officers when the petition was filed, or None."""
        found = self.store.get(contact_path(alarm_id(code)))
        return ContactRequest.model_validate(found) if found else None

    def _before(self, known: Petition, entry: Entry) -> HandedIn:
        if known.taken and known.taken.body != entry.body:
            raise Conflict(KEY_REUSED, reason="key_reused")
        return HandedIn(known, new=False, danger=self.alarm.is_danger(known.content))

    def _audit(self, tx: Transaction, by: Entrant, petition: Petition) -> None:
        entry = AuditEntry(
            officer=by.id,
            role=by.role,
            instead_of=by.instead_of,
            unit=by.unit,
            what="change",
            action=RecordedAction.FILED,
            code=petition.code,
            seq=1,
            at=petition.taken.at if petition.taken else petition.filed_at,
        )
        tx.create(audit_path(self.ids.token()), entry.stored())

    @staticmethod
    def _refuse_known(reader: Reader, by: Entrant, entry: Entry) -> None:
        found = _of_number(reader, entry)
        codes = {petition.code for petition in found if is_named_to(by, petition)}
        unnamed, may_be_other = len(codes) < len(found), entry.channel not in TICKETED
        others = entry.other_than if may_be_other else frozenset()
        if codes - others or (unnamed and UNNAMED not in others):
            raise KnownNumber(sorted(codes), unnamed=unnamed, may_be_other=may_be_other)

    def _scans(self, entry: Entry) -> list[tuple[PetitionFile, OfficeFile]]:
        if len(entry.scans) > MOST_FILES:
            raise Rejected(f"Kèm tối đa {MOST_FILES} tệp.", reason="files_full")
        checked = list[OfficeFile]()
        for at, (name, content) in enumerate(entry.scans):
            try:
                checked.append(checked_file(name, content))
            except Rejected as error:
                raise WrongScan(error, at) from error
        return [(item.begun(self.ids), item) for item in checked]

    def _keep(self, petition: Petition, scan: PetitionFile, office_file: OfficeFile) -> None:
        paths = [file_path(petition.code, item.id) for item in petition.files]
        known = [PetitionFile.model_validate(item) for item in self.store.get_all(paths) if item]
        file = next((item for item in known if item.sha256 == scan.sha256), None)
        if file is None or file.state is AttachmentState.STORED:
            return
        self.files.put(copy_name(file.object or "", file.sha256 or ""), office_file.copy, office_file.media_type)
        self.store.update(file_path(petition.code, file.id), {"state": AttachmentState.STORED.value})

    def checked(self, entry: Entry) -> PetitionDraft:
        """Return the entry as a draft of a petition. Raise EntryFaults, which lists all faults."""
        filled, faults = entry.filled, entry.faults(self.clock.now())
        ward = self.directory.ward(filled.ward) if filled.ward else None
        if filled.ward and ward is None:
            faults["ward"] = "fault_choice"
        if faults or entry.received_at is None:
            raise EntryFaults(faults)
        draft = entry.draft(entry.received_at)
        return replace(draft, address=ward.name) if ward and draft.address is None else draft


def _of_key(reader: Reader, key: str) -> Petition | None:
    found = reader.find(Query("petitions", where=(("taken.key", "==", key),), limit=1))
    return Petition.model_validate(found[0].data) if found else None


def is_named_to(by: Entrant, petition: Petition) -> bool:
    """Return whether the person or system that hands a petition in may learn this petition's code.

    They may if they entered it or, for an officer, may see it. A system may also if its unit entered it, even if the
    petition has become confidential since: the unit knows the code, and leaving it out would reveal that change.
    """
    if petition.taken is not None and petition.taken.by == by.id:
        return True
    if by.officer is not None:
        return may_see(by.officer, petition)
    return petition.taken is not None and petition.taken.unit == by.unit


def _of_number(reader: Reader, entry: Entry) -> list[Petition]:
    if not entry.number_mark:
        return []
    where = (("taken.number_mark", "==", entry.number_mark),)
    found = reader.find(Query("petitions", where=where, limit=MOST_OF_A_NUMBER))
    return [Petition.model_validate(item.data) for item in found]
