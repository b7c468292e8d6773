"""Published results that tell the same as a draft, offered beside its summary.

They come from the public database, which cannot hold personal data. An offer asks nothing and keeps nobody from filing.
"""

from __future__ import annotations

from dataclasses import dataclass

from petitions import telemetry
from petitions.domain.language.similarity import fingerprint, is_alike
from petitions.domain.language.texts import Texts
from petitions.domain.petition.petition import MOST_COMPARED_HASHES
from petitions.domain.publishing.published import RESULTS, SHOWN, PublishedResult
from petitions.errors import Retryable
from petitions.ports.store import Query, Store

MOST_OFFERED = 2
MOST_READ = 10
"""Results that have a pair of words in common with the draft, and may tell something else."""
LONGEST_OFFERED = 120


@dataclass(frozen=True)
class OfferPublished:
    """Reads the public database, once for each text."""

    public: Store
    public_url: str
    """Of the public site; without one nothing is offered."""

    def __call__(self, content: str, texts: Texts) -> str | None:
        """Return what is said of results that tell the same as the content, in the citizen's language, or None.

        If the public database cannot be read, nothing is offered.
        """
        if not self.public_url:
            return None
        alike = published_alike(self.public, content)
        lines = [
            texts.render("published_line", summary=short_summary(each), link=self._link(each, texts)) for each in alike
        ]
        return texts.render("published_alike", lines="\n".join(lines)) if lines else None

    def _link(self, result: PublishedResult, texts: Texts) -> str:
        language = "" if texts.language == "vi" else f"/{texts.language}"
        return f"{self.public_url}{language}/results/{result.result_id}"


def published_alike(public: Store, content: str) -> list[PublishedResult]:
    """Return the published results that tell the same as the content; none if the public database cannot be read."""
    own = fingerprint(content)
    if not own:
        return []
    marked = (("marks", "array_contains_any", own[:MOST_COMPARED_HASHES]),)
    try:
        found = public.find(Query(RESULTS, marked, limit=MOST_READ, fields=SHOWN))
    except Retryable:
        telemetry.count("nothing_offered", reason="public_database")
        return []
    results = [PublishedResult.model_validate(document.data) for document in found]
    return [result for result in results if is_alike(fingerprint(result.result.summary), own)][:MOST_OFFERED]


def short_summary(result: PublishedResult) -> str:
    """Return the beginning of what a result is about."""
    text = " ".join(result.result.summary.split())
    return text if len(text) <= LONGEST_OFFERED else f"{text[:LONGEST_OFFERED].rsplit(' ', 1)[0]} …"
