"""The reference data of the tests: their own calendar, deadline rules, reminders, scoring, forms, units and texts.

`tests/conftest.py` puts these files in place of those in `functions/petitions/data`, for everything that runs in the
process of the tests. A shipped number or text can therefore change without a change of any test, except those of the
shipped data in `tests/unit/shipped`, which use `packaged()`. Processes that tests start have the shipped data.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from petitions import form_parts
from petitions.adapters import reference
from petitions.adapters.reference import SEEDS, ReferenceSet

OURS = Path(__file__).parent
"""The folder of the tests' data."""
SHIPPED = Path(reference.__file__).resolve().parents[1] / "data"
"""The folder of the shipped data."""
TEXTS = ("texts.", "form_words.")
"""How the names of files begin that hold texts by key."""
_RELIED_ON = re.compile(r"\$\w+|\{\w+\}|^\d+\. ", re.MULTILINE)
"""The parts of a text that code relies on: its placeholders and the numbers of its options."""


@cache
def data(name: str) -> bytes:
    """Return the bytes of the tests' file of reference data, or of the shipped file if the tests have none.

    Texts have the shipped keys. A text is the shipped one if the tests lack it, or have it with other placeholders or
    options.
    """
    ours, theirs = OURS / name, SHIPPED / name
    if not ours.exists():
        return theirs.read_bytes()
    if not name.startswith(TEXTS):
        return ours.read_bytes()
    own, shipped = json.loads(ours.read_bytes()), json.loads(theirs.read_bytes())
    texts = {key: own[key] if _alike(own.get(key), text) else text for key, text in shipped.items()}
    return json.dumps(texts, ensure_ascii=False).encode()


def packaged_data(name: str) -> Any:
    return json.loads((SHIPPED / name).read_bytes())


@cache
def packaged() -> ReferenceSet:
    return ReferenceSet(lambda kind: packaged_data(SEEDS[kind]))


def install() -> None:
    """Let this process use the tests' data. Call it before anything reads reference data."""
    patch = pytest.MonkeyPatch()
    patch.setattr(reference, "raw", data)
    patch.setattr(form_parts, "raw", data)


def _alike(own: str | None, shipped: str) -> bool:
    return own is not None and sorted(_RELIED_ON.findall(own)) == sorted(_RELIED_ON.findall(shipped))
