"""Petitions that came to an office, entered by an officer with the form of a citizen's page, but without a Zalo user.

They are entered in full (LAW 2.4), with name, address and telephone or home (LAW 1.3), faithfully. That is a duty of
the office: the filer is given the notice of data processing and is not asked for consent (LAW 5.10). The clock runs
from the time of receipt. Nobody is told on Zalo: the officer hands over the receipt, sends it or reads it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import CONSENT_VERSION, PRIVACY_PAGE
from petitions.domain.citizen.draft import PetitionDraft
from petitions.domain.files.attachment import AttachmentState, copy_name
from petitions.domain.files.file_types import PICTURES
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.pages.filled_form import REPLIES_OFF_ZALO, FilledForm
from petitions.domain.petition.answering import MOST_FILES
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import CHANNEL_SOURCES, Channel, KeyedIn, Petition
from petitions.domain.petition.petition_file import FileRef, PetitionFile, file_path
from petitions.domain.privacy.data_storage import DataStorage
from petitions.domain.shared.written import is_key
from petitions.domain.units.directory import Directory
from petitions.errors import Forbidden, Rejected
from petitions.ports.files import Files
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.files.office_files import OfficeFile, checked_file
from petitions.usecases.petition.file_petition import KeyedInFrom, PetitionFiling
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import Actor

DESK_CITIZEN = "desk"
"""Stands for the citizen of the channel. It belongs to nobody, so nothing is sent on Zalo."""

LONGEST_AGO = timedelta(days=60)
"""The longest time between receipt and entry; a longer one is most likely a wrong date."""


class EntryFaults(Rejected):
    """Raised for a form with faults; `faults` are the keys of words about them, by field."""

    reason = "entry_incomplete"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(f"wrong fields: {', '.join(faults)}", reason="entry_incomplete")
        self.faults = faults


@dataclass(frozen=True)
class KeyInForm:
    """The contents of the form."""

    key: str
    """The key of this copy of the form, by which a repeated submission is recognised."""
    channel: Channel | None
    """None if it was not chosen."""
    received_at: datetime | None
    """None if it was not given."""
    filled: FilledForm
    scans: tuple[tuple[str, bytes], ...] = ()
    """The names and bytes of scanned papers."""


@dataclass(frozen=True)
class KeyIn:
    """The use case."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    files: Files
    directory: Directory
    filing: PetitionFiling
    public_url: str
    storage: DataStorage

    def notice(self) -> str:
        """Return the notice of data processing to read out or hand to the sender."""
        texts = self.filing.officers_texts
        link = f"{self.public_url}{PRIVACY_PAGE}"
        return texts.render("notice_read", link=link, **self.storage.worded(texts))

    def read_back(self, officer: Officer, entry: KeyInForm) -> PetitionDraft:
        """Return the entry as it would be filed, to be read out to the sender. Raise Forbidden or EntryFaults."""
        draft, _, _ = self._checked(officer, entry, self.clock.now())
        return draft

    def __call__(self, officer: Officer, entry: KeyInForm) -> Petition:
        """File the petition; the same form again returns the petition that it made.

        Raise Forbidden, EntryFaults, or Rejected for scans that are none and for a malformed key.
        """
        if not is_key(entry.key):
            raise Rejected("Trang này đã cũ. Xin mở lại trang nhập.", reason="key_malformed")
        now = self.clock.now()
        draft, channel, received_at = self._checked(officer, entry, now)
        key = f"{officer.id}:{entry.key}"
        taken = KeyedIn(by=officer.id, at=now, notice=CONSENT_VERSION, key=key, channel=channel)
        scans = self._scans(entry)
        refs = tuple(FileRef(id=scan.id, type=scan.type, name=scan.name) for scan, _ in scans)
        by_hand = KeyedInFrom(CHANNEL_SOURCES[channel], received_at, taken, Actor.of(officer), refs)
        born: list[Petition] = []

        def work(tx: Transaction) -> list[Message]:
            petition, message = self.filing.file(tx, DESK_CITIZEN, draft, now, by_hand)
            audit_change(tx, self.ids.token(), officer, RecordedAction.FILED, now, code=petition.code, seq=1)
            for scan, _ in scans:
                tx.create(file_path(petition.code, scan.id), scan.stored())
            born[:] = [petition]
            return [message]

        commit(self.store, self.publisher, self.clock, producer="key-in", key=taken.key, work=work)
        if not born:
            (known,) = self.store.find(Query("petitions", where=(("taken.key", "==", taken.key),), limit=1))
            born[:] = [Petition.model_validate(known.data)]
        for scan, office_file in scans:
            self._keep(born[0], scan, office_file)
        return born[0]

    def _scans(self, entry: KeyInForm) -> list[tuple[PetitionFile, OfficeFile]]:
        """Return the scans, checked, as files whose bytes are still to come. Raise Rejected."""
        if len(entry.scans) > MOST_FILES:
            raise Rejected(f"Kèm tối đa {MOST_FILES} tệp.", reason="files_full")
        checked = [checked_file(name, content) for name, content in entry.scans]
        return [
            (
                PetitionFile(
                    id=self.ids.token(),
                    type="image" if each.media_type in PICTURES else "file",
                    name=each.name,
                    state=AttachmentState.FETCHING,
                    media_type=each.media_type,
                    size=each.size,
                    sha256=each.sha256,
                    object=self.ids.token(),
                ),
                each,
            )
            for each in checked
        ]

    def _keep(self, petition: Petition, scan: PetitionFile, office_file: OfficeFile) -> None:
        """Store the bytes of a scan; those of a form that is sent again belong to the file that the first one named."""
        paths = [file_path(petition.code, each.id) for each in petition.files]
        known = [PetitionFile.model_validate(each) for each in self.store.get_all(paths) if each]
        file = next((each for each in known if each.sha256 == scan.sha256), None)
        if file is None or file.state is AttachmentState.STORED:
            return
        self.files.put(copy_name(file.object or "", file.sha256 or ""), office_file.copy, office_file.media_type)
        self.store.update(file_path(petition.code, file.id), {"state": AttachmentState.STORED.value})

    def _checked(self, officer: Officer, entry: KeyInForm, now: datetime) -> tuple[PetitionDraft, Channel, datetime]:
        """Return the entry as a draft, with its channel and time. Raise Forbidden, or EntryFaults with all faults."""
        if not may(officer, Permission.KEY_IN):
            raise Forbidden("Vai trò của anh/chị không nhập hồ sơ.")
        filled, channel, received_at = entry.filled, entry.channel, entry.received_at
        faults = filled.faults(complete=True, replies=REPLIES_OFF_ZALO)
        ward = self.directory.ward(filled.ward) if filled.ward else None
        if filled.ward and ward is None:
            faults["ward"] = "fault_choice"
        if received_at is None:
            faults["received_at"] = "missing_received_at"
        elif not now - LONGEST_AGO <= received_at <= now:
            faults["received_at"] = "fault_received_at"
        if channel is None:
            faults["channel"] = "missing_channel"
        if faults or received_at is None or channel is None:
            raise EntryFaults(faults)
        draft = filled.draft("desk", received_at)
        named = draft.model_copy(update={"address": ward.name}) if ward and draft.address is None else draft
        return named, channel, received_at
