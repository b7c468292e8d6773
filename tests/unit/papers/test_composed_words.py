"""The composed parts of papers: the petition's text, changed facts, and the apology for a delay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.clock.clocks import pause, stop_clock
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.papers.composing import LONGEST_MATTER, _matter, why_not
from petitions.domain.papers.paper import PaperKind
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.shared.records import replace
from tests.unit.clock.seeds import CALENDAR, at, clock

TICK = timedelta(microseconds=1)


def petition(content: str = "t", **more: object) -> Petition:
    fields = {"code": "HN-1", "citizen": "c", "title": "t", "content": content, "address": "a", "unit": "SXD"}
    own = {"contact": Contact(name="n", phone="p"), "state": State.IN_PROGRESS, "filed_at": at("2026-11-23 09:00")}
    return Petition.model_validate(fields | own | more)


def matter(content: str, kind: PaperKind = PaperKind.REPLY) -> str:
    return _matter(petition(content), kind)


@pytest.mark.parametrize("length", [LONGEST_MATTER - 1, LONGEST_MATTER])
def test_a_text_that_fits_is_printed_whole(length: int) -> None:
    assert matter("x" * length) == "x" * length


def test_of_a_longer_text_whole_sentences_are_printed_and_all_of_it_on_a_receipt() -> None:
    first, rest = "Đèn hỏng. Đường tối! ", "x" * LONGEST_MATTER
    assert matter(first + rest) == "Đèn hỏng. Đường tối"
    assert matter(first + rest, PaperKind.RECEIPT) == first + rest


def test_a_text_without_sentences_is_cut_and_never_empty() -> None:
    for start in ("", "x"):
        found = matter(f"{start}{'x' * (LONGEST_MATTER + 1)}")
        assert len(found) > LONGEST_MATTER // 2
        assert len(found) <= LONGEST_MATTER + len("…")
    assert len(matter("? " + "từ " * LONGEST_MATTER)) > LONGEST_MATTER // 2, "a mark alone is no sentence"


def test_an_apology_is_for_what_is_late_or_was() -> None:
    running = clock(ClockName.ANSWER, "2026-11-23 16:00")
    late = running.late_from
    assert late

    def may(now: object, **clocks: object) -> bool:
        return why_not(PaperKind.APOLOGY, petition(clocks={"answer": running} | clocks), now) is None  # type: ignore[arg-type]

    assert not may(late)
    assert may(late + TICK)
    endless = replace(running, rule=replace(running.rule, max_pause=None))
    waiting = pause(endless, CALENDAR, at("2026-11-24 09:00"))
    assert waiting.late_from is None
    assert not may(late + timedelta(days=99), answer=waiting), "it is never late while its filer may answer"
    in_time = stop_clock(running, CALENDAR, at("2026-11-26 09:00"))
    assert not may(late + TICK, answer=in_time)
    afterwards = stop_clock(running, CALENDAR, late + timedelta(days=3))
    assert may(late + timedelta(days=4), answer=afterwards)
