"""Decide whether some order of all operations explains a concurrent history (Wing and Gong, with memoisation)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Operation:
    """An atomic operation on registers: values read and written, and times of request and response.

    An infinite `end` means that there was no response. The operation may have taken effect at any later time, or never.
    """

    start: float
    end: float
    reads: Mapping[str, int] = field(default_factory=dict)
    writes: Mapping[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        return self.end < math.inf

    def fits(self, state: Mapping[str, int]) -> bool:
        return all(state[name] == value for name, value in self.reads.items())


def linearizable(history: list[Operation], initial: Mapping[str, int]) -> bool:
    """Return whether some order of the operations explains all values read.

    Operations that do not overlap in time must keep their order.
    """
    operations = sorted(history, key=lambda one: one.start)
    needed = sum(1 << number for number, one in enumerate(operations) if one.answered)
    seen: set[tuple[int, tuple[int, ...]]] = set()
    stack = [(0, dict(initial))]
    while stack:
        done, state = stack.pop()
        if done & needed == needed:
            return True
        if (done, tuple(state.values())) in seen:
            continue
        seen.add((done, tuple(state.values())))
        left = [(number, one) for number, one in enumerate(operations) if not done >> number & 1]
        first_end = min(one.end for _, one in left)
        # The next operation must have started before the first of the others has ended.
        stack += [
            (done | 1 << number, {**state, **one.writes})
            for number, one in left
            if one.start <= first_end and one.fits(state)
        ]
    return False
