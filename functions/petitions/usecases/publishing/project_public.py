"""Copies of a petition's public data in the public database, renewed after every change for `public_site`."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.petition.confidentiality import named_unit
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.publishing.public import PublicStatus, public_status, status_path
from petitions.domain.publishing.published import (
    FACETS_PATH,
    PublishedResult,
    ResultFacets,
    ResultNames,
    counted,
    place_of,
    published_result,
    result_path,
)
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.ports.store import Store, Transaction
from petitions.usecases.publishing.index_results import index_change
from petitions.usecases.publishing.seal_view import SealView
from petitions.usecases.shared.petition_changes import changed_fields, name_of_unit


@dataclass(frozen=True)
class ProjectPublic:
    """Copies the public data, for messages of the topic `petition-events`.

    Duplicate and reordered messages do no harm, since the newest version wins.
    """

    petitions: Store
    public: Store
    directory: Directory
    fields: AdministrationFields
    seal: SealView
    id_key: bytes
    """The key from which the public ids of results are derived."""

    def __call__(self, code: str) -> bool:
        """Copy the petition's present public data. Return False if they were copied before. Raise Retryable.

        The encrypted views for its filer, and for the filers of petitions merged into it, are updated too.
        """
        fields = self.petitions.get(petition_path(code))
        if fields is None:
            return False
        petition = Petition.model_validate(fields)
        names = self._names(petition)
        fresh = public_status(petition, names.unit, self.id_key)
        result = published_result(petition, fresh, names)
        done = self.public.transact(lambda tx: _write(tx, fresh, result))
        for item in (code, *petition.absorbed):
            self.seal(item)
        return done

    def _names(self, petition: Petition) -> ResultNames:
        proposed = [proposal.unit for proposal in petition.routed.proposals] if petition.routed else []
        field = petition.classified.field if petition.classified else self.fields.proposed(proposed)
        return ResultNames(
            unit=name_of_unit(self.directory, named_unit(petition)),
            field=field,
            field_name=self.fields.name_of(field),
            ward_name=self._ward(petition.ward),
        )

    def _ward(self, code: str | None) -> str | None:
        ward = self.directory.ward(code) if code else None
        return ward.name if ward else None


def _write(tx: Transaction, fresh: PublicStatus, result: PublishedResult | None) -> bool:
    path = status_path(fresh.code)
    found = tx.get(path)
    known = PublicStatus.model_validate(found) if found else None
    if known and known.version >= fresh.version:
        return False
    there, wanted = known and place_of(known), place_of(fresh)
    stored = tx.get(result_path(there)) if there else None
    before = (there, PublishedResult.model_validate(stored)) if there and stored else None
    after = (wanted, result) if wanted and result else None
    if before or after:
        _list(tx, before, after)
    if known:
        tx.update(path, changed_fields(known, fresh))
    else:
        tx.create(path, fresh.stored())
    return True


def _list(
    tx: Transaction, before: tuple[str, PublishedResult] | None, after: tuple[str, PublishedResult] | None
) -> None:
    stored = tx.get(FACETS_PATH)
    known = ResultFacets.model_validate(stored) if stored else ResultFacets()
    change = index_change(tx, known, before, after)
    fresh = counted(change.facets if change else known, before and before[1], after and after[1])
    if change:
        change.write(tx)
    if stored is None:
        tx.create(FACETS_PATH, fresh.stored())
    elif fresh != known:
        tx.update(FACETS_PATH, changed_fields(known, fresh))
    if before and (after is None or before[0] != after[0]):
        tx.delete(result_path(before[0]))
    if after:
        place, result = after
        part = change.number if change else before and before[1].part
        result = replace(result, part=part)
        if before and before[0] == place:
            tx.update(result_path(place), changed_fields(before[1], result))
        else:
            tx.create(result_path(place), result.stored())
