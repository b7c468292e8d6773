"""The forms of what the JSON API answers, for its description; a test holds every answer against them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from petitions.domain.clock.clocks import TimeState
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.usecases.desk.work_list_query import View


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


class Fault(Answer):
    """One thing that is wrong with a body."""

    field: str
    fault: str


class ErrorAnswer(Answer):
    """Why it was refused: a stable word, words for the officer, and of a malformed body every fault."""

    error: str
    message: str
    faults: list[Fault] = []
