"""A citizen who waits for a person, `contact_requests/{id}`: why, whose it is, its clock, the answer and the outcome.

A request is of the coordinators or, about the answer of a unit, of that unit. It is new until somebody of theirs has
seen it, and open until it is closed with an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from petitions.domain.clock.calendar import CalendarRangeError, WorkingCalendar
from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import WORKING, Officer
from petitions.domain.petition.petition import AnswerWay
from petitions.domain.reminders.housekeeping import HousekeepingRules
from petitions.domain.shared.records import Instant, Root

LONGEST_WORDS = 2000
"""The most characters of the citizen's words, and of an answer, that a request keeps."""


ONE_MATTER_FOR = timedelta(days=1)
"""How long after a request its citizen's words belong to it, even if it is closed."""


class ContactReason(StrEnum):
    """The reason for which a citizen needs a person."""

    PERSON = "person"
    CONTESTED = "contested"
    LOW_RATING = "low_rating"
    PUBLICATION = "publication"
    """They object to the publication of a result."""
    STUCK = "stuck"
    EMERGENCY = "emergency"
    ANSWER_DUE = "answer_due"
    """The filer is to be called, written to, or answered over the channel on which the petition came."""
    STEP_DUE = "step_due"
    """The same about a step that concerns a filer without Zalo: a request for more, a refusal, a new deadline."""


UNASKED = frozenset({ContactReason.STUCK, ContactReason.EMERGENCY})
"""The reasons for which nobody asked for a person: the machine shows their words to one."""
OWED = frozenset({ContactReason.ANSWER_DUE, ContactReason.STEP_DUE})
"""The reasons that no filer gave: the office owes them word."""
ABOUT_THE_ANSWER = frozenset({ContactReason.CONTESTED, ContactReason.LOW_RATING})


class ContactState(StrEnum):
    """new -> seen -> answered -> closed; an answer also tells that it was seen, and any open one may be closed."""

    NEW = "new"
    SEEN = "seen"
    ANSWERED = "answered"
    CLOSED = "closed"


class ContactOutcome(StrEnum):
    """The end of a request."""

    HELPED = "helped"
    PETITION = "petition"
    UNREACHED = "unreached"
    NOTHING_TO_DO = "nothing_to_do"


REASON_LABELS: Mapping[ContactReason, str] = {
    ContactReason.PERSON: "Muốn gặp cán bộ",
    ContactReason.CONTESTED: "Đề nghị xem lại kết quả",
    ContactReason.LOW_RATING: "Chưa hài lòng với câu trả lời",
    ContactReason.PUBLICATION: "Không muốn công khai kết quả",
    ContactReason.STUCK: "Không gửi được phản ánh đang soạn",
    ContactReason.EMERGENCY: "Có thể đang nguy hiểm",
    ContactReason.ANSWER_DUE: "Cần đưa câu trả lời tới người gửi",
    ContactReason.STEP_DUE: "Cần báo cho người gửi",
}
"""The names on the desk and in e-mail."""

OUTCOME_LABELS: Mapping[ContactOutcome, str] = {
    ContactOutcome.HELPED: "Đã trả lời, giúp đỡ xong",
    ContactOutcome.PETITION: "Đã chuyển thành hồ sơ, hoặc hồ sơ được mở lại",
    ContactOutcome.UNREACHED: "Không liên lạc được",
    ContactOutcome.NOTHING_TO_DO: "Không cần làm gì thêm",
}


@dataclass(frozen=True)
class ContactWords:
    """The keys of what the citizen is told, in the transaction that plans the e-mail to the officers."""

    now: str
    """The e-mail goes out at once."""
    later: str
    """It goes out at the next opening, `$opening`."""
    waiting: str
    """Nobody is told now: a request that waits already holds the words, or there is no officer to tell."""


CONTACT_WORDS: Mapping[ContactReason, ContactWords] = {
    ContactReason.PERSON: ContactWords("officer_told", "officer_told_later", "officer_waited_for"),
    ContactReason.CONTESTED: ContactWords("review_told", "review_told_later", "officer_waited_for"),
    ContactReason.LOW_RATING: ContactWords("reason_kept", "reason_kept_later", "you_are_welcome"),
    ContactReason.PUBLICATION: ContactWords("objection_told", "objection_told_later", "officer_waited_for"),
    ContactReason.EMERGENCY: ContactWords("danger_told", "danger_told", "danger_noted"),
}
"""The reasons without words here were not given by the citizen: nobody promised them anything."""
APART_WORDS = ContactWords("apart_told", "apart_told_later", "apart_waits")
"""The words for a citizen whose request the coordinators may not read. The texts name `$office`, which reads it."""
APART_DANGER_WORDS = ContactWords("danger_told_apart", "danger_told_apart", "danger_noted_apart")
"""The same where the request is about a danger."""
CALL_WORDS = ContactWords("call_told", "call_told_later", "call_waits")
"""The words for a citizen who named a number for being called."""
REPLY_WORDS = ContactWords("reply_told", "reply_told_later", "reply_waits")
"""The words for a citizen who writes back after an officer's answer."""

CONTESTS = frozenset({ContactReason.CONTESTED, ContactReason.LOW_RATING})
"""The reasons that are met when the petition is opened again."""

UNSEEN = (ContactState.NEW,)
ATTENTION = (ContactState.NEW, ContactState.SEEN)
"""The states in which somebody still has to act."""
OPEN = (*ATTENTION, ContactState.ANSWERED)


class ContactRequest(Root):
    """A citizen who waits for a person."""

    id: str
    why: ContactReason
    citizen: str
    """The citizen's pseudonym."""
    code: str | None = None
    """The petition that it is about."""
    way: AnswerWay | None = None
    """How the filer is to be reached, where the office owes them word."""
    of_coordinators: bool = False
    """Whether it accuses the coordinators, so that nobody but the people of its unit, their superior, knows of it."""
    unit: str
    """The unit whose people must act; that of the coordinators unless it is about a unit's answer."""
    text: str = ""
    """The citizen's words; without their consent to keep them, masked unless they tell of a danger.

    Of a step that is due, the words for the filer."""
    at: Instant
    see_by: Instant | None = None
    """The instant by which somebody must have seen it; None where the calendar ends, as in the next one."""
    act_by: Instant | None = None
    told: tuple[str, ...] = ()
    """The ids of the officers to whom an e-mail about it went at once."""
    state: ContactState = ContactState.NEW
    seen_by: str | None = None
    """An officer's id."""
    seen_at: Instant | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: Instant | None = None
    outcome: ContactOutcome | None = None
    closed_by: str | None = None
    closed_at: Instant | None = None
    next_attempt_at: Instant | None = None
    """The instant at which to look whether it is late; none once it is answered or closed, or its lateness was told."""
    expires_at: Instant

    @property
    def is_undecided(self) -> bool:
        """Return whether nobody has answered it, so that the petition that it is about is not closed."""
        return self.state in ATTENTION

    @property
    def decided_at(self) -> datetime | None:
        """Return when somebody answered or closed it; None while it waits."""
        return None if self.is_undecided else self.answered_at or self.closed_at

    @property
    def is_urgent(self) -> bool:
        """Return whether those on duty must hear of it by night too."""
        return self.why is ContactReason.EMERGENCY

    def is_late(self, now: datetime) -> bool:
        """Return whether what must happen next has not happened in time."""
        by = {ContactState.NEW: self.see_by, ContactState.SEEN: self.act_by}.get(self.state)
        return by is not None and by < now


def due_instants(
    at: datetime, rules: HousekeepingRules, calendar: WorkingCalendar
) -> tuple[datetime | None, datetime | None]:
    """Return by when a request must be seen and acted on: working minutes, then the closing of that working day."""
    try:
        see_by = calendar.add_working_hours(at, timedelta(minutes=rules.contact_seen_within_minutes))
        # A term that ends at a closing time belongs to the day that closes then.
        act_by = calendar.closing_after(see_by - timedelta(microseconds=1), 1 + rules.contact_acted_after_days)
    except CalendarRangeError:
        return None, None
    return see_by, act_by


def is_one_matter(request: ContactRequest, now: datetime) -> bool:
    """Return whether what its citizen writes now belongs to the request: it is open, or of the last day."""
    return request.why not in OWED and (request.state in OPEN or now - request.at < ONE_MATTER_FOR)


def may_handle(officer: Officer, request: ContactRequest) -> bool:
    """Return whether the request is the officer's to see and answer: their unit's, or anyone's for a coordinator."""
    if officer.role is Role.COORDINATOR:
        return may_know_of(officer, request)
    return officer.role in WORKING and officer.unit == request.unit


def may_know_of(officer: Officer, request: ContactRequest) -> bool:
    """Return whether the officer may learn that there is the request: not of one that may be about them.

    Inspectors, who see the petitions of all units, handle no requests.
    """
    if officer.role is Role.INSPECTOR:
        return False
    return not request.of_coordinators or (officer.unit == request.unit and officer.role is not Role.COORDINATOR)


def answer_due_id(code: str) -> str:
    """Return the id of the request to bring the petition's answer to its filer."""
    return f"answer-{code}"


def step_due_id(code: str) -> str:
    """Return the id of the request to let the petition's filer know of a step."""
    return f"step-{code}"


def contact_path(request_id: str) -> str:
    """Return the path of the request."""
    return f"contact_requests/{request_id}"


def contact_page(request_id: str) -> str:
    """Return the path of the desk's page where it is answered."""
    return f"/contacts#request-{request_id}"
