"""The preview of merging a petition into another one: both petitions and the effect. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import Action, ForbiddenTransition
from petitions.domain.officers import policy
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import as_letters, find_code
from petitions.domain.petition.petition import Petition
from petitions.domain.privacy.original_words import without_filer
from petitions.errors import Forbidden, Rejected
from petitions.ports.store import Store
from petitions.usecases.desk.read_petition import ReadPetition, same_filer
from petitions.usecases.desk.search_petitions import SearchPetitions
from petitions.usecases.lifecycle.merge_petitions import MergePetitions


@dataclass(frozen=True)
class MergePreview:
    """The two petitions of a merge, as a coordinator sees them before confirming it."""

    petition: Petition
    main: Petition
    same_filer: bool
    answered: bool
    """Whether the main petition has an answer already, which the merge sends to the filer of the merged petition."""


@dataclass(frozen=True)
class PreviewMerge:
    """Shows a coordinator the two petitions of a merge before it is carried out."""

    store: Store
    petitions: ReadPetition
    search: SearchPetitions
    merging: MergePetitions

    def __call__(self, officer: Officer, code: str, main_code: str) -> MergePreview:
        """Return the preview. Raise NotFound, Forbidden or Rejected, in Vietnamese, if the merge would be refused."""
        petition = self.petitions.find(officer, code)
        try:
            policy.step(officer, petition, Action.MERGE)
        except ForbiddenTransition as error:
            raise Forbidden(str(error)) from error
        main = self.merging.main_for(self.store, officer, petition, self._code_of(officer, main_code))
        same = same_filer(officer, petition, main)
        answered = bool(main.reply and main.reply.approved_at)
        return MergePreview(without_filer(petition, officer), without_filer(main, officer), same, answered=answered)

    def _code_of(self, officer: Officer, written: str) -> str:
        letters = _letters(written)
        if find_code(written) or not letters or letters.isdigit():
            return written
        found = [hit.code for hit in self.search(officer, written).hits if _letters(hit.code).endswith(letters)]
        if len(found) > 1:
            raise Rejected("Nhiều hồ sơ có mã như vậy. Xin nhập cả mã.", reason="main_ambiguous")
        return found[0] if found else written


def _letters(text: str) -> str:
    return as_letters("".join(letter for letter in text.upper() if letter.isalnum()))
