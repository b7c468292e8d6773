"""The words of the citizen's page in both languages: the same keys, all of them used, none missing."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import get_args

import pytest

from petitions.domain.citizen.draft_changes import FIELDS
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
OWN = {each: json.loads((FOLDER / "words" / f"{each}.json").read_text()) for each in ("vi", "en")}
WORDS = {each: {**OWN[each], **form_words(each)} for each in OWN}
"""With those of the form, which the desk has too."""
PYTHON = "".join(
    each.read_text() for each in (*FOLDER.glob("*.py"), *FOLDER.parent.glob("petitions/domain/pages/*.py"))
)
EVERYTHING = PYTHON + "".join(each.read_text() for each in (*FOLDER.glob("templates/*.html"), SHARED))

FAULTS = set(re.findall(r'"((?:fault|missing)_[a-z_]+)"', PYTHON))
BUILT = {
    *FAULTS,
    *(f"missing_{each}" for each in ("content", "name", "home", "place")),
    *(f"fault_{each}" for each in ("phone", "email")),
    *(f"state_{each}" for each in State),
    *(f"next_{each}" for each in State),
    *(f"rating_{each}" for each in RATING_LABELS),
    *(f"step_{each}" for each in TOLD_STEPS),
    *(f"{kind}_{each}" for kind in ("due", "late") for each in ClockName),
    *(f"field_{each}" for each in (*FIELDS, "content", "second", "words")),
    *(f"file_{each}_number" for each in FETCHED_TYPES),
    *(f"file_state_{each}" for each in ("coming", "stored", "failed")),
    *(f"file_{each}" for each in ("up", "down")),
    *(f"type_{each}" for each in ("individual", "business")),
    *(f"reply_by_{each}" for each in ("none", *get_args(ReplyBy))),
    *(f"confirm_{each}" for each in get_args(Asked)),
    *(f"late_who_{each}" for each in Recipient),
    *(f"abroad_{each}" for each in ("yes", "no")),
    *(f"waits_{each}" for each in ("contested", "person")),
    *(f"sure_{each}{part}" for each in ("withdraw", "erase", "drop") for part in ("", "_title", "_button")),
    *(
        f"consent_{each}{part}"
        for each in ("controller", "data", "purpose", "passed", "place", "stored", "rights", "undo")
        for part in ("", "_title")
    ),
}
"""Keys that are put together."""


def gaps(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_both_languages_have_the_same_keys_with_the_same_gaps() -> None:
    assert list(WORDS["vi"]) == list(WORDS["en"])
    assert [key for key in WORDS["vi"] if gaps(WORDS["vi"][key]) != gaps(WORDS["en"][key])] == []
    assert [key for key in WORDS["vi"] if not (WORDS["vi"][key].strip() and WORDS["en"][key].strip())] == []


def test_no_word_is_in_two_places() -> None:
    assert set(OWN["vi"]) & set(form_words("vi")) == set()


def test_every_key_is_used() -> None:
    assert [key for key in WORDS["vi"] if f'"{key}"' not in EVERYTHING and key not in BUILT] == []


def test_every_key_that_is_used_has_words() -> None:
    said = set(re.findall(r'\bsay\("([a-z0-9_]+)"[,)]', EVERYTHING))
    said |= set(re.findall(r'"([a-z_]+)"', "".join(re.findall(r"_trouble\(.*\)|known = .*REQUEST_ENTITY.*", PYTHON))))
    said |= {"no_digits", "words_enough", "no_word", "no_chat"}
    assert (said | BUILT) - set(WORDS["vi"]) == set()


def test_the_states_are_named_as_everywhere_else() -> None:
    assert {each: WORDS["vi"][f"state_{each}"] for each in State} == STATE_LABELS
    assert {each: WORDS["vi"][f"rating_{each}"] for each in RATING_LABELS} == RATING_LABELS


@pytest.mark.parametrize("key", sorted(WORDS["en"]))
def test_english_words_are_english(key: str) -> None:
    marks = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
    assert key == "other_language" or not marks.search(WORDS["en"][key])
