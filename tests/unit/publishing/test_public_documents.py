"""A public document holds exactly a petition's public data. Data that stops being public is removed."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.usecases.publishing.public_documents import AT_ONCE, write_public
from tests.fakes import FakeStore

BEFORE: dict[str, Any] = {"unit": "SXD", "address": "số 5 phố Huế", "rows": {"a": 1, "b": 2}}


@pytest.mark.parametrize(
    "after",
    [{"unit": "SXD", "rows": {"a": 1}}, {"unit": "SYT"}, {"unit": "SXD", "title": "mới"}, BEFORE, None],
)
def test_fields_that_are_no_longer_public_go(after: dict[str, Any] | None) -> None:
    public = FakeStore()
    public.create("shown/one", BEFORE)
    write_public(public, {"shown/one": after, "shown/two": {"unit": "SXD"}})
    assert public.get("shown/one") == after
    assert public.get("shown/two") == {"unit": "SXD"}


def test_more_documents_than_one_transaction_writes_are_all_written() -> None:
    public = FakeStore()
    wanted = {f"shown/{number}": {"number": number} for number in range(AT_ONCE + 1)}
    write_public(public, wanted)
    assert {path: public.get(path) for path in wanted} == wanted
