"""`make -s understand FILE=utterances.jsonl`: prints how each message of a file is read, one JSON object a line.

Input: `{"id", "text", "situation"?}`, the situation `idle_new` if there is none. Output on standard output:
`{"id", "act", "confidence", "asks", "values"}`; `asks` means that the bot would ask what was meant.
"""

from __future__ import annotations

import sys
from typing import Any

from infra import json_lines
from infra.conversation.evaluate import values_of
from infra.json_lines import BadLineError, text_of
from petitions.domain.understanding.acts import Situation
from petitions.wiring import understanding


def understand(row: dict[str, Any]) -> dict[str, Any]:
    """Return the reading of a row. Raise BadLineError, with a message, if it is not an utterance."""
    situation = text_of(row, "situation") or Situation.IDLE_NEW.value
    if situation not in set(Situation):
        raise BadLineError(f'"situation" must be one of {", ".join(Situation)}')
    said = understanding.message_reader().read(text_of(row, "text"), Situation(situation))
    return {
        "id": row["id"],
        "act": said.act.value,
        "confidence": said.confidence,
        "asks": said.asks,
        "values": values_of(said, understanding.ward_names()),
    }


def main(argv: list[str] | None = None) -> int:
    """Print the readings; return 1 if a line was bad, 2 if the file cannot be read."""
    return json_lines.run((__doc__ or "").splitlines()[0], understand, argv)


if __name__ == "__main__":
    sys.exit(main())
