"""Compare two versions of a text line by line."""

from __future__ import annotations

from collections.abc import Sequence

from petitions.domain.pages.posts import mark


def differing(story: str, other: str) -> str:
    """Return the lines of `story` that `other` lacks, or the whole `story` if there are none."""
    there = set(other.splitlines())
    return "\n".join(line for line in story.splitlines() if line not in there) or story


def beyond(story: str, filed: str, added: Sequence[str]) -> str:
    """Return the lines of `story` that are not in the filed text or its additions.

    If `story` lacks a line of the filed text, return all of it.
    """
    lines, there = story.splitlines(), set(filed.splitlines())
    if not there <= set(lines):
        return story
    there = there.union(*(text.splitlines() for text in added))
    return "\n".join(line for line in lines if line not in there)


def line_marks(story: str) -> str:
    """Return the hashes of a text's lines, with a space between them."""
    return " ".join(map(mark, story.splitlines()))


def with_marked(story: str, other: str, marks: str) -> str:
    """Return `story`, followed by those lines of `other` that it lacks and whose hash is among `marks`."""
    wanted, there = set(marks.split()), set(story.splitlines())
    kept = [line for line in other.splitlines() if mark(line) in wanted and line not in there]
    return "\n".join([*filter(None, [story]), *kept])
