"""The status of a petition, looked up for a reply on Zalo.

Any citizen with the code gets state, unit and dates. The petition's sender also gets the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.conversation.turn import LookUpStatus, OwnPetitionStatus
from petitions.domain.language.texts import DEFAULT_LANGUAGE, Texts
from petitions.domain.language.words import shortened
from petitions.domain.lifecycle.lifecycle import ClockName, State
from petitions.domain.notices.enclosures import Enclosure, FilesElsewhere, enclosures_of, words_about_files
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice, notice_path
from petitions.domain.pages.links import OPEN_FOR, page_address
from petitions.domain.petition.confidentiality import named_unit
from petitions.domain.petition.contacts import dialled
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.publishing.late_step import late_step
from petitions.domain.publishing.public import shown_state
from petitions.domain.publishing.publication import clean_for
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.ports.store import Transaction
from petitions.usecases.files.answer_files import answer_files
from petitions.usecases.lifecycle.merge_petitions import main_of
from petitions.usecases.shared.lateness_words import lateness_words
from petitions.usecases.shared.petition_changes import last_filer_text

LONGEST_SENT = 900
"""The most characters of a petition's own text in a status."""

_TOLD = (State.ANSWERED, State.PUBLISHED, State.CLOSED)

_DECIDED = (State.REFUSED, State.TRANSFERRED_OUT)


@dataclass(frozen=True)
class LookUpAnswer:
    """The status of a petition in words, with a notice for files."""

    words: str
    files: Notice | None = None
    """The notice that sends the files of the answer, if any."""
    renewed: str | None = None
    """The code of the petition if the link to its web page was renewed."""


@dataclass(frozen=True)
class LookUpPetition:
    """Looks up the status of petitions for replies in the chat.

    The `texts` that its methods take are in the citizen's language.
    """

    directory: Directory
    public_url: str
    citizen_url: str

    def told_filed(self, petition: Petition, texts: Texts) -> str:
        """Return the text that confirms the filing, with the code, the first deadline and the page's link."""
        return texts.render(
            "filed",
            code=petition.code,
            reception_due=texts.time(petition.clocks[ClockName.RECEPTION].due_at),
            link=page_address(petition, self.citizen_url, texts.language),
        )

    def standings(self, tx: Transaction, citizen: str, codes: Sequence[str]) -> dict[str, OwnPetitionStatus]:
        """Return the states of the citizen's own petitions by code, read in one call."""
        found = tx.get_all([petition_path(code) for code in codes])
        petitions = [Petition.model_validate(item) for item in found if item]
        mine = [petition for petition in petitions if petition.citizen == citizen]
        return {
            petition.code: OwnPetitionStatus(shown_state(petition.state), petition.rating is not None)
            for petition in mine
        }

    def __call__(
        self,
        tx: Transaction,
        citizen: str,
        effect: LookUpStatus,
        texts: Texts,
        now: datetime,
        erased_at: datetime | None = None,
    ) -> LookUpAnswer:
        """Return the petition's status. Its sender also gets the answer with its files.

        An unknown code gets a text that explains it. `erased_at` is the time at which the citizen had their data
        erased. The chat no longer shows the text of petitions filed before that time, and their answers only on a
        request by code.
        """
        found = tx.get(petition_path(effect.code))
        if found is None:
            return LookUpAnswer(texts.render("status_unknown", code=effect.code))
        asked = Petition.model_validate(found)
        if asked.merged_into:
            return LookUpAnswer(self._merged(tx, citizen, asked, texts, now))
        is_erased = asked.citizen == citizen and _is_erased(asked, erased_at)
        if is_erased and effect.whole:
            without = texts.render("content_erased", code=asked.code)
            return LookUpAnswer(f"{self._standing('', asked, texts, now)}\n\n{without}")
        files = answer_files(tx, asked) if _is_told(citizen, asked) else []
        again = _once_a_day(tx, asked, enclosures_of(files, texts, self._elsewhere(asked, texts)), texts, now)
        sent = _sent(asked, texts) if effect.whole and asked.citizen == citizen else ""
        words = self._standing(citizen, asked, texts, now, files) + _awaited(tx, citizen, asked, texts) + sent
        link = page_address(asked, self.citizen_url, texts.language)
        if asked.citizen == citizen and link and not is_erased:
            tx.update(petition_path(asked.code), {"page_until": now + OPEN_FOR})
            return LookUpAnswer(f"{words}\n\n{texts.render('page_petition', link=link)}", again, renewed=asked.code)
        return LookUpAnswer(words, again)

    def _elsewhere(self, petition: Petition, texts: Texts) -> FilesElsewhere:
        unit = petition.reply.unit if petition.reply else petition.unit
        return FilesElsewhere(
            self.directory.name_of(unit), petition.code, page_address(petition, self.citizen_url, texts.language)
        )

    def _merged(self, tx: Transaction, citizen: str, asked: Petition, texts: Texts, now: datetime) -> str:
        """Return the status of a petition that was merged into another citizen's petition.

        It is the main petition's status, under the code of the merged one. The sender of the merged petition also gets
        the answer, without anything that identifies the other citizen.
        """
        main = main_of(tx, asked)
        merged = texts.render("status_merged", code=asked.code)
        shown = replace(main, code=asked.code, filed_at=asked.filed_at)
        status = f"{merged}\n\n{self._standing(citizen, shown, texts, now)}"
        answered = main.reply and main.reply.approved_at and main.state in _TOLD
        if citizen != asked.citizen or citizen == main.citizen or not (answered and main.reply):
            return status
        params = {"code": asked.code, "unit": self.directory.name_of(main.unit)}
        return f"{status}\n\n" + texts.render(
            "merged_answer", **params, answer=clean_for(asked, main.reply.with_basis, main)
        )

    def _standing(
        self, citizen: str, petition: Petition, texts: Texts, now: datetime, files: Sequence[PetitionFile] = ()
    ) -> str:
        reply = petition.reply
        unit = petition.unit if petition.citizen == citizen else named_unit(petition)
        params = {
            "code": petition.code,
            "state": texts.render(f"state_{shown_state(petition.state)}"),
            "unit": self.directory.name_of(unit),
            "filed_at": texts.time(petition.filed_at),
        }
        if petition.citizen == citizen and reply and reply.approved_at and petition.state in _TOLD:
            answered_at = texts.time(reply.approved_at)
            answer = "\n\n".join(
                filter(None, [reply.with_basis, words_about_files(files, texts, self._elsewhere(petition, texts))])
            )
            return texts.render("status_answer", **params, answered_at=answered_at, answer=answer)
        if petition.citizen == citizen and petition.decision and petition.state in _DECIDED:
            return texts.render("status_decided", **params, office_words=petition.decision)
        if until := petition.promised.get(ClockName.SUPPLEMENT):
            asked = texts.render("clock_supplement").lower()
            return texts.render("status_due", **params, due=texts.time(until), clock=asked)
        clock = petition.citizens_clock
        if clock is None:
            return texts.render("status", **params)
        if (late := late_step(petition)) and late.is_late(now):
            return texts.render("status_overdue", **params, late=lateness_words(late, texts, now))
        due = texts.render(
            "status_due", **params, due=texts.time(clock.due_at), clock=texts.render(f"clock_{clock.name}").lower()
        )
        # The explanation of a deadline is written in Vietnamese.
        why = f"\n({clock.simple_explanation})" if texts.language == DEFAULT_LANGUAGE else ""
        return due + why


def _awaited(tx: Transaction, citizen: str, petition: Petition, texts: Texts) -> str:
    if petition.citizen != citizen or petition.state is not State.AWAITING_CITIZEN:
        return ""
    request = last_filer_text(tx, petition)
    return "\n\n" + texts.render("still_asked", office_words=request) if request else ""


def _sent(petition: Petition, texts: Texts) -> str:
    additions = [addition.text for addition in petition.additions if addition.text and addition.by == "citizen"]
    contact = petition.contact
    who = ", ".join(filter(None, [contact.name, *map(dialled, contact.phones), contact.address]))
    return "\n\n" + texts.render(
        "status_content",
        content=shortened("\n+ ".join([petition.content, *additions]), LONGEST_SENT),
        files=len(petition.files),
        address=petition.address or texts.render("no_ward"),
        name=who,
    )


def _is_erased(petition: Petition, erased_at: datetime | None) -> bool:
    return petition.restricted_at is not None or (erased_at is not None and petition.filed_at in UpTo(erased_at))


def _is_told(citizen: str, petition: Petition) -> bool:
    reply = petition.reply
    return petition.citizen == citizen and bool(reply and reply.approved_at) and petition.state in _TOLD


def _once_a_day(
    tx: Transaction, petition: Petition, files: Sequence[Enclosure], texts: Texts, now: datetime
) -> Notice | None:
    notice_id = f"files-{petition.code}-{hanoi(now):%Y%m%d}"
    if not files or tx.get(notice_path(notice_id)):
        return None
    return Notice(
        id=notice_id,
        kind=NoticeKind.FILES,
        channel="zalo",
        citizen=petition.citizen,
        text=texts.render("files_here", code=petition.code),
        files=list(files),
        about=About(code=petition.code, seq=petition.version),
        created_at=now + timedelta(milliseconds=1),
    )
