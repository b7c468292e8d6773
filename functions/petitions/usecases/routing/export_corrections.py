"""The export of officers' choices of units as training examples. The last choice for a petition counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.transfers import RoutingCorrection
from petitions.domain.publishing.publication import clean
from petitions.domain.units.directory import Directory
from petitions.ports.store import Query, Store

PAGE = 200


@dataclass(frozen=True)
class ExportCorrections:
    """Exports officers' corrections of the routing, with the texts of their petitions.

    An erased petition gives no example.
    """

    store: Store
    directory: Directory

    def __call__(self) -> Iterator[dict[str, Any]]:
        """Yield `{"id", "text", "address", "units": [code], "kind"?}` for every corrected petition.

        The text is masked, and the address is only the name of the ward. A unit that has ended is replaced by its
        successor.
        """
        last: dict[str, RoutingCorrection] = {}
        for routing_correction in self._all():
            if routing_correction.code not in last or last[routing_correction.code].seq < routing_correction.seq:
                last[routing_correction.code] = routing_correction
        codes = sorted(last)
        for start in range(0, len(codes), PAGE):
            page = codes[start : start + PAGE]
            for code, fields in zip(page, self.store.get_all([petition_path(item) for item in page]), strict=True):
                # No file may take a denunciation out of the coordinators' hands either (LAW 7.8).
                if fields is not None and fields.get("content") and fields.get("petition_class") != "denunciation":
                    yield self._example(last[code], Petition.model_validate(fields))

    def _all(self) -> Iterator[RoutingCorrection]:
        after: tuple[object, ...] = ()
        while True:
            page = self.store.find(Query("corrections", order_by=("id",), limit=PAGE, start_after=after))
            yield from (RoutingCorrection.model_validate(document.data) for document in page)
            if len(page) < PAGE:
                return
            after = (page[-1].data["id"],)

    def _example(self, correction: RoutingCorrection, petition: Petition) -> dict[str, Any]:
        ward = self.directory.ward(self.directory.heir(petition.ward)) if petition.ward else None
        example = {
            "id": correction.code,
            "text": clean(petition.content, petition),
            "address": ward.name if ward else "",
            "units": [self.directory.heir(correction.unit)],
        }
        return example | ({"kind": correction.kind} if correction.kind else {})
