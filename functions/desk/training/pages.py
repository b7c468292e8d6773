"""The page of the training tasks, which exists on a laptop only, once the invented petitions were created."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from desk.shell.forms import Page
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import TRAINEES, TRAINING, me
from desk.training.tasks import Mark, Practised, Task, Verdict, judge, tasks
from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import Petition, petition_path
from petitions.errors import NotFound

training = guarded(Blueprint("training", __name__))


@dataclass(frozen=True)
class Lesson:
    """The training tasks of a role with their results, and the invented officers with that role."""

    role: Role
    people: list[Officer]
    tasks: list[tuple[Task, Verdict]]


@training.get("/training")
@needs(Permission.ENTER)
def page() -> Page:
    """Show the training tasks with their results, the reader's role first. Raise NotFound without a training."""
    found = parts().store.get(TRAINING)
    if found is None:
        raise NotFound("Chưa có bài tập trên máy này. Bấm “Bắt đầu tập” ở trang điều khiển.")
    judged = [(task, _judged(task, found["cases"])) for task in tasks()]
    mine = me().role
    lessons = [
        Lesson(role, _people(role), [(task, verdict) for task, verdict in judged if task.role is role])
        for role in sorted(
            {task.role for task, _ in judged}, key=lambda item: (item is not mine, list(Role).index(item))
        )
    ]
    done = sum(verdict.mark in {Mark.DONE, Mark.BETTER} for _, verdict in judged)
    return render_template("training.html", lessons=lessons, done=done, number=len(judged), MARKS=MARKS)


MARKS = {
    Mark.OPEN: ("chưa làm", ""),
    Mark.DONE: ("đúng", "good"),
    Mark.BETTER: ("xong, có thể làm tốt hơn", "warn"),
    Mark.WRONG: ("chưa đúng", "bad"),
}


def _judged(task: Task, cases: dict[str, Any]) -> Verdict:
    code, version = cases[task.case]
    petition = Petition.model_validate(parts().store.get(petition_path(code)))
    paths = [history_path(code, seq) for seq in range(version + 1, petition.version + 1)]
    lines = [HistoryEntry.model_validate(item) for item in parts().store.get_all(paths) if item]
    codes = {name: known for name, (known, _) in cases.items()}
    return judge(task, Practised(petition, lines, codes), parts().clock.now())


def _people(role: Role) -> list[Officer]:
    unit = TRAINEES if role is not Role.COORDINATOR else "VPUB"
    return [officer for officer in parts().staff.everyone() if officer.unit == unit and officer.role is role]
