"""A browser that is not confirmed sees nothing that identifies the sender, in whatever text it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from petitions.domain.citizen.citizen import AppliedPost
from petitions.domain.lifecycle.states import State
from petitions.domain.pages.draft_view import ShownFile
from petitions.domain.pages.petition_view import HistoryLine, PetitionView, SupplementWanted
from petitions.domain.publishing.own_view import OwnAddition, OwnFile, OwnView
from tests.fakes import FakeClock

NOW = FakeClock().now()
NAME, PHONE, HOME = "Đỗ Thị Hoàng Yến", "0912345678", "12 ngõ 7 phố Trung Kính"
TEXT = f"Cô {NAME}, số {PHONE}, ở {HOME}"
OF_THE_SYSTEM = {
    "kind", "citizen", "language", "code", "state", "unit", "clock", "due_why", "late_step", "digits", "step", "key",
    "type", "media_type", "size", "object", "page", "did", "input_key", "why", "may",
}  # fmt: skip
"""Fields that hold ids, numbers, names of units and kinds of things, but no words of people."""


def view(may: list[str]) -> PetitionView:
    return PetitionView(
        citizen="c" * 32,
        code="HN-261123-0000-0001",
        state=State.AWAITING_CITIZEN,
        unit="Sở Xây dựng",
        filed_at=NOW,
        wanted=SupplementWanted(words=TEXT, until=NOW),
        history=[HistoryLine(at=NOW, step="accept", words=TEXT)],
        own=OwnView(
            content=TEXT,
            additions=[OwnAddition(at=NOW, text=TEXT), OwnAddition(at=NOW, text=TEXT, correction=True)],
            answer=TEXT,
            basis=TEXT,
            files=[OwnFile(name=TEXT, media_type="application/pdf", size=1, object="x")],
            decision=TEXT,
            rating=1,
            rating_reason=TEXT,
        ),
        place=HOME,
        contact={"type": "individual", "name": NAME, "phone": PHONE, "address": HOME, "email": "yen@mail.test"},
        sent=[ShownFile(key="k", type="image", name=TEXT, at=NOW)],
        may=may,
        posts=[AppliedPost(key="k", page="p", words=TEXT)],
        until=NOW + timedelta(days=1),
    )


def texts_in(value: Any) -> Iterator[tuple[str, str]]:
    """Yield every field of a model and of the models in it that holds a text, with the text."""
    for name in type(value).model_fields:
        found = getattr(value, name)
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, BaseModel):
                yield from texts_in(one)
            elif isinstance(one, str):
                yield name, one
            elif isinstance(one, dict):
                yield from ((name, str(text)) for text in one.values())


def test_the_example_has_the_senders_data_in_every_text_of_people() -> None:
    found = list(texts_in(view(["more"])))
    filled = {name for name, text in found if NAME in text or HOME in text}
    unfilled = {name for name, field in PetitionView.model_fields.items() if "str" in str(field.annotation)} - filled
    assert unfilled | ({name for name, _ in found} - filled) <= OF_THE_SYSTEM


@pytest.mark.parametrize("may", [["more", "word"], ["supplement"], []])
def test_no_text_shows_who_sent_the_petition(may: list[str]) -> None:
    shown = list(texts_in(view(may).without_filer()))
    assert [(name, text) for name, text in shown if any(own in text for own in (NAME, "Yến", PHONE, HOME))] == []
    assert any("Cô" in text for _, text in shown)
