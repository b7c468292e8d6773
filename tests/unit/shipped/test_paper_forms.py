"""The shipped forms of official papers: each kind has one and renders as Decree 30/2020 requires (LAW 8.1)."""

from __future__ import annotations

from datetime import date

from petitions.domain.papers.paper import PaperKind
from petitions.domain.papers.samples import samples
from tests import law

FORMS = law.packaged().paper_forms


def test_every_form_has_a_page_for_administrators() -> None:
    pages = samples(law.packaged().paper_forms, law.packaged().directory, date(2026, 11, 27))
    assert len(pages) == len(PaperKind)
    assert all(sheet.paragraphs and sheet.authority and sheet.signer for _, sheet in pages)


def test_units_with_lines_of_their_own_exist() -> None:
    assert [code for code in FORMS.units if not law.packaged().directory.unit(code)] == []


def test_the_source_says_what_is_assumed() -> None:
    assert "Nghị định 30/2020/NĐ-CP" in FORMS.source
    assert "giả định" in FORMS.source
