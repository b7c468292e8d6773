"""Petitions that came to an office: the form that enters them, read back before it is filed, and the receipt.

The form is that of a citizen's page, filled in by an officer for a person who is there, has called or has written.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

import segno
from flask import Blueprint, flash, redirect, render_template, request
from pydantic import Field
from schema.handling import DoneAnswer, ReceiptAnswer, SentAnswer
from shell.forms import Page, status_of
from shell.guard import guarded, needs, takes_files
from shell.json_api import Body, api, body, gives
from shell.parts import parts
from shell.session import me
from words.form_words import fault_words

from petitions.domain.citizen.draft import MAX_CHARACTERS
from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.officers.policy import Permission
from petitions.domain.pages.filled_form import LONGEST, REPLIES_OFF_ZALO, read_filled
from petitions.domain.petition.answering import ANSWER_FILE_TYPES, MOST_BYTES, MOST_FILES
from petitions.domain.petition.petition import Channel
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import HANOI
from petitions.domain.shared.written import WrittenInstant, written_instant
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


class NewPetition(Body):
    """What came to an office, in the fields of a citizen's page; the same `key` again makes no second petition."""

    key: str = Field(min_length=8, max_length=100)
    channel: Channel = Field(strict=False)
    received_at: WrittenInstant = Field(strict=False)
    content: str = Field(max_length=MAX_CHARACTERS)
    place: str = Field(max_length=LONGEST["place"])
    name: str = Field(max_length=LONGEST["name"])
    home: str = Field(max_length=LONGEST["home"])
    phone: str = Field(default="", max_length=LONGEST["phone"])
    ward: str = Field(default="", max_length=20)
    email: str = Field(default="", max_length=LONGEST["email"])
    type: Literal["individual", "business"] = "individual"
    reply_by: Literal["", "phone", "email", "post"] = ""

    def entry(self) -> KeyInForm:
        """Return it as the form has it."""
        typed = {name: str(getattr(self, name)) for name in FIELDS if name in type(self).model_fields}
        return KeyInForm(self.key, self.channel, self.received_at, read_filled(typed))


class SendingReceipt(Body):
    """A wish to send the receipt; the same `key` again sends no second one."""

    key: str = Field(min_length=8, max_length=100)


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


@api.post("/petitions/by-hand", endpoint="take_in")
@needs(Permission.KEY_IN)
@gives(DoneAnswer, takes=NewPetition)
def take_in_json() -> DoneAnswer:
    """Enter a petition that came to an office."""
    try:
        return DoneAnswer.of(parts().key_in(me(), body(NewPetition).entry()))
    except EntryFaults as error:
        raise Rejected(fault_words(error.faults), reason=error.reason) from error


@api.get("/petitions/<code>/receipt", endpoint="receipt")
@needs(Permission.RECEIPT)
@gives(ReceiptAnswer)
def receipt_json(code: str) -> ReceiptAnswer:
    """Return the text of its receipt, and of the answer once there is one."""
    return ReceiptAnswer.of(parts().receipts(me(), code))


@api.post("/petitions/<code>/receipt", endpoint="send_receipt")
@needs(Permission.RECEIPT)
@gives(SentAnswer, takes=SendingReceipt)
def send_receipt_json(code: str) -> SentAnswer:
    """Send its receipt to the e-mail of who filed it."""
    return SentAnswer(to=parts().send_receipt(me(), code, body(SendingReceipt).key))


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
