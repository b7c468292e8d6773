"""What the page of a petition shows: where it stands and why, all that was said, and what its filer can do now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from petitions.domain.citizen.citizen import AppliedPost
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.lifecycle.states import Action, ClockName, State
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.pages.draft_view import ShownFile
from petitions.domain.pages.links import OPEN_FOR
from petitions.domain.petition.contacts import dialled
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.publishing.late_step import LateStep, late_step
from petitions.domain.publishing.own_view import OwnFile, OwnView, digits_of, own_view
from petitions.domain.publishing.public import ANSWERED, shown_state
from petitions.domain.publishing.publication import clean_of_all
from petitions.domain.shared.records import Instant, Record, replace

OFF_ZALO = frozenset({"paper", "phone"})
"""The sources of petitions that officers hand in, whose filers have no chat."""
SUPPLEMENT = "supplement"
"""What the filer of such a petition may send from its page: what an office has asked for, and nothing else."""
_STORED = {"home": "address"}
"""The name of a field of `Contact` that has another one in `PetitionView.contact`."""
ADDABLE = OPEN_STATES | {State.ANSWERED, State.PUBLISHED, State.TRANSFERRED_OUT}
CONTESTABLE = ANSWERED | {State.REFUSED}
TOLD_STEPS: frozenset[str] = frozenset(
    {
        RecordedAction.FILED,
        RecordedAction.ADDED,
        RecordedAction.RATED,
        RecordedAction.PAPER_SIGNED,
        Action.ACCEPT,
        Action.ASSIGN,
        Action.REASSIGN,
        Action.ASK_SUPPLEMENT,
        Action.SUPPLEMENT,
        Action.EXTEND,
        Action.APPROVE,
        Action.PUBLISH,
        Action.REFUSE,
        Action.TRANSFER_OUT,
        Action.SENT_BACK,
        Action.WITHDRAW,
        Action.MERGE,
        Action.UNMERGE,
        Action.REOPEN,
        Action.CLOSE,
    }
)
"""The steps that concern who filed; the page has words for each."""


class HistoryLine(Record):
    """A step that concerns who filed."""

    at: Instant
    step: str
    """A member of TOLD_STEPS."""
    unit: str = ""
    """The name of the unit that had it after the step."""
    words: str = ""
    """What an officer wrote to them."""


class SupplementWanted(Record):
    """What a unit waits for."""

    words: str
    until: Instant | None = None

    @property
    def lines(self) -> list[str]:
        """Return the request line by line, to be ticked off, without what leads to the first item of a list."""
        items = [line.partition(": - ")[2] or line for line in self.words.splitlines()]
        return [item.strip(" -–•*\t") for item in items if item.strip(" -–•*\t")]


class WaitingRequest(Record):
    """What the filer asked of people and nobody has answered."""

    why: ContactReason
    at: Instant


class PetitionView(Record):
    """The content of a petition's page."""

    kind: Literal["petition"] = "petition"
    citizen: str
    language: str | None = None
    code: str
    state: State
    unit: str
    """Its name."""
    filed_at: Instant
    answered_at: Instant | None = None
    clock: ClockName | None = None
    """The step that is due next."""
    due_at: Instant | None = None
    due_why: str = ""
    late_step: LateStep | None = None
    """The step that they wait for, which is late from its due instant on."""
    wanted: SupplementWanted | None = None
    waiting: list[WaitingRequest] = Field(default_factory=list)
    history: list[HistoryLine] = Field(default_factory=list)
    own: OwnView
    place: str = ""
    contact: dict[str, str] = Field(default_factory=dict)
    """Who filed, by field: type, name, phone, home, email."""
    sent: list[ShownFile] = Field(default_factory=list)
    """The files that they sent."""
    may: list[str] = Field(default_factory=list)
    """The kinds of posts that the petition takes now; at most SUPPLEMENT if it was not filed on Zalo."""
    posts: list[AppliedPost] = Field(default_factory=list)
    withheld: bool = False
    """Whether more is kept back, as whoever entered the petition can open the page too."""
    digits: str | None = None
    until: Instant | None = None
    """Until when the link opens the page in a browser that was not confirmed."""

    @property
    def given(self) -> Instant | None:
        """When the link was given last."""
        return self.until and self.until - OPEN_FOR

    @property
    def has_chat(self) -> bool:
        """Whether what is sent from the page is answered in a chat."""
        return bool({*self.may} - {SUPPLEMENT})

    def kept_from_taker(self, public: str | None) -> PetitionView:
        """Return what they may read who entered the petition and are no longer to learn of it.

        It is what they know, when it was filed and its first words, and the `public` answer, which everybody may read.
        The filer can still send what is asked for.
        """
        return PetitionView(
            citizen=self.citizen,
            language=self.language,
            code=self.code,
            state=self.state,
            unit="",
            filed_at=self.filed_at,
            wanted=self.wanted and SupplementWanted(words="", until=self.wanted.until),
            own=OwnView(content=self.own.content, answer=public),
            may=self.may,
            posts=self.posts,
            withheld=True,
            digits=self.digits,
            until=self.until,
        )

    def without_filer(self) -> PetitionView:
        """Return what somebody may read who does not act for the filer; a word from the filer's chat changes that.

        The place and the corrections go with the filer's data: a place is often a home. People whom the texts name are
        masked as in a published result.
        """
        stored = {_STORED.get(name, name): value for name, value in self.contact.items()}
        contact = Contact.model_validate({"name": "", "phone": "", **stored})

        def hide(text: str) -> str:
            return clean_of_all(text, contact)

        hidden: dict[str, Any] = {
            "contact": {},
            "place": "",
            "own": self.own.masked(hide),
            "history": [replace(line, words=hide(line.words)) for line in self.history],
            "sent": [replace(file, name=file.name and hide(file.name)) for file in self.sent],
            "wanted": self.wanted and replace(self.wanted, words=hide(self.wanted.words)),
        }
        if self.has_chat:
            hidden |= {"posts": [], "may": ["word"]}
        return replace(self, **hidden)


def petition_view(
    petition: Petition,
    main: Petition | None,
    unit: str,
    ward: str,
    history: Sequence[HistoryLine],
    wanted: str | None,
    files: Sequence[OwnFile],
) -> PetitionView:
    """Return what the page shows; `main` is the petition that it was merged into, whose filer nobody learns.

    `unit` is the name of the unit that has it, `ward` that of the petition's ward, `wanted` the words of a request for
    a supplement that is open, `files` those of the answer.
    """
    shown = main or petition
    clock = shown.citizens_clock
    promised = shown.promised
    name = next(iter(promised), None)
    return PetitionView(
        citizen=petition.citizen,
        code=petition.code,
        state=shown_state(shown.state),
        unit=unit,
        filed_at=petition.filed_at,
        answered_at=shown.reply.approved_at if shown.reply and shown.state in ANSWERED else None,
        clock=ClockName(name) if name else None,
        due_at=promised[name] if name else None,
        due_why=clock.simple_explanation if clock and clock.name == name else "",
        late_step=late_step(shown),
        wanted=SupplementWanted(words=wanted, until=promised.get("supplement")) if wanted and not main else None,
        history=list(history),
        own=own_view(petition, main, files),
        place=_place(petition.address, ward),
        contact=_contact(petition),
        sent=[ShownFile(key=ref.id, type=ref.type, name=ref.name, at=petition.filed_at) for ref in petition.files],
        may=sorted(actions_open(petition)),
        digits=digits_of(petition),
        until=petition.page_until,
    )


def _place(address: str, ward: str) -> str:
    return address if ward.lower() in address.lower() else ", ".join(filter(None, [address, ward]))


def _contact(petition: Petition) -> dict[str, str]:
    contact = petition.contact
    return {
        "type": contact.type,
        "name": contact.name,
        "phone": dialled(contact.phone),
        "home": contact.address,
        "email": contact.email or "",
    }


def history_line(entry: HistoryEntry, unit: str) -> HistoryLine | None:
    """Return the step as its filer reads it, or None if it does not concern them."""
    if entry.action not in TOLD_STEPS:
        return None
    return HistoryLine(at=entry.at, step=entry.action, unit=unit, words=entry.told or "")


def actions_open(petition: Petition) -> frozenset[str]:
    """Return the kinds of posts that a petition takes in its present state: what `PetitionView.may` holds."""
    if petition.restricted_at:
        return frozenset()
    if petition.source != "zalo":
        waits = petition.source in OFF_ZALO and petition.state is State.AWAITING_CITIZEN
        return frozenset({SUPPLEMENT} if waits else ())
    open_for = {
        "more": petition.state in ADDABLE,
        "rate": petition.state in ANSWERED and petition.rating is None and petition.merged_into is None,
        "contest": petition.state in CONTESTABLE,
        "correct": petition.state is State.NEW,
        "withdraw": petition.state in OPEN_STATES,
    }
    return frozenset(kind for kind, is_open in open_for.items() if is_open) | {"person", "erase"}
