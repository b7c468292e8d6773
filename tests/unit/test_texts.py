"""The catalogue of texts: each renders as its users render it, is plain and short enough, is used and is there."""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import Path
from string import Template
from typing import get_args

import pytest

from petitions.adapters import reference
from petitions.domain.citizen import Step
from petitions.domain.digests import Standing
from petitions.domain.guidance import KINDS
from petitions.domain.petition import NewsKind
from petitions.domain.states import ClockName, State
from petitions.domain.texts import MAX_MESSAGE
from petitions.usecases.filing import TITLE_LENGTH

CATALOGUE: dict[str, str] = reference.parsed("texts.vi.json")
ENGLISH: dict[str, str] = reference.parsed("texts.en.json")
CODE = Path(__file__).parents[2] / "functions"
_OFFICERS = (
    "reminder_",
    "withdrawn_",
    "officer_line",
    "officer_more",
    "news_",
    "digest_",
    "moved_",
    "portal_",
    "asked_",
    "receipt",
)
FOR_OFFICERS = {key for key in CATALOGUE if key.startswith(_OFFICERS)}
ORDINARY = {
    "code": "HN-261124-ABCD-EFGH",
    "content": "Cán bộ một cửa phường gây khó khăn khi làm khai sinh. " * 17,
    "answer": "Đơn vị đã kiểm tra và xin lỗi công dân. " * 20 + "Hết.",
    "said": "Xin gửi thêm biên nhận. " * 40 + "Hết.",
    "choices": "\n".join(f"{number}. Phường Yên Hòa" for number in range(1, 7)),
    "own": "\n".join(f"{n}. HN-261124-ABCD-EFGH (Đang xử lý): " + "x" * TITLE_LENGTH for n in range(1, 10)),
    "files": "4",
    "name": "Nguyễn " * 14,
    "address": "Số 12 phố Trung Kính " * 6,
    "residence": "Số 12 phố Trung Kính " * 6,
    "link": "https://desk.example.vn/petitions/HN-261124-ABCD-EFGH",
    "public_url": "https://pakn.example.vn",
}
STEPS = [step.value for step in Step if step is not Step.IDLE]
PURPOSES = ["add", "correct", "withdraw", "rate"]
# Keys that code puts together: the step waited for, the clock, what own petitions are asked about, guidance.
COMPOSED = {f"help_{step}" for step in STEPS} | {f"clock_{name}" for name in ClockName}
COMPOSED |= {f"{step}_ask" for step in STEPS if step != "confirm"} | {
    f"{purpose}_ask" for purpose in ["view", *PURPOSES]
}
COMPOSED |= {f"none_to_{purpose}" for purpose in PURPOSES} | {"add_now", "correct_now"}
COMPOSED |= {f"no_{name}" for name in ("address", "ward", "name", "residence", "email")}
COMPOSED |= {"type_individual", "type_business", "guide_field"} | {f"guide_{kind}" for kind in KINDS.values()}
STATES = {f"state_{state}" for state in State}
COMPOSED |= {f"news_{kind}" for kind in get_args(NewsKind)} | {f"digest_{standing}" for standing in Standing}


def users() -> list[tuple[str, frozenset[str], bool]]:
    """(key, parameters, whether all parameters are known) of every call of `say` and `render` in the code."""
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


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("key", [*CATALOGUE, *sorted(STATES)])
def test_a_text_renders_plain_short_and_composed(key: str, language: str) -> None:
    catalogue = ENGLISH if language == "en" else CATALOGUE
    if language == "en" and key in FOR_OFFICERS:
        return
    names = Template(catalogue.get(key, "")).get_identifiers()
    texts = reference.texts().to(language)
    text = texts.render(key, **{name: ORDINARY.get(name, "Phường Yên Hòa") for name in names})
    assert text == unicodedata.normalize("NFC", text)
    assert 0 < len(text) <= MAX_MESSAGE
    assert text == text.strip()
    assert not re.search(r"\*|__|`|^#|\]\(|\$", text)
    assert Template(catalogue.get(key, "")).is_valid()


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


def test_every_key_in_code_exists() -> None:
    for path in (CODE / "petitions").rglob("*.py"):
        for key in re.findall(r"(?:\.say|texts\.render)\(\s*\"([a-z_]+)\"[,)]", path.read_text()):
            assert key in CATALOGUE, (path.name, key)
