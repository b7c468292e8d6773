"""The coordinators' boards: overdue petitions by unit, reminders sent, undelivered notices, and dead letters.

A dead letter is an internal message that no function could handle.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from desk.petition.bulk import choices
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.clock.ladder import RECIPIENTS_IN_TEXT
from petitions.domain.officers.policy import Permission

boards = guarded(Blueprint("boards", __name__))

BOARD_LABELS = {
    "lateness": "Quá hạn theo đơn vị",
    "reminders": "Nhắc hạn đã gửi",
    "undelivered": "Tin không gửi được",
    "letters": "Thông điệp lỗi",
}
CONSUMER_LABELS = {
    "zalo-events-intake": "Tin nhắn của công dân trên Zalo",
    "zalo-receipts-notifications": "Báo nhận của Zalo",
    "zalo-consents-notifications": "Quyền gửi tin thay Official Account",
    "page-posts-intake": "Sửa trên trang của công dân",
    "citizen-pages-relay": "Bản sao cho trang của công dân",
    "attachments-attachments": "Ảnh, tệp của công dân",
    "petition-events-routing": "Xác định đơn vị xử lý",
    "petition-events-portal-sync": "Đồng bộ với Cổng quốc gia",
    "petition-events-relay": "Đưa lên trang công khai",
    "notices-notifications": "Gửi thông báo",
    "jobs-reports": "Việc chạy nền",
    "papers-reports": "Văn bản, phiếu",
}
"""What the messages of each Pub/Sub subscription are for, in Vietnamese."""
NEWEST = 100


@boards.get("/boards/lateness")
@needs(Permission.WATCH)
def lateness() -> str:
    """Show the overdue petitions by unit, with the recovery plans that the heads of the units wrote."""
    return _page("lateness", found=parts().boards.lateness(me()), **choices(me()))


@boards.get("/boards/reminders")
@needs(Permission.WATCH)
def reminders() -> str:
    """Show the reminders sent to officers, the newest first. `?after=` shows the next page."""
    found = parts().boards.reminders(me(), request.args.get("after", ""))
    return _page("reminders", found=found, reminded=[*RECIPIENTS_IN_TEXT.values()])


@boards.get("/boards/undelivered")
@needs(Permission.WATCH)
def undelivered() -> str:
    """Show the notices to citizens that could not be delivered. `?after=` shows the next page."""
    found = parts().boards.undelivered(me(), request.args.get("after", ""))
    return _page("undelivered", found=found, sending=parts().sending)


@boards.get("/boards/letters")
@needs(Permission.WATCH)
def letters() -> str:
    """Show the newest dead letters, i.e. messages that no function could handle.

    Only the names and types of a message's fields are shown, because the values may be personal data.
    """
    return _page("letters", letters=parts().letters.newest(NEWEST), CONSUMERS=CONSUMER_LABELS)


@boards.post("/boards/letters/<letter_id>/replay")
@needs(Permission.REPLAY)
def replay(letter_id: str) -> Response:
    """Publish a dead letter to its topic again, as the command `make replay` does, and go back to the board."""
    parts().replay(me(), letter_id)
    flash("Đã gửi lại. Nếu vẫn không xử lý được, thư sẽ lại hiện ở đây.")
    return redirect("/boards/letters", HTTPStatus.SEE_OTHER)


def _page(name: str, **more: Any) -> str:
    return render_template(f"board_{name}.html", board=name, BOARDS=BOARD_LABELS, **more)
