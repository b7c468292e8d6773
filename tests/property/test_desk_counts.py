"""The counts beside lists at the desk, and the lists, equal a plain scan after random changes of petitions."""

from __future__ import annotations

from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role, State
from petitions.domain.lifecycle.states import Action
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.petition import Petition
from petitions.usecases.desk import read_work_list
from petitions.usecases.desk.read_work_list import ReadWorkList
from petitions.usecases.desk.work_list_query import WorkListView, views
from petitions.usecases.officers.staff import Staff
from tests.property.figures_city import STEP, TIMES, City, do

PEOPLE = [
    Officer(id=f"{role}-{unit}", name="x", email=f"{role}@x.vn", unit=unit, role=role)
    for role, unit in (
        (Role.OFFICER, "SXD"), (Role.HEAD, "SYT"), (Role.OFFICER, "PX-00004"),
        (Role.COORDINATOR, "VPUB"), (Role.INSPECTOR, "SNV"),
    )
]  # fmt: skip
SMALL = 3


class Town(City):
    def file(self, unit: str) -> None:
        super().file(unit)
        number = len(self.codes) - 1
        old, new = self.codes[number], make_code(self.clock.now().date(), f"{number:07d}")
        for path in [path for path in self.store.documents if path.startswith(f"petitions/{old}")]:
            self.store.documents[path.replace(old, new)] = self.store.documents.pop(path)
        given = {"code": new, "handler": f"officer-{unit}" if number % 2 else None}
        self.store.documents[f"petitions/{new}"] |= {name: value for name, value in given.items() if value}
        self.store.documents[f"petitions/{new}"]["coordinating"] = ["SXD"] if number % 3 == 0 and unit != "SXD" else []
        self.codes[number] = new


def belongs(petition: Petition, officer: Officer, view: WorkListView, town: Town) -> bool:
    everything = officer.role in {Role.COORDINATOR, Role.INSPECTOR}
    ours, is_open = everything or petition.unit == officer.unit, petition.state in OPEN_STATES
    complains = petition.petition_class in {"complaint", "denunciation"}
    match view:
        case WorkListView.QUEUE:
            return is_open and petition.unit == "VPUB" and not complains
        case WorkListView.KEPT:
            return is_open and petition.unit == "VPUB" and complains
        case WorkListView.OPEN:
            return is_open and ours
        case WorkListView.MINE:
            return is_open and petition.unit == officer.unit and petition.handler == officer.id
        case WorkListView.OVERDUE:
            return is_open and ours and bool(petition.due_at and petition.due_at < town.clock.now())
        case WorkListView.APPROVAL:
            author = petition.reply.author if petition.reply else None
            heads = {person.id for person in PEOPLE if person.unit == petition.unit and person.role is Role.HEAD}
            offered = officer.role is Role.HEAD or not heads - {author}  # coordinators: if nobody else can approve
            return ours and petition.state is State.AWAITING_APPROVAL and author != officer.id and offered
        case WorkListView.HELPING:
            return is_open and officer.unit in petition.coordinating
        case WorkListView.DONE:
            return not is_open and ours


def whole(desk: ReadWorkList, officer: Officer, view: WorkListView) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        page = desk(officer, view, after=after)
        found += [line.code for line in page.lines]
        if page.next is None:
            return found
        after = page.next


@settings(max_examples=50)
@given(st.lists(STEP, min_size=5, max_size=50))
def test_counts_and_lists_are_those_of_a_scan(steps: list[Any]) -> None:
    town = Town()
    for officer in PEOPLE:
        town.store.create(f"officers/{officer.id}", officer.stored())
    desk = ReadWorkList(town.store, town.clock, reference.directory(), TIMES, Staff(town.store, town.clock))
    for step in steps:
        do(town, step)
    petitions = [town.petition(code) for code in town.codes]
    with mock.patch.object(read_work_list, "PAGE", SMALL):
        for officer in PEOPLE:
            counts = desk(officer).counts
            for view in views(officer):
                wanted = {petition.code for petition in petitions if belongs(petition, officer, view, town)}
                listed = whole(desk, officer, view)
                assert len(listed) == len(set(listed))
                assert set(listed) == wanted, (officer.id, view)
                if view is WorkListView.HELPING:  # those that wait for an opinion count
                    wanted = {code for code in wanted if officer.unit in town.petition(code).help_awaited}
                assert counts.get(view, len(wanted)) == len(wanted), (officer.id, view)


def test_what_moves_between_two_pages_is_listed_once_and_hides_nobody() -> None:
    """A petition handled while an officer turns the page leaves the list. A later deadline moves it down."""
    town = Town()
    for _ in range(7):
        town.file("SXD")
        town.clock.advance(hours=5)
    desk = ReadWorkList(town.store, town.clock, reference.directory(), TIMES, Staff(town.store, town.clock))
    with mock.patch.object(read_work_list, "PAGE", SMALL):
        first = desk(PEOPLE[0], WorkListView.OPEN)
        seen = [line.code for line in first.lines]
        rest = [code for code in town.codes if code not in seen]
        town.alter(seen[1], Action.WITHDRAW, state=State.WITHDRAWN, due_at=None)  # before the cursor: gone
        town.alter(rest[0], Action.WITHDRAW, state=State.WITHDRAWN, due_at=None)  # behind it: gone
        assert first.next
        second = desk(PEOPLE[0], WorkListView.OPEN, after=first.next)
        third = desk(PEOPLE[0], WorkListView.OPEN, after=second.next) if second.next else None
        later = [line.code for line in (*second.lines, *(third.lines if third else []))]
        assert later == rest[1:]
