"""The citizen's page and the desk have the same form: it reports the same faults and gives the same petition."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from infra.paths import ROOT
from petitions.domain.citizen.draft import MAX_CHARACTERS
from petitions.domain.pages.filled_form import LONGEST
from petitions.domain.petition.petition import Petition
from petitions.errors import Rejected
from petitions.usecases.channels.hand_in import Entrant, EntryFaults
from tests.unit.desk.office import Office
from tests.unit.pages.paged import Paged

sys.path.append(str(ROOT / "functions" / "citizen_page"))

WARDS = ("PX-00004", "PX-00008")
"""Wards that can be chosen. The ward preselected by the page is left out, because the page may replace it."""
TYPED = st.text(st.sampled_from("abạĐ ,.0-\u200b\n\t"), max_size=30)


def line(name: str) -> st.SearchStrategy[str]:
    return st.one_of(TYPED, TYPED.map(lambda text: f"Trần {text}"), st.just("x" * (LONGEST[name] + 1)))


FORMS = st.fixed_dictionaries(
    {
        "content": st.one_of(TYPED, TYPED.map(lambda text: f"Rác\r\n{text}"), st.just("x" * (MAX_CHARACTERS + 1))),
        "place": line("place"),
        "ward": st.sampled_from(["", *WARDS]),
        "type": st.sampled_from(["individual", "business", ""]),
        "name": line("name"),
        "phone": st.sampled_from(["", "0912345678", "+1 202 5550123", "12", "84 912 345 678", "tối 0912.345.678", "+"]),
        "home": line("home"),
        "email": st.sampled_from(["", "Lan@Example.com", "x", " lan@example.com, hoa@example.com ", "@"]),
        "reply_by": st.sampled_from(["", "phone", "email", "post", "fax"]),
    },
    optional={"nowhere": st.just("yes")},
).filter(lambda form: form["reply_by"] or form["phone"])
"""Random forms with a way to reply or a telephone number. Without both, only a citizen on Zalo can be answered."""
WHOLE = {"content": "Rác ở ngõ 12", "place": "Ngõ 12", "name": "Trần Lan", "home": "Số 5"}
MOSTLY_WHOLE = st.builds(
    lambda form, left: {**form, **{name: words for name, words in WHOLE.items() if name not in left}},
    FORMS,
    st.sets(st.sampled_from(sorted(WHOLE)), max_size=2),
)


@cache
def office() -> Office:
    opened = Office()
    opened.app.extensions["desk_limit"]._most = 1e9
    return opened


def on_the_page(form: dict[str, str]) -> tuple[dict[str, str], Petition | None]:
    from draft_form import read_draft_form  # noqa: PLC0415 - its folder is on the path now

    paged = Paged()
    view = paged.draft_view()
    hidden = {"seen": view.seen.model_dump_json(), "was_ward": view.ward, "was_point": "", "point": ""}
    filled = read_draft_form(MultiDict({**form, **hidden, "consent": "yes"}), consented=False, sends=True)
    if filled.faults:
        return dict(filled.faults), None
    paged.does(filled.edit, view)
    return {}, paged.petition()


def at_the_desk(form: dict[str, str]) -> tuple[dict[str, str], Petition | None]:
    from desk.petition.by_hand import _entry  # noqa: PLC0415 - its folder is on the path now

    desk = office()
    more = {"channel": "visit", "received_at": "2026-11-23T08:30", "key": desk.ids.token()}
    officer = desk.app.extensions["desk"].staff.find("sxd-officer")
    with desk.app.test_request_context("/take-in", method="POST", data={**form, **more}):
        entry = _entry()
    try:
        return {}, desk.app.extensions["desk"].hand_in(Entrant.at_desk(officer), entry).petition
    except EntryFaults as error:
        return dict(error.faults), None


def content_of(petition: Petition | None, form: dict[str, str]) -> Any:
    """Return the fields to compare. A ward that was found automatically is left out."""
    if petition is None:
        return None
    return petition.content, petition.address, petition.contact, petition.ward if form["ward"] else None


@settings(max_examples=150)
@given(MOSTLY_WHOLE)
def test_both_read_the_same(form: dict[str, str]) -> None:
    (faults, on_page), (named, keyed_in) = on_the_page(form), at_the_desk(form)
    assert faults == named
    assert content_of(on_page, form) == content_of(keyed_in, form)


def test_the_desk_alone_asks_for_channel_and_time_and_offers_no_zalo() -> None:
    form = {**WHOLE, "ward": "", "type": "individual", "reply_by": "zalo", "phone": "", "email": ""}
    assert on_the_page(form)[0] == {}
    assert at_the_desk(form)[0] == {"reply_by": "fault_choice"}
    form["reply_by"] = ""
    assert on_the_page(form)[0] == {}
    assert at_the_desk(form)[0] == {"reply_by": "missing_phone_for_page"}
    assert issubclass(EntryFaults, Rejected)
