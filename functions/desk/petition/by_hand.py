"""Petitions that reach an office in person, by phone, by letter or by e-mail: the form, its review, and the receipt.

An officer fills in the form for the filer. It has the same fields as the citizen's own page.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request

from desk.shell.forms import Page, status_of
from desk.shell.guard import guarded, needs, takes_files
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.channels.entry import BACK, ENTRY_FIELDS, LONGEST_AGO, REPLIES_TO_ENTRIES, Entry, read_entry
from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.officers.policy import Permission
from petitions.domain.pages.draft_view import shown_values
from petitions.domain.petition.answering import ANSWER_FILE_TYPES, MOST_BYTES, MOST_FILES
from petitions.domain.petition.petition import CONTACT_FIELDS, Petition
from petitions.domain.shared.channel import Channel
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.written import is_id, is_key, written_number
from petitions.errors import Conflict, Rejected
from petitions.usecases.channels.hand_in import Entrant, EntryFaults, KnownNumber
from petitions.usecases.channels.own_entries import LISTED_FOR
from petitions.usecases.desk.unit_choices import unit_choices
from petitions.usecases.mailbox.handle_mail import SeenMail

by_hand = guarded(Blueprint("by_hand", __name__))

EMPTY = {**dict.fromkeys(ENTRY_FIELDS, ""), "type": "individual"}
KEPT = ("key", "other_than", "mail", "mail_version", "contact", *ENTRY_FIELDS)
"""The fields passed from page to page until the petition is filed."""
TARGETS = {name: name for name in ENTRY_FIELDS} | {
    "channel": "channel-visit",
    "content": "story",
    "type": "type-individual",
    "reply_by": "reply-by-none",
}
"""The id of the form element of every field, to which links in error messages lead."""


@by_hand.get("/take-in")
@needs(Permission.KEY_IN)
def form() -> str:
    """Show the empty form for a petition. `?mail=` fills it in from an e-mail of the tray."""
    mail_id = request.args.get("mail", "")
    return _form(_of_mail(mail_id) if is_id(mail_id) else None)


@by_hand.teardown_request
def close_uploads(_: BaseException | None) -> None:
    """Close uploaded files. Large ones are temporary files on disk until then."""
    request.close()


@by_hand.post("/take-in")
@needs(Permission.KEY_IN)
@takes_files
def take_in() -> Page:
    """Handle the form of a petition, by its field `do`: `check`, `edit` or `file`.

    `check` shows the review, `edit` shows the form again, and `file` files the petition and shows its receipt. A number
    that is already filed gives status 409 with the known petitions.
    """
    if request.form.get("do") == "edit":
        return _form()
    entry = _entry()
    try:
        if request.form.get("do") != "file":
            return _read_back(entry)
        petition = _file(entry)
    except EntryFaults as error:
        return _form(refused=error), status_of(error)
    except KnownNumber as error:
        return _form(known=error), HTTPStatus.CONFLICT
    except Conflict as error:  # the mail or the contact request has changed
        return _form(stale=error), status_of(error)
    except Rejected as error:  # a scan was refused
        return _read_back(entry, error), status_of(error)
    return redirect(f"/petitions/{petition.code}/receipt", HTTPStatus.SEE_OTHER)


@by_hand.get("/take-in/mine")
@needs(Permission.KEY_IN)
def mine() -> str:
    """Show the petitions that the officer entered lately, with their states and links to the receipts."""
    return render_template("own_entries.html", entries=parts().own_entries(me()), days=LISTED_FOR.days)


@by_hand.get("/petitions/<code>/receipt")
@needs(Permission.RECEIPT)
def receipt(code: str) -> str:
    """Show the receipt for the filer. It includes the answer once the petition is answered."""
    found = parts().receipts(me(), code)
    qr = segno.make(found.link, error="m").svg_inline(omitsize=True, border=4) if found.link else ""
    alarmed = parts().hand_in.urgent_request(code) if found.link else None
    return render_template(
        "receipt.html", receipt=found, qr=qr, key=parts().ids.token(), alarmed=alarmed, own=found.own
    )


@by_hand.post("/petitions/<code>/receipt")
@needs(Permission.RECEIPT)
def send_receipt(code: str) -> Page:
    """Send the receipt to the filer's e-mail address. The same `key` sends it once."""
    address = parts().send_receipt(me(), code, request.form.get("key", ""))
    flash(f"Biên nhận đang được gửi tới {address}.")
    return redirect(f"/petitions/{code}/receipt", HTTPStatus.SEE_OTHER)


def _entry() -> Entry:
    """Return the petition in the form. Raise Rejected if the form has no valid key."""
    key, files = request.form.get("key", ""), request.files.getlist("files")[: MOST_FILES + 1]
    if not is_key(key):
        raise Rejected("Trang này đã cũ. Xin mở lại trang nhập.", reason="key_malformed")
    scans = tuple((file.filename, file.stream.read(MOST_BYTES + 1)) for file in files if file.filename)
    return read_entry(request.form, key, scans, frozenset(request.form.getlist("other_than")))


def _file(entry: Entry) -> Petition:
    if is_id(request_id := request.form.get("contact", "")):
        return parts().file_request(me(), request_id, entry)
    mail_id, version = request.form.get("mail", ""), written_number(request.form.get("mail_version", ""), 9) or 0
    if not is_id(mail_id):
        return parts().hand_in(Entrant.at_desk(me()), entry).petition
    return parts().handle_mail.file(me(), SeenMail(mail_id, version, entry.key), entry)


def _of_mail(mail_id: str) -> dict[str, str]:
    """Return values for the petition form, taken from an e-mail of the tray. Raise NotFound for an unknown id."""
    mail = parts().tray.one(me(), mail_id).mail
    return {
        "mail": mail.id,
        "mail_version": str(mail.version),
        "channel": Channel.EMAIL,
        "received_at": f"{hanoi(mail.arrived_at):%Y-%m-%dT%H:%M}",
        "number": mail.message_id,
        "content": mail.text or mail.subject,
        "name": mail.sender_name,
        "email": mail.sender,
        "reply_by": "email" if mail.sender else "",
    }


def _form(
    begun: Mapping[str, str] | None = None,
    *,
    refused: EntryFaults | None = None,
    known: KnownNumber | None = None,
    stale: Conflict | None = None,
) -> str:
    now = parts().clock.now()
    given = request.form if begun is None else begun
    return render_template(
        "take_in.html",
        filled={**EMPTY, **{name: given[name] for name in ENTRY_FIELDS if name in given}},
        faults=refused.faults if refused else {},
        known=known,
        stale=stale,
        mail=given.get("mail", ""),
        mail_version=given.get("mail_version", ""),
        contact=given.get("contact", ""),
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
    """Return the page on which the officer checks all entered values before filing the petition.

    Raise EntryFaults if fields are wrong, KnownNumber if a petition with the same number is already filed.
    """
    draft = parts().hand_in.read_back(Entrant.at_desk(me()), entry)
    values: dict[str, Any] = {"draft": draft, "content": draft.content(), "entry": entry}
    values |= {"shown": shown_values(draft), "contact_fields": CONTACT_FIELDS}
    return render_template(
        "take_in_check.html",
        **values,
        kept=[(name, item) for name in KEPT for item in request.form.getlist(name)],
        targets=TARGETS,
        endings=",".join(f".{EXTENSIONS[kind]}" for kind in sorted(ANSWER_FILE_TYPES)),
        refused=refused,
        missed=parts().hand_in.missed_deadline(entry),
        danger=parts().hand_in.alarm.is_danger(draft.content()),
    )


def _wards() -> dict[str, str]:
    return {ward.id: ward.name for ward in unit_choices(parts().directory).wards}
