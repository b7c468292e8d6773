"""One difficulty: its page, and the steps that coordinators, the unit that solves it and its own unit take."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from pydantic import Field
from schema.difficulties import DifficultyDone
from shell.forms import Page, day_in, lines, status_of
from shell.guard import guarded, needs
from shell.json_api import Body, api, body, gives
from shell.parts import parts
from shell.session import me
from words.audit_words import SUBJECTS
from words.difficulty_words import met_on

from petitions.domain.difficulties.difficulty import (
    CHANGE_LABELS,
    KIND_LABELS,
    LONGEST_GROUP,
    LONGEST_TEXT,
    STATE_LABELS,
    STEP_LABELS,
    WAITING,
    ChangeKind,
    DifficultyStep,
)
from petitions.domain.difficulties.difficulty_steps import Arrangement
from petitions.domain.difficulties.quarter_list import in_words
from petitions.domain.officers.policy import Permission, may
from petitions.domain.shared.written import WrittenDay, written_number
from petitions.errors import NotFound, Rejected
from petitions.usecases.difficulties.handle_difficulty import Seen

difficulty_handling = guarded(Blueprint("difficulty_handling", __name__))


class Arranging(Body):
    """How it is gathered and assigned; what is not given is taken away."""

    version: int = Field(ge=1)
    group: str = Field(default="", max_length=LONGEST_GROUP)
    assigned: str | None = Field(default=None, min_length=1, max_length=20)
    due: WrittenDay | None = Field(default=None, strict=False)


class DifficultyReply(Body):
    """An answer; `together` gives it to those of the group that wait, too."""

    version: int = Field(ge=1)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    together: bool = False


class Judgement(Body):
    """Whether the answer helped; if not, why."""

    version: int = Field(ge=1)
    helped: bool
    why: str = Field(default="", max_length=LONGEST_TEXT)


class LinkedChange(Body):
    """What was changed because of it; of reference data its kind and version."""

    version: int = Field(ge=1)
    kind: ChangeKind = Field(strict=False)
    what: str = Field(min_length=1, max_length=LONGEST_TEXT)


class DifficultyClosing(Body):
    """Why it is closed; needed where no answer was given."""

    version: int = Field(ge=1)
    why: str = Field(default="", max_length=LONGEST_TEXT)


@difficulty_handling.get("/difficulties/<difficulty_id>")
@needs(Permission.DIFFICULTY)
def one(difficulty_id: str) -> str:
    """Show one difficulty with all that happened to it."""
    return _page(difficulty_id)


@difficulty_handling.post("/difficulties/<difficulty_id>/arrange")
@needs(Permission.RESOLVE)
def arrange(difficulty_id: str) -> Page:
    """Gather and assign it."""
    form = request.form
    wanted = Arrangement(form.get("group", ""), form.get("assigned") or None, day_in(form, "due"))
    return _done(
        difficulty_id,
        "arrange",
        "Đã ghi phân công.",
        lambda seen: parts().handle_difficulty.arrange(me(), seen, wanted),
    )


@difficulty_handling.post("/difficulties/<difficulty_id>/answer")
@needs(Permission.DIFFICULTY)
def answer(difficulty_id: str) -> Page:
    """Answer it, and with it those of its group if so ticked."""
    text, together = lines(request.form, "text"), request.form.get("together") == "1"
    return _done(
        difficulty_id,
        "answer",
        "Đã trả lời; đơn vị thấy ngay.",
        lambda seen: parts().handle_difficulty.answer(me(), seen, text, together=together),
    )


@difficulty_handling.post("/difficulties/<difficulty_id>/judge")
@needs(Permission.DIFFICULTY)
def judge(difficulty_id: str) -> Page:
    """Say whether the answer helped."""
    helped, why = request.form.get("helped") == "1", lines(request.form, "text")
    return _done(
        difficulty_id,
        "judge",
        "Cảm ơn anh/chị đã cho biết.",
        lambda seen: parts().handle_difficulty.judge(me(), seen, helped=helped, why=why),
    )


@difficulty_handling.post("/difficulties/<difficulty_id>/link")
@needs(Permission.RESOLVE)
def link(difficulty_id: str) -> Page:
    """Record what was changed because of it."""
    chosen, what = request.form.get("kind", ""), lines(request.form, "text")
    kind = ChangeKind(chosen) if chosen in set(ChangeKind) else None
    return _done(
        difficulty_id,
        "link",
        "Đã ghi điều đã thay đổi.",
        lambda seen: parts().handle_difficulty.link(me(), seen, kind, what or request.form.get("version_of", "")),
    )


@difficulty_handling.post("/difficulties/<difficulty_id>/close")
@needs(Permission.RESOLVE)
def close(difficulty_id: str) -> Page:
    """Close it."""
    why = lines(request.form, "text")
    return _done(difficulty_id, "close", "Đã đóng.", lambda seen: parts().handle_difficulty.close(me(), seen, why))


@api.post("/difficulties/<difficulty_id>/arrange", endpoint="arrange_difficulty")
@needs(Permission.RESOLVE)
@gives(DifficultyDone, takes=Arranging)
def arrange_json(difficulty_id: str) -> DifficultyDone:
    """Gather and assign it."""
    given = body(Arranging)
    wanted = Arrangement(given.group, given.assigned, given.due)
    parts().handle_difficulty.arrange(me(), Seen(difficulty_id, given.version), wanted)
    return DifficultyDone(id=difficulty_id, changed=1)


@api.post("/difficulties/<difficulty_id>/answer", endpoint="answer_difficulty")
@needs(Permission.DIFFICULTY)
@gives(DifficultyDone, takes=DifficultyReply)
def answer_json(difficulty_id: str) -> DifficultyDone:
    """Answer it, and with it those of its group if so wished."""
    given = body(DifficultyReply)
    seen = Seen(difficulty_id, given.version)
    changed = parts().handle_difficulty.answer(me(), seen, given.text, together=given.together)
    return DifficultyDone(id=difficulty_id, changed=changed)


@api.post("/difficulties/<difficulty_id>/judge", endpoint="judge_difficulty")
@needs(Permission.DIFFICULTY)
@gives(DifficultyDone, takes=Judgement)
def judge_json(difficulty_id: str) -> DifficultyDone:
    """Say whether the answer helped."""
    given = body(Judgement)
    parts().handle_difficulty.judge(me(), Seen(difficulty_id, given.version), helped=given.helped, why=given.why)
    return DifficultyDone(id=difficulty_id, changed=1)


@api.post("/difficulties/<difficulty_id>/link", endpoint="link_difficulty")
@needs(Permission.RESOLVE)
@gives(DifficultyDone, takes=LinkedChange)
def link_json(difficulty_id: str) -> DifficultyDone:
    """Record what was changed because of it."""
    given = body(LinkedChange)
    parts().handle_difficulty.link(me(), Seen(difficulty_id, given.version), given.kind, given.what)
    return DifficultyDone(id=difficulty_id, changed=1)


@api.post("/difficulties/<difficulty_id>/close", endpoint="close_difficulty")
@needs(Permission.RESOLVE)
@gives(DifficultyDone, takes=DifficultyClosing)
def close_json(difficulty_id: str) -> DifficultyDone:
    """Close it."""
    given = body(DifficultyClosing)
    parts().handle_difficulty.close(me(), Seen(difficulty_id, given.version), given.why)
    return DifficultyDone(id=difficulty_id, changed=1)


def _done(difficulty_id: str, tried: str, words: str, step: Callable[[Seen], object]) -> Page:
    """Take the step of the form. A refusal is shown above the form, with what was typed still in it."""
    version = request.form.get("version", "")
    try:
        step(Seen(difficulty_id, written_number(version, 9) or 0))
    except NotFound:
        raise
    except Rejected as error:
        return _page(difficulty_id, refusal=error, tried=tried, typed=request.form), status_of(error)
    flash(words)
    return redirect(f"/difficulties/{difficulty_id}", HTTPStatus.SEE_OTHER)


def _page(difficulty_id: str, **more: Any) -> str:
    line = parts().difficulties.one(me(), difficulty_id)
    alike = parts().difficulties.alike(me(), line.difficulty)
    return render_template(
        "difficulty.html",
        line=line,
        d=line.difficulty,
        alike=alike,
        waiting_alike=sum(each.state in WAITING for each in alike),
        STEP=DifficultyStep,
        KINDS_OF=KIND_LABELS,
        STATES_OF=STATE_LABELS,
        STEPS_OF=STEP_LABELS,
        CHANGES=CHANGE_LABELS,
        groups=parts().difficulties.groups(me()) if DifficultyStep.ARRANGE in line.steps else [],
        today=parts().clock.now(),
        published=parts().difficulties.versions(),
        SUBJECTS=SUBJECTS,
        made=in_words,
        met_on=met_on,
        longest=LONGEST_TEXT,
        longest_group=LONGEST_GROUP,
        surveys=may(me(), Permission.DIFFICULTIES),
        tab="",
        **({"refusal": None, "tried": "", "typed": {}} | more),
    )
