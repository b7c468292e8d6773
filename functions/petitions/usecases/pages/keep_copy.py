"""The encrypted copies of a citizen's page and its files, kept up to date in the public database and bucket.

Two databases and a bucket have no common transaction. Therefore the newest state is read, the files are written before
the copy, and no copy replaces a newer one. `relay` runs this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.citizen.citizen import (
    MOST_POSTS,
    AppliedPost,
    Citizen,
    StoredInput,
    citizen_path,
    input_path,
)
from petitions.domain.citizen.draft import PetitionDraft
from petitions.domain.contact.contact_request import OWED
from petitions.domain.files.attachment import Attachment, copy_name
from petitions.domain.lifecycle.states import Action, State
from petitions.domain.pages.draft_view import AlikeResult, ShownFile, draft_view
from petitions.domain.pages.links import copy_path, has_page, page_id, page_key, page_of
from petitions.domain.pages.page_copy import DRAFT, PETITION, PageCopy, PageView
from petitions.domain.pages.petition_view import OFF_ZALO, HistoryLine, WaitingRequest, history_line, petition_view
from petitions.domain.papers.paper import Paper, PaperState
from petitions.domain.papers.paper_file import paper_file
from petitions.domain.petition.confidentiality import is_closed_to_taker, is_protected, named_unit
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.domain.publishing.own_view import OwnFile, is_answered, own_file, sealed_folder, shown_files
from petitions.domain.publishing.public import public_answer
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Seals
from petitions.usecases.conversation.offer_published import published_alike, short_summary
from petitions.usecases.files.answer_files import answer_files
from petitions.usecases.lifecycle.merge_petitions import main_of
from petitions.usecases.shared.petition_changes import changed_fields, name_of_unit
from petitions.usecases.shared.published_index import PublishedIndex
from petitions.usecases.shared.undecided import undecided

PAGES = "pages"
MOST_LINES = 200
_SEALED_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class KeepCopy:
    """Writes and removes the encrypted copies of pages."""

    petitions: Store
    public: Store
    files: Files
    """The bucket with the copies of answers' files, plain and encrypted."""
    seals: Seals
    directory: Directory
    index: PublishedIndex

    def draft(self, who: str, page: str) -> None:
        """Bring the page of a citizen's draft up to date. Remove it if the draft has ended. Raise Retryable."""
        citizen = self._citizen(who)
        draft = _draft_of(citizen, page)
        if citizen is None or draft is None or draft.page is None:
            self._after_draft(citizen, page)
            return
        results = published_alike(self.index, draft.content())
        alike = [AlikeResult(summary=short_summary(one), path=f"/results/{one.result_id}") for one in results]
        view = draft_view(who, citizen, draft, page, self._fetched(who, draft), alike)
        view = replace(view, ward_names=self._ward_names([view.ward, *view.ward_choices]))
        self._write(self._sealed(page_key(draft.page), view, about=who, stage=DRAFT, changes=citizen.changes), page)
        if _draft_of(self._citizen(who), page) is None:
            self.draft(who, page)  # the draft ended meanwhile, and the copy just written is removed

    def _after_draft(self, citizen: Citizen | None, page: str) -> None:
        code = next((own.code for own in citizen.petitions if own.page == page), None) if citizen else None
        found = self.petitions.get(petition_path(code)) if code else None
        if found:
            self.petition(Petition.model_validate(found))
        else:
            left = self._is_left(page)
            gone = self.public.transact(lambda tx: _end(tx, page, only=None if left else DRAFT))
            for name in gone:
                self.files.erase(name)

    def _is_left(self, page: str) -> bool:
        found = self.public.get(copy_path(page))
        copy = PageCopy.model_validate(found) if found else None
        petition = self.petitions.get(petition_path(copy.about)) if copy and copy.stage == PETITION else None
        letters = petition.get("page") if petition else None
        return letters is not None and page_of(letters) != page

    def petition(self, petition: Petition) -> None:
        """Bring the page of a petition up to date, or remove it if it may no longer have one. Raise Retryable."""
        if petition.page is None:
            return
        key = page_key(petition.page)
        page = page_id(key)
        if not has_page(petition):
            self.public.transact(lambda tx: _end(tx, page))
            # This also removes files that a slower projection of an earlier state has written.
            self.files.erase(sealed_folder(petition.code))
            return
        withheld = is_closed_to_taker(petition)
        main = petition if withheld else main_of(self.petitions, petition)
        other = main if main.code != petition.code else None
        history = self._history(petition)
        unit = name_of_unit(self.directory, named_unit(main))
        files = [] if withheld else self._answered_with(petition, key, merged=other is not None)
        ward = self._ward_names([petition.ward or ""]).get(petition.ward or "", "")
        view = petition_view(petition, other, unit, ward, history, _wanted(petition, history), files)
        citizen = self._citizen(petition.citizen)
        if citizen:
            posts = [post for post in citizen.posts if post.page == page]
            view = replace(view, language=citizen.language, posts=posts)
        if petition.source in OFF_ZALO:
            view = replace(view, posts=_supplements(petition, page))
        waiting = self._waiting(petition)
        view = replace(view, sent=self._sent(petition, view.sent), waiting=waiting)
        view = view.kept_from_taker(public_answer(petition)) if withheld else view
        copy = self._sealed(
            key,
            view,
            about=petition.code,
            stage=PETITION,
            version=petition.version,
            main_version=other.version if other else 0,
            changes=citizen.changes if citizen else 0,
            objects=[file.object for file in files],
        )
        for gone in self._write(copy, page):
            self.files.erase(gone)
        if self._waiting(petition) != waiting:
            self.petition(petition)  # a request or its answer came meanwhile, which gives the petition no new version

    def _waiting(self, petition: Petition) -> list[WaitingRequest]:
        asked = (one for one in undecided(self.petitions, petition.code) if one.why not in OWED)
        requests = [one for one in asked if one.citizen == petition.citizen]
        return sorted((WaitingRequest(why=one.why, at=one.at) for one in requests), key=lambda one: one.at)

    def _citizen(self, who: str) -> Citizen | None:
        found = self.petitions.get(citizen_path(who))
        return Citizen.model_validate(found) if found else None

    def _ward_names(self, codes: Sequence[str]) -> dict[str, str]:
        wards = [self.directory.ward(code) for code in codes if code]
        return {ward.code: ward.name for ward in wards if ward}

    def _fetched(self, who: str, draft: PetitionDraft) -> dict[str, Attachment]:
        paths = sorted({input_path(who, part.key) for part in draft.files()})
        inputs = [StoredInput.model_validate(found) for found in self.petitions.get_all(paths) if found]
        return {file.id: file for one in inputs for file in one.files}

    def _sent(self, petition: Petition, sent: Sequence[ShownFile]) -> list[ShownFile]:
        paths = [file_path(petition.code, file.key) for file in sent]
        known = [PetitionFile.model_validate(found) for found in self.petitions.get_all(paths) if found]
        states = {file.id: file.state for file in known}
        return [replace(file, state=states.get(file.key, file.state)) for file in sent]

    def _history(self, petition: Petition) -> list[HistoryLine]:
        query = Query(f"petitions/{petition.code}/history", order_by=("seq",), limit=MOST_LINES)
        entries = [HistoryEntry.model_validate(found.data) for found in self.petitions.find(query)]
        named = not is_protected(petition)
        lines = [
            history_line(entry, self.directory.name_of(entry.unit) if entry.unit and named else "") for entry in entries
        ]
        return [line for line in lines if line]

    def _answered_with(self, petition: Petition, key: str, *, merged: bool) -> list[OwnFile]:
        files = [] if merged or not is_answered(petition) else answer_files(self.petitions, petition)
        found = self.petitions.find(Query(f"petitions/{petition.code}/papers", order_by=("drafted_at",)))
        papers = [Paper.model_validate(document.data) for document in found]
        files += [paper_file(paper) for paper in papers if paper.state is PaperState.READY]
        kept = [self._kept(petition.code, key, file) for file in shown_files(files)]
        return [file for file in kept if file]

    def _kept(self, code: str, key: str, file: PetitionFile) -> OwnFile | None:
        source = copy_name(file.object or "", file.sha256 or "")
        name = sealed_folder(code) + self.seals.mark(sealed_folder(code), key, source.encode())
        try:
            content = b"".join(self.files.read(source))
        except NotFound:
            return None
        self.files.put(name, self.seals.seal(name, key, content), _SEALED_TYPE)
        return own_file(file, name)

    def _sealed(
        self,
        key: str,
        view: PageView,
        *,
        about: str,
        stage: int,
        version: int = 0,
        main_version: int = 0,
        changes: int,
        objects: Sequence[str] = (),
    ) -> PageCopy:
        path, content = copy_path(page_id(key)), view.model_dump_json(exclude_none=True).encode()
        box = self.seals.seal(path, key, content)
        return PageCopy(
            key=self.seals.key_of(box),
            box=box,
            about=about,
            stage=stage,
            version=version,
            main_version=main_version,
            changes=changes,
            mark=self.seals.mark(path, key, content),
            objects=list(objects),
        )

    def _write(self, wanted: PageCopy, page: str) -> list[str]:
        return self.public.transact(lambda tx: _put(tx, page, wanted))


def _draft_of(citizen: Citizen | None, page: str) -> PetitionDraft | None:
    draft = citizen.conversation.draft if citizen else None
    return draft if draft is not None and draft.page is not None and page_of(draft.page) == page else None


def _supplements(petition: Petition, page: str) -> list[AppliedPost]:
    sent = [one for one in petition.additions if one.by == "citizen"]
    return [AppliedPost(key=one.input, page=page, at=one.at, words="") for one in reversed(sent[-MOST_POSTS:])]


def _wanted(petition: Petition, history: Sequence[HistoryLine]) -> str | None:
    if petition.state is not State.AWAITING_CITIZEN:
        return None
    asked = [line.words for line in history if line.words and line.step == Action.ASK_SUPPLEMENT]
    return asked[-1] if asked else None


def _put(tx: Transaction, page: str, wanted: PageCopy) -> list[str]:
    found = tx.get(copy_path(page))
    if found is None:
        tx.create(copy_path(page), wanted.stored())
        return []
    before = PageCopy.model_validate(found)
    if before.order > wanted.order or (before.key, before.mark, before.order) == (
        wanted.key,
        wanted.mark,
        wanted.order,
    ):
        return []
    tx.update(copy_path(page), changed_fields(before, wanted))
    return sorted(set(before.objects) - set(wanted.objects))


def _end(tx: Transaction, page: str, only: int | None = None) -> list[str]:
    found = tx.get(copy_path(page))
    copy = PageCopy.model_validate(found) if found else None
    if copy is None or only not in {None, copy.stage}:
        return []
    tx.delete(copy_path(page))
    return copy.objects
