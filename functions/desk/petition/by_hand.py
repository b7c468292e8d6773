"""Petitions that came to an office: the form that enters them, read back before it is filed, and the receipt.

The form is that of a citizen's page, filled in by an officer for a person who is there, has called or has written.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request
from shell.forms import Page, status_of
from shell.guard import guarded, needs, takes_files
from shell.parts import parts
from shell.session import me

from petitions.domain.channels.entry import BACK, FIELDS, LONGEST_AGO, REPLIES_TO_ENTRIES, Entry, read_entry
from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.answering import ANSWER_FILE_TYPES, MOST_BYTES, MOST_FILES
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.written import is_key
from petitions.errors import Rejected
from petitions.usecases.channels.hand_in import Entrant, EntryFaults, KnownNumber
from petitions.usecases.desk.unit_choices import unit_choices

by_hand = guarded(Blueprint("by_hand", __name__))

EMPTY = {**dict.fromkeys(FIELDS, ""), "type": "individual"}
KEPT = ("key", "other_than", *FIELDS)
"""What goes from page to page until the petition is filed."""
TARGETS = {
    "channel": "channel-visit",
    "received_at": "received_at",
    "number": "number",
    "dated": "dated",
    "authority": "authority",
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
    try:
        entry = _entry()
        if request.form.get("do") != "file":
            return _read_back(entry)
        petition = parts().hand_in(Entrant.at_desk(me()), entry).petition
    except EntryFaults as error:
        return _form(error), status_of(error)
    except KnownNumber as error:
        return _form(known=error), HTTPStatus.CONFLICT
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


def _entry() -> Entry:
    """Return what the form holds. Raise Rejected for a malformed key."""
    key, files = request.form.get("key", ""), request.files.getlist("files")[: MOST_FILES + 1]
    if not is_key(key):
        raise Rejected("Trang này đã cũ. Xin mở lại trang nhập.", reason="key_malformed")
    scans = tuple((file.filename, file.stream.read(MOST_BYTES + 1)) for file in files if file.filename)
    return read_entry(request.form, key, scans, frozenset(request.form.getlist("other_than")))


def _form(refused: EntryFaults | None = None, known: KnownNumber | None = None) -> str:
    now = parts().clock.now()
    given = request.form
    return render_template(
        "take_in.html",
        filled={**EMPTY, **{name: given[name] for name in FIELDS if name in given}},
        faults=refused.faults if refused else {},
        known=known,
        targets=TARGETS,
        wards=_wards(),
        ways=sorted(REPLIES_TO_ENTRIES, key=["phone", "email", "post", BACK].index),
        notice=parts().notice_to_read(),
        key=given.get("key") or parts().ids.token(),
        now=f"{hanoi(now):%Y-%m-%dT%H:%M}",
        today=f"{hanoi(now):%Y-%m-%d}",
        earliest=f"{hanoi(now - LONGEST_AGO):%Y-%m-%dT%H:%M}",
    )


def _read_back(entry: Entry, refused: Rejected | None = None) -> str:
    """Show what would be filed. Raises EntryFaults or KnownNumber."""
    draft = parts().hand_in.read_back(Entrant.at_desk(me()), entry)
    values: dict[str, Any] = {"draft": draft, "content": draft.content(), "entry": entry}
    return render_template(
        "take_in_check.html",
        **values,
        kept=[(name, each) for name in KEPT for each in request.form.getlist(name)],
        targets=TARGETS,
        endings=",".join(f".{EXTENSIONS[kind]}" for kind in sorted(ANSWER_FILE_TYPES)),
        refused=refused,
    )


def _wards() -> dict[str, str]:
    return {ward.id: ward.name for ward in unit_choices(parts().directory).wards}
