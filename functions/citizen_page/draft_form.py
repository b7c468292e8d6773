"""The form of a draft petition: reads the sent values, keeps those that the citizen changed, and lists the faults."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from petitions.domain.pages.filled_form import FilledForm, read_filled
from petitions.domain.pages.posts import DraftEdit, SeenDraft, mark
from petitions.domain.petition.petition import Location
from petitions.domain.shared.written import written_number
from petitions.errors import Rejected

HANOI_BOX = (20.4, 21.5, 105.2, 106.1)
"""South, north, west and east of a box around the city, in degrees. Positions outside it are ignored."""


@dataclass(frozen=True)
class FilledDraft:
    """The result of reading a sent form: the citizen's changes, or the faults that prevent them."""

    edit: DraftEdit
    faults: Mapping[str, str] = field(default_factory=dict)
    """The faults by field, as keys of error texts, such as `{"name": "missing_name"}`. Empty if there are none."""


def read_draft_form(form: MultiDict[str, str], *, consented: bool, sends: bool) -> FilledDraft:
    """Return the changes that the citizen made in the form of a draft, or the faults in the form.

    Required fields are checked only if `sends` is true, i.e. if the draft is to be filed now. `consented` is true if
    the citizen agreed earlier to the processing of their data. Raise Rejected if the hidden field `seen` is missing or
    malformed, which our own page never sends.
    """
    try:
        seen = SeenDraft.model_validate_json(form.get("seen", ""))
    except ValidationError as error:
        raise Rejected("the form is none", reason="bad_form") from error
    filled = read_filled(form)
    faults = filled.faults(complete=sends)
    if not (consented or filled.consents):
        faults["consent"] = "fault_consent"
    if faults:
        return FilledDraft(DraftEdit(seen=seen), faults)
    stories = filled.stories.items()
    changed = {name: text for name, text in stories if name in form and mark(text) != seen.mark_of(name)}
    edit = DraftEdit(
        seen=seen,
        changes=_changes(filled, form, seen),
        ward=_ward(form),
        point=_point(form),
        content=changed.get("content"),
        second=changed.get("second"),
        removed=form.getlist("remove")[:200],
        order=_order(form),
        without_point=form.get("without_point") == "yes",
        consents=filled.consents,
        sends=sends,
    )
    return FilledDraft(edit)


def _changes(filled: FilledForm, form: Mapping[str, str], seen: SeenDraft) -> dict[str, str]:
    values = {name: str(filled.kept(name) or "") for name in filled.values}
    values["place"] = "\n".join([values["place"], form.get("was_ward", ""), form.get("was_point", "")])
    return {name: filled.values[name] for name, value in values.items() if mark(value) != seen.mark_of(name)}


def _ward(form: Mapping[str, str]) -> str | None:
    ward = form.get("ward", "")
    return ward if ward != form.get("was_ward", "") and len(ward) <= 20 else None  # noqa: PLR2004 - a code


def _point(form: Mapping[str, str]) -> Location | None:
    typed = form.get("point", "")
    return None if typed == form.get("was_point", "") else point_of(typed)


def point_of(typed: str) -> Location | None:
    """Return the position written as "21.02850,105.85420" (degrees), or None if malformed or far from the city."""
    try:
        latitude, longitude = (float(part) for part in typed[:40].split(","))
    except ValueError:
        return None
    south, north, west, east = HANOI_BOX
    inside = math.isfinite(latitude) and south <= latitude <= north and west <= longitude <= east
    return Location(latitude=latitude, longitude=longitude) if inside else None


def _order(form: MultiDict[str, str]) -> list[str]:
    placed: list[tuple[int, int, str]] = []
    for number, key in enumerate(form.getlist("file")[:200]):
        typed = written_number(form.get(f"order-{key}", ""), 3)
        placed.append((number + 1 if typed is None else typed, number, key))
    ordered = [key for *_, key in sorted(placed)]
    return ordered if ordered != [key for *_, key in placed] else []


def passages(content: str) -> Sequence[str]:
    """Return the sentences of the text, each with the white space before it.

    The citizen ticks those that belong to a second petition. A text of a single sentence is divided at its commas.
    """
    sentences = [one for one in _SENTENCES.split(content) if one.strip()]
    return sentences if len(sentences) > 1 else [one for one in _PHRASES.split(content) if one.strip()]


_SENTENCES, _PHRASES = re.compile(r"(?<=[.!?;])(?=\s)|(?=\n)"), re.compile(r"(?<=,)(?=\s)")
