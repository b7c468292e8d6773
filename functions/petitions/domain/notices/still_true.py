"""The check whether a notice that has waited is still true. A notice that is no longer true is never sent."""

from __future__ import annotations

from petitions.domain.notices.kinds import NOTICE_KINDS, NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.petition.petition import Petition


def still_holds(notice: Notice, petition: Petition | None) -> bool:
    """Return whether a notice is still true.

    A reminder is true if its clock runs and its due instant has not moved. Any other notice is true if the petition
    exists, is with the unit named in the notice (if any), and is in a state that fits the kind of notice.
    """
    about = notice.about
    if about is None:
        return True
    if notice.kind is NoticeKind.REMINDER and about.clock is not None:
        clock = petition.clocks.get(about.clock) if petition else None
        return clock is not None and clock.is_running and clock.due_version == about.due_version
    states = NOTICE_KINDS[notice.kind].while_in
    if states is None:
        return True
    if petition is None or petition.state not in states or about.unit not in {None, petition.unit}:
        return False
    return notice.kind is not NoticeKind.RATING_ASKED or petition.rating is None
