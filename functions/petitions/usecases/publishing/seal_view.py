"""The sealed view for a petition's filer in the public database, with sealed files beside it.

Two databases and a bucket have no common transaction, so the order matters: first the files, then the record, unless
the status shows that a newer state was projected; the projection of that state seals too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from petitions import telemetry
from petitions.domain.files.attachment import copy_name
from petitions.domain.papers.paper import Paper, PaperState
from petitions.domain.papers.paper_file import paper_file
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.publishing.own_view import (
    OwnFile,
    SealedView,
    digits_of,
    is_answered,
    own_file,
    own_view,
    sealed_folder,
    sealed_path,
    shown_files,
)
from petitions.domain.publishing.public import PublicStatus, status_path
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.store import Document, Query, Store, Transaction
from petitions.ports.world import Clock, Seals
from petitions.usecases.files.answer_files import answer_files
from petitions.usecases.petition.merge_petitions import main_of
from petitions.usecases.shared.petition_changes import changed_fields
from petitions.usecases.shared.sweeping import PAGE, in_turn, reason_of

SEALED = "sealed"
_SEALED_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class SealView:
    """The sealing part of the projection."""

    petitions: Store
    public: Store
    files: Files
    """The bucket with the copies of answers' files and the sealed ones."""
    seals: Seals

    def __call__(self, code: str) -> None:
        """Bring the sealed view up to date with the petition, or remove it. Raise Retryable."""
        petition = self._petition(code)
        if petition is None:
            return
        digits = digits_of(petition)
        wanted = self._sealed(petition, digits) if digits else None
        stale = self.public.transact(lambda tx: self._write(tx, petition, wanted))
        if petition.restricted_at or (wanted and wanted.objects and self._is_restricted(code)):
            # This also removes what a slower projection of an earlier state has put there.
            self.files.erase(sealed_folder(code))
        for each in stale:
            self.files.erase(each)

    def _petition(self, code: str) -> Petition | None:
        found = self.petitions.get(petition_path(code))
        return None if found is None else Petition.model_validate(found)

    def _is_restricted(self, code: str) -> bool:
        petition = self._petition(code)
        return petition is not None and petition.restricted_at is not None

    def _sealed(self, petition: Petition, digits: str) -> SealedView:
        main = main_of(self.petitions, petition)
        other = main if main.code != petition.code else None
        files = [] if other or not is_answered(petition) else answer_files(self.petitions, petition)
        kept = [self._kept(petition.code, digits, each) for each in shown_files([*files, *self._papers(petition)])]
        shown = [each for each in kept if each]
        content = own_view(petition, other, shown).model_dump_json(exclude_none=True).encode()
        box = self.seals.seal(sealed_path(petition.code), digits, content)
        return SealedView(
            key=self.seals.key_of(box),
            box=box,
            mark=self.seals.mark(sealed_path(petition.code), digits, content),
            objects=[each.object for each in shown],
            version=petition.version,
            main_version=other.version if other else 0,
        )

    def _papers(self, petition: Petition) -> list[PetitionFile]:
        found = self.petitions.find(Query(f"petitions/{petition.code}/papers", order_by=("drafted_at",)))
        papers = [Paper.model_validate(each.data) for each in found]
        return [paper_file(each) for each in papers if each.state is PaperState.READY]

    def _kept(self, code: str, digits: str, file: PetitionFile) -> OwnFile | None:
        """Store the sealed file and return it, under one name per file; None if the file was erased meanwhile."""
        source = copy_name(file.object or "", file.sha256 or "")
        name = sealed_folder(code) + self.seals.mark(sealed_folder(code), digits, source.encode())
        try:
            content = b"".join(self.files.read(source))
        except NotFound:
            return None
        self.files.put(name, self.seals.seal(name, digits, content), _SEALED_TYPE)
        return own_file(file, name)

    def _write(self, tx: Transaction, petition: Petition, wanted: SealedView | None) -> Iterable[str]:
        """Write the record, and return the names of objects that are no longer referenced."""
        path = sealed_path(petition.code)
        status, found = tx.get(status_path(petition.code)), tx.get(path)
        before = None if found is None else SealedView.model_validate(found)
        newer = status is not None and PublicStatus.model_validate(status).version > petition.version
        # A restriction is never undone, even if a restored backup counts versions anew.
        if newer and not petition.restricted_at:
            return []
        if wanted is None:
            if before:
                tx.delete(path)
            return before.objects if before else []
        if before is None:
            tx.create(path, wanted.stored())
            return []
        if before.main_version > wanted.main_version or (before.key, before.mark) == (wanted.key, wanted.mark):
            return []
        tx.update(path, changed_fields(before, wanted))
        return sorted(set(before.objects) - set(wanted.objects))


@dataclass(frozen=True)
class RenewSeals:
    """The sweep of `relay` after a change of the key: views sealed with another key are sealed again."""

    seal: SealView
    clock: Clock

    def __call__(self) -> int:
        """Renew as many as time allows, and return how many. One failure does not stop the others."""
        return in_turn(self._others(), self.clock, self._one)

    def _others(self) -> Iterator[Document]:
        current = self.seal.seals.current()
        for operator in ("<", ">"):
            after: tuple[object, ...] = ()
            while True:
                where, order = (("key", operator, current),), ("key", "__name__")
                page = self.seal.public.find(Query(SEALED, where, order_by=order, limit=PAGE, start_after=after))
                yield from page
                if len(page) < PAGE:
                    break
                after = (page[-1].data["key"], page[-1].id)

    def _one(self, document: Document) -> None:
        try:
            self.seal(document.id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must have their turn
            telemetry.log("ERROR", "a seal was not renewed", metric="seal_failed", reason=reason_of(error))
