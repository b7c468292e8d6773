"""The commands that the bot recognises: unique names, the same in the models, a text for every topic."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any, get_args

import pytest

from petitions.adapters import reference
from petitions.adapters.understanding import network
from petitions.domain.understanding import commands as c


def _all() -> set[type[Any]]:
    kinds = {kind for kind in vars(c).values() if isinstance(kind, type) and issubclass(kind, c.Clause)}
    return kinds - {c.Clause}


def test_the_union_has_every_command_and_no_other() -> None:
    assert set(get_args(c.Command)) == _all()


def test_each_command_has_a_name_of_its_own() -> None:
    assert set(c.NAMES) == _all()
    assert len(set(c.NAMES.values())) == len(c.NAMES)


@pytest.mark.parametrize("kind", sorted(_all(), key=str))
def test_a_command_is_a_value_about_one_clause(kind: type[Any]) -> None:
    assert {"words", "start", "end", "chance"} <= {field.name for field in fields(kind)}
    own = {field.name: None for field in fields(kind) if field.name not in {"words", "start", "end", "chance"}}
    command = kind(**own)
    assert command == kind(**own)
    with pytest.raises(FrozenInstanceError):
        command.words = "khác"


def test_the_models_name_no_command_field_kind_or_topic_that_there_is_not() -> None:
    classes = network.shipped().classes
    assert set(classes["command"]) <= set(c.NAMES.values())
    assert set(classes["topic"]) <= set(c.TOPICS)
    assert set(classes["kind"]) <= {*get_args(c.DangerKind), "over"}
    assert set(classes["level"]) == {"1", "2", "3"}
    assert all(option.isdecimal() for option in classes["option"])


def test_harms_name_existing_situations_and_commands() -> None:
    harm = network.shipped().harm
    assert set(harm) <= set(c.Situation)
    names = set(c.NAMES.values())
    for meant in harm.values():
        assert set(meant) <= names
        assert all(set(taken) <= names and all(0 <= share <= 1 for share in taken.values()) for taken in meant.values())


@pytest.mark.parametrize("topic", [topic for topic in c.TOPICS if topic not in {"english", "menu"}])
def test_every_topic_has_an_answer_in_both_languages(topic: str) -> None:
    for language in ("texts.vi.json", "texts.en.json"):
        assert reference.parsed(language)[f"faq_{topic}"]


@pytest.mark.parametrize("field", c.SAID_FIELDS)
def test_every_field_is_worded_in_both_languages(field: str) -> None:
    for language in ("texts.vi.json", "texts.en.json"):
        assert reference.parsed(language)[f"field_{field}"]
