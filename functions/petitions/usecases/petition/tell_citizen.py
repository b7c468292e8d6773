"""The notices to a citizen about officers' actions on their petition: acceptance, question, answer, refusal, transfer.

The law requires the notices of acceptance, question and answer (LAW 2.2). The others are sent as well (README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Answered, Refused
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import Action, ClockName, State
from petitions.domain.notices.enclosures import Enclosure, FilesElsewhere, enclosures_of, words_about_files
from petitions.domain.notices.kinds import KIND_AFTER, NOTICE_KINDS, NoticeKind
from petitions.domain.notices.notice import About, Notice, NoticeState
from petitions.domain.notices.still_true import still_holds
from petitions.domain.pages.links import page_address
from petitions.domain.petition.confidentiality import is_accused
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.publishing.publication import clean_for
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.usecases.shared.notice_values import WITH_WORDS, notice_values
from petitions.usecases.shared.telling_dates import due_in_words, resumed_notice

TOLD_AFTER = timedelta(minutes=10)
"""The delay of the notice that another unit has the petition. Until it is over, the assignment can be undone."""

QUOTED = frozenset(action for action, kind in KIND_AFTER.items() if kind in WITH_WORDS)
"""The actions with a text that the filer reads unchanged."""


@dataclass(frozen=True)
class TellCitizen:
    """Creates the notice about an action, and prepares the conversation for the citizen's reply."""

    texts: Texts
    directory: Directory
    citizen_url: str = ""
    """The base address of the filers' pages."""

    def notice(
        self,
        before: Petition,
        petition: Petition,
        action: Action,
        words: str,
        citizen: Citizen,
        now: datetime,
        files: Sequence[PetitionFile] = (),
        by: str = "",
    ) -> Notice | None:
        """Return the notice about a step, or None for steps of which the citizen is not informed.

        `words` is the officer's text, `files` are the files of the answer, and `by` is the officer's unit.
        """
        kind = KIND_AFTER.get(action)
        if kind is None or (kind is NoticeKind.REASSIGNED and petition.unit in {before.unit, *before.held_by[-1:]}):
            return None  # it stays with its unit, or returns to one known to the citizen
        if kind is NoticeKind.REASSIGNED and ClockName.ANSWER not in petition.clocks:
            return None  # it is not accepted yet, and the acceptance sends a notice
        if kind is NoticeKind.RESUMED:
            return resumed_notice(petition, self.texts, citizen, now)
        told_otherwise, further = _promises_otherwise(before, petition), _further(before, petition, kind)
        if kind in {NoticeKind.RELEVELLED, NoticeKind.RECLASSIFIED} and not (told_otherwise or further):
            return None
        texts = self.texts.to(citizen.language)
        params = notice_values(kind, petition, words, by, self.directory, texts)
        waits = kind is NoticeKind.REASSIGNED and "until" in params
        key = "reassigned_waiting" if waits else NOTICE_KINDS[kind].texts[0]
        enclosures: list[Enclosure] = []
        address = page_address(petition, self.citizen_url, citizen.language)
        if kind is NoticeKind.UNMERGED:
            params |= due_in_words(petition, texts)
        if kind is NoticeKind.ANSWERED:
            answer = petition.reply.with_basis if petition.reply else ""
            elsewhere = FilesElsewhere(params["unit"], petition.code, address)
            params["answer"] = "\n\n".join(filter(None, [answer, words_about_files(files, texts, elsewhere)]))
            enclosures = enclosures_of(files, texts, elsewhere)
            # In the middle of a draft a number would answer the current question, not the request for a rating.
            key = "answered" if citizen.conversation.draft is None else "answered_in_draft"
        # If a new class moves no deadline, the notice has only its other consequences.
        silent = kind is NoticeKind.RECLASSIFIED and not told_otherwise
        parts = [] if silent else [texts.render(key, **params)]
        if kind is NoticeKind.SUPPLEMENT_ASKED and address:
            parts.append(texts.render("page_papers", link=address))
        moved = kind is NoticeKind.REASSIGNED
        notice = Notice(
            id=f"{petition.code}-{petition.version}",
            kind=kind,
            channel="zalo",
            citizen=petition.citizen,
            text="\n\n".join([*parts, *(texts.render(item, unit=params["unit"]) for item in further)]),
            files=enclosures,
            about=About(code=petition.code, seq=petition.version, unit=petition.unit if moved else None),
            template=params,
            asks_rating=key == "answered",
            state=NoticeState.WAITING if moved else NoticeState.PLANNED,
            next_attempt_at=now + TOLD_AFTER if moved else None,
            created_at=now,
        )
        # The notice of a new class of a closed petition, for example, would be cancelled unsent.
        return notice if still_holds(notice, petition) else None

    def portal_words(self, before: Petition, petition: Petition, action: Action, words: str) -> str | None:
        """Return the text about the step for a filer on the national portal, or None.

        It is the text that a filer on Zalo gets. State, unit, deadlines and answer are sent to the portal separately.
        """
        kind = KIND_AFTER.get(action)
        further = _further(before, petition, kind) if kind else []
        parts = [words] if kind in WITH_WORDS else []
        unit = self.directory.name_of(petition.unit)
        if kind is NoticeKind.RELEVELLED and _promises_otherwise(before, petition):
            values = notice_values(kind, petition, words, "", self.directory, self.texts)
            parts = [self.texts.render("relevelled", **values)]
        return "\n\n".join([*parts, *(self.texts.render(item, unit=unit) for item in further)]) or None

    def merged_in_words(self, petition: Petition, main: Petition) -> str:
        """Return the text that informs a filer on the portal of the petition's merge into `main`."""
        return self.texts.render("merged", **self._joined(petition, main))

    def unmerged_in_words(self, petition: Petition) -> str:
        """Return the text that informs a filer on the portal that the petition's merge was undone."""
        return self.texts.render("unmerged", code=petition.code, **due_in_words(petition, self.texts))

    def merged(self, petition: Petition, main: Petition, citizen: Citizen, now: datetime) -> Notice:
        """Return the notice that the petition was merged into `main`, with the answer if `main` has one."""
        texts = self.texts.to(citizen.language)
        params = self._joined(petition, main)
        text = texts.render("merged", **params)
        if main.reply and main.reply.approved_at:
            text += "\n\n" + texts.render(
                "merged_answer", **params, answer=clean_for(petition, main.reply.with_basis, main)
            )
        return Notice(
            id=f"{petition.code}-{petition.version + 1}",
            kind=NoticeKind.MERGED,
            channel="zalo",
            citizen=petition.citizen,
            text=text,
            about=About(code=petition.code, seq=petition.version + 1),
            template=params,
            created_at=now,
        )

    def answered_with(self, petition: Petition, main: Petition, citizen: Citizen, now: datetime) -> Notice:
        """Return the notice to the filer of a merged petition with the main petition's answer.

        Everything that identifies the main petition's filer is removed from the answer.
        """
        answer = clean_for(petition, main.reply.with_basis, main) if main.reply else ""
        return self._beside(NoticeKind.ANSWERED, "merged_answer", petition, main, citizen, now, answer=answer)

    def reopened_with(self, petition: Petition, main: Petition, citizen: Citizen, now: datetime) -> Notice:
        """Return the notice to the filer of a merged petition that the main petition was reopened."""
        due = self.texts.to(citizen.language).time(main.clocks[ClockName.ANSWER].due_at)
        return self._beside(NoticeKind.REOPENED, "merged_reopened", petition, main, citizen, now, answer_due=due)

    def reopened_in_words(self, petition: Petition, main: Petition) -> str:
        """Return the text that informs a filer on the portal about the reopening of their petition's main petition."""
        due = self.texts.time(main.clocks[ClockName.ANSWER].due_at)
        return self.texts.render("merged_reopened", **self._joined(petition, main), answer_due=due)

    def _joined(self, petition: Petition, main: Petition) -> dict[str, str]:
        return {"code": petition.code, "unit": self.directory.name_of(main.unit)}

    def _beside(
        self,
        kind: NoticeKind,
        key: str,
        petition: Petition,
        main: Petition,
        citizen: Citizen,
        now: datetime,
        **values: str,
    ) -> Notice:
        params = {**self._joined(petition, main), **values}
        return Notice(
            id=f"{main.code}-{main.version + 1}-{petition.code}",
            kind=kind,
            channel="zalo",
            citizen=petition.citizen,
            text=self.texts.to(citizen.language).render(key, **params),
            about=About(code=main.code, seq=main.version + 1),
            template=params,
            created_at=now,
        )

    def remembered(self, citizen: Citizen, petition: Petition, action: Action, now: datetime) -> Citizen:
        """Return the citizen with the step stored, so that their next message is understood as a reply to it.

        The questions in notices are opened only when the notices are sent (`notices.open_questions`).
        """
        talk, code = citizen.conversation, petition.code
        if action is Action.APPROVE:
            talk = talk.with_office_message(Answered(code=code, at=now))
        elif action is Action.REFUSE:
            talk = talk.with_office_message(Refused(code=code, at=now))
        elif action is Action.REOPEN or (code in talk.requested and petition.state is not State.AWAITING_CITIZEN):
            talk = talk.without(code)  # the answer to be rated is no longer valid, or the request was met
        return replace(citizen, conversation=talk)


_HOW_TO = {
    "complaint": ("how_to_complain", "complaint_kept"),
    "denunciation": ("how_to_denounce", "denunciation_kept"),
}
"""The keys of further texts, by class: how to complain, and who cannot read the complaint.

The portal gets only the first.
"""


def _further(before: Petition, after: Petition, kind: NoticeKind) -> list[str]:
    """Return the keys of further texts: how to complain by law, and the people without access (LAW 1.1)."""
    anew = kind is NoticeKind.RECLASSIFIED
    if not anew and kind not in {NoticeKind.ACCEPTED, NoticeKind.REFUSED}:
        return []
    found = []
    if after.petition_class in _HOW_TO and not (anew and after.petition_class == before.petition_class):
        guidance, kept = _HOW_TO[after.petition_class]
        found += [guidance] if after.source == "portal" else [guidance, kept]
    told_before = anew and after.accused == before.accused
    if after.accused and not (kind is NoticeKind.REFUSED or told_before or is_accused(after, after.unit)):
        found.append("conduct_closed")
    return found


def _promises_otherwise(before: Petition, after: Petition) -> bool:
    old, new = before.clocks.get(ClockName.ANSWER), after.clocks.get(ClockName.ANSWER)
    return old is not None and new is not None and old.due_at != new.due_at
