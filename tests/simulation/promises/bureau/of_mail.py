"""Promises about e-mails to the office: each is listed at the desk once, and decided on once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from petitions.domain.mailbox.mail import Mail, MailState
from petitions.domain.petition.petition_file import file_path
from tests.simulation.people.actors import MAILING
from tests.simulation.people.bureau.mailing import MACHINES, Mailing, Written
from tests.simulation.promises.read_world import AtRest
from tests.simulation.watch import words_of


def every_letter_is_in_the_tray_once(rest: AtRest) -> Iterator[str]:
    """Yield e-mails that the desk lists never, twice, or in place of another.

    The two copies of an e-mail sent twice are alike, so renumbering may exchange them.
    """
    mailing = _mailing(rest)
    marks = [fields for path, fields in rest.documents.items() if path.startswith("mail_marks/")]
    owner: dict[str, str] = {}
    mails = {mail.id: mail for mail in _mails(rest)}
    for number, (written, sent) in enumerate(_sent(mailing)):
        known = {mark["mail"] for mark in marks if sent.numbers.get(mark["validity"]) == mark["uid"]}
        most = 2 if written.kind == "twice" else 1
        if not (1 <= len(known) <= most or sent.gone):
            yield f"letter {number} ({written.kind}) is {len(known)} times in the tray"
        for mail in known:
            if mail not in mails:
                yield f"letter {number} ({written.kind}) has a mark and no e-mail"
            elif mails[mail].state is MailState.ARRIVING and not sent.gone:
                yield f"letter {number} ({written.kind}) never arrived"
            if owner.setdefault(mail, str(number)) != str(number) and written.kind != "twice":
                yield f"letters {owner[mail]} and {number} are one e-mail"
    if len(mails) > sum(1 for _ in _sent(mailing)):
        yield f"{len(mails)} e-mails of fewer letters"


def a_letter_is_decided_on_once(rest: AtRest) -> Iterator[str]:
    """Yield e-mails with two decisions, and decisions that differ from the one shown to the officer."""
    mailing = _mailing(rest)
    if mailing is None:
        return
    for mail in _mails(rest):
        made = [item for item in mailing.decisions if item.mail == mail.id and item.result == "done"]
        if len(made) > 1:
            yield f"{mail.id} was decided on {len(made)} times: {', '.join(item.what for item in made)}"
        for item in made:
            if (mail.state, mail.by) != (item.what, item.by):
                yield f"{mail.id} was {item.what} by {item.by}, and is {mail.state} by {mail.by}"
        open_forms = [item for item in mailing.decisions if item.mail == mail.id and item.result != "conflict"]
        if mail.by and mail.by not in {item.by for item in open_forms}:
            yield f"{mail.id} is {mail.state} by {mail.by}, who was told of a conflict"


def a_letter_s_words_are_where_it_was_put(rest: AtRest) -> Iterator[str]:
    """Yield e-mails whose words or files are missing from their petition, or are also in another one."""
    mailing = _mailing(rest)
    mails = _mails(rest)
    decided = {item.mail: item for item in mailing.decisions} if mailing else {}
    for mail in mails:
        words = _mark_in(decided[mail.id].text, mailing) if mail.id in decided else ""
        if mail.state in {MailState.FILED, MailState.ADDED}:
            petition = next((item for item in rest.petitions if item.code == mail.code), None)
            if petition is None:
                yield f"{mail.id} is {mail.state} as {mail.code}, which is not there"
            elif words and words not in words_of(petition) and petition.restricted_at is None:
                yield f"{words} is not in {mail.code}"
            if mail.text or mail.files or mail.sender:
                yield f"{mail.id} is {mail.state} and keeps its words"
        if words:
            filed = [item for item in mails if item.id in decided and _mark_in(decided[item.id].text, mailing) == words]
            allowed = sum(item.state in {MailState.FILED, MailState.ADDED} for item in filed)
            having = sum(words in words_of(petition) for petition in rest.petitions)
            if having > allowed:
                yield f"{words} is in {having} petitions of {allowed}"


def a_letter_s_files_come_along(rest: AtRest) -> Iterator[str]:
    """Yield e-mails that were filed without one of their files."""
    mailing = _mailing(rest)
    objects = "\n".join(rest.world.buckets["attachments"].objects)
    for written in mailing.letters if mailing else ():
        if written.kind != "with a file":
            continue
        for petition in rest.petitions:
            if written.mark in petition.content and petition.restricted_at is None:
                files = [rest.documents.get(file_path(petition.code, ref.id)) for ref in petition.files]
                if not any(file and file["state"] == "stored" and file["object"] in objects for file in files):
                    yield f"{petition.code} is without the file of its letter"


def machines_letters_wait_aside(rest: AtRest) -> Iterator[str]:
    """Yield automatic e-mails that wait for an officer, and people's e-mails that were set aside."""
    mailing = _mailing(rest)
    machines = "\n".join(written.mark for written in mailing.letters if written.kind in MACHINES) if mailing else ""
    for mail in _mails(rest):
        mark = _mark_in(mail.text, mailing)
        if (
            mark
            and mail.state in {MailState.NEW, MailState.ASIDE}
            and (mail.state is MailState.ASIDE) != (mark in machines)
        ):
            yield f"{mark} is {mail.state}"


def letters_of_misconduct_are_for_coordinators(rest: AtRest) -> Iterator[str]:
    """Yield e-mails about misconduct that an officer without the right to them can see."""
    mailing = _mailing(rest)
    yield from (f"a clerk reads {mark} in the tray" for mark in sorted(mailing.read_by_clerks if mailing else ()))


def _mailing(rest: AtRest) -> Mailing | None:
    found = rest.world.others.get(MAILING)
    return found if isinstance(found, Mailing) else None


def _mails(rest: AtRest) -> list[Mail]:
    return [Mail.model_validate(rest.documents[path]) for path in rest.store.paths("mails")]


def _sent(mailing: Mailing | None) -> Iterator[tuple[Written, Any]]:
    for written in mailing.letters if mailing else ():
        yield from ((written, sent) for sent in written.sent)


def _mark_in(text: str, mailing: Mailing | None) -> str:
    return next((written.mark for written in (mailing.letters if mailing else ()) if written.mark in text), "")


OF_MAIL = (
    every_letter_is_in_the_tray_once,
    a_letter_is_decided_on_once,
    a_letter_s_words_are_where_it_was_put,
    a_letter_s_files_come_along,
    machines_letters_wait_aside,
    letters_of_misconduct_are_for_coordinators,
)
