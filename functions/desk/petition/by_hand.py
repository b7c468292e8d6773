"""Petitions that came to an office: the form that enters them, read back before it is filed, and the receipt.

The form is that of a citizen's page, filled in by an officer for a person who is there, has called or has written.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request
from shell.forms import Page, status_of
from shell.guard import guarded, needs, takes_files
from shell.parts import parts
from shell.session import me

from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.officers.policy import Permission
from petitions.domain.pages.filled_form import REPLIES_OFF_ZALO, read_filled
from petitions.domain.petition.answering import ANSWER_FILE_TYPES, MOST_BYTES, MOST_FILES
from petitions.domain.petition.petition import Channel
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import HANOI
from petitions.domain.shared.written import written_instant
from petitions.errors import Rejected
from petitions.usecases.desk.unit_choices import unit_choices
from petitions.usecases.petition.key_in import LONGEST_AGO, EntryFaults, KeyInForm

by_hand = guarded(Blueprint("by_hand", __name__))

FIELDS = ("content", "place", "ward", "nowhere", "type", "name", "phone", "home", "email", "reply_by")
EMPTY = {**dict.fromkeys(FIELDS, ""), "type": "individual"}
KEPT = ("key", "channel", "received_at", *FIELDS)
"""What goes from page to page until the petition is filed."""
TARGETS = {
    "channel": "channel-visit",
    "received_at": "received_at",
    "content": "story",
    "place": "place",
    "ward": "ward",
    "type": "type-individual",
    "name": "name",
    "phone": "phone",
    "home": "home",
    "email": "email",
    "reply_by": "reply-by-none",
}
"""Where each field is on the form."""


@by_hand.get("/take-in")
@needs(Permission.KEY_IN)
def form() -> str:
    """Show the empty form."""
    return _form()


@by_hand.teardown_request
def let_go(_: BaseException | None) -> None:
    """Close uploads: those too large for the memory lie in files of their own until then."""
    request.close()


@by_hand.post("/take-in")
@needs(Permission.KEY_IN)
@takes_files
def take_in() -> Page:
    """Read the form back, lead back to it with everything kept, or file the petition: `do` is check, edit or file."""
    if request.form.get("do") == "edit":
        return _form()
    entry = _entry()
    try:
        if request.form.get("do") != "file":
            return _read_back(entry)
        petition = parts().key_in(me(), entry)
    except EntryFaults as error:
        return _form(error), status_of(error)
    except Rejected as error:  # about a scan
        return _read_back(entry, error), status_of(error)
    return redirect(f"/petitions/{petition.code}/receipt", HTTPStatus.SEE_OTHER)


@by_hand.get("/petitions/<code>/receipt")
@needs(Permission.RECEIPT)
def receipt(code: str) -> str:
    """Show what whoever filed it takes home; with the answer, once there is one."""
    found = parts().receipts(me(), code)
    qr = segno.make(found.link, error="m").svg_inline(omitsize=True, border=4) if found.link else ""
    return render_template("receipt.html", receipt=found, qr=qr, key=parts().ids.token())


@by_hand.post("/petitions/<code>/receipt")
@needs(Permission.RECEIPT)
def send_receipt(code: str) -> Page:
    """Send the receipt to the e-mail of who filed it."""
    address = parts().send_receipt(me(), code, request.form.get("key", ""))
    flash(f"Biên nhận đang được gửi tới {address}.")
    return redirect(f"/petitions/{code}/receipt", HTTPStatus.SEE_OTHER)


def _entry() -> KeyInForm:
    given = request.form
    channel, files = given.get("channel", ""), request.files.getlist("files")[: MOST_FILES + 1]
    return KeyInForm(
        key=given.get("key", ""),
        channel=Channel(channel) if channel in set(Channel) else None,
        received_at=_instant(given.get("received_at", "")),
        filled=read_filled(given),
        scans=tuple((file.filename, file.stream.read(MOST_BYTES + 1)) for file in files if file.filename),
    )


def _form(refused: EntryFaults | None = None) -> str:
    now = parts().clock.now()
    given = request.form
    return render_template(
        "take_in.html",
        filled={**EMPTY, **{name: given[name] for name in FIELDS if name in given}},
        given=given,
        faults=refused.faults if refused else {},
        targets=TARGETS,
        wards=_wards(),
        ways=sorted(REPLIES_OFF_ZALO, key=["phone", "email", "post"].index),
        notice=parts().key_in.notice(),
        key=given.get("key") or parts().ids.token(),
        now=f"{hanoi(now):%Y-%m-%dT%H:%M}",
        earliest=f"{hanoi(now - LONGEST_AGO):%Y-%m-%dT%H:%M}",
    )


def _read_back(entry: KeyInForm, refused: Rejected | None = None) -> str:
    """Show what would be filed. Raises EntryFaults."""
    draft = parts().key_in.read_back(me(), entry)
    values: dict[str, Any] = {
        "draft": draft,
        "content": draft.content(),
        "channel": entry.channel,
        "received_at": entry.received_at,
    }
    return render_template(
        "take_in_check.html",
        **values,
        kept=[(name, request.form.get(name, "")) for name in KEPT],
        targets=TARGETS,
        endings=",".join(f".{EXTENSIONS[kind]}" for kind in sorted(ANSWER_FILE_TYPES)),
        refused=refused,
    )


def _wards() -> dict[str, str]:
    return {ward.id: ward.name for ward in unit_choices(parts().directory).wards}


def _instant(written: str) -> datetime | None:
    """Return the local time of a form's field; None for what is none."""
    at = written_instant(written)
    return at.replace(tzinfo=HANOI) if at else None
