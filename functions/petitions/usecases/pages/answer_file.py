"""The files of an answer, decrypted for a browser that has opened the petition's page."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.publishing.own_view import OwnFile
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.world import Seals


@dataclass(frozen=True)
class AnswerFile:
    """Decrypts files of answers for the function `citizen_page`."""

    files: Files
    seals: Seals

    def __call__(self, key: str, view: PageView, number: int) -> tuple[OwnFile, bytes]:
        """Return the file with the index `number` in the answer, and its decrypted bytes.

        Raise NotFound if there is none, if `key` does not open it or if it was erased, and Retryable.
        """
        if not isinstance(view, PetitionView) or not 0 <= number < len(view.own.files):
            raise NotFound("no such file")
        file = view.own.files[number]
        content = self.seals.open(file.object, key, b"".join(self.files.read(file.object)))
        if content is None:
            raise NotFound("no such file")
        return file, content
