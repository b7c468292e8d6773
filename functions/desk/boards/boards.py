"""The coordinators' boards: triage, lateness by unit, reminders, undelivered notices, dead letters."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template
from petition.api import api
from shell.guard import guarded, needs
from shell.parts import parts
from shell.session import me
from werkzeug.wrappers import Response

from petitions.domain.notices.notice import Notice
from petitions.domain.officers.policy import Permission

boards = guarded(Blueprint("boards", __name__))

NAMES = {
    "triage": "Chờ điều phối",
    "lateness": "Quá hạn theo đơn vị",
    "reminders": "Nhắc hạn đã gửi",
    "undelivered": "Tin không gửi được",
    "letters": "Thư chết",
}
WHY = {
    "round": "Quay vòng: đơn vị đã giữ hồ sơ trả lại lần nữa",
    "returned": "Đơn vị trả lại",
    "unsure": "Máy chưa chắc đơn vị nào",
    "sent": "Giao cho Văn phòng",
}
NEWEST = 100


@boards.get("/boards/triage")
@needs(Permission.WATCH)
def triage() -> str:
    """What a coordinator must place, and why it is there."""
    return _page("triage", lines=parts().boards.triage(), WHY=WHY, now=parts().clock.now())


@boards.get("/boards/lateness")
@needs(Permission.WATCH)
def lateness() -> str:
    """What is overdue, unit by unit, with the head's plan."""
    return _page("lateness", found=parts().boards.lateness())


@boards.get("/boards/reminders")
@needs(Permission.WATCH)
def reminders() -> str:
    """Who was reminded of what."""
    return _page("reminders", notices=parts().boards.reminders())


@boards.get("/boards/undelivered")
@needs(Permission.WATCH)
def undelivered() -> str:
    """What reached nobody."""
    return _page("undelivered", notices=parts().boards.undelivered())


@boards.get("/boards/letters")
@needs(Permission.WATCH)
def letters() -> str:
    """Messages that could not be handled, by the names and kinds of their fields alone."""
    return _page("letters", letters=parts().letters.newest(NEWEST))


@boards.post("/boards/letters/<letter_id>/replay")
@needs(Permission.REPLAY)
def replay(letter_id: str) -> Response:
    """Send one to its topic again, as `make replay` does."""
    parts().replay(me(), letter_id)
    flash("Đã gửi lại. Nếu vẫn không xử lý được, thư sẽ lại hiện ở đây.")
    return redirect("/boards/letters", HTTPStatus.SEE_OTHER)


@api.get("/boards/triage")
@needs(Permission.WATCH)
def triage_json() -> dict[str, Any]:
    """The triage queue."""
    return {
        "petitions": [
            {
                "code": each.petition.code,
                "title": each.petition.title,
                "why": each.why,
                "held_by": each.petition.held_by,
                "proposed": each.proposed,
                "due_at": each.petition.due_at.isoformat() if each.petition.due_at else None,
            }
            for each in parts().boards.triage()
        ]
    }


@api.get("/boards/lateness")
@needs(Permission.WATCH)
def lateness_json() -> dict[str, Any]:
    """What is overdue by unit; `more`: beyond what is listed."""
    found = parts().boards.lateness()
    return {
        "units": [
            {
                "unit": unit.unit,
                "unit_name": parts().directory.name_of(unit.unit),
                "planned": unit.planned,
                "petitions": [
                    {
                        "code": each.petition.code,
                        "title": each.petition.title,
                        "working_seconds_late": int(each.by.total_seconds()),
                        "recovery": each.petition.recovery.model_dump(mode="json") if each.petition.recovery else None,
                    }
                    for each in unit.late
                ],
            }
            for unit in found.units
        ],
        "more": found.more,
        "as_of": found.as_of.isoformat(),
    }


@api.get("/boards/reminders")
@needs(Permission.WATCH)
def reminders_json() -> dict[str, Any]:
    """The newest reminders."""
    return {"notices": [_notice(each) for each in parts().boards.reminders()]}


@api.get("/boards/undelivered")
@needs(Permission.WATCH)
def undelivered_json() -> dict[str, Any]:
    """The newest notices that reached nobody."""
    return {"notices": [_notice(each) for each in parts().boards.undelivered()]}


@api.get("/boards/letters")
@needs(Permission.WATCH)
def letters_json() -> dict[str, Any]:
    """The newest dead letters without what people wrote."""
    shown = [
        each | {name: each[name].isoformat() if each[name] else None for name in ("kept_at", "replayed_at")}
        for each in parts().letters.newest(NEWEST)
    ]
    return {"letters": shown}


@api.post("/boards/letters/<letter_id>/replay")
@needs(Permission.REPLAY)
def replay_json(letter_id: str) -> dict[str, str]:
    """Send one to its topic again."""
    return {"topic": parts().replay(me(), letter_id)}


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "channel": notice.channel,
        "to": notice.officer or "citizen",
        "code": notice.about.code if notice.about else None,
        "state": notice.state.value,
        "error": notice.error,
        "created_at": notice.created_at.isoformat(),
    }


def _page(name: str, **more: Any) -> str:
    return render_template(f"board_{name}.html", board=name, BOARDS=NAMES, **more)
