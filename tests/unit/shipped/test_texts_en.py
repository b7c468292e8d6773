"""Every English text for citizens has the placeholders of the Vietnamese one, and is plain and short."""

from __future__ import annotations

import json
import re
from string import Template

from petitions.domain.language.catalogue import text_faults
from tests.unit.contact.promised import unexplained
from tests.unit.shipped.texts import CATALOGUE, ENGLISH, FOR_OFFICERS, STATES


def test_every_shipped_text_is_as_an_administrators_must_be() -> None:
    assert {key: text_faults(key, text, text) for key, text in ENGLISH.items() if text_faults(key, text, text)} == {}
    assert len(json.dumps(ENGLISH, ensure_ascii=False).encode()) < 300_000  # one document of Firestore holds them


def test_every_text_for_citizens_is_in_both_languages_with_the_same_parameters() -> None:
    assert set(ENGLISH) == (set(CATALOGUE) | STATES) - FOR_OFFICERS
    for key in set(ENGLISH) & set(CATALOGUE):
        assert set(Template(ENGLISH[key]).get_identifiers()) == set(Template(CATALOGUE[key]).get_identifiers()), key


def test_guidance_on_denunciations_matches_their_refusal() -> None:
    for key in ("guide_denunciation", "denunciation_kept"):
        assert "only by those competent" in ENGLISH[key], key
        assert "coordinators" not in ENGLISH[key], key


def test_the_hotline_is_given_with_its_area_code() -> None:
    assert [key for key, text in ENGLISH.items() if re.search(r"(?<!024\.)\b1022\b", text)] == []


def test_every_sentence_that_names_an_act_has_somebody_behind_it() -> None:
    assert unexplained("chat", "en") == set()


def test_filer_is_promised_no_officer_whom_routing_may_skip() -> None:
    assert "coordinator" not in ENGLISH["filed"].lower()
