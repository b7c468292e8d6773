"""Reads the forms on a petition's page as actions, such as an addition, a rating or a correction, or as faults."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from petitions.domain.language.words import normal
from petitions.domain.pages.filled_form import LONGEST, home_of, line_faults, lines
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.pages.posts import (
    LONGEST_WORDS,
    MoreForPetition,
    PageAction,
    PageContest,
    PageCorrection,
    PageErasure,
    PageRating,
    PageWithdrawal,
    TalkWanted,
)
from petitions.domain.petition.petition import CONTACT_FIELDS
from petitions.domain.shared.written import written_number

Faults = Mapping[str, str]
LEVELS = ("1", "2", "3")
CORRECTABLE = ("place", *CONTACT_FIELDS)


def read_petition_form(
    do: str, form: MultiDict[str, str], view: PetitionView | None, files: int
) -> tuple[PageAction | None, Faults]:
    """Return the action that a form on the page asks for, and the form's faults: the key of an error text by field.

    `do` is more, rate, contest, correct, withdraw, erase or person. `view` is None on the page of a draft. `files` is
    the number of uploaded files. The action is None if there are faults or if `do` is unknown.
    """
    words = lines(form.get("words", ""))
    if len(words) > LONGEST_WORDS:
        return None, {"words": "fault_long"}
    if do == "more" and view is not None:
        return _more(form, view, words, files)
    if do == "rate":
        level = form.get("level", "")
        rating = PageRating.model_validate({"level": int(level), "reason": words}) if level in LEVELS else None
        return (rating, {}) if rating else (None, {"level": "missing_level"})
    if do == "contest":
        return (PageContest(words=words), {}) if words else (None, {"words": "missing_contest"})
    if do == "person":
        return _talk(form, words)
    if do == "correct" and view is not None:
        return _correction(form, view)
    simple: Mapping[str, PageAction] = {"withdraw": PageWithdrawal(), "erase": PageErasure()}
    return simple.get(do), {}


def _more(form: MultiDict[str, str], view: PetitionView, words: str, files: int) -> tuple[PageAction | None, Faults]:
    asked = view.wanted.lines if view.wanted else []
    ticked = (written_number(one, 3) for one in form.getlist("given"))
    given = [asked[one] for one in ticked if one is not None and one < len(asked)]
    return (MoreForPetition(words=words, given=given), {}) if words or files else (None, {"words": "missing_more"})


def _talk(form: MultiDict[str, str], words: str) -> tuple[PageAction | None, Faults]:
    phone = normal(form.get("phone", ""))[: LONGEST["phone"]]
    faults = {} if words else {"words": "missing_person"}
    faults |= line_faults({"phone": phone})
    return (None, faults) if faults else (TalkWanted(words=words, phone=phone), {})


def _correction(form: MultiDict[str, str], view: PetitionView) -> tuple[PageAction | None, Faults]:
    typed = {name: normal(form.get(name, "")) for name in CORRECTABLE}
    typed["home"] = home_of(typed["home"], typed["place"] or view.place)
    known = {**view.contact, "place": view.place}
    faults = line_faults(typed)
    values = {name: value for name, value in typed.items() if value and value != known.get(name)}
    if not (faults or values):
        faults = {"place": "missing_correction"}
    return (None, faults) if faults else (PageCorrection(values=values), {})
