"""The projection of a petition into the public database after every change; `public_site` reads no other."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.publishing.public import PublicStatus, public_status, status_path
from petitions.domain.units.directory import Directory
from petitions.ports.store import Store, Transaction
from petitions.usecases.publishing.seal_view import SealView
from petitions.usecases.shared.petition_changes import changed_fields, name_of_unit


@dataclass(frozen=True)
class ProjectPublic:
    """The consumer of `petition-events`; duplicates and reorderings do no harm, since the newest version wins."""

    petitions: Store
    public: Store
    directory: Directory
    seal: SealView
    id_key: bytes
    """The key of the public ids of results."""

    def __call__(self, code: str) -> bool:
        """Project the petition's current state; return False if it was already projected. Raise Retryable.

        The views for its filer, and for the filers of petitions merged into it, are sealed afterwards.
        """
        fields = self.petitions.get(petition_path(code))
        if fields is None:
            return False
        petition = Petition.model_validate(fields)
        fresh = public_status(petition, name_of_unit(self.directory, petition.unit), self.id_key)

        def work(tx: Transaction) -> bool:
            path = status_path(code)
            found = tx.get(path)
            if found is None:
                tx.create(path, fresh.stored())
                return True
            known = PublicStatus.model_validate(found)
            if known.version >= fresh.version:
                return False
            tx.update(path, changed_fields(known, fresh))
            return True

        done = self.public.transact(work)
        for each in (code, *petition.absorbed):
            self.seal(each)
        return done
