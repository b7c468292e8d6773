"""A random town for comparing every list of petitions, its export and its count with a plain scan."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

from petitions.adapters import reference
from petitions.adapters.ids import RandomIds
from petitions.domain.clock.clocks import TimeState
from petitions.domain.language.searching import search_words
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.officers.list_layout import Column, Sort
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import may_see, sees_all
from petitions.domain.petition.classification import Classification, Nature, Statement
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Store
from petitions.usecases.desk import read_work_list
from petitions.usecases.desk.export_list import ExportList
from petitions.usecases.desk.read_work_list import ReadWorkList
from petitions.usecases.desk.work_list_query import PLACED, WorkListFilters, WorkListView, views
from petitions.usecases.officers.staff import Staff
from tests.property.figures_city import FIELDS, KINDS, TIMES, UNITS, WARDS
from tests.property.test_desk_counts import PEOPLE, Town, belongs

PETITIONS = 24
SMALL, FEW = 4, 10
LEVELS, SOURCES, CLASSES = ("normal", "complex", "urgent"), ("zalo", "paper"), ("pakn", "complaint", "denunciation")
TOLD = ("khai sinh", "sổ đỏ chậm", "phí giữ xe", "khai tử chậm")


def town_of(draw: Random) -> Town:
    """Create petitions in all states, with all fields that filters use, some of them filed at the same time."""
    town = Town()
    for officer in PEOPLE:
        town.store.create(f"officers/{officer.id}", officer.stored())
    for _ in range(PETITIONS):
        town.file(draw.choice(UNITS))
        town.clock.advance(hours=draw.choice((0, 3, 30)))
        for _ in range(draw.choice((0, 0, 1, 2, 4))):
            town.act(town.codes[-1], draw.randrange(50))
        title, now = f"{draw.choice(TOLD)} {draw.choice(TOLD)}", town.clock.now()
        decided = Classification(
            nature=Nature.CONDUCT, statement=Statement.REPORT, field=draw.choice(FIELDS), by="o", at=now
        )
        fields = {
            "title": title,
            "words": search_words(title),
            "kind": draw.choice(KINDS),
            "level": draw.choice(LEVELS),
            "ward": draw.choice(WARDS),
            "source": draw.choice(SOURCES),
            "classified": draw.choice((None, decided.stored())),
            "rating": draw.choice((None, {"level": draw.randrange(1, 4), "at": now})),
            **closed(draw, town.petition(town.codes[-1]).unit),
        }
        town.store.documents[f"petitions/{town.codes[-1]}"] |= {
            name: value for name, value in fields.items() if value is not None
        }
    return town


def closed(draw: Random, unit: str) -> dict[str, Any]:
    """Return a random class, accused unit and list of units without access, as fields of a petition of `unit`.

    Only petitions with the coordinators may be complaints or denunciations.
    """
    others = [item for item in UNITS[1:] if item != unit]
    classes = CLASSES if unit == "VPUB" else CLASSES[:1]
    return {
        "petition_class": draw.choice(classes),
        "accused": draw.choice([None, *others]),
        "closed_with": draw.choice([[], [], [draw.choice([*others, *classes[1:]])]]),
    }


def filters_of(draw: Random, town: Town) -> WorkListFilters:
    day = hanoi(town.clock.now()).date() - timedelta(days=draw.randrange(12))
    choices = {
        "state": draw.choice(list(State)),
        "time": draw.choice(list(TimeState)),
        "kind": "question",
        "level": draw.choice(LEVELS),
        "ward": draw.choice(WARDS[1:]),
        "unit": draw.choice(UNITS),
        "mine": True,
        "handler": draw.choice(PEOPLE).id,
        "source": draw.choice(SOURCES),
        "field": draw.choice(FIELDS),
        "rating": draw.randrange(1, 4),
        "since": day,
        "until": day + timedelta(days=draw.randrange(4)),
        "text": draw.choice((*TOLD, "khai", "zzzz", "?", draw.choice(town.codes))),
    }
    chosen = {name: choices[name] for name in draw.sample(sorted(choices), draw.choice((0, 1, 1, 2, 3)))}
    sort = draw.choice((None, None, Sort(draw.choice(list(Column)), down=draw.random() < 0.5)))
    return WorkListFilters(**chosen, sort=sort)  # type: ignore[arg-type]


def fits(petition: Petition, officer: Officer, view: WorkListView, asked: WorkListFilters, town: Town) -> bool:
    if find_code(asked.text):
        return petition.code == asked.text and (sees_all(officer) or petition.unit == officer.unit)
    clock, filed = petition.nearest_clock, hanoi(petition.filed_at).date()
    wanted = search_words(asked.text)
    return (
        belongs(petition, officer, view, town)
        and bool(wanted or not asked.text)
        and set(wanted) <= set(petition.words)
        and asked.state in {None, petition.state}
        and (asked.time is None or (clock is not None and TIMES.state(clock, town.clock.now()) is asked.time))
        and (not asked.unit or not sees_all(officer) or view in PLACED or petition.unit == asked.unit)
        and (not asked.mine or petition.handler == officer.id)
        and asked.handler in {"", petition.handler}
        and asked.kind in {"", petition.kind}
        and asked.level in {"", petition.level}
        and asked.ward in {"", petition.ward}
        and asked.source in {"", petition.source}
        and asked.field in {"", petition.classified.field if petition.classified else None}
        and asked.rating in {None, petition.rating.level if petition.rating else None}
        and (asked.since is None or filed >= asked.since)
        and (asked.until is None or filed <= asked.until)
    )


def pages(desk: ReadWorkList, officer: Officer, view: WorkListView, asked: WorkListFilters) -> tuple[list[str], str]:
    """Return the codes on all pages of the list, and the count shown on the first page."""
    page = desk(officer, view, asked)
    count, found = page.found or "", [line.code for line in page.lines]
    while page.next:
        page = desk(officer, view, asked, page.next)
        found += [line.code for line in page.lines]
    return found, count


def agrees(count: str, number: int) -> bool:
    """Return whether a count, which may be a lower bound such as "20+", agrees with the given number."""
    return int(count) == number if count.isdecimal() else int(count.removesuffix("+")) <= number


def check(draw: Random, town: Town, store: Store, questions: int) -> None:
    """Compare random lists of the store, which is a copy of the town's, with a plain scan. Fail where they differ."""
    desk = ReadWorkList(store, town.clock, reference.directory(), TIMES, Staff(store, town.clock))
    export = ExportList(desk, RandomIds())
    petitions = [town.petition(code) for code in town.codes]
    with patch.multiple(read_work_list, PAGE=SMALL, SCAN=FEW):
        for _ in range(questions):
            officer = draw.choice(PEOPLE)
            view, asked = draw.choice(views(officer)), filters_of(draw, town)
            what = (officer.id, view, asked)
            seen = [petition for petition in petitions if may_see(officer, petition)]
            wanted = {petition.code for petition in seen if fits(petition, officer, view, asked, town)}
            listed, count = pages(desk, officer, view, asked)
            assert len(listed) == len(set(listed)), what
            assert set(listed) == wanted, what
            assert [line.code for line in export(officer, view, asked, "", "csv").lines] == listed, what
            assert agrees(desk.number(officer, view, asked), len(wanted)), what
            assert not count or agrees(count, len(wanted)), what
