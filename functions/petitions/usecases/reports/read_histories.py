"""The histories of petitions that may concern a period: petitions changed since it began, and those still open.

The work depends on the number of events since the period began, not on the number of petitions. Everything is read from
one snapshot, so a petition that changes meanwhile is neither missed nor read twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from petitions.domain.figures.past_figures import derive_figures, lines_without_figures
from petitions.domain.lifecycle.lifecycle import OPEN_STATES
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.reports.histories import History, RawLine, history_of, is_complete, raw_line
from petitions.domain.shared.records import replace
from petitions.ports.store import Fields, Query, Reader, Store
from petitions.usecases.shared.sweeping import every

T = TypeVar("T")
PAGE = 1000
AT_ONCE = 300


@dataclass(frozen=True)
class ReadHistories:
    """Reads the histories of petitions for one report."""

    store: Store

    def __call__(self, since: datetime, cut: datetime, progress: Callable[[int, int], None]) -> list[History]:
        """Return the histories of petitions changed since `since` or still open, up to the time `cut`, ordered by code.

        Raise Retryable.
        """
        reader = self.store.snapshot()
        days = max((cut - since).days, 1)
        raw = self._since(reader, since, lambda at: progress(min((at - since).days, days), days + 1))
        wanted = [history_path(code, seq) for code, lines in raw.items() for seq in range(1, min(lines))]
        wanted += self._open_without(reader, raw)
        for fields in _all(reader, wanted):
            _add(raw, fields[0], fields[1])
        ordered = {code: [lines[seq] for seq in sorted(lines)] for code, lines in sorted(raw.items())}
        petitions = self._petitions(reader, ordered)
        return [history_of(code, lines, cut, petitions.get(code)) for code, lines in ordered.items()]

    def received(self, since: datetime) -> dict[str, datetime]:
        """Return the times of receipt, by code, of petitions entered by an officer or system since `since`."""
        received: dict[str, datetime] = {}
        after: tuple[object, ...] = ()
        while True:
            where, order = (("taken.at", ">=", since),), ("taken.at", "__name__")
            fields = ("taken.at", "filed_at")
            page = self.store.find(Query("petitions", where, order, limit=PAGE, fields=fields, start_after=after))
            received |= {document.id: document.data["filed_at"] for document in page}
            if len(page) < PAGE:
                return received
            after = (page[-1].data["taken"]["at"], page[-1].id)

    def _since(
        self, reader: Reader, since: datetime, report: Callable[[datetime], None]
    ) -> dict[str, dict[int, RawLine]]:
        raw: dict[str, dict[int, RawLine]] = {}
        after: tuple[object, ...] = ()
        while True:
            where, order = (("at", ">=", since),), ("at", "__name__")
            page = reader.find(Query("history", where, order, limit=PAGE, group=True, start_after=after))
            for document in page:
                _add(raw, document.id, document.data)
            if len(page) < PAGE:
                return raw
            report(page[-1].data["at"])
            after = (page[-1].data["at"], page[-1].id)

    def _open_without(self, reader: Reader, raw: dict[str, dict[int, RawLine]]) -> Iterator[str]:
        for state in sorted(OPEN_STATES):
            for found in every(reader, "petitions", (("state", "==", state),)):
                if found.id not in raw:
                    yield from (history_path(found.id, seq) for seq in range(1, found.data["version"] + 1))

    def _petitions(self, reader: Reader, ordered: dict[str, list[RawLine]]) -> dict[str, Petition]:
        codes = [code for code, lines in ordered.items() if not is_complete(lines) or not lines[0].has_figures]
        found = {}
        for path, fields in _all(reader, map(petition_path, codes)):
            petition = found[path.partition("/")[2]] = Petition.model_validate(fields)
            if not ordered[petition.code][0].has_figures:
                ordered[petition.code] = _with_figures(reader, petition)
        return found


def _add(raw: dict[str, dict[int, RawLine]], path: str, fields: Fields) -> None:
    line = raw_line(HistoryEntry.model_validate(fields))
    raw.setdefault(path.split("/")[1], {})[line.seq] = line


def _with_figures(reader: Reader, petition: Petition) -> list[RawLine]:
    paths = [history_path(petition.code, seq) for seq in range(1, petition.version + 1)]
    lines = [HistoryEntry.model_validate(fields) for _, fields in _all(reader, paths)]
    given = derive_figures(petition, lines) if lines_without_figures(lines) else {}
    return [raw_line(replace(line, figures=given.get(line.seq, line.figures))) for line in lines]


def _all(reader: Reader, paths: Iterable[str]) -> Iterator[tuple[str, Fields]]:
    for part in _parts(list(paths), AT_ONCE):
        found = reader.get_all(part)
        yield from ((path, fields) for path, fields in zip(part, found, strict=True) if fields is not None)


def _parts(whole: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    yield from (whole[start : start + size] for start in range(0, len(whole), size))
