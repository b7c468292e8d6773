"""The JSON API beneath the pages: the same use cases, the same session, errors as JSON with every fault listed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeVar

from flask import Blueprint, request, session
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError
from shell.guard import guarded, needs, takes_files
from shell.parts import parts
from shell.session import me, sign_in

from petition.filters import filters_of, view_named
from petition.json_forms import draft_json, file_json, listing_json, officer_json, page_json, templates_json
from petition.pages import action_named
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.answering import LONGEST_FIELD, MOST_BYTES, MOST_FILES, begun
from petitions.errors import Rejected
from petitions.usecases.petition.act_on_petition import MAX_TEXT, Deed
from petitions.usecases.petition.draft_answer import mark
from petitions.usecases.petition.note_petition import MOST_TEXT, NoteKind
from petitions.usecases.privacy.reveal_contact import MAX_REASON

api = guarded(Blueprint("api", __name__, url_prefix="/api"))
api_entrance = Blueprint("api_entrance", __name__, url_prefix="/api")

Json = dict[str, Any]
B = TypeVar("B", bound="Body")
FileId = Annotated[str, Field(pattern=r"^[^/]{1,100}$")]


class Malformed(Rejected):
    """The body is not what the route takes; `faults` lists everything that is wrong with it."""

    reason = "malformed"

    def __init__(self, faults: list[dict[str, str]]) -> None:
        super().__init__("Nội dung yêu cầu không hợp lệ.")
        self.faults = faults


class Body(BaseModel):
    """A request's body: exactly these fields, in their own types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SignIn(Body):
    """Who signs in."""

    officer: str = Field(min_length=1, max_length=100)


class Act(Body):
    """What an action needs: the version that was looked at; the rest where it asks for it."""

    version: int = Field(ge=1)
    text: str = Field(default="", max_length=MAX_TEXT)
    unit: str | None = Field(default=None, min_length=1, max_length=20)
    handler: str | None = Field(default=None, pattern=r"^[^/]{1,100}$")
    amount: int | None = Field(default=None, ge=1)
    level: Literal["normal", "complex", "urgent"] | None = None
    why: RefusalReason | None = Field(default=None, strict=False)
    summary: str = Field(default="", max_length=MAX_TEXT)
    basis: str = Field(default="", max_length=LONGEST_FIELD)
    attachments: tuple[FileId, ...] = Field(default=(), max_length=MOST_FILES, strict=False)
    no_evidence: str = Field(default="", max_length=LONGEST_FIELD)


class Draft(Body):
    """An answer being written; `seen` as the draft was last given, "" for none."""

    seen: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=MAX_TEXT)
    basis: str = Field(default="", max_length=LONGEST_FIELD)
    no_evidence: str = Field(default="", max_length=LONGEST_FIELD)


class Upload(Body):
    """A document or picture for the answer, its bytes in base 64."""

    name: str = Field(default="", max_length=200)
    content: Base64Bytes = Field(max_length=MOST_BYTES + 1)


class Note(Body):
    """A note, a call or a request to another unit."""

    kind: NoteKind = Field(strict=False)
    text: str = Field(min_length=1, max_length=MOST_TEXT)
    unit: str | None = Field(default=None, min_length=1, max_length=20)


class Reveal(Body):
    """Why the contact is needed."""

    reason: str = Field(max_length=MAX_REASON)


class Search(Body):
    """What to look for, in which list, with which filters (named as in the address of the list)."""

    text: str = Field(max_length=200)
    view: str = Field(default="", max_length=20)
    filters: dict[str, str] = Field(default_factory=dict, max_length=20)
    after: str = Field(default="", max_length=100)


def body(kind: type[B]) -> B:
    """The request's JSON body. Raises Malformed."""
    try:
        return kind.model_validate_json(request.get_data())
    except ValidationError as error:
        faults = [
            {"field": ".".join(map(str, each["loc"])), "fault": each["msg"]}
            for each in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Malformed(faults) from error


@api_entrance.post("/sign-in")
def enter() -> Json:
    """Begin a session; changes need its token in X-CSRF-Token."""
    officer = sign_in(body(SignIn).officer)
    return {"officer": officer_json(officer), "csrf": session["csrf"]}


@api.get("/me")
@needs(Permission.ENTER)
def who() -> Json:
    """Who is signed in."""
    return {"officer": officer_json(me()), "csrf": session["csrf"]}


@api.get("/petitions")
@needs(Permission.LIST)
def listing() -> Json:
    """One page of a list: `?view=` and filters as in the pages, `&after=` the cursor of the page before."""
    filters = filters_of(request.args, "")
    return listing_json(
        parts().lists(me(), view_named(request.args.get("view", "")), filters, request.args.get("after", ""))
    )


@api.post("/petitions/search")
@needs(Permission.LIST)
def search() -> Json:
    """The same with a text to search for, which may name people: in the body, so that no address holds it."""
    asked = body(Search)
    filters = filters_of(asked.filters, asked.text)
    return listing_json(parts().lists(me(), view_named(asked.view), filters, asked.after))


@api.get("/petitions/<code>")
@needs(Permission.READ)
def petition(code: str) -> Json:
    """One petition."""
    return page_json(parts().petitions(me(), code))


@api.post("/petitions/<code>/actions/<action>")
@needs(Permission.ACT)
def act(code: str, action: str) -> tuple[Json, HTTPStatus]:
    """Do one thing to the petition; answers what it is afterwards."""
    parts().petitions.find(me(), code)
    wanted = action_named(action)
    asked = body(Act)
    deed = Deed(code, wanted, **{name: getattr(asked, name) for name in Act.model_fields})
    after = parts().act(me(), deed)
    return {"code": after.code, "state": after.state.value, "unit": after.unit, "version": after.version}, HTTPStatus.OK


@api.get("/petitions/<code>/answer")
@needs(Permission.ANSWER)
def answer(code: str) -> Json:
    """The answer as it is written so far, and the skeletons to begin with."""
    found = parts().petitions.find(me(), code)
    return draft_json(begun(found), mark(found.drafted)) | {"templates": templates_json(parts().templates)}


@api.post("/petitions/<code>/answer")
@needs(Permission.ANSWER)
def save_answer(code: str) -> Json:
    """Save the answer being written; `submit_answer` hands it in."""
    parts().petitions.find(me(), code)
    given = body(Draft)
    draft = parts().draft.save(me(), code, given.seen, given.text, given.basis, given.no_evidence)
    return draft_json(draft, mark(draft))


@api.post("/petitions/<code>/answer/files")
@needs(Permission.ANSWER)
@takes_files
def add_file(code: str) -> Json:
    """Keep a file for the answer; answers its id."""
    parts().petitions.find(me(), code)
    given = body(Upload)
    return file_json(code, parts().draft.keep(me(), code, given.name, given.content))


@api.post("/petitions/<code>/answer/files/<file_id>/remove")
@needs(Permission.ANSWER)
def remove_file(code: str, file_id: str) -> Json:
    """Take a file out of the answer being written."""
    found = parts().petitions.find(me(), code)
    parts().draft.remove(me(), found.code, file_id)
    draft = begun(parts().petitions.find(me(), code))
    return draft_json(draft, mark(draft))


@api.post("/petitions/<code>/notes")
@needs(Permission.NOTE)
def note(code: str) -> Json:
    """Write beside the petition; answers its version afterwards."""
    parts().petitions.find(me(), code)
    asked = body(Note)
    return {"code": code, "version": parts().note(me(), code, asked.kind, asked.text, asked.unit).version}


@api.post("/petitions/<code>/reveal")
@needs(Permission.REVEAL)
def reveal(code: str) -> Json:
    """Who filed and how they are reached, for a reason that is kept."""
    return parts().reveal(me(), code, body(Reveal).reason).stored()
