"""The routes of `/api/v1`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request
from pydantic import ValidationError

from desk.api.caller import account, asks, by_key, caller
from desk.api.description import document
from desk.api.problems import Fault, WrongBody
from desk.api.shapes import (
    Accepting,
    Assigning,
    Attachment,
    ChangeShape,
    ChangesShape,
    DoneShape,
    Drafting,
    DraftShape,
    FileShape,
    NewPetition,
    Noting,
    PetitionShape,
    Shape,
    StateShape,
    UnitShape,
    UnitsShape,
)
from desk.shell.guard import LONGEST_UPLOAD
from desk.shell.parts import parts
from desk.words.form_words import fault_words
from petitions.domain.files.file_types import EXTENSIONS
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.officers.service_account import ServiceRight
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.publishing.public import PublicStatus, public_status
from petitions.domain.shared.written import is_key
from petitions.errors import NotFound, Rejected
from petitions.usecases.channels.hand_in import Entrant, EntryFaults
from petitions.usecases.petition.act_on_petition import ActRequest
from petitions.usecases.petition.draft_answer import draft_mark
from petitions.usecases.petition.note_petition import NoteKind

v1 = by_key(Blueprint("v1", __name__, url_prefix="/api/v1"))
KEY_HEADER = "Idempotency-Key"
S = TypeVar("S", bound=Shape)


@dataclass(frozen=True)
class Declared:
    """What a route takes and gives: the source of its description."""

    takes: type[Shape] | None
    gives: type[Shape] | None
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


def says(
    takes: type[Shape] | None, gives: type[Shape] | None, query: tuple[str, ...] = (), headers: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare what a route takes and gives, and send its answer as JSON; a route that gives no shape answers itself."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def as_json(**arguments: str) -> Any:
            given = view(**arguments)
            return given.model_dump(mode="json") if isinstance(given, Shape) else given

        as_json.declared = Declared(takes, gives, query, headers)  # type: ignore[attr-defined]
        return as_json

    return declare


def body(kind: type[S]) -> S:
    """Return the request's body. Raise WrongBody."""
    request.max_content_length = LONGEST_UPLOAD
    try:
        return kind.model_validate_json(request.get_data())
    except ValidationError as error:
        raise WrongBody(
            [
                Fault(field=".".join(map(str, fault["loc"])), detail=fault["msg"])
                for fault in error.errors(include_url=False, include_input=False, include_context=False)
            ]
        ) from error


@v1.post("/petitions")
@asks(ServiceRight.HAND_IN)
@says(NewPetition, DoneShape, headers=(KEY_HEADER,))
def hand_in() -> DoneShape:
    """Hand in a petition of the account's channel; the same key again returns the petition that it made."""
    key, channel = request.headers.get(KEY_HEADER, ""), account().channel
    if not is_key(key):
        raise Rejected(f"Xin gửi {KEY_HEADER}: từ 8 ký tự, riêng cho mỗi phản ánh.", reason="key_malformed")
    if channel is None:
        raise Rejected("Tài khoản hệ thống này không có kênh.", reason="account_channel")
    try:
        done = parts().hand_in(Entrant.system(account().id, account().unit), body(NewPetition).entry(key, channel))
    except EntryFaults as error:
        words = fault_words(error.faults)
        raise Rejected(words, reason=error.reason) from error
    return DoneShape.of(done.petition, new=done.new)


@v1.get("/changes")
@asks(ServiceRight.READ)
@says(None, ChangesShape, query=("cursor",))
def changes() -> ChangesShape:
    """Return what changed after the cursor, in order; without one from the beginning."""
    found = parts().follow(caller(), request.args.get("cursor", ""))
    lines = [ChangeShape.of(each, _status(each.petition).state) for each in found.changes]
    return ChangesShape(changes=lines, cursor=found.cursor, more=found.more)


@v1.get("/petitions/<code>")
@asks(ServiceRight.READ)
@says(None, PetitionShape)
def petition(code: str) -> PetitionShape:
    """Return one petition as the people of the account's unit see it; one that is closed to them is not there."""
    return PetitionShape.of(parts().petitions(caller(), code))


@v1.get("/petitions/<code>/state")
@asks(ServiceRight.READ)
@says(None, StateShape)
def state(code: str) -> StateShape:
    """Return what everybody may know of a petition by its code."""
    fields = parts().store.get(petition_path(code)) if find_code(code) == code else None
    if fields is None:
        raise NotFound("Không có hồ sơ với mã này.", reason="petition_unknown")
    return StateShape.of(_status(Petition.model_validate(fields)))


@v1.post("/petitions/<code>/accept")
@asks(ServiceRight.WORK)
@says(Accepting, DoneShape)
def accept(code: str) -> DoneShape:
    """Accept a petition."""
    given = body(Accepting)
    return _done(ActRequest(code, Action.ACCEPT, given.version, level=given.level))


@v1.post("/petitions/<code>/assign")
@asks(ServiceRight.WORK)
@says(Assigning, DoneShape)
def assign(code: str) -> DoneShape:
    """Give a petition to somebody of the unit."""
    given = body(Assigning)
    return _done(ActRequest(code, Action.ASSIGN, given.version, handler=given.handler))


@v1.post("/petitions/<code>/notes")
@asks(ServiceRight.NOTE)
@says(Noting, DoneShape)
def note(code: str) -> DoneShape:
    """Write a note beside a petition."""
    parts().petitions.find(caller(), code)
    return DoneShape.of(parts().note(caller(), code, NoteKind.NOTE, body(Noting).text, None))


@v1.post("/petitions/<code>/answer")
@asks(ServiceRight.ANSWER)
@says(Drafting, DraftShape)
def draft(code: str) -> DraftShape:
    """Keep an answer that is being written; people hand it in and approve it at the desk."""
    parts().petitions.find(caller(), code)
    given = body(Drafting)
    kept = parts().draft.save(caller(), code, given.seen, given.text, given.basis, given.no_evidence)
    return DraftShape(seen=draft_mark(kept))


@v1.post("/petitions/<code>/answer/files")
@asks(ServiceRight.ANSWER)
@says(Attachment, FileShape)
def upload(code: str) -> FileShape:
    """Put a file beside the answer that is being written."""
    parts().petitions.find(caller(), code)
    given = body(Attachment)
    kept = parts().draft.keep(caller(), code, given.name, given.content)
    return FileShape(id=kept.id, name=kept.name, media_type=kept.media_type, size=kept.size)


@v1.get("/petitions/<code>/files/<file_id>")
@asks(ServiceRight.READ)
@says(None, None)
def download(code: str, file_id: str) -> Response:
    """Send the bytes of a file."""
    found = parts().read_file.find(caller(), code, file_id)
    kind = found.media_type or ""
    answer = Response(parts().read_file.read(found), mimetype=kind)
    ending = f".{EXTENSIONS[kind]}"
    name = (found.name or code).removesuffix(ending) + ending
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return answer


@v1.get("/units")
@asks(None)
@says(None, UnitsShape)
def units() -> UnitsShape:
    """Return all units and wards with their codes."""
    directory = parts().directory
    found = [UnitShape(code=unit.code, name=unit.name) for unit in directory.units]
    return UnitsShape(units=[*found, *(UnitShape(code=ward.code, name=ward.name) for ward in directory.wards)])


@v1.get("/openapi.json")
@asks(None)
def description() -> dict[str, Any]:
    """Return the description of this interface."""
    return document(current_app, STATUSES)


def _done(deed: ActRequest) -> DoneShape:
    """Act on a petition; what this account has done before is answered alike."""
    parts().petitions.find(caller(), deed.code)
    try:
        return DoneShape.of(parts().act(caller(), deed))
    except Rejected:
        if not parts().act.was_done(caller(), deed):
            raise
        return DoneShape.of(parts().act.find(deed.code))


def _status(known: Petition) -> PublicStatus:
    return public_status(known, parts().directory.name_of(known.unit), parts().settings.id_key)


STATUSES = {
    HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE,
}  # fmt: skip
"""How a request may be refused."""
