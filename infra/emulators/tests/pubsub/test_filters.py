from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions

from infra.emulators.testing.pubsub_workspace import Workspace

MESSAGES: dict[str, dict[str, str]] = {
    "a": {"color": "red"},
    "b": {"color": "blue", "size": "1"},
    "c": {"color": "red wine", "size": ""},
    "d": {"size": "10", "màu": "đỏ"},
    "e": {"color": 'a "quoted" word', "iana.org/language_tag": "vi"},
    "f": {},
}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "abcdef"),
        ("   ", "abcdef"),
        ('attributes.color = "red"', "a"),
        ('attributes.color="red"', "a"),
        ('  attributes.color  =  "red"  ', "a"),
        ('attributes.color = "RED"', ""),
        ('attributes.Color = "red"', ""),
        ('attributes.color != "red"', "bcdef"),
        ('attributes.size = ""', "c"),
        ('attributes.size != ""', "abdef"),
        ('attributes.size = "1"', "b"),
        ("attributes:size", "bcd"),
        ("attributes : size", "bcd"),
        ('attributes:"size"', "bcd"),
        ("attributes:nothing", ""),
        ("NOT attributes:size", "aef"),
        ("-attributes:size", "aef"),
        ("NOT NOT attributes:size", "bcd"),
        ('NOT attributes.color = "red"', "bcdef"),
        ('NOT (attributes:size OR attributes.color = "red")', "ef"),
        ('attributes:size AND attributes.color = "blue"', "b"),
        ('attributes:size AND attributes:color AND NOT attributes.size = ""', "b"),
        ('attributes.color = "red" OR attributes.color = "blue"', "ab"),
        ('attributes.color = "red" OR attributes.size = "10" OR attributes.size = "1"', "abd"),
        ('attributes:size AND (attributes.color = "blue" OR NOT attributes:color)', "bd"),
        ('(attributes:color AND attributes:size) OR attributes.color = "red"', "abc"),
        ("((attributes:size))", "bcd"),
        ('hasPrefix(attributes.color, "re")', "ac"),
        ('hasPrefix(attributes.color, "red ")', "c"),
        ('hasPrefix(attributes.color, "")', "abce"),
        ('hasPrefix(attributes.size, "1")', "bd"),
        ('NOT hasPrefix(attributes.color, "re")', "bdef"),
        ('hasPrefix(attributes.color, "re") AND attributes:size', "c"),
        ('attributes."color" = "red"', "a"),
        ('attributes."màu" = "đỏ"', "d"),
        ('attributes:"màu"', "d"),
        ('attributes."iana.org/language_tag" = "vi"', "e"),
        (r'attributes.color = "a \"quoted\" word"', "e"),
        ('attributes.color = "\\u0072ed"', "a"),
    ],
)
def test_a_filter_lets_through(ps: Workspace, text: str, wanted: str) -> None:
    sub = ps.make_subscription(filter=text)
    messages = [{"attributes": {"n": name, **attributes}} for name, attributes in MESSAGES.items()]
    assert ps.server.rest("POST", f"/v1/{ps.topic}:publish", {"messages": messages})[0] == 200
    assert "".join(ps.pull_numbers(sub, wait=bool(wanted))) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "attributes",
        "attributes.",
        "attributes:",
        "attributes.a",
        "attributes.a =",
        "attributes.a = b",
        "attributes.a = 1",
        "attributes.a = 'b'",
        'attributes.a == "b"',
        'attributes.a < "b"',
        'attributes.a : "b"',
        'a = "b"',
        'data = "x"',
        'message.attributes.a = "b"',
        'attributes.a = "b',
        'attributes.a = "b" AND',
        'AND attributes.a = "b"',
        'attributes.a = "b" attributes.c = "d"',
        'attributes.a = "b" and attributes.c = "d"',
        "attributes:a AND attributes:b OR attributes:c",
        "attributes:a OR attributes:b AND attributes:c",
        "(attributes:a",
        "attributes:a)",
        "()",
        "NOT",
        "hasPrefix",
        "hasPrefix()",
        "hasPrefix(attributes.a)",
        'hasPrefix(attributes:a, "b")',
        "hasPrefix(attributes.a, b)",
        'hasPrefix(attributes.a, "b"',
        'hasSuffix(attributes.a, "b")',
        'attributes.a = "' + "x" * 256 + '"',
    ],
)
def test_a_bad_filter_is_refused(ps: Workspace, text: str) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        ps.make_subscription(filter=text)


def test_a_filter_is_fixed_when_the_subscription_is_made(ps: Workspace) -> None:
    sub = ps.make_subscription(filter="attributes:a")
    change: dict[str, Any] = {"subscription": {"name": sub, "filter": ""}, "update_mask": {"paths": ["filter"]}}
    with pytest.raises(exceptions.InvalidArgument):
        ps.subscriber.update_subscription(request=change)
    assert ps.subscriber.get_subscription(subscription=sub).filter == "attributes:a"
