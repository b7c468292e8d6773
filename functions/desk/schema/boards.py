"""The forms of what the JSON API answers on differences, figures, boards and staff; see desk_schema."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime

from petitions.domain.portal.portal_differences import Kind, Repair
from schema.petition import Answer, OfficerAnswer, TemplateAnswer


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


class ReferenceAnswer(Answer):
    """Reference data in force."""

    kind: str
    version: str
    data: dict[str, Any]


class TriedAnswer(Answer):
    """What differs, how many open petitions of each unit would move; with `previewed` the same is published."""

    lines: list[str]
    moved: dict[str, int]
    previewed: str
    published: bool


class TextLine(Answer):
    """A text by kind of catalogue; `own` where the city has written it."""

    key: str
    where: str
    words: dict[str, str]
    own: bool


class TextsAnswer(Answer):
    """Every text."""

    texts: list[TextLine]


class FormerText(Answer):
    """One publication of a text in one language."""

    at: AwareDatetime
    officer: str | None
    kind: str
    words: str


class TextAnswer(TextLine):
    """A text; `seen` is what its next change has to name."""

    seen: str
    shipped: dict[str, str]
    history: list[FormerText]


class TriedTextAnswer(Answer):
    """How the words read, as the messages that are sent; with `previewed` the same are published."""

    messages: dict[str, list[str]]
    previewed: str
    published: bool


class SkeletonsAnswer(Answer):
    """The skeletons of answers; `seen` is what the next change has to name."""

    templates: list[TemplateAnswer]
    seen: str


class UnitLineAnswer(Answer):
    """One unit or ward; `warnings` says who is missing there, in Vietnamese."""

    code: str
    name: str
    people: int
    heads: int
    warnings: list[str]


class UnitsAnswer(Answer):
    """All of them."""

    units: list[UnitLineAnswer]


class UnitAnswer(Answer):
    """One unit; the last four are null where it cannot be edited. `open`: petitions by state, the first if `more`."""

    code: str
    name: str
    people: list[OfficerAnswer]
    open: dict[str, int]
    more: bool
    warnings: list[str]
    aliases: list[str] | None
    keywords: list[str] | None
    competence: str | None
    version: str | None


class WayAnswer(Answer):
    """How many new petitions would go to `new` instead of `old`."""

    old: str
    new: str
    count: int


class UnitTriedAnswer(Answer):
    """What the edit changes and moves; `shared` are phrases that other units have too, with their codes."""

    lines: list[str]
    tried: int
    more: bool
    moved: list[WayAnswer]
    shared: dict[str, list[str]]
    published: bool
