"""Fill the draft of a paper with facts of the petition, and compose the page from a draft, an issuer and a signer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.clock.punctuality import late_steps
from petitions.domain.language.letters import Letter
from petitions.domain.language.texts import hanoi_time
from petitions.domain.language.words import shortened
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.papers.paper import DECIDING, Paper, PaperKind
from petitions.domain.papers.paper_forms import ADDRESS, MATTER, NAME, SCENE, IssuerForm, PaperForm, PaperForms, filled
from petitions.domain.papers.sheet import Sheet, in_lines, printed
from petitions.domain.papers.signing_right import Signer, SigningRight, head_lines, signing_right
from petitions.domain.petition.confidentiality import is_protected
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.fingerprint import seen_mark
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.personal import Personal
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory

LONGEST_MATTER = 300
"""The most characters of the petition that a letter repeats."""
LONGEST_NAMED = 60
"""The most characters of a changed fact that a warning repeats."""
_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})
_OWN = (
    "Văn bản này quyết định việc của người dân, nên người soạn hoặc đã sửa không tự ký: một lãnh đạo khác, "
    "hoặc một người khác được cử thay lãnh đạo, ký."
)


def why_not_signed(paper: Paper, officer: str) -> str | None:
    """Return the reason, in Vietnamese, why the officer may not sign the paper, or None.

    Nobody signs a paper with a decision of which they wrote a part (LAW 7.11).
    """
    return _OWN if paper.kind in DECIDING and paper.is_written_by(officer) else None


def why_not(kind: PaperKind, petition: Petition, now: datetime) -> str | None:
    """Return the reason, in Vietnamese, why no paper of this kind can be made now, or None if it can."""
    if petition.restricted_at:
        return "Dữ liệu cá nhân của người gửi đã được xóa: không còn ai để gửi văn bản."
    if petition.state in {State.WITHDRAWN, State.MERGED}:
        return "Hồ sơ đã rút hoặc đã gộp."
    return _WHY_NOT[kind](petition, now)


def _why_no_apology(petition: Petition, now: datetime) -> str | None:
    clock = petition.clocks.get(ClockName.ANSWER)
    late = (
        clock is not None
        and clock.late_from is not None
        and clock.stopped_at is None
        and UpTo(clock.late_from).is_over(now)
    )
    return None if late or late_steps(petition.clocks) else "Hồ sơ chưa quá hạn."


def _why_no_extension(petition: Petition, _: datetime) -> str | None:
    clock = petition.clocks.get(ClockName.ANSWER)
    if clock is None or not clock.extensions:
        return "Hồ sơ chưa được gia hạn."
    if clock.stopped_at is not None:
        return "Hồ sơ đã được trả lời hoặc đã kết thúc, nên không còn gì để gia hạn. Xin bỏ bản nháp."
    return None


def _why_no_reply(petition: Petition, _: datetime) -> str | None:
    if petition.reply is None or petition.reply.approved_at is None:
        return "Chưa có câu trả lời được duyệt."
    if petition.state not in _ANSWERED:
        return "Câu trả lời đã duyệt không còn hiệu lực: hồ sơ đã được mở lại hoặc đã kết thúc cách khác."
    return None


_WHY_NOT = {
    PaperKind.RECEIPT: lambda _petition, _now: None,
    PaperKind.REPLY: _why_no_reply,
    PaperKind.SUPPLEMENT: lambda petition, _: (
        None if petition.state is State.AWAITING_CITIZEN else "Hồ sơ không chờ bổ sung."
    ),
    PaperKind.EXTENSION: _why_no_extension,
    PaperKind.REFUSAL: lambda petition, _: None if petition.state is State.REFUSED else "Hồ sơ chưa bị từ chối.",
    PaperKind.TRANSFER: lambda petition, _: (
        None if petition.state is State.TRANSFERRED_OUT else "Hồ sơ chưa được chuyển cơ quan khác."
    ),
    PaperKind.APOLOGY: _why_no_apology,
}


def facts_of(petition: Petition, unit: str, reason: str) -> dict[str, str]:
    """Return the facts of the petition by placeholder of the forms, without the filer's data and text.

    `reason` is the officer's text for the step that the paper reports. The reason and the answer have no salutation and
    closing here, because the paper has its own.
    """
    answer, supplement = petition.clocks.get(ClockName.ANSWER), petition.promised.get(ClockName.SUPPLEMENT)
    known = {
        "[mã hồ sơ]": petition.code,
        "[ngày gửi]": f"{hanoi(petition.filed_at):%d/%m/%Y}",
        "[đơn vị]": unit,
        "[hạn trả lời]": hanoi_time(answer.due_at) if answer else "",
        "[hạn bổ sung]": hanoi_time(supplement) if supplement else "",
        "[câu trả lời]": _answer(petition.reply) if petition.reply and petition.reply.approved_at else "",
        "[lý do]": Letter.of(reason).body,
    }
    return {place: fact for place, fact in known.items() if fact}


def marks_of(form: PaperForm, facts: Mapping[str, str]) -> dict[str, str]:
    """Return a hash of every fact that the form uses, by placeholder, to detect later changes of the fact."""
    taken = {place: fact for place, fact in facts.items() if place in f"{form.subject}\n{form.text}"}
    return {place: seen_mark(fact) for place, fact in taken.items()}


def why_outdated(paper: Paper, facts: Mapping[str, str]) -> str | None:
    """Return a Vietnamese list of the facts that have changed since the draft was filled in, or None.

    A fact that an officer corrected in the text by hand does not count.
    """
    text = f"{paper.subject}\n{paper.body}"
    changed = [
        place
        for place, mark in paper.facts.items()
        if (fact := facts.get(place, "")) and seen_mark(fact) != mark and fact not in text
    ]
    if not changed:
        return None
    named = [
        f"{place.strip('[]')} nay là {facts[place]}" if len(facts[place]) <= LONGEST_NAMED else place.strip("[]")
        for place in changed
    ]
    return f"Hồ sơ đã đổi từ khi soạn văn bản này: {'; '.join(named)}. Xin bấm “Soạn lại”, hoặc sửa chỗ đó trong bài."


def _answer(reply: StoredAnswer) -> str:
    return replace(reply, text=Letter.of(reply.text).body).with_basis


def _matter(petition: Petition, kind: PaperKind) -> str:
    text = printed(petition.content).rstrip(". ")
    if kind is PaperKind.RECEIPT or len(text) <= LONGEST_MATTER:
        return text
    end = max(text.rfind(f"{mark} ", 0, LONGEST_MATTER) for mark in ".?!;")
    return text[:end] if end > 0 else shortened(text, LONGEST_MATTER)


@dataclass(frozen=True)
class Filer:
    """The addressee of a paper, with the petition's text and place. Unknown values are placeholders of the forms."""

    name: str = NAME
    address: str = ADDRESS
    title: str = "Ông/Bà"
    matter: str = MATTER
    scene: str = SCENE

    @classmethod
    def of(cls, petition: Petition, kind: PaperKind) -> Filer:
        contact, matter = petition.contact, _matter(petition, kind)
        title = "" if contact.type == "business" else cls.title
        return cls(printed(contact.name), printed(contact.address), title, matter, printed(petition.address))

    @classmethod
    def hidden(cls, petition: Petition, kind: PaperKind) -> Filer:
        """Return the filer's data for readers without the right to sign: no name and address, and a masked text.

        The place of the matter is shown, as on the petition's page, unless the filer must be protected.
        """
        person = KnownPerson([petition.contact])
        going = person if is_protected(petition) else KnownPerson([petition.contact], without={Personal.HOME})
        return cls(matter=person.words(_matter(petition, kind)), scene=going.words(printed(petition.address)))

    @property
    def facts(self) -> dict[str, str]:
        """Return the values by the placeholders of the forms. An empty value becomes "không rõ"."""
        known = {NAME: self.name, ADDRESS: self.address, MATTER: self.matter, SCENE: self.scene}
        return {place: fact or "không rõ" for place, fact in known.items()}

    @property
    def lines(self) -> list[str]:
        """Return name and address as the lines of an addressee in a letter, without empty lines."""
        return [line for line in (f"{self.title} {self.name}".strip(), self.address) if line]


def right_of(signer: Signer, unit: str, forms: PaperForms, directory: Directory) -> SigningRight:
    """Return the signer's right to sign papers of the unit, or the reason why there is none."""
    return signing_right(issuer_of(forms, directory, unit), directory.name_of(unit), forms.by_order, signer)


def sheet_of(
    paper: Paper, forms: PaperForms, directory: Directory, signer: Signer | None, filer: Filer, year: int
) -> Sheet:
    """Return the page of the paper, without number and date.

    Without a signer it has the lines of the unit's head above the signature.
    """
    form, issuer = forms.form(paper.kind), issuer_of(forms, directory, paper.unit)
    ward, name = directory.ward(paper.unit), issuer.name or directory.name_of(paper.unit)
    sign = issuer.sign or paper.unit
    return Sheet(
        superior=in_lines(issuer.superior, forms.break_before) if issuer.superior else [],
        issuer=in_lines(_whole(name), forms.break_before),
        place=ward.bare if ward else forms.city,
        symbol=f"{form.sign}-{sign}" if form.sign else f"{sign}-{forms.section}",
        year=year,
        heading=form.heading,
        subject=printed(paper.subject),
        addressee=[] if form.heading else filer.lines,
        body=filled(paper.body, filer.facts),
        recipients=form.recipients,
        authority=right_of(signer, paper.unit, forms, directory).lines if signer else head_lines(issuer),
        signer=printed(signer.name) if signer else "",
    )


def issuer_of(forms: PaperForms, directory: Directory, unit: str) -> IssuerForm:
    """Return the names under which the unit issues papers."""
    return forms.units.get(unit) or (forms.ward if directory.ward(unit) else forms.department)


def _whole(name: str) -> str:
    return name.replace("UBND", "Ủy ban nhân dân")
