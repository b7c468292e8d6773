"""The table of kinds of notices lists exactly the kinds that the code uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from petitions.adapters import reference
from petitions.domain.lifecycle.states import State
from petitions.domain.notices.kinds import KIND_AFTER, NOTICE_KINDS, NoticeKind
from petitions.domain.notices.notice import Notice

FUNCTIONS = Path(__file__).resolve().parents[3] / "functions"


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(FUNCTIONS.rglob("*.py")):
        yield path.relative_to(FUNCTIONS).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def kinds_in(tree: ast.AST) -> set[str]:
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "NoticeKind"
    }


def test_every_kind_has_one_row_with_a_name_of_its_own() -> None:
    assert set(NOTICE_KINDS) == set(NoticeKind)
    labels = [row.label for row in NOTICE_KINDS.values()]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_every_notice_in_the_code_is_planned_with_a_kind_of_the_table() -> None:
    given = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == Notice.__name__:
                kind = next(keyword.value for keyword in node.keywords if keyword.arg == "kind")
                given.append((name, kind))
    assert len(given) > 10
    # A variable is one of the type NoticeKind, which mypy sees to.
    assert [name for name, kind in given if isinstance(kind, ast.Constant)] == []


def test_every_row_is_used() -> None:
    planned = {notice_kind.name for notice_kind in KIND_AFTER.values()}
    for name, tree in trees():
        if name.startswith("petitions/usecases/"):
            planned |= kinds_in(tree)
    assert planned == {kind.name for kind in NoticeKind}


def test_the_texts_of_a_kind_are_in_the_catalogue() -> None:
    texts = reference.parsed(reference.SEEDS["texts"])
    missing = [(row.kind, key) for row in NOTICE_KINDS.values() for key in row.texts if key not in texts]
    assert missing == []
    assert all(NOTICE_KINDS[kind].texts for kind in KIND_AFTER.values())


def test_news_of_an_action_goes_to_citizens_and_results_have_states() -> None:
    assert {NOTICE_KINDS[kind].to for kind in KIND_AFTER.values()} == {"citizen"}
    for row in NOTICE_KINDS.values():
        assert not row.is_result or row.while_in
        assert State.NEW not in (row.while_in or ()) or not row.is_result
        assert row.to == "citizen" or not (row.is_result or row.is_reply)
