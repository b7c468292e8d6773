"""The forms of what the JSON API answers, for its description; a test holds every answer against them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from desk_admin import PutOfficer
from desk_api import Act, Draft, Note, Reveal, Search, SignIn, Upload
from desk_api_staff import HandOver, Many, NewPetition, StandIn
from desk_portal import Dismiss, Wish
from pydantic import AwareDatetime, BaseModel, ConfigDict

from petitions.domain.deadlines import TimeState
from petitions.domain.lifecycle import Action, Role, State
from petitions.domain.portal_differences import Kind, Repair
from petitions.usecases.listing import View


class Answer(BaseModel):
    """An answer: exactly these fields. What is absent is null; instants are ISO 8601 in UTC."""

    model_config = ConfigDict(extra="forbid")


class OfficerAnswer(Answer):
    """An officer, without the e-mail address."""

    id: str
    name: str
    role: Role
    unit: str
    unit_name: str


class SessionAnswer(Answer):
    """Who is signed in, and the token that every change carries in X-CSRF-Token."""

    officer: OfficerAnswer
    csrf: str


class LineAnswer(Answer):
    """One petition in a list."""

    code: str
    title: str
    state: State
    state_label: str
    unit: str
    unit_name: str
    handler: str | None
    handler_name: str | None
    filed_at: AwareDatetime
    due_at: AwareDatetime | None
    clock: str | None
    time_state: TimeState | None
    time_state_label: str | None
    paused: bool
    level: str
    version: int
    working_seconds_left: int | None
    recovery: dict[str, Any] | None


class ListAnswer(Answer):
    """One page of a list; `found` counts what filters left ("100+" where there is more), on the first page only."""

    view: View
    petitions: list[LineAnswer]
    next: str | None
    counts: dict[View, int]
    found: str | None
    as_of: AwareDatetime


class ActionAnswer(Answer):
    """Something that this officer may do now; `text` names the text that it asks for."""

    action: Action
    label: str
    text: str | None


class ClockAnswer(Answer):
    """One clock of a petition and how its deadline came about."""

    name: str
    due_at: AwareDatetime
    stopped_at: AwareDatetime | None
    paused_at: AwareDatetime | None
    time_state: TimeState
    explanation: str
    extensions: int


class TwinAnswer(Answer):
    """Another petition that seems to tell the same."""

    code: str
    title: str
    state: State
    unit: str


class FileAnswer(BaseModel):
    """A picture or file; `path` is where its bytes are, once they are there."""

    id: str
    type: str
    name: str | None
    media_type: str | None
    size: int | None
    path: str | None


class TemplateAnswer(Answer):
    """A skeleton of an answer: `[...]` stands for what the officer has to say."""

    id: str
    name: str
    text: str
    basis: str


class DraftAnswer(Answer):
    """An answer being written; `seen` is what its next save has to name."""

    text: str
    basis: str
    no_evidence: str
    attachments: list[str]
    seen: str


class EditorAnswer(DraftAnswer):
    """The same, with the skeletons."""

    templates: list[TemplateAnswer]


class PetitionAnswer(BaseModel):
    """One petition, without who filed it. More fields may come."""

    code: str
    version: int
    title: str
    content: str
    address: str
    ward: str | None
    location: dict[str, float] | None
    kind: str | None
    level: Literal["normal", "complex", "urgent"]
    state: State
    state_label: str
    unit: str
    unit_name: str
    handler: str | None
    filed_at: AwareDatetime
    due_at: AwareDatetime | None
    clocks: list[ClockAnswer]
    history: list[dict[str, Any]]
    attachments: list[FileAnswer]
    answer_files: list[FileAnswer]
    notices: list[dict[str, Any]]
    merged_into: str | None
    absorbed: list[str]
    duplicates: list[TwinAnswer]
    actions: list[ActionAnswer]
    as_of: AwareDatetime


class ReceiptAnswer(Answer):
    """The receipt of a petition that came on paper or by telephone, and its answer once there is one."""

    code: str
    text: str
    answer: str | None


class ResultAnswer(Answer):
    """What became of one petition of many."""

    code: str
    done: bool
    words: str


class ResultsAnswer(Answer):
    """What became of each."""

    results: list[ResultAnswer]


class StandInAnswer(Answer):
    """Who stands in for whom; nobody where `deputy` is null."""

    who: str
    deputy: str | None


class DoneAnswer(Answer):
    """The petition after an action."""

    code: str
    state: State
    unit: str
    version: int


class NotedAnswer(Answer):
    """The petition's version after a note."""

    code: str
    version: int


class ContactAnswer(BaseModel):
    """Who filed the petition, and how they are reached."""

    name: str
    phone: str


class DifferenceAnswer(Answer):
    """One difference between the portal and the city, in words; `repair` is what the button does."""

    id: str
    kind: Kind
    kind_label: str
    code: str | None
    national_code: str | None
    here: str
    there: str
    reason: str
    repair: Repair
    repair_label: str
    state: Literal["open", "wanted", "repaired", "dismissed"]
    found_at: AwareDatetime
    seen_at: AwareDatetime
    times: int


class NightAnswer(Answer):
    """The figures of one night's comparison."""

    at: AwareDatetime
    complete: bool
    there: int
    here: int
    equal: int
    waiting: int
    repaired: int
    differences: int


class StandingAnswer(Answer):
    """How the sync stands: while `closed_since` is set no call is made before `resumes_at`."""

    closed_since: AwareDatetime | None
    resumes_at: AwareDatetime | None
    failing_since: AwareDatetime | None
    nights: list[NightAnswer]


class DifferencesAnswer(Answer):
    """One page of what waits."""

    differences: list[DifferenceAnswer]
    next: str | None
    standing: StandingAnswer
    as_of: AwareDatetime


class RowAnswer(Answer):
    """Figures of a unit, field, ward, kind or week; shares from 0 to 1, null where there is nothing to share."""

    key: str
    name: str
    received: int
    handled: int
    on_time: float | None
    open: int | None
    overdue: int | None
    median_hours: float | None
    satisfied: float | None
    counts: dict[str, int]


class FiguresAnswer(Answer):
    """The dashboards; `differences` is what the night's full count found, null if there was none."""

    unit: str
    weeks: int
    since: date
    as_of: AwareDatetime | None
    differences: int | None
    total: RowAnswer
    tables: dict[str, list[RowAnswer]]


class TriageLine(Answer):
    """A petition that a coordinator must place."""

    code: str
    title: str
    why: Literal["round", "returned", "unsure", "sent"]
    held_by: list[str]
    proposed: list[str]
    due_at: AwareDatetime | None


class TriageAnswer(Answer):
    """The triage queue, the first due on top."""

    petitions: list[TriageLine]


class LateLine(Answer):
    """An overdue petition, and the head's plan."""

    code: str
    title: str
    working_seconds_late: int
    recovery: dict[str, Any] | None


class LateUnit(Answer):
    """What is overdue in a unit."""

    unit: str
    unit_name: str
    planned: int
    petitions: list[LateLine]


class LatenessAnswer(Answer):
    """What is overdue, by unit."""

    units: list[LateUnit]
    more: bool
    as_of: AwareDatetime


class NoticeLine(Answer):
    """A notice, without its words."""

    id: str
    kind: str
    channel: str
    to: str
    code: str | None
    state: str
    error: str | None
    created_at: AwareDatetime


class NoticesAnswer(Answer):
    """The newest notices of a board."""

    notices: list[NoticeLine]


class LettersAnswer(Answer):
    """Dead letters, by the names and kinds of their fields."""

    letters: list[dict[str, Any]]


class ReplayedAnswer(Answer):
    """Where the letter went."""

    topic: str


class StaffAnswer(OfficerAnswer):
    """An officer, for administrators."""

    email: str
    left_at: AwareDatetime | None


class StaffListAnswer(Answer):
    """All officers."""

    officers: list[StaffAnswer]


class PutAnswer(Answer):
    """The officer's id."""

    id: str


class Fault(Answer):
    """One thing that is wrong with a body."""

    field: str
    fault: str


class ErrorAnswer(Answer):
    """Why it was refused: a stable word, words for the officer, and of a malformed body every fault."""

    error: str
    message: str
    faults: list[Fault] = []


SHAPES: dict[str, tuple[type[BaseModel] | None, type[BaseModel]]] = {
    "api_entrance.enter": (SignIn, SessionAnswer),
    "api.who": (None, SessionAnswer),
    "api.listing": (None, ListAnswer),
    "api.search": (Search, ListAnswer),
    "api.petition": (None, PetitionAnswer),
    "api.act": (Act, DoneAnswer),
    "api.answer": (None, EditorAnswer),
    "api.save_answer": (Draft, DraftAnswer),
    "api.add_file": (Upload, FileAnswer),
    "api.remove_file": (None, DraftAnswer),
    "api.take_in": (NewPetition, DoneAnswer),
    "api.receipt": (None, ReceiptAnswer),
    "api.bulk": (Many, ResultsAnswer),
    "api.hand_over": (HandOver, ResultsAnswer),
    "api.stand_in": (StandIn, StandInAnswer),
    "api.note": (Note, NotedAnswer),
    "api.reveal": (Reveal, ContactAnswer),
    "api.differences": (None, DifferencesAnswer),
    "api.repair": (Wish, DifferenceAnswer),
    "api.dismiss": (Dismiss, DifferenceAnswer),
    "api.as_json": (None, FiguresAnswer),
    "api.triage_json": (None, TriageAnswer),
    "api.lateness_json": (None, LatenessAnswer),
    "api.reminders_json": (None, NoticesAnswer),
    "api.undelivered_json": (None, NoticesAnswer),
    "api.letters_json": (None, LettersAnswer),
    "api.replay_json": (None, ReplayedAnswer),
    "api.listed": (None, StaffListAnswer),
    "api.put_json": (PutOfficer, PutAnswer),
}
"""Of each route the body that it takes and the answer that it gives."""
QUERY = {
    "api.as_json": ("unit", "weeks"),
    "api.listing": ("view", "state", "time", "kind", "level", "ward", "unit", "mine", "sort", "after"),
    "api.differences": ("after",),
}

CHANGES = {"api.remove_file"}
"""Routes that change something and take no body."""
