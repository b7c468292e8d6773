"""The routes of `/api/v1`: other systems file petitions, follow their progress, and act for a unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, request
from pydantic import ValidationError

from desk.api.caller import account, audited_once_a_day, by_key, caller, needs_right, without_key
from desk.api.description import document, fault_in_words
from desk.api.problems import NO_PETITION, Fault, WrongBody
from desk.api.shapes import (
    Accepting,
    Assigning,
    Attachment,
    ChangeShape,
    ChangesShape,
    DoneShape,
    Drafting,
    DraftShape,
    KeptFileShape,
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
from petitions.domain.files.file_types import file_name
from petitions.domain.lifecycle.states import State
from petitions.domain.officers.service_account import ServiceRight
from petitions.domain.petition.confidentiality import named_unit
from petitions.domain.publishing.public import public_status
from petitions.domain.shared.written import is_key
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.channels.hand_in import Entrant, EntryFaults, WrongScan
from petitions.usecases.channels.read_for_system import Sight, SystemView
from petitions.usecases.files.office_files import checked_file
from petitions.usecases.lifecycle.command import Command
from petitions.usecases.lifecycle.commands import Accept, Assign, Start
from petitions.usecases.petition.draft_answer import DraftResult, WrittenAnswer, draft_mark
from petitions.usecases.petition.note_petition import NoteKind
from petitions.usecases.shared.petition_changes import petition_of
from petitions.web import disposition

ALWAYS = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""The error statuses that every route can return."""
WRITES = (HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
"""The additional error statuses of routes that change something."""

v1 = by_key(Blueprint("v1", __name__, url_prefix="/api/v1"))
KEY_HEADER = "Idempotency-Key"
S = TypeVar("S", bound=Shape)


@dataclass(frozen=True)
class Declared:
    """The request and response of a route, for the OpenAPI description. `refuses` are its error statuses."""

    takes: type[Shape] | None
    gives: type[Shape] | None
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    refuses: frozenset[HTTPStatus] = frozenset()


def declares(
    takes: type[Shape] | None,
    gives: type[Shape] | None,
    *refuses: HTTPStatus,
    query: tuple[str, ...] = (),
    headers: tuple[str, ...] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that declares the request and response of a route, and sends the returned shape as JSON.

    `takes` is the shape of the body, `query` and `headers` are the names of parameters, `refuses` are error statuses in
    addition to ALWAYS. With `gives=None` the route returns a complete response of its own. A request with an unknown
    query parameter is refused (WrongBody).
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def as_json(**arguments: str) -> Any:
            _refuse_unknown(query)
            given = view(**arguments)
            return given.model_dump(mode="json") if isinstance(given, Shape) else given

        as_json.declared = Declared(takes, gives, query, headers, ALWAYS.union(refuses))  # type: ignore[attr-defined]
        return as_json

    return declare


def _refuse_unknown(query: Sequence[str]) -> None:
    unknown = [Fault(field=name[:50], detail="Không có tham số này.") for name in request.args if name not in query]
    if unknown:
        raise WrongBody(unknown, words="Có tham số truy vấn không có ở đường này; xem “faults”.")


def body(kind: type[S]) -> S:
    """Return the request body as an instance of `kind`. Raise WrongBody with all faults if the body does not fit."""
    request.max_content_length = LONGEST_UPLOAD
    try:
        return kind.model_validate_json(request.get_data())
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise WrongBody(
            [
                Fault(
                    field=".".join(map(str, dict_type["loc"])),
                    detail=fault_in_words(dict_type["type"], dict_type.get("ctx", {})),
                )
                for dict_type in found
            ]
        ) from error


@v1.post("/petitions")
@needs_right(ServiceRight.HAND_IN)
@declares(NewPetition, DoneShape, *WRITES, headers=(KEY_HEADER,))
def hand_in() -> DoneShape:
    """File a petition that another system received on its channel, such as the hotline 1022.

    The header `Idempotency-Key` identifies the petition. A repeated request with the same key and body returns the
    petition that was filed first, with `new` false.
    """
    key, channel = request.headers.get(KEY_HEADER, ""), account().channel
    if not is_key(key):
        words = f"Xin gửi {KEY_HEADER}: từ 8 đến 100 chữ không dấu, số, “-”, “_”; riêng cho mỗi phản ánh."
        raise Rejected(words, reason="key_malformed")
    if channel is None:
        raise Rejected("Tài khoản hệ thống này không có kênh.", reason="account_channel")
    entry = body(NewPetition).entry(key, channel)
    try:
        done = parts().hand_in(Entrant.system(account().id, account().unit), entry)
    except EntryFaults as error:
        faults = [Fault(field=name, detail=fault_words({name: words})) for name, words in error.faults.items()]
        raise WrongBody(faults, error.reason, fault_words(error.faults)) from error
    except WrongScan as error:
        faults = [Fault(field=f"attachments.{error.at}.content", detail=str(error))]
        raise WrongBody(faults, error.reason, str(error)) from error
    return DoneShape.of(parts().for_system(account(), done.petition.code), new=done.new, danger=done.danger)


@v1.get("/changes")
@needs_right(ServiceRight.READ)
@audited_once_a_day
@declares(None, ChangesShape, query=("cursor",))
def changes() -> ChangesShape:
    """Return petitions that changed after the position `?cursor=`, in order of change.

    Without a cursor, start with the oldest change. A change is listed within five minutes, when no earlier one can
    still be on its way to the database.
    """
    found = parts().follow(account(), request.args.get("cursor", ""))
    return ChangesShape(changes=list(map(ChangeShape.of, found.changes)), cursor=found.cursor, more=found.more)


@v1.get("/petitions/<code>")
@needs_right(ServiceRight.READ)
@declares(None, PetitionShape, HTTPStatus.NOT_FOUND)
def petition(code: str) -> PetitionShape:
    """Return a petition with the fields that the account may read. Raise NotFound if it may read none."""
    view = parts().for_system(account(), code)
    return PetitionShape.of(view, parts().directory.name_of(view.petition.unit))


@v1.get("/petitions/<code>/state")
@needs_right(ServiceRight.READ)
@declares(None, StateShape, HTTPStatus.NOT_FOUND)
def state(code: str) -> StateShape:
    """Return the public status of a petition, which anybody can look up by its code."""
    known = petition_of(parts().store, code)
    if known is None:
        raise NotFound(NO_PETITION, reason="petition_unknown")
    name = parts().directory.name_of(named_unit(known))
    return StateShape.of(public_status(known, name, parts().settings.id_key))


@v1.post("/petitions/<code>/accept")
@needs_right(ServiceRight.WORK)
@declares(Accepting, DoneShape, HTTPStatus.NOT_FOUND, *WRITES)
def accept(code: str) -> DoneShape:
    """Accept a petition of the account's unit, with an optional level of difficulty."""
    given = body(Accepting)
    return _carry_out(Accept(code, given.version, level=given.level, asked=given.mark))


@v1.post("/petitions/<code>/assign")
@needs_right(ServiceRight.WORK)
@declares(Assigning, DoneShape, HTTPStatus.NOT_FOUND, *WRITES)
def assign(code: str) -> DoneShape:
    """Assign a petition to an officer of the unit, named by `handler`, or to the unit without naming an officer."""
    given = body(Assigning)
    return _carry_out(Assign(code, given.version, handler=given.handler, asked=given.mark))


@v1.post("/petitions/<code>/notes")
@needs_right(ServiceRight.NOTE)
@declares(Noting, DoneShape, HTTPStatus.NOT_FOUND, *WRITES)
def note(code: str) -> DoneShape:
    """Add an internal note to a petition or, with `from_filer`, more text from its filer.

    Raise Forbidden for a note on a petition that the account may no longer read.
    """
    given = body(Noting)
    if given.from_filer:
        parts().add_words(account(), code, given.text)
        return DoneShape.of(parts().for_system(account(), code))
    if parts().for_system(account(), code).sight is Sight.RECEIVED:
        raise Forbidden("Hồ sơ này không nhận ghi chú qua giao diện.", reason="closed")
    parts().note(caller(), code, NoteKind.NOTE, given.text, None)
    return DoneShape.of(parts().for_system(account(), code))


@v1.post("/petitions/<code>/answer")
@needs_right(ServiceRight.ANSWER)
@declares(Drafting, DraftShape, HTTPStatus.NOT_FOUND, *WRITES)
def draft(code: str) -> DraftShape:
    """Save the draft of an answer. An officer submits and approves it on the desk.

    `seen` in the request must be the mark of the last saved draft, so that no other change is overwritten.
    """
    view, given = _of_unit(code), body(Drafting)
    if view.drafted is None and not given.text.strip():
        raise WrongBody([Fault(field="text", detail="Bản nháp đầu tiên cần có lời văn.")], "text_missing")
    if draft_mark(view.drafted) == given.seen:
        _begin(view)
    result = DraftResult(given.outcome) if given.outcome else None
    written = WrittenAnswer(given.text, given.basis, given.no_evidence, result)
    kept = parts().draft.save(caller(), code, given.seen, written, is_audited=True)
    return DraftShape(seen=draft_mark(kept))


@v1.post("/petitions/<code>/answer/files")
@needs_right(ServiceRight.ANSWER)
@declares(Attachment, KeptFileShape, HTTPStatus.NOT_FOUND, *WRITES)
def upload(code: str) -> KeptFileShape:
    """Attach a file to the draft of an answer. Return the file and the draft's new mark `seen`."""
    view, given = _of_unit(code), body(Attachment)
    try:
        file = checked_file(given.name, given.content)
    except Rejected as error:
        raise WrongBody([Fault(field="content", detail=str(error))], error.reason, str(error)) from error
    _begin(view)
    kept = parts().draft.keep(caller(), code, file)
    seen = draft_mark(parts().for_system(account(), code).drafted)
    return KeptFileShape(id=kept.id, name=kept.name, media_type=kept.media_type, size=kept.size, seen=seen)


@v1.get("/petitions/<code>/files/<file_id>")
@needs_right(ServiceRight.READ)
@declares(None, None, HTTPStatus.NOT_FOUND)
def download(code: str, file_id: str) -> Response:
    """Send the content of a file of a petition, under its name. Raise NotFound if the account may read no such file."""
    found = parts().for_system.file(account(), code, file_id)
    kind = found.media_type or ""
    answer = Response(parts().read_file.read(found), mimetype=kind)
    answer.headers["Content-Disposition"] = disposition(file_name(found.name, kind, code))
    return answer


@v1.get("/units")
@needs_right(None)
@declares(None, UnitsShape)
def units() -> UnitsShape:
    """Return all departments and wards with their codes."""
    directory = parts().directory
    found = [UnitShape(code=unit.code, name=unit.name) for unit in directory.units]
    return UnitsShape(units=[*found, *(UnitShape(code=ward.code, name=ward.name) for ward in directory.wards)])


@v1.get("/openapi.json")
@without_key
def description() -> dict[str, Any]:
    """Return the OpenAPI document of this interface. It needs no key."""
    known: dict[str, Any] | None = current_app.extensions.get("systems_description")
    if known is None:
        known = current_app.extensions["systems_description"] = document(current_app)
    return known


def _of_unit(code: str) -> SystemView:
    """Return a petition of the account's unit. Raise NotFound, or Forbidden if the account only filed it."""
    view = parts().for_system(account(), code)
    if view.sight is not Sight.UNIT:
        raise Forbidden("Hồ sơ này không thuộc đơn vị của tài khoản.", reason="not_holder")
    return view


def _carry_out(command: Command) -> DoneShape:
    """Carry out an action on a petition of the account's unit, and return the petition after it.

    A repeated request has no further effect and is not refused, even if the petition has left the unit since.
    """
    try:
        _of_unit(command.code)
        parts().act(caller(), command)
    except (Rejected, Forbidden, NotFound):
        if not parts().act.was_done(caller(), command):
            raise
    try:
        return DoneShape.of(parts().for_system(account(), command.code))
    except NotFound:
        return DoneShape(code=command.code, sight=Sight.GONE, state=None, version=None)


def _begin(view: SystemView) -> None:
    if view.petition.state is State.ASSIGNED:
        parts().act(caller(), Start(view.petition.code, view.petition.version, takes=False))
