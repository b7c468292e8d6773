"""Petitions that came on paper or by telephone, entered by an officer and filed as on Zalo, but without a Zalo user.

They are entered in full (LAW 2.4), with name, address and telephone (LAW 1.3), faithfully. The clock runs from the
time of receipt. Nobody is told on Zalo: the officer hands over the receipt or reads it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from petitions.domain.citizen.citizen import CONSENT_VERSION, PRIVACY_PAGE
from petitions.domain.citizen.draft import MAX_CHARACTERS, InputPart, PetitionDraft
from petitions.domain.files.attachment import AttachmentState, copy_name
from petitions.domain.files.file_types import PICTURES
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.answering import MOST_FILES
from petitions.domain.petition.contacts import email_address, zalo_number
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import KeyedIn, Petition
from petitions.domain.petition.petition_file import FileRef, PetitionFile, file_path
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

DESK_CITIZEN = "desk"
"""Stands for the citizen of the channel. It belongs to nobody, so nothing is sent on Zalo."""

LONGEST_AGO = timedelta(days=60)
"""The longest time between receipt and entry; a longer one is most likely a wrong date."""
SHORTEST_CONTENT = 20
LONGEST_FIELD = 300


@dataclass(frozen=True)
class KeyInForm:
    """The contents of the form."""

    key: str
    """The key of this copy of the form, by which a repeated submission is recognised."""
    source: Literal["paper", "phone"]
    received_at: datetime
    content: str
    address: str
    name: str
    residence: str
    phone: str
    ward: str = ""
    email: str = ""
    business: bool = False
    consent: bool = False
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

    def notice(self) -> str:
        """Return the notice of data processing to read out before the sender is asked for consent (LAW 5.1)."""
        return self.filing.officers_texts.render("consent_read", link=f"{self.public_url}{PRIVACY_PAGE}")

    def __call__(self, officer: Officer, entry: KeyInForm) -> Petition:
        """File the petition; the same form again returns the petition that it made. Raise Forbidden or Rejected."""
        if not may(officer, Permission.KEY_IN):
            raise Forbidden("Vai trò của anh/chị không nhập hồ sơ.")
        now = self.clock.now()
        draft = self._draft(entry, now)
        taken = KeyedIn(by=officer.id, at=now, consent=CONSENT_VERSION, key=f"{officer.id}:{entry.key}")
        scans = self._scans(entry)
        refs = tuple(FileRef(id=each.id, type=each.type, name=each.name) for each, _ in scans)
        by_hand = KeyedInFrom(entry.source, entry.received_at, taken, officer.role, refs)
        born: list[Petition] = []

        def work(tx: Transaction) -> list[Message]:
            petition, message = self.filing.file(tx, DESK_CITIZEN, draft, now, by_hand)
            audit_change(tx, self.ids.token(), officer, RecordedAction.FILED, now, code=petition.code, seq=1)
            for each, _ in scans:
                tx.create(file_path(petition.code, each.id), each.stored())
            born[:] = [petition]
            return [message]

        commit(self.store, self.publisher, self.clock, producer="key-in", key=taken.key, work=work)
        if not born:
            (known,) = self.store.find(Query("petitions", where=(("taken.key", "==", taken.key),), limit=1))
            born[:] = [Petition.model_validate(known.data)]
        for each, office_file in scans:
            self._keep(born[0], each, office_file)
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

    def _draft(self, entry: KeyInForm, now: datetime) -> PetitionDraft:
        """Return the entry as a draft. Raise Rejected with a list of all faults."""
        number, faults = zalo_number(entry.phone), []
        if not entry.consent:
            faults.append("người gửi phải được thông báo và đồng ý về xử lý dữ liệu cá nhân")
        if not SHORTEST_CONTENT <= len(entry.content.strip()) <= MAX_CHARACTERS:
            faults.append(f"nội dung phải có từ {SHORTEST_CONTENT} đến {MAX_CHARACTERS} ký tự")
        for words, value in (("nơi xảy ra", entry.address), ("họ tên", entry.name), ("địa chỉ", entry.residence)):
            if not 2 <= len(value.strip()) <= LONGEST_FIELD:  # noqa: PLR2004 - a name has at least two letters
                faults.append(f"thiếu {words}")
        if number is None:
            faults.append("số điện thoại chưa đúng")
        if entry.email and email_address(entry.email) is None:
            faults.append("e-mail chưa đúng")
        if entry.ward and self.directory.ward(entry.ward) is None:
            faults.append("không có phường, xã này")
        if not now - LONGEST_AGO <= entry.received_at <= now:
            faults.append(f"thời điểm nhận không được ở tương lai hoặc quá {LONGEST_AGO.days} ngày trước")
        if faults:
            raise Rejected(f"Xin sửa: {'; '.join(faults)}.", reason="entry_incomplete")
        return PetitionDraft(
            parts=[InputPart(key="desk", at=entry.received_at, type="text", text=entry.content.strip())],
            address=entry.address.strip(),
            ward=entry.ward or None,
            name=entry.name.strip(),
            residence=entry.residence.strip(),
            phone=number,
            email=email_address(entry.email) if entry.email else None,
            type="business" if entry.business else "individual",
        )
