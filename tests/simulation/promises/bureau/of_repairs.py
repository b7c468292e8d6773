"""Promises about repairs: a person ends every dead letter, by a replay or a dismissal as appropriate."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.people.actors import REPAIRING
from tests.simulation.people.bureau.repairing import UNEXPECTED, UNREADABLE, Repairing
from tests.simulation.promises.read_world import AtRest


def every_dead_letter_is_ended_by_a_person(rest: AtRest) -> Iterator[str]:
    """Yield dead letters still waiting, dismissed ones that a function could handle, and replays without a record."""
    repairing = rest.world.others.get(REPAIRING)
    if not isinstance(repairing, Repairing):
        return
    lines = [fields for path, fields in rest.documents.items() if path.startswith("audit/")]
    recorded = {(line.get("action"), line.get("subject")) for line in lines}
    for path in rest.store.paths("dead_letters"):
        fields, letter = rest.documents[path], path.partition("/")[2]
        if fields["reason"] != UNEXPECTED and UNREADABLE.encode() not in fields["payload"]:
            yield f"{letter} is a dead letter: {fields['reason']}"
        ends = fields.keys() & {"replayed_at", "dismissed_at"}
        if ends != {"replayed_at" if fields["reason"] == UNEXPECTED else "dismissed_at"}:
            yield f"{letter} ({fields['reason']}) has {', '.join(sorted(ends)) or 'no end'}"
        for end in ends:
            if (f"letter_{end.removesuffix('_at')}", letter) not in recorded:
                yield f"{end} of {letter} is in no audit"


OF_REPAIRS = (every_dead_letter_is_ended_by_a_person,)
