"""Promises about changes during operation: outdated notices, ended units, new texts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.lifecycle.lifecycle import OPEN_STATES
from petitions.domain.notices.kinds import NOTICE_KINDS, NoticeKind
from petitions.domain.notices.notice import NoticeState
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.publishing.own_view import digits_of, number_of, sealed_path
from tests.simulation.functions import ENVIRONMENT
from tests.simulation.people.actors import REFORM
from tests.simulation.people.reform import ENDS, HEIR, MARK, Reform
from tests.simulation.promises.read_world import AtRest, who

READ_AGAIN = 60.0
LONGEST_REQUEST = 160.0
"""Seconds for which a stalled instance may still use its former data."""


def what_is_cancelled_had_become_untrue(rest: AtRest) -> Iterator[str]:
    """Yield cancelled notices that remained true in every later state and unit of their petition."""
    erased = {who(citizen.user) for citizen in rest.world.citizens if citizen.asked_erasure}
    for notice in rest.zalo_notices:
        states = NOTICE_KINDS[notice.kind].while_in
        if notice.state is not NoticeState.CANCELLED or notice.about is None or states is None:
            continue
        lines = rest.history(notice.about.code)[notice.about.seq :]
        later = [item["to_state"] for item in lines]
        if notice.about.unit and any(item["unit"] != notice.about.unit for item in lines):
            continue
        rated = notice.kind is NoticeKind.RATING_ASKED
        if not rated and notice.citizen not in erased and states.issuperset(later):
            yield f"{notice.id} was cancelled, and is true"


def no_open_petition_is_in_an_ended_unit(rest: AtRest) -> Iterator[str]:
    """Yield open petitions and officers left in a merged unit, and petitions handed over twice."""
    reform = _reform(rest)
    if reform is None or not reform.merged:
        return
    for petition in rest.petitions:
        if petition.unit == ENDS and petition.state in OPEN_STATES:
            yield f"{petition.code} lies with {ENDS}, which is no more"
        lines = rest.history(petition.code)
        moves = [number for number, item in enumerate(lines) if item["action"] == RecordedAction.UNIT_MERGED]
        for first, second in pairwise(moves):
            if all(line["unit"] == HEIR for line in lines[first:second]):
                yield f"{petition.code} was handed over twice"
    yield from (f"{officer.id} works at {ENDS}, which is no more" for officer in rest.officers if officer.unit == ENDS)


def a_new_wording_is_everybodys(rest: AtRest) -> Iterator[str]:
    """Yield notices that used the new wording too early, or the old one after all functions had read the new."""
    reform = _reform(rest)
    asked, done = reform.worded if reform else (math.inf, math.inf)
    for notice in rest.zalo_notices if reform else ():
        if notice.kind is NoticeKind.ACCEPTED:
            at = rest.world.scheduler.seconds_at(notice.created_at)
            late = READ_AGAIN + LONGEST_REQUEST
            unread = any(at - late < item <= at for item in rest.world.unread)
            too_early = MARK in notice.text and at < asked
            if too_early or (MARK not in notice.text and at > done + late and not unread):
                yield f"{notice.id} of {at:.0f} is worded as it was not, which is so since {done:.0f}"


def every_filer_can_open_their_view(rest: AtRest) -> Iterator[str]:
    """Yield public copies of petitions that are missing, or that the filer's telephone digits cannot decrypt."""
    keys = rest.world.secrets.get("SEAL_KEYS", ENVIRONMENT["SEAL_KEYS"]).split(",")
    seals = AesSeals(GivenKeys(tuple(keys)))
    for petition in rest.petitions:
        path, digits = sealed_path(petition.code), digits_of(petition)
        found = rest.world.public.documents.get(path)
        number = number_of(petition)
        boxes = {"box": digits, "whole": number} if number else {"box": digits}
        if digits and (
            found is None or any(not seals.open(path, known or "", found[box]) for box, known in boxes.items())
        ):
            yield f"{path} {'is not there' if found is None else 'does not open'}"


def _reform(rest: AtRest) -> Reform | None:
    found = rest.world.others.get(REFORM)
    return found if isinstance(found, Reform) else None


OF_CHANGES = (
    what_is_cancelled_had_become_untrue,
    no_open_petition_is_in_an_ended_unit,
    a_new_wording_is_everybodys,
    every_filer_can_open_their_view,
)
