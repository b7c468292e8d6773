"""What one message costs `intake` and `notifications` in Firestore: calls, and entries of indexes.

A reply is claimed in three calls (what is needed, the citizen's other notices, the commit), recorded in one, and its
echo is recognised in one. A further part takes two. Now and then an instance notes how far the echoes are (two calls).
"""

from __future__ import annotations

from pathlib import Path

from tests.load.count_steps import living
from tests.load.counted_life import STORY, TALK

CLAIM, PART, NOTED = 3, 2, 2
ENTRIES = {"intake": 24, "notifications": 24}
"""The most entries of indexes that a message adds or removes: what nobody asks for by a field is in no index."""


def test_a_reply_costs_three_calls_and_two_for_each_part(tmp_path: Path) -> None:
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
