"""The Firestore calls and index entries for one message, in the functions `intake` and `notifications`.

A reply is claimed in three calls (the needed documents, the citizen's other notices, the commit). The sending of a part
is recorded in one. An echo costs none in the instance that has sent the part, and one call in another. Sometimes an
instance stores the progress of echoes, in two calls.
"""

from __future__ import annotations

from pathlib import Path

from tests.load.count_steps import living
from tests.load.counted_life import STORY, TALK

CLAIM, PART, NOTED = 3, 1, 2
ENTRIES = {"intake": 24, "notifications": 24}
"""The most index entries that a message may add or remove. Fields that no query uses must not be indexed."""


def test_a_reply_costs_three_calls_and_one_for_each_part(tmp_path: Path) -> None:
    extra = []
    with living(tmp_path) as life:
        for number, text in enumerate([STORY, *TALK]):
            name = f"message {number}"
            life.step(name, lambda text=text: life._say("7", text))  # type: ignore[misc]
            spent = life.bill[name]
            assert life.sent[name] >= 1, name
            extra.append(spent["notifications"].calls - CLAIM - PART * life.sent[name])
            for function, most in ENTRIES.items():
                assert spent[function].index_writes <= most, (text, function, spent[function])
    assert set(extra) == {0, NOTED}, extra
