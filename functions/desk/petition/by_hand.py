"""Petitions that came on paper or by telephone: the form that enters them, and the receipt to print or read out."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from flask import Blueprint, redirect, render_template, request
from pydantic import AwareDatetime, Field
from schema.handling import DoneAnswer, ReceiptAnswer
from shell.forms import Page, lines, status_of
from shell.guard import guarded, needs, takes_files
from shell.json_api import Body, api, body, gives
from shell.parts import parts
from shell.session import me

from petitions.domain.citizen.draft import MAX_CHARACTERS
from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.answering import ANSWER_FILE_TYPES, MOST_BYTES, MOST_FILES
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import HANOI
from petitions.errors import Rejected
from petitions.usecases.petition.key_in import LONGEST_AGO, LONGEST_FIELD, KeyInForm

by_hand = guarded(Blueprint("by_hand", __name__))


class NewPetition(Body):
    """What came on paper or by telephone; the same `key` again makes no second petition."""

    key: str = Field(min_length=8, max_length=100)
    source: Literal["paper", "phone"]
    received_at: AwareDatetime = Field(strict=False)
    content: str = Field(max_length=MAX_CHARACTERS)
    address: str = Field(max_length=LONGEST_FIELD)
    name: str = Field(max_length=LONGEST_FIELD)
    residence: str = Field(max_length=LONGEST_FIELD)
    phone: str = Field(max_length=30)
    ward: str = Field(default="", max_length=20)
    email: str = Field(default="", max_length=200)
    business: bool = False
    consent: bool


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
    """File the petition; lead to its receipt."""
    given = request.form
    try:
        entry = KeyInForm(
            key=given.get("key", ""),
            source="paper" if given.get("source") == "paper" else "phone",
            received_at=_instant(given.get("received_at", "")),
            content=lines(given, "content"),
            **{name: given.get(name, "") for name in ("address", "name", "residence", "phone", "ward", "email")},
            business=given.get("business") == "1",
            consent=given.get("consent") == "1",
            scans=tuple(
                (each.filename, each.stream.read(MOST_BYTES + 1))
                for each in request.files.getlist("scans")[: MOST_FILES + 1]
                if each.filename
            ),
        )
        petition = parts().key_in(me(), entry)
    except Rejected as error:
        return _form(error), status_of(error)
    return redirect(f"/petitions/{petition.code}/receipt", HTTPStatus.SEE_OTHER)


@by_hand.get("/petitions/<code>/receipt")
@needs(Permission.RECEIPT)
def receipt(code: str) -> str:
    """Show what whoever filed it takes home; with the answer, once there is one."""
    return render_template("receipt.html", receipt=parts().receipts(me(), code))


@api.post("/petitions/by-hand", endpoint="take_in")
@needs(Permission.KEY_IN)
@gives(DoneAnswer, takes=NewPetition)
def take_in_json() -> DoneAnswer:
    """Enter a petition that came on paper or by telephone."""
    return DoneAnswer.of(parts().key_in(me(), KeyInForm(**vars(body(NewPetition)))))


@api.get("/petitions/<code>/receipt", endpoint="receipt")
@needs(Permission.RECEIPT)
@gives(ReceiptAnswer)
def receipt_json(code: str) -> ReceiptAnswer:
    """Return the text of its receipt, and of the answer once there is one."""
    return ReceiptAnswer.of(parts().receipts(me(), code))


def _form(refusal: Rejected | None = None) -> str:
    now = parts().clock.now()
    return render_template(
        "take_in.html",
        given=request.form,
        most=(MOST_FILES, MOST_BYTES // 2**20),
        endings=",".join(f".{EXTENSIONS[kind]}" for kind in sorted(ANSWER_FILE_TYPES)),
        refusal=refusal,
        notice=parts().key_in.notice(),
        key=request.form.get("key") or parts().ids.token(),
        now=f"{hanoi(now):%Y-%m-%dT%H:%M}",
        earliest=f"{hanoi(now - LONGEST_AGO):%Y-%m-%dT%H:%M}",
    )


def _instant(written: str) -> datetime:
    """Return the local time of a form's field. Raises Rejected."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=HANOI)
    except ValueError as error:
        raise Rejected("Xin ghi thời điểm nhận.", reason="received_at_missing") from error
