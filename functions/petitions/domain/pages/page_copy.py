"""The copy of a page in the public database, `pages/{page}`, encrypted with the key in the page's link."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from petitions.domain.pages.draft_view import DraftView
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.shared.records import Root

PageView = DraftView | PetitionView
VIEWS: TypeAdapter[PageView] = TypeAdapter(Annotated[PageView, Field(discriminator="kind")])
DRAFT, PETITION = 0, 1
"""The stages of a page. The page of a draft may become that of its petition, never the reverse."""


class PageCopy(Root):
    """An encrypted copy of a page. It cannot be read without the key from the link."""

    key: str
    """The id of the project's own key, with which the copy is encrypted too."""
    box: bytes
    about: str
    """The pseudonym of the draft's citizen, or the code of the petition."""
    stage: int
    version: int = 0
    """The version of the petition, 0 for a draft."""
    main_version: int = 0
    """The version of the petition that it was merged into, or 0."""
    changes: int = 0
    """The number of changes of the citizen's record."""
    mark: str
    """A hash that is equal for equal content."""
    objects: list[str] = Field(default_factory=list)
    """The names of the page's encrypted files in Cloud Storage."""

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Sort key of the copy. A copy replaces one with a smaller or equal sort key."""
        return self.stage, self.version, self.main_version, self.changes
