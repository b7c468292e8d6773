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
from petitions.domain.petition import NewsKind
from petitions.domain.states import ClockName
from petitions.domain.texts import MAX_MESSAGE

CATALOGUE: dict[str, str] = reference.parsed("texts.vi.json")
CODE = Path(__file__).parents[2] / "functions"
ORDINARY = {
    "code": "HN-261124-ABCD-EFGH",
    "content": "Cán bộ một cửa gây khó khăn khi làm khai sinh. " * 20 + "Hết.",
    "answer": "Đơn vị đã kiểm tra và xin lỗi công dân. " * 20 + "Hết.",
    "choices": "\n".join(f"{number}. Phường Yên Hòa" for number in range(1, 7)),
    "files": "4",
    "link": "https://desk.example.vn/petitions/HN-261124-ABCD-EFGH",
    "public_url": "https://pakn.example.vn",
}
# Keys that code puts together: the step waited for, the clock, what is new, where it stands.
COMPOSED = {f"help_{step}" for step in Step if step is not Step.IDLE} | {f"clock_{name}" for name in ClockName}
COMPOSED |= {f"news_{kind}" for kind in get_args(NewsKind)} | {f"digest_{standing}" for standing in Standing}
COMPOSED |= {f"{step}_ask" for step in (Step.ADDRESS, Step.NAME, Step.PHONE)}


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


@pytest.mark.parametrize("key", CATALOGUE)
def test_a_text_renders_plain_short_and_composed(key: str) -> None:
    names = Template(CATALOGUE[key]).get_identifiers()
    text = reference.texts().render(key, **{name: ORDINARY.get(name, "Phường Yên Hòa") for name in names})
    assert text == unicodedata.normalize("NFC", text)
    assert 0 < len(text) <= MAX_MESSAGE
    assert text == text.strip()
    assert not re.search(r"\*|__|`|^#|\]\(|\$", text)
    assert Template(CATALOGUE[key]).is_valid()


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
