"""Every text of the product can be filled with its real parameters, and is plain, short enough and used."""

from __future__ import annotations

import ast
import re
import unicodedata
from itertools import combinations
from pathlib import Path
from string import Template
from typing import get_args

import pytest

from petitions.adapters import reference
from petitions.domain.citizen.draft import ConversationStep
from petitions.domain.citizen.guidance import GUIDANCE_KINDS
from petitions.domain.clock.ladder import Recipient
from petitions.domain.conversation.dialogue import MEANT
from petitions.domain.conversation.filing import LEFT_OPEN
from petitions.domain.language.catalogue import SAMPLES, merge_texts, placeholders, preview, text_faults, where_used
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.lifecycle.states import ClockName, Level, State
from petitions.domain.petition.petition import NewsKind, ReplyBy
from petitions.domain.reminders.digests import DigestSection
from petitions.domain.reminders.duties import Duty
from petitions.domain.understanding.commands import SAID_FIELDS, TOPICS

CATALOGUE: dict[str, str] = reference.parsed("texts.vi.json")
ENGLISH: dict[str, str] = reference.parsed("texts.en.json")
CODE = Path(__file__).parents[3] / "functions"
_OFFICERS = (
    "reminder_",
    "withdrawn_",
    "officer_more",
    "news_",
    "digest_",
    "duty_",
    "mail_",
    "week_",
    "staff_missing_",
    "moved_",
    "portal_",
    "asked_",
    "receipt",
    "answer_mail",
    "step_",
    "taken_back_",
    "contact_",
    "management_",
    "notice_read",
    "ready_",
)
FOR_OFFICERS = {key for key in CATALOGUE if key.startswith(_OFFICERS)}
STEPS = [step.value for step in ConversationStep]
PURPOSES = ["add", "correct", "withdraw", "rate"]
# Keys composed by code: the awaited step, the clock, the subject of a question about one's own petitions, guidance.
COMPOSED = {f"help_{step}" for step in STEPS} | {f"clock_{name}" for name in ClockName}
COMPOSED |= {f"{step}_ask" for step in STEPS if step != "confirm"} | {
    f"{purpose}_ask" for purpose in ["view", *PURPOSES]
}
COMPOSED |= {f"none_to_{purpose}" for purpose in PURPOSES} | {"add_now", "correct_now"}
COMPOSED |= {f"no_{name}" for name in ("address", "ward", "name", "residence", "email", "phone", "content")}
COMPOSED |= {"type_individual", "type_business", "abroad_yes", "abroad_no"}
COMPOSED |= {"guide_field", "guide_civil"} | {f"guide_{kind}" for kind in GUIDANCE_KINDS.values()}
COMPOSED |= {f"meant_{reading}" for reading in MEANT.values()}
COMPOSED |= {f"faq_{topic}" for topic in TOPICS if topic not in {"english", "menu"}}
COMPOSED |= {f"field_{field}" for field in (*SAID_FIELDS, "residence", "type")}
COMPOSED |= {f"rating_sure_{level}" for level in (1, 2, 3)}
COMPOSED |= {f"page_type_{kind}" for kind in ("individual", "business")} | {"field_reply_by"}
COMPOSED |= {f"page_reply_by_{way}" for way in ("none", *get_args(ReplyBy))}
COMPOSED |= {"danger_where", "danger_where_suicide"}
COMPOSED |= {f"person_ask_{'_'.join(two)}" for two in combinations(("name", "residence", "phone"), 2)}
COMPOSED |= {f"{step}_again" for step in STEPS} | {f"way_out_{step}" for step in LEFT_OPEN}
COMPOSED |= {"ready_denunciation", "ready_denunciation_above"} | {
    f"ready_{why}" for why in RefusalReason if why is not RefusalReason.OTHER
}
COMPOSED |= {f"level_{level}" for level in Level} | {f"late_who_{recipient}" for recipient in Recipient}
COMPOSED |= {f"{step}_why" for step in ("name", "residence", "phone")}
STATES = {f"state_{state}" for state in State}
COMPOSED |= {f"news_{kind}" for kind in get_args(NewsKind)} | {f"duty_{duty}" for duty in Duty}
COMPOSED |= {
    f"digest_{digest_section}" for digest_section in (DigestSection.OVERDUE, DigestSection.TODAY, DigestSection.SOON)
}


def users() -> list[tuple[str, frozenset[str], bool]]:
    """Return (key, parameters, whether all parameters are known) for every use of a text in the code."""
    found = []
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr not in {"say", "render"} or not node.args:
                continue
            keys = [leaf.value for leaf in ast.walk(node.args[0]) if isinstance(leaf, ast.Constant)]
            named = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            whole = all(keyword.arg for keyword in node.keywords)
            found += [(key, named, whole) for key in keys if isinstance(key, str) and key in CATALOGUE]
    return found


def strings() -> set[str]:
    trees = [ast.parse(path.read_text()) for path in (CODE / "petitions").rglob("*.py")]
    leaves = (leaf.value for tree in trees for leaf in ast.walk(tree) if isinstance(leaf, ast.Constant))
    return {leaf for leaf in leaves if isinstance(leaf, str)}


@pytest.mark.parametrize("catalogue", [CATALOGUE, ENGLISH], ids=["vi", "en"])
def test_every_shipped_text_is_as_an_administrators_must_be(catalogue: dict[str, str]) -> None:
    assert {key: text_faults(key, text, text) for key, text in catalogue.items() if text_faults(key, text, text)} == {}
    for key in STATES:
        assert reference.texts().render(key)


def test_every_place_to_fill_in_has_a_sample_and_no_other() -> None:
    assert {name for text in CATALOGUE.values() for name in placeholders(text)} == SAMPLES.keys()


WRONG = {
    "": "trống",
    "Mã $code, đơn vị $unit": "Thiếu chỗ điền: $filed_at, $state",
    "$code $state $unit $filed_at $due": "Không có chỗ điền: $due",
    "$code $state $unit $filed_at giá 5$": "Dấu $",
    "**$code** $state $unit $filed_at": "định dạng",
    "$code $state $unit $filed_at\n# Mục": "định dạng",
    " $code $state $unit $filed_at": "khoảng trắng thừa",
    unicodedata.normalize("NFD", "Mã $code $state $unit $filed_at"): "NFC",
    "$code $state $unit $filed_at\x07": "điều khiển",
    "$code $state $unit $filed_at\n1. Có": "không có số nào",
    "$code $state $unit $filed_at " + "x" * 1950: "tối đa 2000",
}


@pytest.mark.parametrize("text", WRONG)
def test_invalid_data_is_reported_in_words(text: str) -> None:
    (fault,) = text_faults("status", text, CATALOGUE["status"])
    assert WRONG[text] in fault


def test_choices_subjects_and_the_consent_keep_what_the_code_relies_on() -> None:
    asked = CATALOGUE["rating_ask"]
    assert "1, 2, 3" in text_faults("rating_ask", asked.replace("3. ", "Ba: "), asked)[0]
    subject = CATALOGUE["news_subject"]
    assert text_faults("news_subject", f"{subject}\nBcc: a@example.vn", subject) == ["Tiêu đề thư chỉ một dòng."]
    for key in ("consent_ask", "notice_read", "abroad_yes", "abroad_no"):
        consent = CATALOGUE[key]
        assert "chỉ đổi cùng phần mềm" in text_faults(key, f"{consent} Vâng", consent)[0]


def test_a_preview_is_split_as_it_is_sent() -> None:
    assert preview("Mã $code") == [f"Mã {SAMPLES['code']}"]
    assert [len(item) for item in preview("x" * 4000)] == [2000, 2000]


def test_a_text_of_another_release_that_cannot_be_rendered_is_left_out() -> None:
    assert merge_texts({"a": "$code", "b": "$x"}, {"a": "Mã $code", "b": "$y"}) == {"a": "Mã $code", "b": "$x"}


def test_every_text_for_citizens_is_in_both_languages_with_the_same_parameters() -> None:
    assert set(ENGLISH) == (set(CATALOGUE) | STATES) - FOR_OFFICERS
    for key in set(ENGLISH) & set(CATALOGUE):
        assert set(Template(ENGLISH[key]).get_identifiers()) == set(Template(CATALOGUE[key]).get_identifiers()), key


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


@pytest.mark.parametrize("key", [key for key, text in CATALOGUE.items() if placeholders(text) & {"answer", "said"}])
def test_what_an_officer_wrote_stands_beside_no_other_form_of_address(key: str) -> None:
    assert not re.search("anh/chị|ông/bà", CATALOGUE[key], re.IGNORECASE)


def test_no_text_has_two_forms_of_address() -> None:
    forms = {key: set(re.findall("anh/chị|ông/bà", text, re.IGNORECASE)) for key, text in CATALOGUE.items()}
    assert [key for key, used in forms.items() if len({form.lower() for form in used}) > 1] == []


def test_numbers_in_texts_are_those_of_the_data() -> None:
    days, times = reference.chores().reopen_within_days, reference.chores().reopen_times
    for key in ("reason_kept", "reason_kept_later", "review_told", "review_told_later", "faq_dissatisfied"):
        assert f"trong {days} ngày kể từ ngày trả lời" in CATALOGUE[key], key
        assert f"within {days} days" in ENGLISH[key], key
    assert times == 1
    for key in ("review_told", "review_told_later", "faq_dissatisfied"):
        assert "một lần" in CATALOGUE[key], key
        assert "once" in ENGLISH[key], key


def test_guidance_on_denunciations_matches_their_refusal() -> None:
    for key in ("guide_denunciation", "denunciation_kept"):
        assert "chỉ người có thẩm quyền" in CATALOGUE[key], key
        assert "only by those competent" in ENGLISH[key], key
        assert "điều phối" not in CATALOGUE[key], key  # they may be the subject
        assert "coordinators" not in ENGLISH[key], key


@pytest.mark.parametrize("catalogue", [CATALOGUE, ENGLISH], ids=["vi", "en"])
def test_the_hotline_is_given_with_its_area_code(catalogue: dict[str, str]) -> None:
    assert [key for key, text in catalogue.items() if re.search(r"(?<!024\.)\b1022\b", text)] == []


def test_place_of_a_text_is_correct() -> None:
    assert where_used("filed") == where_used("filed_already") == "Zalo: tin cho công dân"
    assert where_used("file_late") == where_used("files_here") == "Zalo: về ảnh và tệp"


def test_every_key_in_code_exists() -> None:
    for path in (CODE / "petitions").rglob("*.py"):
        for key in re.findall(r"(?:\.say|texts\.render)\(\s*\"([a-z_]+)\"[,)]", path.read_text()):
            assert key in CATALOGUE, (path.name, key)


def test_a_place_in_braces_is_no_place() -> None:
    shipped = CATALOGUE["status"]
    (fault,) = text_faults("status", f"{shipped} {{khong_co}}", shipped)
    assert "{khong_co}" in fault
