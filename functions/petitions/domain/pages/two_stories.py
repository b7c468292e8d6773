"""Two versions of one story, compared line by line."""

from __future__ import annotations

from collections.abc import Sequence

from petitions.domain.pages.posts import mark


def differing(story: str, other: str) -> str:
    """Return the lines of a story that the other lacks, or the whole story if it lacks none."""
    there = set(other.splitlines())
    return "\n".join(line for line in story.splitlines() if line not in there) or story


def beyond(story: str, filed: str, added: Sequence[str]) -> str:
    """Return the lines of a story that are neither filed nor added, or the whole story if it omits a filed line."""
    lines, there = story.splitlines(), set(filed.splitlines())
    if not there <= set(lines):
        return story
    there = there.union(*(text.splitlines() for text in added))
    return "\n".join(line for line in lines if line not in there)


def line_marks(story: str) -> str:
    """Return the marks of a story's lines, with a space between them."""
    return " ".join(map(mark, story.splitlines()))


def with_marked(story: str, other: str, marks: str) -> str:
    """Return a story, followed by the marked lines of another that it lacks."""
    wanted, there = set(marks.split()), set(story.splitlines())
    kept = [line for line in other.splitlines() if mark(line) in wanted and line not in there]
    return "\n".join([*filter(None, [story]), *kept])
