"""The kinds of notice: one table with the recipient, label, texts and urgency of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Literal

from petitions.domain.lifecycle.states import Action, State
from petitions.domain.lifecycle.transitions import OPEN_STATES


class NoticeKind(StrEnum):
    """The kinds of notice, as stored."""

    REPLY = "reply"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    PUBLISHED = "published"
    SUPPLEMENT_ASKED = "supplement_asked"
    REFUSED = "refused"
    TRANSFERRED_OUT = "transferred_out"
    EXTENDED = "extended"
    RELEVELLED = "relevelled"
    RECLASSIFIED = "reclassified"
    REDO = "redo"
    REASSIGNED = "reassigned"
    REOPENED = "reopened"
    URGENT_NOTED = "urgent_noted"
    RATING_ASKED = "rating_asked"
    WITHDRAWN = "withdrawn"
    WITHDRAWAL = "withdrawal"
    MERGED = "merged"
    UNMERGED = "unmerged"
    RESUMED = "resumed"
    KEPT_APART = "kept_apart"
    LATE = "late"
    TAKEN_BACK = "taken_back"
    REMINDER = "reminder"
    NEWS = "news"
    DIGEST = "digest"
    MANAGEMENT = "management"
    ATTACHMENT = "attachment"
    CONTACT = "contact"
    CONTACT_ANSWERED = "contact_answered"
    MOVED = "moved"
    FILES = "files"
    PAPER = "paper"
    RECEIPT = "receipt"
    ANSWER_MAILED = "answer_mailed"
    STEP_MAILED = "step_mailed"
    PROFILE_ERASED = "profile_erased"


class Urge(Enum):
    """The urgency of a notice: how much it may disturb its recipient, and how long it is worth sending."""

    REPLY = "reply"
    """A reply to the citizen's latest message: sent at any hour, and not worth sending days later."""
    NEWS = "news"
    """News that the recipient did not ask for: sent by day."""
    RESULT = "result"
    """The outcome of a petition.

    It is sent by day, by template to citizens who do not follow the account, and a second time if the first sending
    stays unconfirmed.
    """


@dataclass(frozen=True)
class NoticeKindRow:
    """One kind of notice, with everything that depends on the kind."""

    kind: NoticeKind
    to: Literal["citizen", "officer"]
    label: str
    """The Vietnamese name on the desk."""
    urge: Urge = Urge.NEWS
    texts: tuple[str, ...] = ()
    """The keys of the notice's texts in the catalogue, the usual text first.

    Empty if the text is composed elsewhere.
    """
    after: tuple[Action, ...] = ()
    """The officers' actions of which the notice informs the citizen."""
    while_in: frozenset[State] | None = None
    """The states of the petition in which the notice is still true. None if that does not depend on the state."""
    takes_rating: bool = False
    """Whether the citizen can rate the answer in its Zalo template (PLATFORM 1.22)."""

    @property
    def is_result(self) -> bool:
        return self.urge is Urge.RESULT

    @property
    def is_reply(self) -> bool:
        return self.urge is Urge.REPLY


_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})


def _reply(kind: NoticeKind, label: str, *texts: str, while_in: frozenset[State] | None = None) -> NoticeKindRow:
    return NoticeKindRow(kind, "citizen", label, Urge.REPLY, texts, while_in=while_in)


def _news(kind: NoticeKind, label: str, *texts: str, after: tuple[Action, ...] = ()) -> NoticeKindRow:
    return NoticeKindRow(kind, "citizen", label, Urge.NEWS, texts, after, OPEN_STATES)


def _mail(kind: NoticeKind, label: str, *texts: str) -> NoticeKindRow:
    return NoticeKindRow(kind, "officer", label, texts=texts)


_ROWS = (
    _reply(NoticeKind.REPLY, "Tin trả lời tự động"),
    _news(NoticeKind.ACCEPTED, "Báo đã tiếp nhận", "accepted", after=(Action.ACCEPT,)),
    NoticeKindRow(
        NoticeKind.ANSWERED,
        "citizen",
        "Gửi câu trả lời",
        Urge.RESULT,
        ("answered", "answered_in_draft", "answered_elsewhere", "merged_answer"),
        (Action.APPROVE,),
        _ANSWERED,
        takes_rating=True,
    ),
    NoticeKindRow(
        NoticeKind.PUBLISHED,
        "citizen",
        "Báo đã công khai kết quả",
        Urge.NEWS,
        ("published",),
        (Action.PUBLISH,),
        frozenset({State.PUBLISHED, State.CLOSED}),
    ),
    NoticeKindRow(
        NoticeKind.SUPPLEMENT_ASKED,
        "citizen",
        "Đề nghị bổ sung",
        Urge.NEWS,
        ("supplement_asked",),
        (Action.ASK_SUPPLEMENT,),
        frozenset({State.AWAITING_CITIZEN}),
    ),
    NoticeKindRow(
        NoticeKind.REFUSED,
        "citizen",
        "Báo từ chối",
        Urge.RESULT,
        ("refused",),
        (Action.REFUSE,),
        frozenset({State.REFUSED}),
    ),
    NoticeKindRow(
        NoticeKind.TRANSFERRED_OUT,
        "citizen",
        "Báo chuyển ra ngoài thành phố",
        Urge.RESULT,
        ("transferred_out",),
        (Action.TRANSFER_OUT,),
        frozenset({State.TRANSFERRED_OUT, State.CLOSED}),
    ),
    _news(NoticeKind.EXTENDED, "Báo gia hạn trả lời", "extended", after=(Action.EXTEND,)),
    _news(NoticeKind.RELEVELLED, "Báo đổi hạn trả lời", "relevelled", after=(Action.SET_LEVEL,)),
    _news(NoticeKind.RECLASSIFIED, "Báo phân loại lại", "reclassified", after=(Action.CLASSIFY,)),
    _news(NoticeKind.REDO, "Báo làm lại câu trả lời", "redo"),
    _news(
        NoticeKind.REASSIGNED,
        "Báo chuyển đơn vị",
        "reassigned",
        "reassigned_waiting",
        after=(Action.ASSIGN, Action.REASSIGN),
    ),
    _news(NoticeKind.REOPENED, "Báo mở lại", "reopened", "merged_reopened", after=(Action.REOPEN,)),
    _reply(NoticeKind.URGENT_NOTED, "Báo phản ánh khẩn đã tới cán bộ trực", "urgent_noted"),
    NoticeKindRow(
        NoticeKind.RATING_ASKED,
        "citizen",
        "Xin đánh giá",
        Urge.NEWS,
        ("rating_asked",),
        while_in=_ANSWERED,
        takes_rating=True,
    ),
    _mail(NoticeKind.WITHDRAWN, "Báo công dân đã rút", "withdrawn_subject", "withdrawn_officer"),
    NoticeKindRow(NoticeKind.WITHDRAWAL, "citizen", "Báo đã rút", Urge.NEWS, ("withdrawn",), (Action.WITHDRAW,)),
    NoticeKindRow(
        NoticeKind.MERGED,
        "citizen",
        "Báo gộp hồ sơ",
        Urge.RESULT,
        ("merged", "merged_answer"),
        while_in=frozenset({State.MERGED}),
    ),
    _news(NoticeKind.UNMERGED, "Báo bỏ gộp hồ sơ", "unmerged", after=(Action.UNMERGE,)),
    _news(NoticeKind.RESUMED, "Báo hạn sau khi chờ bổ sung", "resumed", after=(Action.SUPPLEMENT,)),
    _news(NoticeKind.KEPT_APART, "Báo ghi thành hồ sơ riêng", "kept_apart", "kept_apart_waiting"),
    _news(NoticeKind.LATE, "Báo quá hạn", "late_told"),
    _mail(NoticeKind.TAKEN_BACK, "Báo hồ sơ được giao đơn vị khác", "taken_back_subject", "taken_back_text"),
    _mail(NoticeKind.REMINDER, "Nhắc hạn", "asked_subject", "asked_text", "reminder_subject"),
    _mail(NoticeKind.NEWS, "Báo việc mới", "news_subject", "news_subject_urgent", "mail_help_subject"),
    _mail(NoticeKind.DIGEST, "Tin tổng hợp buổi sáng", "digest_subject", "digest_text", "week_subject", "week_text"),
    _mail(NoticeKind.MANAGEMENT, "Báo có báo cáo điều hành", "management_subject", "management_text"),
    _mail(
        NoticeKind.CONTACT,
        "Báo có người cần liên hệ",
        "contact_subject",
        "contact_subject_urgent",
        "contact_text",
        "contact_more",
        "contact_late_subject",
        "contact_late_text",
    ),
    NoticeKindRow(NoticeKind.CONTACT_ANSWERED, "citizen", "Trả lời người cần liên hệ", texts=("officer_answered",)),
    _reply(
        NoticeKind.ATTACHMENT,
        "Báo không tải được tệp",
        "file_late",
        "file_lost",
        "file_wrong_type",
        "file_too_large",
        "file_too_much",
    ),
    _mail(NoticeKind.MOVED, "Báo tính lại thời hạn", "moved_subject", "moved_text"),
    _reply(NoticeKind.FILES, "Gửi lại tệp của câu trả lời", "files_here", while_in=_ANSWERED),
    NoticeKindRow(NoticeKind.PAPER, "citizen", "Gửi văn bản", texts=("paper_sent",)),
    NoticeKindRow(
        NoticeKind.RECEIPT,
        "citizen",
        "Gửi biên nhận",
        texts=("receipt_subject", "receipt_mail", "receipt_mail_pageless"),
    ),
    NoticeKindRow(
        NoticeKind.ANSWER_MAILED,
        "citizen",
        "Báo có trả lời qua e-mail",
        texts=("answer_mail_subject", "answer_mail"),
        while_in=_ANSWERED | {State.MERGED},
    ),
    NoticeKindRow(
        NoticeKind.STEP_MAILED, "citizen", "Báo có tin mới qua e-mail", texts=("step_mail_subject", "step_mail")
    ),
    _reply(NoticeKind.PROFILE_ERASED, "Xóa thông tin lưu ở Zalo"),
)

NOTICE_KINDS: Mapping[NoticeKind, NoticeKindRow] = {row.kind: row for row in _ROWS}

KIND_AFTER: Mapping[Action, NoticeKind] = {action: row.kind for row in _ROWS for action in row.after}
"""The kind of notice to the citizen after an officer's action. Actions of which the citizen is not informed are absent.
"""
