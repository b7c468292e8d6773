"""Promises about rights: nobody acts without permission, and nobody is refused a permitted action."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, Role
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from petitions.usecases.officers.staff import CACHED_FOR
from petitions.usecases.pages.send_post import TOPIC
from tests.simulation.people.actors import SECOND_THOUGHTS, UNIT_AT_WORK
from tests.simulation.people.reform import ENDS, HEIR
from tests.simulation.people.second_thoughts import SecondThoughts
from tests.simulation.people.unit_at_work import CLERK, DEPUTY, UnitAtWork
from tests.simulation.people.wordings import NAME
from tests.simulation.promises.read_world import AtRest

KNOWN_FOR = CACHED_FOR.total_seconds() + 1
"""Seconds for which an instance may use its copy of the list of officers."""


def nobody_approves_but_who_may(rest: AtRest) -> Iterator[str]:
    """Yield approvals by the deputy outside the days of the deputation."""
    unit = _unit(rest)
    if unit is None:
        return
    began = {(asked.deed.code, asked.deed.version, asked.deed.actor): asked.began for asked in reversed(unit.asked)}
    for code, line in _lines(rest, Action.APPROVE):
        if line["actor"] == unit.id(DEPUTY):
            since = began[code, line["seq"] - 1, line["actor"]] - KNOWN_FOR
            if not unit.stood_in(hanoi(line["at"]).date(), since, _seconds(rest, line)):
                yield f"{line['actor']} approved {code} and stood in for nobody"


def who_stands_in_may_approve(rest: AtRest) -> Iterator[str]:
    """Yield approvals of other officers' answers that were refused to the deputy during the deputation."""
    unit, merged = _unit(rest), rest.world.office.holds == HEIR
    for asked in unit.asked if unit else ():
        deed = asked.deed
        if unit is None or not deed.result.startswith("Forbidden") or deed.actor != unit.id(DEPUTY):
            continue
        history = rest.history(deed.code)
        day = hanoi(rest.world.scheduler.start_at + timedelta(seconds=asked.began)).date()
        stood = unit.surely_stands_in(day, asked.began - KNOWN_FOR, asked.ended)
        was_theirs = _author(history[: deed.version]) == deed.actor
        moved = len(history) > deed.version and _seconds(rest, history[deed.version]) <= asked.ended
        left_behind = merged and history[deed.version - 1]["unit"] == ENDS
        if deed.action is Action.APPROVE and stood and not was_theirs and not moved and not left_behind:
            yield f"{deed.actor} was refused {deed.code} ({deed.result})"


def nobody_approves_their_own_answer(rest: AtRest) -> Iterator[str]:
    """Yield approvals of an answer by its own author."""
    for petition in rest.petitions:
        history = rest.history(petition.code)
        for number, line in enumerate(history):
            if line["action"] == Action.APPROVE and _author(history[:number]) == line["actor"]:
                yield f"{line['actor']} approved their own answer to {petition.code}"


def who_left_holds_nothing(rest: AtRest) -> Iterator[str]:
    """Yield open petitions that are still assigned to a clerk who has left.

    Petitions closed when the clerk left and reopened later are not included.
    """
    unit = _unit(rest)
    if unit is None or not math.isfinite(unit.clerk_left_at):
        return
    for petition in rest.petitions:
        since = [line for line in rest.history(petition.code) if _seconds(rest, line) > unit.clerk_left_at]
        came_back = any(line.get("from_state") not in {str(state) for state in OPEN_STATES} for line in since)
        if petition.handler == unit.id(CLERK) and petition.state in OPEN_STATES and not came_back:
            yield f"{petition.code} lies with {petition.handler}, who has left"


def what_comes_late_is_answered(rest: AtRest) -> Iterator[str]:
    """Yield late messages that got no reply, or that became part of a petition.

    Words that the citizen also wrote in another message may be there.
    """
    inputs = {fields.get("msg_id"): path for path, fields in rest.documents.items() if "/inputs/" in path}
    for item in _thoughts(rest).late:
        kept = inputs.get(item.message)
        if kept and f"notices/reply-{kept.rpartition('/')[2]}" not in rest.documents:
            yield f"{item.words!r} of {item.citizen.user} was not answered"
        written = [words for user, words, _, _ in rest.zalo.written if user == item.citizen.user]
        if written.count(item.words) > 1:
            continue
        for petition in rest.petitions:
            texts = [petition.content, *(addition.text or "" for addition in petition.additions)]
            if any(item.words in text.split("\n") for text in texts):
                yield f"{item.words!r} is in {petition.code}"


def nothing_told_is_lost(rest: AtRest) -> Iterator[str]:
    """Yield texts of a citizen that are neither in the petition nor in one separated from it."""
    for citizen in rest.world.citizens:
        if citizen.code is None or citizen.asked_erasure:
            continue
        for petition in rest.petitions:
            if petition.code == citizen.code and petition.restricted_at is None:
                apart = [other for other in rest.petitions if other.apart_from == petition.code]
                content = "\n".join(map(_words, (petition, *apart)))
                lost = [part for part in (f"khai sinh, {citizen.mark}", *citizen.letter) if part not in content]
                yield from (f"{part!r} is not in {petition.code}" for part in lost)


def _words(petition: Petition) -> str:
    return "\n".join([petition.content, *(addition.text or "" for addition in petition.additions)])


def what_was_given_is_filed(rest: AtRest) -> Iterator[str]:
    """Yield petitions whose filer's name or telephone differs from the one given in the chat."""
    for citizen in rest.world.citizens:
        for petition in rest.petitions:
            own = petition.code == citizen.code and petition.restricted_at is None and not citizen.asked_erasure
            if own and not _sent_on_the_page(rest, petition.citizen):
                given = (petition.contact.name, petition.contact.phone.removeprefix("84"))
                if given != (NAME, citizen.phone.removeprefix("0")):
                    yield f"{petition.code} is of {given}"


def _sent_on_the_page(rest: AtRest, who: str) -> bool:
    posts = [message.data for message in rest.world.pubsub.published if message.topic == TOPIC]
    return any(post["citizen"] == who and post["action"].get("sends") for post in posts)


def nothing_is_withdrawn_unasked(rest: AtRest) -> Iterator[str]:
    """Yield withdrawals without the filer's confirmation, and confirmed ones that did not take place.

    If an officer has withdrawn the petition that the filer means, the filer is asked about another one, and confirms.
    """
    thoughts = _thoughts(rest)
    means_it = thoughts.withdraws and thoughts.asked_at is not None
    asked = "\n".join(rest.zalo.phone(thoughts.citizen.user)) if means_it else ""
    for code, line in _lines(rest, Action.WITHDRAW):
        question = f"chắc chắn muốn rút phản ánh {code}?"
        confirmed = means_it and (code == thoughts.citizen.code or question in asked)
        if line["role"] == Role.CITIZEN and not confirmed:
            yield f"{code} was withdrawn, and nobody wanted that"
    for citizen in rest.world.citizens:
        confirmed = any(f"{citizen.code} đã được rút" in item for item in rest.zalo.phone(citizen.user))
        if confirmed and not any(code == citizen.code for code, _ in _lines(rest, Action.WITHDRAW)):
            yield f"{citizen.user} was told that {citizen.code} is withdrawn"


def _unit(rest: AtRest) -> UnitAtWork | None:
    found = rest.world.others.get(UNIT_AT_WORK)
    return found if isinstance(found, UnitAtWork) else None


def _thoughts(rest: AtRest) -> SecondThoughts:
    found = rest.world.others.get(SECOND_THOUGHTS)
    return found if isinstance(found, SecondThoughts) else SecondThoughts(rest.world)


def _seconds(rest: AtRest, line: dict[str, Any]) -> float:
    return rest.world.scheduler.seconds_at(line["at"])


def _lines(rest: AtRest, action: Action) -> Iterator[tuple[str, dict[str, Any]]]:
    for petition in rest.petitions:
        yield from ((petition.code, item) for item in rest.history(petition.code) if item["action"] == action)


def _author(history: list[dict[str, Any]]) -> object:
    return next((item.get("actor") for item in reversed(history) if item["action"] == Action.SUBMIT_ANSWER), None)


OF_PEOPLE = (
    nobody_approves_but_who_may,
    who_stands_in_may_approve,
    nobody_approves_their_own_answer,
    who_left_holds_nothing,
    what_comes_late_is_answered,
    nothing_told_is_lost,
    what_was_given_is_filed,
    nothing_is_withdrawn_unasked,
)
