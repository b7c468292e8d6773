"""The check after a release finds lost and doubled messages, codes without petitions, and dead letters."""

from __future__ import annotations

from typing import Any

import pytest

from infra.rehearsal.deployed.errors import NotSeenError, StepError
from infra.rehearsal.walk.people import wait_for
from infra.rehearsal.walk.rolling import look

LAN, CODE = "4572947693969707", "HN-261130-CTAK-TBA9"


def stored(*texts: str, codes: tuple[str, ...] = (CODE,), petitions: tuple[str, ...] = (CODE,)) -> dict[str, Any]:
    filed = {"arrayValue": {"values": [{"mapValue": {"fields": {"code": {"stringValue": code}}}} for code in codes]}}
    found: dict[str, Any] = {"citizens/h1": {"zalo_id": {"stringValue": LAN}, "petitions": filed}}
    for number, text in enumerate(texts):
        part = {"mapValue": {"fields": {"text": {"stringValue": text}}}}
        found[f"citizens/h1/inputs/{number}"] = {"parts": {"arrayValue": {"values": [part]}}}
    return found | {f"petitions/{code}": {} for code in petitions}


WROTE = [(LAN, ["đồng ý", "1", "1"], [CODE])]


def test_each_message_once_is_right() -> None:
    look(stored("1", "đồng ý", "1"), WROTE)
    look(stored(codes=(), petitions=()), [(LAN, [], [])])


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (stored("đồng ý", "1"), "lost: 1"),
        (stored("đồng ý", "1", "1", "1"), "doubled: 1"),
        (stored("đồng ý", "1", "1", codes=()), "told .*, filed"),
        (stored("đồng ý", "1", "1", codes=(CODE, "HN-261130-0000-0000")), "told .*, filed"),
        (stored("đồng ý", "1", "1", petitions=()), "told .*, filed"),
        (stored("đồng ý", "1", "1") | {"dead_letters/intake:1": {}}, "dead_letters/intake:1"),
        ({}, "lost: đồng ý"),
    ],
)
def test_what_is_lost_doubled_or_left_is_named(there: dict[str, Any], words: str) -> None:
    with pytest.raises(StepError, match=words):
        look(there, WROTE)


def test_what_does_not_come_is_named() -> None:
    assert wait_for(iter([None, None, "here"]).__next__, "a thing") == "here"
    with pytest.raises(NotSeenError, match="in vain for a thing"):
        wait_for(lambda: None, "a thing", patience=0)
