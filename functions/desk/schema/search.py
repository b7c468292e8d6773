"""What the JSON API answers to a search."""

from __future__ import annotations

from petitions.domain.lifecycle.lifecycle import State
from petitions.usecases.desk.search_petitions import SearchPage
from schema.base import Answer, Instant


class HitAnswer(Answer):
    """A petition that was found."""

    code: str
    title: str
    text: str
    state: State
    unit: str
    filed_at: Instant


class SearchAnswer(Answer):
    """A page: the best fitting first; `next` is the cursor of the following page, null where nothing is left."""

    petitions: list[HitAnswer]
    next: str | None

    @classmethod
    def of(cls, page: SearchPage) -> SearchAnswer:
        """Return the page without its highlights."""
        hits = [
            HitAnswer(
                code=each.code, title="".join(piece for piece, _ in each.title), state=each.state, unit=each.unit,
                text="".join(piece for piece, _ in each.text), filed_at=each.filed_at,
            )
            for each in page.hits
        ]  # fmt: skip
        return cls(petitions=hits, next=page.next)
