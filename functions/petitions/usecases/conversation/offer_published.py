"""The offer of published results that are similar to a draft, made before the draft's summary is shown.

The results come from the public database, which cannot hold personal data. The citizen need not react to the offer and
can still file.
"""

from __future__ import annotations

from dataclasses import dataclass

from petitions import telemetry
from petitions.domain.language.texts import Texts
from petitions.domain.publishing.published import PublishedResult
from petitions.errors import Retryable
from petitions.usecases.shared.published_index import PublishedIndex

MOST_OFFERED = 2
LONGEST_OFFERED = 120


@dataclass(frozen=True)
class OfferPublished:
    """Offers a citizen published results that are similar to their draft."""

    index: PublishedIndex
    public_url: str
    """The address of the public site. If it is empty, nothing is offered."""

    def __call__(self, content: str, texts: Texts) -> str | None:
        """Return a text with up to two similar published results, in the citizen's language, or None.

        Return None too if the public database cannot be read.
        """
        if not self.public_url:
            return None
        alike = published_alike(self.index, content)
        lines = [
            texts.render(
                "published_line", summary=short_summary(published_result), link=self._link(published_result, texts)
            )
            for published_result in alike
        ]
        return texts.render("published_alike", lines="\n".join(lines)) if lines else None

    def _link(self, result: PublishedResult, texts: Texts) -> str:
        language = "" if texts.language == "vi" else f"/{texts.language}"
        return f"{self.public_url}{language}/results/{result.result_id}"


def published_alike(index: PublishedIndex, content: str) -> list[PublishedResult]:
    """Return published results similar to the content. Empty if the public database cannot be read."""
    try:
        return index.same(content, MOST_OFFERED)
    except Retryable:
        telemetry.count("nothing_offered", reason="public_database")
        return []


def short_summary(result: PublishedResult) -> str:
    """Return a result's summary on one line, cut between words to about `LONGEST_OFFERED` characters."""
    text = " ".join(result.result.summary.split())
    return text if len(text) <= LONGEST_OFFERED else f"{text[:LONGEST_OFFERED].rsplit(' ', 1)[0]} …"
