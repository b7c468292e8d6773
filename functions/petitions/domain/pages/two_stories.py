"""Compare two versions of a text line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from petitions.domain.pages.posts import mark


def new_lines(story: str, others: Iterable[str]) -> str:
    """Return the lines of `story` that are in none of the others. Empty if there are none."""
    there = {line for other in others for line in other.splitlines()}
    return "\n".join(line for line in story.splitlines() if line not in there)


def differing(story: str, other: str) -> str:
    """Return the lines of `story` that `other` lacks, or the whole `story` if there are none."""
    return new_lines(story, [other]) or story


def beyond(story: str, filed: str, added: Sequence[str]) -> str:
    """Return the lines of `story` that are not in the filed text or its additions.

    If `story` lacks a line of the filed text, return all of it.
    """
    if not set(filed.splitlines()) <= set(story.splitlines()):
        return story
    return new_lines(story, [filed, *added])


def line_marks(story: str) -> str:
    """Return the hashes of a text's lines, with a space between them."""
    return " ".join(map(mark, story.splitlines()))


def with_marked(story: str, other: str, marks: str) -> str:
    """Return `story`, followed by those lines of `other` that it lacks and whose hash is among `marks`."""
    wanted, there = set(marks.split()), set(story.splitlines())
    kept = [line for line in other.splitlines() if mark(line) in wanted and line not in there]
    return "\n".join([*filter(None, [story]), *kept])
