"""The content of a petition's web page: its state, its history, and the actions that its sender may take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from petitions.domain.citizen.citizen import AppliedPost
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.pages.draft_view import ShownFile
from petitions.domain.pages.links import OPEN_FOR
from petitions.domain.petition.history_actions import HISTORY_ACTIONS
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import CONTACT_FIELDS, Contact, Petition
from petitions.domain.publishing.late_step import LateStep, late_step
from petitions.domain.publishing.own_view import OwnFile, OwnView, digits_of, own_view
from petitions.domain.publishing.public import ANSWERED, shown_state
from petitions.domain.publishing.publication import clean_of_all
from petitions.domain.shared.records import Instant, Record, replace

OFF_ZALO = frozenset({"paper", "phone"})
"""The sources of petitions that officers entered. Their senders have no chat."""
SUPPLEMENT = "supplement"
"""The post with more information that an office has asked for.

It is the only post from the page of a petition that was not filed on Zalo.
"""
ADDABLE = OPEN_STATES | {State.ANSWERED, State.PUBLISHED, State.TRANSFERRED_OUT}
CONTESTABLE = ANSWERED | {State.REFUSED}
TOLD_STEPS = frozenset(action for action, row in HISTORY_ACTIONS.items() if row.is_told)
"""The steps that the page shows to the petition's sender. It has a text for every one."""


class HistoryLine(Record):
    """A step of a petition's handling, as shown to its sender."""

    at: Instant
    step: str
    """The name of the step, a member of TOLD_STEPS."""
    unit: str = ""
    """The name of the unit responsible after the step."""
    words: str = ""
    """An officer's words to the sender."""


class SupplementWanted(Record):
    """An open request of a unit for more information."""

    words: str
    until: Instant | None = None

    @property
    def lines(self) -> list[str]:
        """Return the items of the request as a checklist, without list marks and introduction."""
        items = [line.partition(": - ")[2] or line for line in self.words.splitlines()]
        return [item.strip(" -–•*\t") for item in items if item.strip(" -–•*\t")]


class WaitingRequest(Record):
    """A request of the sender to speak with an officer, not answered yet."""

    why: ContactReason
    at: Instant


class PetitionView(Record):
    """The content of a petition's web page."""

    kind: Literal["petition"] = "petition"
    citizen: str
    language: str | None = None
    code: str
    state: State
    unit: str
    """The name of the responsible unit."""
    filed_at: Instant
    answered_at: Instant | None = None
    clock: ClockName | None = None
    """The name of the deadline that is due next."""
    due_at: Instant | None = None
    due_why: str = ""
    late_step: LateStep | None = None
    """The step that the sender waits for. It is late after its due instant."""
    wanted: SupplementWanted | None = None
    waiting: list[WaitingRequest] = Field(default_factory=list)
    history: list[HistoryLine] = Field(default_factory=list)
    own: OwnView
    place: str = ""
    contact: dict[str, str] = Field(default_factory=dict)
    """The sender's data by field: type and the names in CONTACT_FIELDS."""
    sent: list[ShownFile] = Field(default_factory=list)
    """The files that came with the petition."""
    may: list[str] = Field(default_factory=list)
    """The kinds of posts that the petition accepts now. At most SUPPLEMENT if it was not filed on Zalo."""
    posts: list[AppliedPost] = Field(default_factory=list)
    withheld: bool = False
    """Whether content is left out, as the officer who entered the petition may open the page too."""
    digits: str | None = None
    until: Instant | None = None
    """The time until which the link opens the page in an unconfirmed browser."""

    @property
    def given(self) -> Instant | None:
        """Time at which the sender last got the link."""
        return self.until and self.until - OPEN_FOR

    @property
    def has_chat(self) -> bool:
        """Whether posts from the page are answered in a chat."""
        return bool({*self.may} - {SUPPLEMENT})

    def kept_from_taker(self, public: str | None) -> PetitionView:
        """Return the view without the parts that the officer who entered the petition must not see.

        The filing time, the original text and the answer published as `public` stay, as does the form for requested
        information.
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
        """Return the view for a browser not confirmed by a one-time code from the sender's chat.

        The sender's data, the place (often a home) and the corrections are hidden. People named in the texts are masked
        as in a published result.
        """
        stored = {CONTACT_FIELDS.get(name, name): value for name, value in self.contact.items()}
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
            "posts": [replace(post, words=hide(post.words)) for post in self.posts],
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
    """Return the content of a petition's web page.

    Args:
        petition: the petition of the page.
        main: the petition that it was merged into, if any. The sender of that petition stays unknown.
        unit: the name of the responsible unit.
        ward: the name of the petition's ward.
        history: the steps to show.
        wanted: the words of an open request for more information.
        files: the files of the answer.
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
        contact={"type": petition.contact.type, **petition.contact.shown()},
        sent=[ShownFile(key=ref.id, type=ref.type, name=ref.name, at=petition.filed_at) for ref in petition.files],
        may=sorted(actions_open(petition)),
        digits=digits_of(petition),
        until=petition.page_until,
    )


def _place(address: str, ward: str) -> str:
    return address if ward.lower() in address.lower() else ", ".join(filter(None, [address, ward]))


def history_line(entry: HistoryEntry, unit: str) -> HistoryLine | None:
    """Return a step as the petition's sender sees it, or None if the page does not show such steps."""
    if entry.action not in TOLD_STEPS:
        return None
    return HistoryLine(at=entry.at, step=entry.action, unit=unit, words=entry.filer_text or "")


def actions_open(petition: Petition) -> frozenset[str]:
    """Return the kinds of posts that a petition accepts in its present state: "more", "rate", "withdraw" ..."""
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
