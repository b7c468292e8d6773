"""The texts of the petition form at the desk: those of the citizen's page, some of them replaced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from petitions.form_parts import form_words


@cache
def words() -> Mapping[str, str]:
    own: Mapping[str, str] = json.loads(Path(__file__).with_name("form_words.json").read_text(encoding="utf-8"))
    return {**form_words("vi"), **own}


def say(key: str, **values: object) -> str:
    """Return the text of a key, with its placeholders filled from `values`."""
    return words()[key].format(**values)


def fault_words(faults: Mapping[str, str]) -> str:
    """Return all faults of a form in one Vietnamese line. `faults` maps fields to keys of texts."""
    named = {"fault_long", "fault_choice"}
    lines = (f"{say(f'field_{name}')}: {say(key)}" if key in named else say(key) for name, key in faults.items())
    return f"Xin sửa: {' '.join(lines)}"
