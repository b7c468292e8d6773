"""Every shipped Vietnamese text can be filled with its real parameters, and is plain, short enough and used."""

from __future__ import annotations

import json
import re
from string import Template

import pytest

from petitions.domain.language.catalogue import SAMPLES, placeholders, text_faults
from tests import law
from tests.unit.contact.promised import needless, unexplained
from tests.unit.shipped.texts import CATALOGUE, CODE, COMPOSED, STATES, strings, users


def test_every_shipped_text_is_as_an_administrators_must_be() -> None:
    assert {key: text_faults(key, text, text) for key, text in CATALOGUE.items() if text_faults(key, text, text)} == {}
    for key in STATES:
        assert law.packaged().texts.render(key)
    assert len(json.dumps(CATALOGUE, ensure_ascii=False).encode()) < 300_000  # one document of Firestore holds them


def test_every_place_to_fill_in_has_a_sample_and_no_other() -> None:
    assert {name for text in CATALOGUE.values() for name in placeholders(text)} == SAMPLES.keys()


def test_every_use_passes_the_parameters_of_its_text() -> None:
    assert len(users()) > 30
    for key, given, whole in users():
        wanted = set(Template(CATALOGUE[key]).get_identifiers())
        assert given <= wanted, key
        assert not whole or given == wanted, key


def test_every_text_is_used() -> None:
    assert set(CATALOGUE) - strings() - COMPOSED == set()


def test_every_key_that_code_composes_exists() -> None:
    assert set(CATALOGUE) >= COMPOSED


def test_notice_of_data_processing_has_all_that_consent_needs() -> None:
    needed = "UBND thành phố Hà Nội, 024.1022, họ tên, địa chỉ, e-mail, vị trí, chỉ để tiếp nhận, cơ quan giải quyết"
    needed += ", Cổng Dịch vụ công quốc gia, lưu trữ, xem, sửa, xóa, hạn chế, phản đối, khiếu nại, $link"
    needed += ", $provider, $stored_in, $abroad, $kept_years năm"
    for key in ("consent_ask", "notice_read"):
        assert [words for words in needed.split(", ") if words not in CATALOGUE[key]] == [], key
    assert [words for words in ("mã Zalo", "rút đồng ý") if words not in CATALOGUE["consent_ask"]] == []
    assert "không cần sự đồng ý" in CATALOGUE["notice_read"]


@pytest.mark.parametrize(
    "key", [key for key, text in CATALOGUE.items() if placeholders(text) & {"answer", "office_words"}]
)
def test_what_an_officer_wrote_stands_beside_no_other_form_of_address(key: str) -> None:
    assert not re.search("anh/chị|ông/bà", CATALOGUE[key], re.IGNORECASE)


def test_no_text_has_two_forms_of_address() -> None:
    forms = {key: set(re.findall("anh/chị|ông/bà", text, re.IGNORECASE)) for key, text in CATALOGUE.items()}
    assert [key for key, used in forms.items() if len({form.lower() for form in used}) > 1] == []


def test_every_key_in_code_exists() -> None:
    for path in (CODE / "petitions").rglob("*.py"):
        for key in re.findall(r"(?:\.say|texts\.render)\(\s*\"([a-z_]+)\"[,)]", path.read_text()):
            assert key in CATALOGUE, (path.name, key)


def test_guidance_on_denunciations_matches_their_refusal() -> None:
    for key in ("guide_denunciation", "denunciation_kept"):
        assert "chỉ người có thẩm quyền" in CATALOGUE[key], key
        assert "điều phối" not in CATALOGUE[key], key  # they may be the subject


def test_the_hotline_is_given_with_its_area_code() -> None:
    assert [key for key, text in CATALOGUE.items() if re.search(r"(?<!024\.)\b1022\b", text)] == []


def test_every_sentence_that_names_an_act_has_somebody_behind_it() -> None:
    assert unexplained("chat", "vi") == set()


def test_every_listed_act_and_exemption_is_needed() -> None:
    assert needless("chat") == set()


def test_filer_is_promised_no_officer_whom_routing_may_skip() -> None:
    assert "điều phối" not in CATALOGUE["filed"].lower()
