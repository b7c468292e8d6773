"""Handling of a citizen's request by an officer: marking it as seen, answering it, closing it with an outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.citizen.conversation import OfficerAnswer
from petitions.domain.contact.contact_request import (
    CONTESTS,
    LONGEST_WORDS,
    OPEN,
    OWED,
    ContactOutcome,
    ContactReason,
    ContactRequest,
    ContactState,
    answer_due_id,
    closing,
    contact_path,
    may_handle,
)
from petitions.domain.language.redaction import masked
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.states import State
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed_to, may_see
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.known_person import why_masks_refused
from petitions.domain.petition.petition import PORTAL_FILER, AnswerWay, Petition, petition_path
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.errors import Conflict, NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.page_nudges import nudge_petition_page
from petitions.usecases.shared.petition_changes import (
    Actor,
    Change,
    change_petition,
    changed_fields,
    citizen_in,
    petition_in,
    plan_notice,
)

NO_SUCH_REQUEST = "Không có yêu cầu này, hoặc yêu cầu không thuộc đơn vị của anh/chị."
"""The message to an officer of another unit. It does not reveal whether the request exists."""
_OVER = "Yêu cầu này đã đóng. Xin tải lại trang."
_NO_ANSWER = f"Xin nhập lời trả lời, tối đa {LONGEST_WORDS} ký tự."
_OWED_WORDS = "Xin ghi câu trả lời đã tới người gửi thế nào."

_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED})
SHORTEST_NOTE = 5
"""The fewest characters of the note on the delivery of an answer."""
ANSWER_WAYS: Mapping[AnswerWay, str] = {
    "phone": "Gọi điện",
    "email": "E-mail",
    "post": "Gửi thư",
    "channel": "Gửi lại kênh đã chuyển đến",
}
"""The ways in which an answer is delivered to the filer, as named in the history."""

_GIVEN = {
    (ContactReason.ANSWER_DUE, True): RecordedAction.ANSWER_GIVEN,
    (ContactReason.ANSWER_DUE, False): RecordedAction.ANSWER_NOT_GIVEN,
    (ContactReason.STEP_DUE, True): RecordedAction.FILER_TOLD,
    (ContactReason.STEP_DUE, False): RecordedAction.FILER_NOT_TOLD,
}
"""The action recorded in the history, by the reason of the request and whether the delivery succeeded."""

_DONE = {"next_attempt_at": None}
"""The changed field of a request that is no longer checked for lateness."""

Step = Callable[[Transaction, ContactRequest, datetime], tuple[dict[str, Any], list[Message]]]


@dataclass(frozen=True)
class HandleContact:
    """Handles citizens' contact requests at the desk.

    All methods raise NotFound, Conflict for a closed request, or Rejected, with a message in Vietnamese.
    """

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    texts: Texts
    directory: Directory

    def see(self, officer: Officer, request_id: str) -> None:
        """Record that the officer saw the request. Do nothing if an officer has seen the request before."""

        def step(_: Transaction, request: ContactRequest, now: datetime) -> tuple[dict[str, Any], list[Message]]:
            return _seen(request, officer, now), []

        self._do(officer, request_id, "contact_seen", step)

    def answer(self, officer: Officer, request_id: str, text: str) -> None:
        """Send the officer's text to the citizen as a message in the chat, or on the portal if they filed there."""
        if not text.strip():
            raise Rejected(_NO_ANSWER, reason="text_missing")

        def step(tx: Transaction, request: ContactRequest, now: datetime) -> tuple[dict[str, Any], list[Message]]:
            return self._answered(tx, request, officer, text.strip(), now)

        self._do(officer, request_id, "contact_answered", step)

    def give_answer(self, officer: Officer, request_id: str, note: str, *, given: bool) -> None:
        """Record that an answer or step was delivered, and close the request for its delivery.

        `note` describes the delivery or, if not `given`, the failure. Raise Rejected for a note that is too short or
        too long, and Conflict if the petition has no answer in force.
        """
        words = note.strip()
        if not SHORTEST_NOTE <= len(words) <= LONGEST_WORDS:
            raise Rejected(
                "Xin ghi đã trả lời lúc nào, ai nhận, hoặc số, ngày của thư; nếu không được thì ghi vì sao.",
                reason="text_missing",
            )

        def step(tx: Transaction, request: ContactRequest, now: datetime) -> tuple[dict[str, Any], list[Message]]:
            petition = petition_in(tx, request.code or "")
            done = _GIVEN.get((request.why, given))
            if done is None or (request.why is ContactReason.ANSWER_DUE and not _is_answered(tx, petition)):
                raise Conflict("Câu trả lời đang được làm lại. Xin đợi câu trả lời mới.", reason="not_answered")
            reason = masked(f"{ANSWER_WAYS[request.way]}: {words}" if request.way else words)
            _, nudge = change_petition(tx, petition, {}, Change(done, Actor.of(officer), now, reason=reason))
            outcome = ContactOutcome.HELPED if given else ContactOutcome.UNREACHED
            return _seen(request, officer, now) | closing(outcome, officer.id, now), [nudge]

        self._do(officer, request_id, "answer_given" if given else "answer_not_given", step)

    def close(
        self, officer: Officer, request_id: str, outcome: ContactOutcome | None, text: str = "", code: str = ""
    ) -> None:
        """Close the request with its outcome. If there is a text, send it first, as `answer` does.

        A citizen who contests an answer must be sent a reason before their request is closed. For the outcome
        `PETITION`, `code` is the petition that the request became: the request belongs to it from now on.
        """
        if outcome is None:
            raise Rejected("Xin chọn kết quả.", reason="outcome_missing")

        def step(tx: Transaction, request: ContactRequest, now: datetime) -> tuple[dict[str, Any], list[Message]]:
            if request.why in OWED:
                raise Rejected(_OWED_WORDS, reason="text_missing")
            became = _became(tx, officer, request, code) if outcome is ContactOutcome.PETITION else {}
            reachable = request.citizen == PORTAL_FILER or citizen_in(tx, request.citizen) is not None
            answered, messages = self._answered(tx, request, officer, text.strip(), now) if text.strip() else ({}, [])
            undecided = request.is_undecided and not answered
            if request.why is ContactReason.CONTESTED and undecided and reachable:
                raise Rejected(
                    "Công dân đã đề nghị xem lại kết quả: xin mở lại hồ sơ, hoặc trả lời kèm lý do rồi mới đóng.",
                    reason="reason_missing",
                )
            if answered:
                audit_change(tx, self.ids.token(), officer, "contact_answered", now, code=request.code)
            return _seen(request, officer, now) | answered | became | closing(outcome, officer.id, now), messages

        self._do(officer, request_id, "contact_closed", step)

    def _answered(
        self, tx: Transaction, request: ContactRequest, officer: Officer, answer: str, now: datetime
    ) -> tuple[dict[str, Any], list[Message]]:
        if len(answer) > LONGEST_WORDS:
            raise Rejected(_NO_ANSWER, reason="text_missing")
        if words := why_masks_refused(answer):
            raise Rejected(words, reason="masked")
        if request.why in OWED:
            raise Rejected(_OWED_WORDS, reason="text_missing")
        if request.state is ContactState.ANSWERED and request.answer == answer:
            return {}, []  # the same form, sent twice
        answered = {"answer": answer, "answered_by": officer.id, "answered_at": now, "state": ContactState.ANSWERED}
        changes = _seen(request, officer, now) | answered | _DONE
        if request.citizen == PORTAL_FILER and request.code:
            petition = petition_in(tx, request.code)
            done, actor = RecordedAction.FILER_ANSWERED, Actor.of(officer)
            _, nudge = change_petition(tx, petition, {}, Change(done, actor, now, filer_text=answer))
            return changes, [nudge]
        citizen = citizen_in(tx, request.citizen)
        if citizen is None:
            words = "Người gửi không dùng Zalo hoặc đã xóa dữ liệu, không nhắn được: xin gọi điện nếu có số."
            raise Rejected(words, reason="citizen_unreachable")
        talk = replace(citizen.conversation, officer=OfficerAnswer(request=request.id, at=now))
        after = replace(citizen, conversation=talk)
        tx.update(citizen_path(request.citizen), changed_fields(citizen, after))
        unit = self.directory.name_of(officer.unit)
        notice = Notice(
            id=f"contact-answer-{self.ids.token()}",
            kind=NoticeKind.CONTACT_ANSWERED,
            channel="zalo",
            citizen=request.citizen,
            text=self.texts.to(citizen.language).render("officer_answered", unit=unit, office_words=answer),
            created_at=now,
        )
        return changes, [plan_notice(tx, notice)]

    def _do(self, officer: Officer, request_id: str, action: str, step: Step) -> None:
        path = contact_path(request_id)

        def apply(tx: Transaction) -> list[Message]:
            before = request_in(tx, officer, request_id)
            if before.state not in OPEN:
                raise Conflict(_OVER)
            now = self.clock.now()
            changes, messages = step(tx, before, now)
            if changes:
                tx.update(path, changed_fields(before, replace(before, **changes)))
                audit_change(tx, self.ids.token(), officer, action, now, code=before.code)
            return [*messages, *([nudge_petition_page(before.code)] if changes and before.code else [])]

        commit(self.store, self.publisher, self.clock, producer="desk", key=self.ids.token(), body=apply)


def close_contests(tx: Transaction, officer: Officer, code: str, now: datetime) -> None:
    """Close the petition's objections and delivery requests, because reopening withdraws the answer."""
    for found in tx.find(Query("contact_requests", where=(("code", "==", code),))):
        request = ContactRequest.model_validate(found.data)
        if request.why in {*CONTESTS, *OWED} and request.state in OPEN:
            closed = replace(request, **closing(ContactOutcome.PETITION, officer.id, now))
            tx.update(contact_path(request.id), changed_fields(request, closed))


def close_request(
    tx: Transaction,
    request: ContactRequest,
    officer: Officer,
    outcome: ContactOutcome,
    now: datetime,
    code: str | None = None,
) -> None:
    """Record that an officer closed the request. With a `code`, the request belongs to that petition then."""
    closed = _seen(request, officer, now) | closing(outcome, officer.id, now) | ({"code": code} if code else {})
    tx.update(contact_path(request.id), changed_fields(request, replace(request, **closed)))


def close_on_letter(tx: Transaction, officer: Officer, petition: Petition, letter: str, now: datetime) -> list[Message]:
    """Close the request to deliver the petition's answer, because the letter named `letter` carried it.

    Return the messages to publish, or an empty list if no such request is open or the petition has no answer in force.
    """
    found = tx.get(contact_path(answer_due_id(petition.code)))
    request = ContactRequest.model_validate(found) if found else None
    if request is None or request.state not in OPEN or request.way not in {"post", "email"}:
        return []
    if not _is_answered(tx, petition):
        return []
    given, actor = RecordedAction.ANSWER_GIVEN, Actor.of(officer)
    reason = f"{ANSWER_WAYS['post']}: {letter}"
    _, nudge = change_petition(tx, petition, {}, Change(given, actor, now, reason=reason))
    close_request(tx, request, officer, ContactOutcome.HELPED, now)
    return [nudge, nudge_petition_page(petition.code)]


def request_in(tx: Transaction, officer: Officer, request_id: str) -> ContactRequest:
    """Return the contact request with this id. Raise NotFound if there is none or the officer may not handle it."""
    found = tx.get(contact_path(request_id))
    request = ContactRequest.model_validate(found) if found else None
    if request is None or not may_handle(officer, request) or _is_closed(tx, officer, request):
        raise NotFound(NO_SUCH_REQUEST)
    return request


def _became(tx: Transaction, officer: Officer, request: ContactRequest, written: str) -> dict[str, Any]:
    if request.code:
        return {}
    code = find_code(written)
    found = tx.get(petition_path(code)) if code else None
    if found is None or not may_see(officer, Petition.model_validate(found)):
        raise Rejected(
            "Xin ghi mã hồ sơ mà yêu cầu này đã chuyển thành. Chưa có hồ sơ thì bấm “Nhập thành hồ sơ”.",
            reason="petition_unnamed",
        )
    return {"code": code}


def _is_answered(tx: Transaction, petition: Petition) -> bool:
    main = petition_in(tx, petition.merged_into) if petition.merged_into else petition
    return main.state in _ANSWERED


def _is_closed(tx: Transaction, officer: Officer, request: ContactRequest) -> bool:
    found = tx.get(petition_path(request.code)) if request.code else None
    return found is not None and is_closed_to(officer, Petition.model_validate(found))


def _seen(request: ContactRequest, officer: Officer, now: datetime) -> dict[str, Any]:
    if request.state is not ContactState.NEW:
        return {}
    act_by = request.act_by
    return {"state": ContactState.SEEN, "seen_by": officer.id, "seen_at": now, "next_attempt_at": act_by}
