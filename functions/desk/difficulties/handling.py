"""The page of one difficulty, with the actions of coordinators, of the reporting unit and of the solving unit."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from desk.shell.forms import Page, day_in, lines, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from desk.words.audit_words import SUBJECTS
from desk.words.difficulty_words import met_on
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
from petitions.domain.shared.written import written_number
from petitions.errors import NotFound, Rejected
from petitions.usecases.difficulties.handle_difficulty import Seen

difficulty_handling = guarded(Blueprint("difficulty_handling", __name__))


@difficulty_handling.get("/difficulties/<difficulty_id>")
@needs(Permission.DIFFICULTY)
def one(difficulty_id: str) -> str:
    """Show a difficulty with its history and similar difficulties. Raise NotFound for an unknown id."""
    return _page(difficulty_id)


@difficulty_handling.post("/difficulties/<difficulty_id>/arrange")
@needs(Permission.RESOLVE)
def arrange(difficulty_id: str) -> Page:
    """Set the group of similar difficulties, the unit that has to solve the difficulty, and the due day."""
    form = request.form
    wanted = Arrangement(form.get("group", ""), form.get("assigned") or None, day_in(form, "due"))
    return _carry_out(
        difficulty_id,
        "arrange",
        "Đã ghi phân công.",
        lambda seen: parts().handle_difficulty.arrange(me(), seen, wanted),
    )


@difficulty_handling.post("/difficulties/<difficulty_id>/answer")
@needs(Permission.DIFFICULTY)
def answer(difficulty_id: str) -> Page:
    """Answer a difficulty. With `together=1`, the answer also goes to the other difficulties of the group."""
    text, together = lines(request.form, "text"), request.form.get("together") == "1"
    return _carry_out(
        difficulty_id,
        "answer",
        "Đã trả lời; đơn vị thấy ngay.",
        lambda seen: parts().handle_difficulty.answer(me(), seen, text, together=together),
    )


@difficulty_handling.post("/difficulties/<difficulty_id>/judge")
@needs(Permission.DIFFICULTY)
def judge(difficulty_id: str) -> Page:
    """Record whether the answer helped the reporting unit. If it did not, a reason is required."""
    helped, why = request.form.get("helped") == "1", lines(request.form, "text")
    return _carry_out(
        difficulty_id,
        "judge",
        "Cảm ơn anh/chị đã cho biết.",
        lambda seen: parts().handle_difficulty.judge(me(), seen, helped=helped, why=why),
    )


@difficulty_handling.post("/difficulties/<difficulty_id>/link")
@needs(Permission.RESOLVE)
def link(difficulty_id: str) -> Page:
    """Record a change made because of the difficulty, such as a new version of a rule or a text."""
    chosen, what = request.form.get("kind", ""), lines(request.form, "text")
    kind = ChangeKind(chosen) if chosen in set(ChangeKind) else None
    return _carry_out(
        difficulty_id,
        "link",
        "Đã ghi điều đã thay đổi.",
        lambda seen: parts().handle_difficulty.link(me(), seen, kind, what or request.form.get("version_of", "")),
    )


@difficulty_handling.post("/difficulties/<difficulty_id>/close")
@needs(Permission.RESOLVE)
def close(difficulty_id: str) -> Page:
    """Close a difficulty. The reason is required if the difficulty was not answered."""
    why = lines(request.form, "text")
    return _carry_out(difficulty_id, "close", "Đã đóng.", lambda seen: parts().handle_difficulty.close(me(), seen, why))


def _carry_out(difficulty_id: str, tried: str, words: str, step: Callable[[Seen], object]) -> Page:
    """Carry out an action on a difficulty. After a refusal, show the page with the reason and the typed values."""
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
        waiting_alike=sum(difficulty.state in WAITING for difficulty in alike),
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
