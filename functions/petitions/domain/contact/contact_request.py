"""A citizen's request to speak with an officer, stored as `contact_requests/{id}`.

A request belongs to the coordinators or, if it is about the answer of a unit, to that unit. It is new until an officer
has seen it, and open until an officer closes it with an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from petitions.domain.clock.calendar import CalendarRangeError, WorkingCalendar
from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import WORKING, Officer
from petitions.domain.petition.petition import AnswerWay
from petitions.domain.reminders.housekeeping import HousekeepingRules
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.records import Instant, Root

LONGEST_WORDS = 2000
"""The most characters that are stored of the citizen's words, and of an answer."""


ONE_MATTER_FOR = timedelta(days=1)
"""The time after a request during which the citizen's further words belong to it, even if it is closed."""


class ContactReason(StrEnum):
    """The reason why a citizen needs an officer."""

    PERSON = "person"
    CONTESTED = "contested"
    LOW_RATING = "low_rating"
    PUBLICATION = "publication"
    """The citizen objects to the publication of a result."""
    STUCK = "stuck"
    EMERGENCY = "emergency"
    ANSWER_DUE = "answer_due"
    """The filer must get the answer by telephone, by letter or over the petition's channel."""
    STEP_DUE = "step_due"
    """A filer without Zalo must be informed by telephone, letter or channel of a question, a refusal or a new deadline.
    """


UNASKED = frozenset({ContactReason.STUCK, ContactReason.EMERGENCY})
"""The reasons found by the software, without a request of the citizen."""
OWED = frozenset({ContactReason.ANSWER_DUE, ContactReason.STEP_DUE})
"""The reasons for which the office owes the filer a message."""
BECOMES_PETITION = frozenset({ContactReason.PERSON, ContactReason.STUCK, ContactReason.EMERGENCY})
"""The reasons for which an officer may file a petition from the citizen's words."""
ABOUT_THE_ANSWER = frozenset({ContactReason.CONTESTED, ContactReason.LOW_RATING})


class ContactState(StrEnum):
    """The state of a request: new -> seen -> answered -> closed.

    An answer implies that the request was seen. A request can be closed in any state.
    """

    NEW = "new"
    SEEN = "seen"
    ANSWERED = "answered"
    CLOSED = "closed"


class ContactOutcome(StrEnum):
    """The result with which a request was closed."""

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
"""The Vietnamese names of the reasons, on the desk and in e-mail."""

OUTCOME_LABELS: Mapping[ContactOutcome, str] = {
    ContactOutcome.HELPED: "Đã trả lời, giúp đỡ xong",
    ContactOutcome.PETITION: "Đã chuyển thành hồ sơ, hoặc hồ sơ được mở lại",
    ContactOutcome.UNREACHED: "Không liên lạc được",
    ContactOutcome.NOTHING_TO_DO: "Không cần làm gì thêm",
}


@dataclass(frozen=True)
class ContactWords:
    """The keys of the replies to a citizen who needs an officer, by the time at which the officers are notified."""

    now: str
    """The reply if the e-mail to the officers goes out at once."""
    later: str
    """The reply if the e-mail goes out when the offices open next, at `$opening`."""
    waiting: str
    """The reply if no e-mail goes out: an earlier request is still waiting, or there is no officer to notify."""


CONTACT_WORDS: Mapping[ContactReason, ContactWords] = {
    ContactReason.PERSON: ContactWords("officer_told", "officer_told_later", "officer_waited_for"),
    ContactReason.CONTESTED: ContactWords("review_told", "review_told_later", "officer_waited_for"),
    ContactReason.LOW_RATING: ContactWords("reason_kept", "reason_kept_later", "you_are_welcome"),
    ContactReason.PUBLICATION: ContactWords("objection_told", "objection_told_later", "officer_waited_for"),
    ContactReason.EMERGENCY: ContactWords("danger_told", "danger_told", "danger_noted"),
}
"""The replies by reason. The citizen gave none of the reasons missing here, so they get no reply."""
APART_WORDS = ContactWords("apart_told", "apart_told_later", "apart_waits")
"""The replies if the coordinators may not read the request. They name the office in charge, `$office`."""
APART_DANGER_WORDS = ContactWords("danger_told_apart", "danger_told_apart", "danger_noted_apart")
"""The replies to a request about a danger that the coordinators may not read."""
CALL_WORDS = ContactWords("call_told", "call_told_later", "call_waits")
"""The replies to a citizen who left a number for a call back."""
REPLY_WORDS = ContactWords("reply_told", "reply_told_later", "reply_waits")
"""The replies to a citizen who writes back after an officer's answer."""

CONTESTS = frozenset({ContactReason.CONTESTED, ContactReason.LOW_RATING})
"""The reasons that are settled when the petition is reopened."""

UNSEEN = (ContactState.NEW,)
ATTENTION = (ContactState.NEW, ContactState.SEEN)
"""The states in which an officer still has to act."""
OPEN = (*ATTENTION, ContactState.ANSWERED)


def closing(outcome: ContactOutcome, by: str | None, at: datetime) -> dict[str, Any]:
    """Return the changed fields of a request closed by the officer `by`, or by the citizen if `by` is None.

    A closed request is no longer checked for lateness.
    """
    state = ContactState.CLOSED
    return {"state": state, "outcome": outcome, "closed_by": by, "closed_at": at, "next_attempt_at": None}


class ContactRequest(Root):
    """A citizen's request to speak with an officer."""

    id: str
    why: ContactReason
    citizen: str
    """The pseudonym of the citizen who made the request."""
    code: str | None = None
    """The code of the petition that the request is about, or None."""
    way: AnswerWay | None = None
    """The way to reach the filer, if the office owes the filer a message."""
    of_coordinators: bool = False
    """Whether the request accuses the coordinators. Then only the people of `unit`, their superior, may see it."""
    unit: str
    """The unit that must act: the coordinators', unless the request is about another unit's answer."""
    text: str = ""
    """The citizen's words, or the message to the filer for the reason STEP_DUE.

    If the citizen did not consent to storing the words, personal data in them are masked, unless they are about a
    danger.
    """
    at: Instant
    see_by: Instant | None = None
    """The deadline for seeing the request. `see_by` and `act_by` are None if they lie beyond the end of the calendar.
    """
    act_by: Instant | None = None
    informed: tuple[str, ...] = ()
    """The ids of the officers who got an e-mail about the request at once."""
    state: ContactState = ContactState.NEW
    seen_by: str | None = None
    """The id of the officer who first opened the request."""
    seen_at: Instant | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: Instant | None = None
    outcome: ContactOutcome | None = None
    closed_by: str | None = None
    closed_at: Instant | None = None
    next_attempt_at: Instant | None = None
    """The time of the next check for lateness. None once the request is answered, closed or reported as late."""
    expires_at: Instant

    @property
    def is_undecided(self) -> bool:
        """Return whether the request is unanswered, so that its petition cannot be closed."""
        return self.state in ATTENTION

    @property
    def decided_at(self) -> datetime | None:
        """Return the time at which the request was answered or closed, or None while it waits."""
        return None if self.is_undecided else self.answered_at or self.closed_at

    @property
    def is_urgent(self) -> bool:
        """Return whether the officers on duty are notified even at night."""
        return self.why is ContactReason.EMERGENCY

    def is_late(self, now: datetime) -> bool:
        """Return whether the deadline for its next step, to be seen or to be answered, has passed."""
        by = {ContactState.NEW: self.see_by, ContactState.SEEN: self.act_by}.get(self.state)
        return by is not None and UpTo(by).is_over(now)


def due_instants(
    at: datetime, rules: HousekeepingRules, calendar: WorkingCalendar
) -> tuple[datetime | None, datetime | None]:
    """Return the deadlines for seeing a request and for acting on it, or (None, None) beyond the calendar's end.

    The first is counted in working minutes. The second is the closing time of a later working day.
    """
    try:
        see_by = calendar.add_working_hours(at, timedelta(minutes=rules.contact_seen_within_minutes))
        # A term that ends at a closing time belongs to the day that closes then.
        act_by = calendar.closing_after(see_by - timedelta(microseconds=1), 1 + rules.contact_acted_after_days)
    except CalendarRangeError:
        return None, None
    return see_by, act_by


def is_one_matter(request: ContactRequest, now: datetime) -> bool:
    """Return whether the request is open or less than a day old, so that a citizen's new message belongs to it.

    New messages never belong to a request that the office itself made because it owes the citizen a message.
    """
    return request.why not in OWED and (request.state in OPEN or now in Until(request.at + ONE_MATTER_FOR))


def may_handle(officer: Officer, request: ContactRequest) -> bool:
    """Return whether the officer may answer the request: it belongs to their unit, or they are a coordinator."""
    if officer.role is Role.COORDINATOR:
        return may_know_of(officer, request)
    return officer.role in WORKING and officer.unit == request.unit


def may_know_of(officer: Officer, request: ContactRequest) -> bool:
    """Return whether the officer may learn that the request exists.

    Coordinators may not know of requests that accuse the coordinators. Inspectors handle no requests.
    """
    if officer.role is Role.INSPECTOR:
        return False
    return not request.of_coordinators or (officer.unit == request.unit and officer.role is not Role.COORDINATOR)


def answer_due_id(code: str) -> str:
    """Return the id of the request to deliver the answer of the petition with this code."""
    return f"answer-{code}"


def step_due_id(code: str) -> str:
    """Return the id of the request to inform the filer of the petition with this code about a step."""
    return f"step-{code}"


def contact_path(request_id: str) -> str:
    return f"contact_requests/{request_id}"


def contact_page(request_id: str) -> str:
    """Return the path, with its fragment, where the desk shows the request."""
    return f"/contacts#request-{request_id}"
