"""Updates for open pages: changed rows of the work list and the officer's news, as a fragment of HTML.

Open pages fetch it every few seconds, even if nobody uses them, so that these requests do not extend the session
(`shell/session.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template, request, session

from desk.petition.bulk import deeds_of
from desk.petition.columns import columns_of
from desk.petition.filters import filters_of, view_named
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import LIVE, me
from petitions.domain.contact.contact_request import REASON_LABELS, contact_page
from petitions.domain.difficulties.difficulty import STEP_LABELS
from petitions.domain.language.words import shortened
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.policy import Permission, may
from petitions.domain.reminders.duties import Duty
from petitions.domain.shared.written import written_instant
from petitions.errors import NotFound, Rejected
from petitions.usecases.desk.read_changes import Changes
from petitions.usecases.desk.work_list_query import PLACED, WorkListView
from petitions.usecases.officers.duty_entries import LISTS, DutyEntry
from petitions.usecases.reminders.read_week import week_in_words

SCORE_NEWS = {
    "contested": "Đơn vị nêu ý kiến về điểm",
    "answered": "Sở Nội vụ trả lời ý kiến về điểm",
    "draft": "Có dự thảo điểm của đơn vị, xem và nêu ý kiến",
    "frozen": "Điểm của đơn vị đã chốt",
    "restated": "Điểm của đơn vị có bản đính chính",
}

EXCERPT = 80
"""The most characters of a contact request shown among the officer's news."""

live = guarded(Blueprint("live", __name__))


@live.get(LIVE)
@needs(Permission.LIST)
def changes() -> str:
    """Return the rows of the list given by `?view=` and the filters that have changed since `?since=`.

    `?open=` is the code of the petition on the open page, and adds the names of other officers with the same petition
    open. `?duties=1` adds the contents of the officer's daily e-mail.
    """
    text, view = str(session.get("find", "")) if request.args.get("find") == "1" else "", _view()
    found = _changes(text, me().layout.sort)
    return render_template(
        "_live.html",
        listing=found,
        difficulties=parts().difficulties.news(me(), _since()),
        STEPS_OF=STEP_LABELS,
        scores=parts().scoring.news(me(), _since()),
        SCORE_NEWS=SCORE_NEWS,
        contacts=parts().contacts.news(me(), _since()) if may(me(), Permission.CONTACT) else [],
        CONTACT_REASONS=REASON_LABELS,
        today=_today() if request.args.get("duties") == "1" else None,
        others=_others(request.args.get("open", "")),
        deeds=deeds_of(me()),
        columns=columns_of(me(), view),
        placing=view in PLACED,
    )


def _changes(text: str, sort: str) -> Changes:
    return parts().changes(me(), _since(), _view(), filters_of(request.args, text, sort))


def _view() -> WorkListView | None:
    return view_named(request.args.get("view", ""))


@dataclass(frozen=True)
class _Group:
    heading: str
    entries: Sequence[DutyEntry]
    page: str
    """The path of the page with all duties of this kind."""


@dataclass(frozen=True)
class _Today:
    groups: Sequence[_Group]
    """The duties by kind. Kinds with an urgent entry come first."""
    count: int
    """The number of the officer's duties of all kinds."""
    excerpts: Mapping[str, str]
    """The first characters of every urgent contact request, by the path of its page.

    The officer's e-mails do not contain them.
    """
    lists: Mapping[WorkListView, int]
    """The number of petitions in every work list of the officer."""
    week: str
    """A summary of the unit's week for its head, or "" for other officers."""
    figures: str
    """The path of the dashboard for last week, or "" for other officers."""


def _today() -> _Today:
    texts, entries, now = parts().reference.texts, parts().duties(me(), parts().staff).entries, parts().clock.now()
    lists = parts().lists.counts(me(), now)
    by_duty = {duty: [entry for entry in entries if entry.duty is duty] for duty in Duty}
    groups = [
        _Group(texts.render(f"duty_{duty}"), found, LISTS.get(duty, "/")) for duty, found in by_duty.items() if found
    ]
    groups.sort(key=lambda group: not group.entries[0].urgent)
    people = (
        parts().contacts.open(me()) if any(entry.duty is Duty.CONTACT and entry.urgent for entry in entries) else []
    )
    excerpts = {
        contact_page(person.request.id): shortened(person.request.text, EXCERPT)
        for person in people
        if person.request.is_urgent
    }
    if me().role is not Role.HEAD:
        return _Today(groups, len(entries), excerpts, lists, "", "")
    week = parts().week(parts().store, me(), parts().staff, now)
    return _Today(groups, len(entries), excerpts, lists, week_in_words(week, texts), week.page)


def _others(code: str) -> list[str]:
    try:
        return parts().share_page(me(), parts().petitions.find(me(), code).code) if code else []
    except NotFound:
        return []


def _since() -> datetime:
    written = request.args.get("since", "")
    since = written_instant(written) if written else parts().clock.now()
    if since is None or since.tzinfo is None:
        raise Rejected("Không rõ từ lúc nào.", reason="since_malformed")
    return since.astimezone(UTC)
