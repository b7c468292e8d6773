"""The names of the wards, read from the public database and cached for some minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from petitions.domain.publishing.figure_names import FIGURE_NAMES_PATH, FigureNames
from petitions.domain.shared.edges import Until
from petitions.ports.store import Store
from petitions.ports.world import Clock

KEPT_FOR = timedelta(minutes=10)


@dataclass
class WardNames:
    """A cache of the wards' names for `citizen_page`."""

    public: Store
    clock: Clock
    _kept: dict[str, str] = field(default_factory=dict)
    _until: datetime | None = None

    def __call__(self) -> dict[str, str]:
        """Return the wards' names by code, sorted by name without diacritics. Empty before any are published."""
        now = self.clock.now()
        if self._until is None or Until(self._until).is_over(now):
            found = self.public.get(FIGURE_NAMES_PATH)
            self._kept = FigureNames.model_validate(found).wards if found else {}
            self._until = now + KEPT_FOR if found else None
        return self._kept
