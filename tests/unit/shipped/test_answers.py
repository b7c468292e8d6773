"""The shipped templates for answers have no faults, and their courtesy phrases are distinguished from content."""

from __future__ import annotations

from petitions.domain.language.letters import Letter
from petitions.domain.petition.answer_templates import faults
from tests import law


def test_shipped_data_has_no_faults() -> None:
    assert faults(law.packaged().answers.templates) == []


def test_the_citys_templates_have_no_courtesy_left_in_their_bodies() -> None:
    for template in law.packaged().answers.templates:
        text = template.text.replace("[mã hồ sơ]", "HN-261124-ABCD-EFGH").replace("[ngày gửi]", "24/11/2026")
        body = Letter.of(text).body
        assert "Kính gửi" not in body
        assert "Trân trọng" not in body
        assert "Về hồ sơ" not in body
