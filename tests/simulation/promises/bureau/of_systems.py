"""Promises to external systems: changes are listed once, calls filed once, accusations stay secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import dropwhile

from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Petition
from tests.simulation.people.actors import SYSTEMS
from tests.simulation.people.bureau.systems import LISTED_AFTER, UNIT, Client, Listed, Systems
from tests.simulation.promises.read_world import AtRest
from tests.simulation.watch import words_of

SHOWN: Mapping[str, str] = {"returned": "accepted", "awaiting_approval": "in_progress", "redo": "in_progress"}
"""The state that outsiders read in place of a step within an office, by the step (functions/README.md)."""


def a_system_sees_every_change_once(rest: AtRest) -> Iterator[str]:
    """Yield petitions whose last change was not listed for a system, and changes listed twice or late."""
    systems = _systems(rest)
    for client in systems.clients if systems else ():
        places = [(item.at, item.code) for item in client.listed]
        yield from (
            f"{client.id} got {code} of {at} {count} times"
            for (at, code), count in Counter(places).items()
            if count > 1
        )
        if places != sorted(places):
            yield f"{client.id} got changes out of order"
        last = {item.code: item for item in client.listed}
        for petition in rest.petitions:
            if systems and _follows(rest, systems, client, petition):
                yield from _wrong(rest, client, petition, last.get(petition.code))
                yield from _late(rest, client, petition, of_unit=client is systems.software)


def _follows(rest: AtRest, systems: Systems, client: Client, petition: Petition) -> bool:
    """Return whether the system may follow the petition: it filed it, or its unit has had it, with no prohibition."""
    if client is systems.centre:
        return not petition.apart_from and any(call.mark in petition.content for call in systems.calls)
    had = any(line["unit"] == UNIT for line in rest.history(petition.code))
    return had and not _is_kept(petition)


def _is_kept(petition: Petition) -> bool:
    doubted = petition.routed is not None and petition.routed.may_accuse and petition.classified is None
    return bool(
        petition.accused or petition.closed_with or doubted or petition.petition_class in {"complaint", "denunciation"}
    )


def _wrong(rest: AtRest, client: Client, petition: Petition, last: Listed | None) -> Iterator[str]:
    line = rest.history(petition.code)[-1]
    state, seq = line["to_state"], line["seq"]
    if last is None:
        yield f"{client.id} never heard of {petition.code}"
        return
    if last.at != line["at"]:
        yield f"{client.id} knows {petition.code} of {last.at}, it changed at {line['at']}"
    elif last.sight == "unit" and (last.state, last.version) != (state, seq):
        yield f"{client.id} knows {petition.code} as {last.state} {last.version}, it is {state} {seq}"
    elif last.sight in {"handed_in", "received"} and last.state != SHOWN.get(state, state):
        yield f"{client.id} knows {petition.code} as {last.state}, it is {state}"
    elif last.sight == "gone" and (line["unit"] == UNIT or last.state is not None):
        yield f"{client.id} was told that {petition.code} has left {line['unit']}"


def _late(rest: AtRest, client: Client, petition: Petition, *, of_unit: bool) -> Iterator[str]:
    """Yield the petition's change that stayed its last one for LISTED_AFTER and was still not listed.

    With `of_unit`, only changes since the unit got the petition count.
    """
    second, history = rest.world.scheduler.seconds_at, rest.history(petition.code)
    had = dropwhile(lambda line: line["unit"] != UNIT, history) if of_unit else history
    lines = [(line["at"], second(rest.there_since(history_path(petition.code, line["seq"])))) for line in had]
    for began, number in client.complete:
        at, there = max((line for line in lines if line[1] <= began), default=(None, began))
        if at is None or there > began - LISTED_AFTER:
            continue
        if not any(item.code == petition.code and item.at >= at for item in client.listed[:number]):
            yield f"{client.id} was not told of {petition.code} of {at} at {began:.0f}"
            return


def every_call_is_filed_once(rest: AtRest) -> Iterator[str]:
    """Yield telephone calls that are in no petition or in several, and requests with a wrong response."""
    systems = _systems(rest)
    for client in systems.clients if systems else ():
        yield from client.faults
    for call in systems.calls if systems else ():
        found = [item for item in rest.petitions if call.mark in words_of(item)]
        having = [item for item in found if not item.apart_from]  # words of an accusation are filed apart
        if [item.code for item in having] != [call.code]:
            yield f"{call.mark} is {call.code}, and is in {[item.code for item in having]}"
        if sum(call.new) > 1:
            yield f"{call.mark} was filed anew {sum(call.new)} times"
        for petition in having:
            times = sum(words_of(item).count(call.mark) for item in found) - 1
            questions = sum(line["action"] == "ask_supplement" for line in rest.history(petition.code))
            answered = call.more is not None and call.more.status == 200 and petition.restricted_at is None
            if times < answered or times > 1 + questions:
                yield f"later words of {call.mark} are {times} times in {petition.code}"


def a_system_learns_nothing_of_accusations(rest: AtRest) -> Iterator[str]:
    """Yield accusations against a unit that the unit's software could read or was sent."""
    systems = _systems(rest)
    if systems is None:
        return
    yield from (f"the software of {UNIT} reads {mark}" for mark in sorted(systems.read_accusing))
    accusing = [call.mark for call in systems.calls if call.kind == "accusing"]
    listed = {item.code for item in systems.software.listed}
    for petition in rest.petitions:
        if petition.code in listed and any(mark in words_of(petition) for mark in accusing):
            yield f"the software of {UNIT} was told of {petition.code}"


def an_ended_key_opens_nothing(rest: AtRest) -> Iterator[str]:
    """Yield successful responses to a key that an administrator had ended."""
    systems = _systems(rest)
    if systems and systems.old_key and systems.old_key.status != 401:
        yield f"an ended key was answered by {systems.old_key.status}"


def _systems(rest: AtRest) -> Systems | None:
    found = rest.world.others.get(SYSTEMS)
    return found if isinstance(found, Systems) else None


OF_SYSTEMS = (
    a_system_sees_every_change_once,
    every_call_is_filed_once,
    a_system_learns_nothing_of_accusations,
    an_ended_key_opens_nothing,
)
