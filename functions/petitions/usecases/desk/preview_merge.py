"""A look at two petitions before one is merged into the other, and at what that would do. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import Action, ForbiddenTransition
from petitions.domain.officers import policy
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.privacy.original_words import without_filer
from petitions.errors import Forbidden
from petitions.ports.store import Store
from petitions.usecases.desk.read_petition import ReadPetition, same_filer
from petitions.usecases.lifecycle.merge_petitions import MergePetitions


@dataclass(frozen=True)
class MergePreview:
    """What a coordinator sees before merging."""

    petition: Petition
    main: Petition
    same_filer: bool
    answered: bool
    """Whether the main one has an answer already, which the filer of the other gets at once."""


@dataclass(frozen=True)
class PreviewMerge:
    """The use case."""

    store: Store
    petitions: ReadPetition
    merging: MergePetitions

    def __call__(self, officer: Officer, code: str, main_code: str) -> MergePreview:
        """Return the preview. Raise NotFound, Forbidden or Rejected, in Vietnamese, where merging would be refused."""
        petition = self.petitions.find(officer, code)
        try:
            policy.step(officer, petition, Action.MERGE)
        except ForbiddenTransition as error:
            raise Forbidden(str(error)) from error
        main = self.merging.main_for(self.store, officer, petition, main_code)
        same = same_filer(officer, petition, main)
        answered = bool(main.reply and main.reply.approved_at)
        return MergePreview(without_filer(petition, officer), without_filer(main, officer), same, answered=answered)
