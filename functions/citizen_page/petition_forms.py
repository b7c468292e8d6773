"""The forms about a petition, each as the action that it asks for, or its faults."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from petitions.domain.pages.filled_form import lines
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.pages.posts import (
    LONGEST_WORDS,
    MoreForPetition,
    PageAction,
    PageContest,
    PageErasure,
    PageRating,
    PageWithdrawal,
    TalkWanted,
)

Faults = Mapping[str, str]
LEVELS = ("1", "2", "3")


def read_petition_form(
    do: str, form: MultiDict[str, str], view: PetitionView | None, files: int
) -> tuple[PageAction | None, Faults]:
    """Return what a form asks for, or the keys of words about its faults by field; `view` is None for a draft."""
    words = lines(form.get("words", ""))
    if len(words) > LONGEST_WORDS:
        return None, {"words": "fault_long"}
    if do == "more" and view is not None:
        asked = view.wanted.lines if view.wanted else []
        ticked = [int(one) for one in form.getlist("given") if one.isdecimal() and len(one) < 4]  # noqa: PLR2004
        given = [asked[one] for one in ticked if one < len(asked)]
        told = bool(words or files or given)
        return (MoreForPetition(words=words, given=given), {}) if told else (None, {"words": "missing_more"})
    if do == "rate":
        level = form.get("level", "")
        return (
            (PageRating(level=int(level), reason=words), {}) if level in LEVELS else (None, {"level": "missing_level"})
        )
    if do == "contest":
        return (PageContest(words=words), {}) if words else (None, {"words": "missing_contest"})
    if do == "person":
        return (
            (TalkWanted(words=words, phone=form.get("phone", "")[:30]), {})
            if words
            else (None, {"words": "missing_person"})
        )
    simple: Mapping[str, PageAction] = {"withdraw": PageWithdrawal(), "erase": PageErasure()}
    return simple.get(do), {}
