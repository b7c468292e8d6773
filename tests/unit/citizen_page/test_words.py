"""The texts of the citizen's page have the same keys in both languages, all of them used and none missing."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import get_args

import pytest

from petitions.domain.citizen.draft_changes import PAGE_FIELDS
from petitions.domain.clock.ladder import Recipient
from petitions.domain.files.attachment import FETCHED_TYPES
from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.pages.browsers import Asked
from petitions.domain.pages.petition_view import TOLD_STEPS
from petitions.domain.petition.petition import RATING_LABELS, ReplyBy
from petitions.form_parts import form_words

FOLDER = Path(__file__).parents[3] / "functions/citizen_page"
SHARED = FOLDER.parent / "petitions/templates/_petition_fields.html"
OWN = {item: json.loads((FOLDER / "words" / f"{item}.json").read_text()) for item in ("vi", "en")}
WORDS = {item: {**OWN[item], **form_words(item)} for item in OWN}
"""The texts of the page and of the form by language. The desk uses the texts of the form as well."""
PYTHON = "".join(
    path.read_text() for path in (*FOLDER.glob("*.py"), *FOLDER.parent.glob("petitions/domain/pages/*.py"))
)
EVERYTHING = PYTHON + "".join(path.read_text() for path in (*FOLDER.glob("templates/*.html"), SHARED))

FAULTS = set(re.findall(r'"((?:fault|missing)_[a-z_]+)"', PYTHON))
BUILT = {
    *FAULTS,
    *(f"missing_{item}" for item in ("content", "name", "home", "place")),
    *(f"fault_{item}" for item in ("phone", "email")),
    *(f"state_{state}" for state in State),
    *(f"next_{state}" for state in State),
    *(f"rating_{label}" for label in RATING_LABELS),
    *(f"step_{step}" for step in TOLD_STEPS),
    *(f"{kind}_{clock_name}" for kind in ("due", "late") for clock_name in ClockName),
    *(f"field_{field}" for field in (*PAGE_FIELDS, "content", "second", "words")),
    *(f"file_{fetched_type}_number" for fetched_type in FETCHED_TYPES),
    *(f"file_state_{item}" for item in ("coming", "stored", "failed")),
    *(f"file_{item}" for item in ("up", "down")),
    *(f"type_{item}" for item in ("individual", "business")),
    *(f"reply_by_{arg}" for arg in ("none", *get_args(ReplyBy))),
    *(f"confirm_{arg}" for arg in get_args(Asked)),
    *(f"late_who_{recipient}" for recipient in Recipient),
    *(f"abroad_{item}" for item in ("yes", "no")),
    *(f"waits_{item}" for item in ("contested", "person")),
    *(f"sure_{item}{part}" for item in ("withdraw", "erase", "drop") for part in ("", "_title", "_button")),
    *(
        f"consent_{item}{part}"
        for item in ("controller", "data", "purpose", "passed", "place", "stored", "rights", "undo")
        for part in ("", "_title")
    ),
}
"""Keys that the code puts together at run time."""
MARKS = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
"""A letter that English does not have."""


def test_every_key_is_used() -> None:
    assert [key for key in WORDS["vi"] if f'"{key}"' not in EVERYTHING and key not in BUILT] == []


def test_every_key_that_is_used_has_words() -> None:
    used = set(re.findall(r'\bsay\("([a-z0-9_]+)"[,)]', EVERYTHING))
    used |= set(re.findall(r'"([a-z_]+)"', "".join(re.findall(r"_trouble\(.*\)|known = .*REQUEST_ENTITY.*", PYTHON))))
    used |= {"no_digits", "words_enough", "no_word", "no_chat"}
    assert (used | BUILT) - set(WORDS["vi"]) == set()


def test_the_states_are_named_as_everywhere_else() -> None:
    assert {state: WORDS["vi"][f"state_{state}"] for state in State} == STATE_LABELS
    assert {label: WORDS["vi"][f"rating_{label}"] for label in RATING_LABELS} == RATING_LABELS


def gaps(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_both_languages_have_the_same_keys_with_the_same_gaps() -> None:
    assert list(OWN["vi"]) == list(OWN["en"])
    assert [key for key in OWN["vi"] if gaps(OWN["vi"][key]) != gaps(OWN["en"][key])] == []
    assert [key for key in OWN["vi"] if not (OWN["vi"][key].strip() and OWN["en"][key].strip())] == []


@pytest.mark.parametrize("key", sorted(OWN["en"]))
def test_english_words_are_english(key: str) -> None:
    assert key == "other_language" or not MARKS.search(OWN["en"][key])
