"""Rebuilding of petitions' search fields (words and keys) and of the numbers of their issued papers.

Every change of a petition writes these fields. A petition from before the fields existed can be searched once it is
rebuilt. The functions can run meanwhile, and all steps can be interrupted and repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from petitions.domain.papers.paper import Paper
from petitions.domain.petition.petition import FOUND_BY_FIELDS, Petition, petition_path
from petitions.domain.shared.records import replace
from petitions.errors import NotFound
from petitions.ports.store import Fields, Query, Reader, Store, Transaction
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION
from petitions.usecases.shared.sweeping import every

_FIELDS = (*FOUND_BY_FIELDS, "papers")


@dataclass(frozen=True)
class RebuildSearch:
    """Rebuilds search fields, in steps that an operator runs."""

    store: Store

    def stale(self) -> Iterator[str]:
        """Yield the codes of the petitions with outdated search fields."""
        for document in every(self.store, "petitions"):
            if _differing(self.store, document.data):
                yield document.id

    def mend(self, code: str) -> None:
        """Correct the search fields of the petition. Raise NotFound."""

        def write(tx: Transaction) -> None:
            fields = tx.get(petition_path(code))
            if fields is None:
                raise NotFound(NO_SUCH_PETITION)
            tx.update(petition_path(code), _differing(tx, fields))

        self.store.transact(write)


def _differing(reader: Reader, fields: Fields) -> dict[str, Any]:
    petition = Petition.model_validate(fields)
    found = reader.find(Query(f"{petition_path(petition.code)}/papers"))
    issued = [paper for document in found if (paper := Paper.model_validate(document.data)).sheet is not None]
    ordered = sorted(issued, key=lambda paper: (paper.year or 0, paper.number or 0))
    numbers = [paper.sheet.printed_number for paper in ordered if paper.sheet]
    known = replace(petition, papers=numbers).stored()
    return {name: known[name] for name in _FIELDS if name in known and fields.get(name) != known[name]}
