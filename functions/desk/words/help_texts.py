"""The help of every page of the desk, from `help.json`: a few sentences, which refer to marked parts of the page.

The browser tests take a picture of every page (`assets/help`), with numbers at the marked parts. They fail if a marked
part is missing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class HelpPoint:
    """A numbered point in the help of a page: one or two sentences about a marked part of the page."""

    words: str
    mark: str = ""
    """The CSS selector of the part of the page that the sentence explains, or ""."""


@dataclass(frozen=True)
class HelpTopic:
    title: str
    template: str
    points: tuple[HelpPoint, ...]
    picture: str
    """The name of the page's picture, without `help-` and the ending."""


def _topics() -> dict[str, HelpTopic]:
    content = json.loads(Path(__file__).with_name("help.json").read_text(encoding="utf-8"))
    return {
        rule: HelpTopic(
            item["title"],
            f"{item['template']}.html",
            tuple(HelpPoint(point["words"], point.get("mark", "")) for point in item["points"]),
            item["template"],
        )
        for rule, item in content.items()
    }


TOPICS = _topics()
"""The help of all pages by URL rule, in the order of the guide."""


def topic_of(rule: str) -> HelpTopic | None:
    """Return the help of the page at a URL rule, or of the nearest page above it. None if there is none."""
    while rule and rule not in TOPICS:
        rule = rule.rpartition("/")[0]
    return TOPICS.get(rule)
