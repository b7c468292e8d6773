"""Planted faults that let people of an accused office read the petition, one for every way to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers import policy
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.history_counts import FiguresPlace
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.records import replace
from petitions.errors import Rejected
from petitions.usecases.accusations.keep_apart import KeepApart
from petitions.usecases.contact import read_contacts
from petitions.usecases.desk import read_audit, read_changes, read_petition, search_petitions
from petitions.usecases.desk.preview_merge import MergePreview, PreviewMerge
from petitions.usecases.desk.read_audit import AuditFilters, ReadAudit
from petitions.usecases.desk.read_work_list import ReadWorkList
from petitions.usecases.exports import make_list_files
from petitions.usecases.lifecycle import commands, merge_petitions, submit_answer
from petitions.usecases.notices.prepare_notice import PrepareNotice
from petitions.usecases.officers.staff import Staff
from petitions.usecases.pages import keep_copy
from petitions.usecases.papers import draft_paper
from petitions.usecases.shared import petition_changes
from petitions.usecases.shared.petition_changes import petition_in
from tests.simulation.planted.planting import Planted

PROMISE, LINK = "nobody_reads_who_accuses_them", "no_link_of_an_accused_clerk_shows_more"
_LIST, _WHOLE, _PLACE = ReadWorkList.__call__, ReadWorkList.whole, Petition.figures_place


def _yes(*_: Any) -> bool:
    return True


def _no(*_: Any) -> bool:
    return False


def _nothing(*_: Any) -> frozenset[str]:
    return frozenset()


def _none(*_: Any) -> None:
    return None


def _promoted(officer: Officer) -> Officer:
    return replace(officer, role=Role.COORDINATOR)


def _as_coordinators_do(read: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a reader of lists so that every officer reads with a coordinator's rights.

    A list that coordinators do not have is read with the officer's own rights.
    """

    def promoted(self: ReadWorkList, officer: Officer, *given: Any) -> Any:
        with suppress(Rejected):
            return read(self, _promoted(officer), *given)
        return read(self, officer, *given)

    return promoted


def _asked_by_a_coordinator(staff: Staff, job: Any, _: Any) -> Officer:
    found = staff.find(job.by)
    if found is None:
        raise Rejected("gone", reason="role")
    return _promoted(found)


def _any_two(self: PreviewMerge, _: Officer, code: str, main: str) -> MergePreview:
    one, other = (Petition.model_validate(self.store.get(petition_path(which))) for which in (code, main))
    return MergePreview(one, other, same_filer=False, answered=False)


def _of_any(self: ReadAudit, reader: Officer, code: str) -> Any:
    return self._lines(reader, self.store.find(replace(read_audit._query(AuditFilters(codes=(code,))), limit=50)))


def _counted_where_accused(petition: Petition) -> FiguresPlace:
    place: FiguresPlace = _PLACE.fget(petition)  # type: ignore[attr-defined]
    return replace(place, unit=petition.accused) if petition.accused else place


def _as_it_was(petition: Petition, *_: Any) -> Any:
    return petition.closed_with


IN_SECRECY: Mapping[str, Planted] = {
    "a page opens to the accused": Planted(PROMISE, read_petition, "may", _yes, says="by page"),
    "a page offers what accuses": Planted(PROMISE, read_petition, "may_see", _yes, says="by offer"),
    "an answer is like that of who accuses": Planted(PROMISE, submit_answer, "is_protected", _no, says="by page"),
    "a list has what accuses": Planted(PROMISE, ReadWorkList, "__call__", _as_coordinators_do(_LIST), says="by list"),
    "a search finds what accuses": Planted(
        PROMISE, search_petitions, "may_see", _yes, ((search_petitions, "sees_all", _yes),), says="by search"
    ),
    "an export has what accuses": Planted(
        PROMISE, ReadWorkList, "whole", _as_coordinators_do(_WHOLE), says="by export"
    ),
    "a job's file has what accuses": Planted(
        PROMISE, make_list_files, "present_officer", _asked_by_a_coordinator, says="by job"
    ),
    "a mail names what accuses": Planted(
        PROMISE, Staff, "meant", lambda self, *_: self.everyone(),
        ((PrepareNotice, "_closed", staticmethod(_nothing)),), says="by mail",
    ),
    "a paper is drafted of what accuses": Planted(
        PROMISE, draft_paper, "petition_to_write", lambda tx, _, code: petition_in(tx, code), says="by paper"
    ),
    "a merger shows what accuses": Planted(PROMISE, PreviewMerge, "__call__", _any_two, says="by merge"),
    "the audit tells of what accuses": Planted(PROMISE, ReadAudit, "of_petition", _of_any, says="by audit"),
    "the bell tells of what accuses": Planted(
        PROMISE, read_changes, "sees_all", _yes, ((read_changes, "may_see", _yes),), says="by bell"
    ),
    "the figures count what accuses": Planted(
        PROMISE, Petition, "figures_place", property(_counted_where_accused), says="by figures"
    ),
    "the accused have the contacts of who accuses": Planted(
        PROMISE, read_contacts, "sees_all", _yes, ((read_contacts, "is_closed_to", _no),), says="by contacts"
    ),
    "a later text is not judged": Planted(PROMISE, KeepApart, "__call__", _none, says="by page"),
    "a family is not closed": Planted(
        PROMISE, commands, "closed_with", _as_it_was, ((merge_petitions, "closed_with", _as_it_was),)
    ),
    "coordinators read what accuses them": Planted(
        PROMISE, Petition, "accuses_coordinators", property(_no), ((policy, "grounds", _nothing),), says="vpub-"
    ),
    "the link of an accused clerk goes on showing": Planted(
        LINK, keep_copy, "is_closed_to_taker", _no, says="shows more"
    ),
    "the accused handle what accuses them": Planted(
        PROMISE, petition_changes, "why_closed_to", _none,
        ((petition_changes, "without_closed", lambda petition, _: petition),), says="is given to",
    ),
}  # fmt: skip
