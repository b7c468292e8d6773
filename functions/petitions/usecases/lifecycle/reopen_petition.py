"""The limits on reopening an answered petition: the number of reopenings, and the time since the answer.

The limits are reference data. The default is once, within 10 days (LAW 7.3). If the filer objected to the answer in
that time, the officer may decide later. A refused petition can be reopened by Văn phòng UBND only, without these
limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from petitions.domain.contact.contact_request import CONTESTS, REASON_LABELS, ContactReason, ContactRequest
from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.lifecycle import Action, State
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.reminders.housekeeping import reopen_until
from petitions.domain.shared.edges import UpTo
from petitions.ports.store import Query, Reader, Transaction
from petitions.usecases.contact.bring_answer import lacks_mail
from petitions.usecases.shared.timekeeping import Timekeeping
from petitions.usecases.shared.undecided import undecided

_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED})


def reopenings(tx: Transaction, petition: Petition) -> list[HistoryEntry]:
    """Return the history lines that reopened the petition, from any state."""
    query = Query(f"{petition_path(petition.code)}/history", where=(("action", "==", Action.REOPEN.value),))
    return [HistoryEntry.model_validate(document.data) for document in tx.find(query)]


def why_not_reopened(
    petition: Petition,
    history: Iterable[HistoryEntry],
    waiting: Iterable[ContactRequest],
    keeping: Timekeeping,
    now: datetime,
) -> str | None:
    """Return the reason, in Vietnamese, why an answered petition may not be reopened, or None if it may.

    `waiting` are the filer's requests about the petition that no officer has decided.
    """
    if petition.state not in _ANSWERED:
        return None
    times = keeping.chores.reopen_times
    done = sum(entry.action == Action.REOPEN and entry.from_state in _ANSWERED for entry in history)
    if done >= times:
        been = f"Hồ sơ đã được mở lại {done} lần sau khi trả lời" if done else "Hồ sơ đã trả lời thì không mở lại"
        return f"{been} (tối đa {times} lần). Nếu còn vướng mắc, người gửi có thể gửi phản ánh mới."
    until = reopen_until(petition, keeping.chores, keeping.calendar)
    in_time = any(request.why in CONTESTS and until and request.at in UpTo(until) for request in waiting)
    if until and UpTo(until).is_over(now) and not in_time:
        days = keeping.chores.reopen_within_days
        return (
            f"Chỉ mở lại được trong {days} ngày kể từ khi trả lời, tức là đến {hanoi_time(until)}. "
            "Nếu còn vướng mắc, người gửi có thể gửi phản ánh mới."
        )
    return None


def why_not_closed(reader: Reader, petition: Petition) -> str | None:
    """Return the reason, in Vietnamese, why a petition may not be closed yet, or None if it may be."""
    waiting = undecided(reader, petition.code)
    if any(request.why is ContactReason.ANSWER_DUE for request in waiting):
        return "Câu trả lời chưa tới người gửi như họ muốn. Xin ghi cách đã trả lời ở mục Cần liên hệ trước khi đóng."
    if lacks_mail(reader, petition):
        return "E-mail báo câu trả lời chưa gửi được. Hệ thống gửi tiếp; nếu không được, việc này vào mục Cần liên hệ."
    labels = sorted({REASON_LABELS[request.why] for request in waiting})
    if not labels:
        return None
    return f"Người gửi còn chờ trả lời: {', '.join(labels)}. Xin trả lời ở mục Cần liên hệ trước khi đóng hồ sơ."
