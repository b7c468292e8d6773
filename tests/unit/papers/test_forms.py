"""The limits of the forms of papers, the facts that fill them, and their samples."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from petitions.adapters import reference
from petitions.domain.papers.composing import Filer, facts_of
from petitions.domain.papers.paper import (
    PaperKind,
)
from petitions.domain.papers.paper_forms import ADDRESS, FROM_FILER, MATTER, NAME, SCENE, IssuerForm, PaperForm
from petitions.domain.papers.samples import samples
from petitions.domain.petition.petition import petition_path
from petitions.domain.shared.records import replace
from tests.unit.desk.petition.answering import in_progress
from tests.unit.papers.bureau import Bureau
from tests.unit.papers.drafting import begun


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def test_a_place_without_a_fact_stays_open_in_a_draft(bureau: Bureau) -> None:
    petition = replace(in_progress(bureau), clocks={}, reply=None)
    facts = facts_of(petition, "Sở Xây dựng", "")
    assert set(facts) == {"[mã hồ sơ]", "[ngày gửi]", "[đơn vị]"}
    bureau.store.update(petition_path(petition.code), {"clocks": {}})
    assert "[hạn trả lời]" in begun(bureau).body


@pytest.mark.parametrize(("name", "longest"), [("name", 200), ("superior", 200), ("on_behalf", 100), ("head", 200)])
def test_names_of_an_issuer_have_a_longest_length(name: str, longest: int) -> None:
    assert IssuerForm.model_validate({"head": "Giám đốc", name: "x" * longest})
    with pytest.raises(ValidationError):
        IssuerForm.model_validate({"head": "Giám đốc", name: "x" * (longest + 1)})


@pytest.mark.parametrize(("name", "fewest", "longest"), [("heading", 0, 100), ("subject", 1, 300), ("text", 1, 8000)])
def test_parts_of_a_form_have_a_length(name: str, fewest: int, longest: int) -> None:
    form = {"kind": "receipt", "heading": "h", "sign": "PTN", "subject": "s", "text": "t", "recipients": ["r"]}
    for length, fits in ((fewest - 1, False), (fewest, True), (longest, True), (longest + 1, False)):
        given = {**form, name: "x" * length, **({"sign": ""} if name == "heading" and not length else {})}
        if fits:
            assert PaperForm.model_validate(given)
        elif length >= 0:
            with pytest.raises(ValidationError):
                PaperForm.model_validate(given)


@pytest.mark.parametrize(("count", "fits"), [(0, False), (1, True), (8, True), (9, False)])
def test_a_paper_has_one_recipient_to_eight(count: int, *, fits: bool) -> None:
    form = {"kind": "receipt", "heading": "h", "sign": "PTN", "subject": "s", "text": "t", "recipients": ["r"] * count}
    if fits:
        assert PaperForm.model_validate(form)
        return
    with pytest.raises(ValidationError):
        PaperForm.model_validate(form)


def test_samples_are_of_a_department_and_of_a_ward_in_turn() -> None:
    known, day = reference.directory(), date(2026, 2, 5)
    others = [unit for unit in known.units if unit.kind != "so"]
    department = next(unit for unit in known.units if unit.code == "SXD")
    directory = replace(known, units=(*others, department))
    found = samples(reference.paper_forms(), directory, day)
    assert len(found) == len(PaperKind)
    for at, (_, sheet) in enumerate(found):
        assert sheet.place == (directory.wards[0].bare if at % 2 else reference.paper_forms().city)
        assert at % 2 or "SXD" in sheet.symbol
        assert (sheet.number, sheet.day, sheet.year, sheet.signer) == (7, day, 2026, "Trần Thu Hằng")
        assert "[mã hồ sơ]" not in sheet.body


def test_what_is_not_known_of_the_filer_is_no_line_of_an_address_and_unknown_in_the_text() -> None:
    assert Filer("Nguyễn Thị Lan", "Số 12").lines == ["Ông/Bà Nguyễn Thị Lan", "Số 12"]
    assert Filer("Nguyễn Thị Lan", "").lines == ["Ông/Bà Nguyễn Thị Lan"]
    assert Filer("Công ty Bình Minh", "Số 12", title="").lines == ["Công ty Bình Minh", "Số 12"]
    assert Filer("", "Số 12", title="").lines == ["Số 12"]
    facts = Filer("", "", matter="", scene="").facts
    assert facts == dict.fromkeys(FROM_FILER, "không rõ")
    known = Filer("Lan", "Số 12", matter="Đèn hỏng", scene="Phố Huế").facts
    assert known == {NAME: "Lan", ADDRESS: "Số 12", MATTER: "Đèn hỏng", SCENE: "Phố Huế"}
