"""The receipt of a petition that came on paper or by telephone: a text to print or to read out."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import ClockName, State
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may, may_see
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.units.directory import Directory
from petitions.errors import NotFound
from petitions.ports.store import Store
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION

_TOLD = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})


_HOW = {"paper": "receipt_paper", "phone": "receipt_phone"}


@dataclass(frozen=True)
class PetitionReceipt:
    """The receipt of a petition, with its answer."""

    code: str
    text: str
    answer: str | None
    """The answer, once it is approved."""
    unit: str
    """The name of the unit that holds it."""
    seen: bool
    """Whether the officer may also see the petition's page."""


@dataclass(frozen=True)
class ReadReceipt:
    """The use case."""

    store: Store
    directory: Directory
    texts: Texts
    public_url: str

    def __call__(self, officer: Officer, code: str) -> PetitionReceipt:
        """Return the receipt.

        Raise NotFound if there is no such petition, no officer entered it, or the officer may not see its receipt.
        """
        found = self.store.get(petition_path(code)) if find_code(code) == code else None
        petition = Petition.model_validate(found) if found else None
        if petition is None or petition.taken is None or not may(officer, Permission.RECEIPT, petition):
            raise NotFound(NO_SUCH_PETITION)
        reply = petition.reply if petition.state in _TOLD else None
        # Only the officer who entered it sees the name here; others ask for it with a reason (reveal_contact).
        own = petition.taken.by == officer.id
        text = self.texts.render(
            "receipt",
            code=petition.code,
            name=petition.contact.name if own else "—",
            received_at=self.texts.time(petition.filed_at),
            how=self.texts.render(_HOW[petition.source]),
            content=petition.content if own else without_filer(petition).content,
            reception_due=self.texts.time(petition.clocks[ClockName.RECEPTION].due_at),
            public_url=self.public_url,
        )
        unit = self.directory.name_of(petition.unit)
        return PetitionReceipt(code, text, reply.told if reply else None, unit, may_see(officer, petition))
