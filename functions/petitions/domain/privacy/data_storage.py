"""The facts about storage for the notice of data processing: the provider, the country and the duration."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from petitions.domain.language.texts import Texts


@dataclass(frozen=True)
class DataStorage:
    """The storage of personal data. A consent is valid only for the provider named in the notice (LAW 5.1)."""

    provider: str
    """The company that runs the machines, such as "Google Cloud"."""
    stored_in: str
    """The place of the machines, such as "Singapore"."""
    abroad: bool
    """Whether the data leave Viet Nam (LAW 5.6)."""
    kept_years: int
    """The years for which a registered petition is kept, counted from its filing (LAW 5.4)."""

    def worded(self, texts: Texts) -> dict[str, object]:
        """Return the storage facts by the placeholders of a notice, in the language of the texts."""
        return asdict(self) | {"abroad": texts.render(f"abroad_{'yes' if self.abroad else 'no'}")}
