"""Apply a post from a citizen's web page as a turn of the conversation. The reply is sent in the chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.draft import InputPart, words_of
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.conversation.danger import meet_danger
from petitions.domain.conversation.dialogue import situation_of
from petitions.domain.conversation.filing import keep_for_a_change_of_mind, readable
from petitions.domain.conversation.pauses import with_wake_up
from petitions.domain.conversation.turn import (
    AddToPetition,
    CitizenInput,
    CityGuide,
    ContactWanted,
    ConversationTurn,
    EraseCitizenData,
    RateAnswer,
    Slot,
    Turn,
    WithdrawPetition,
)
from petitions.domain.pages.apply_edit import edit_on_page
from petitions.domain.pages.filled_form import kept_value, lines
from petitions.domain.pages.links import page_of
from petitions.domain.pages.petition_view import actions_open
from petitions.domain.pages.posts import (
    DraftDropped,
    DraftEdit,
    MoreForPetition,
    PageContest,
    PageCorrection,
    PageErasure,
    PageOpened,
    PagePost,
    PageRating,
    PageWithdrawal,
    TalkWanted,
    WordWanted,
)
from petitions.domain.pages.two_stories import beyond, new_lines
from petitions.domain.petition.contacts import zalo_number
from petitions.domain.petition.petition import CONTACT_FIELDS, LOW_RATING, NUMBER_FIELDS, Petition
from petitions.domain.understanding import commands as c


def apply_post(citizen: Citizen, post: PagePost, guide: CityGuide, petition: Petition | None) -> ConversationTurn:
    """Apply a post, i.e. a form or button sent from the page. Every post has an outcome, and its text is kept.

    `petition` is the one shown on the page, or the one that the page's draft has become.
    """
    turn = Turn(citizen, CitizenInput(key=post.input_key, at=post.at, parts=_told(post)), guide)
    action, draft = post.action, turn.talk.draft
    if isinstance(action, WordWanted):
        turn.say(Slot.DONE, "page_word", word=action.word)
    elif isinstance(action, PageOpened):
        _opened(turn, action, petition)
    elif isinstance(action, PageErasure):
        turn.do(Slot.DONE, EraseCitizenData())
    elif isinstance(action, TalkWanted):
        phone = readable(zalo_number(action.phone) or action.phone) or None
        if phone:
            turn.say(Slot.DONE, "page_did_call", phone=_hidden(phone))
        else:
            turn.say(Slot.DONE, "page_did_person")
        turn.do(Slot.DONE, ContactWanted(ContactReason.PERSON, action.words, post.code, phone=phone))
    elif post.code is not None and petition is not None:
        _about_petition(turn, post, petition)
    elif draft is not None and draft.page is not None and page_of(draft.page) == post.page:
        _about_draft(turn, post)
    else:
        _after_draft(turn, post, petition)
    if turn.does(*_ACTS) or isinstance(action, DraftEdit | DraftDropped):
        turn.say(Slot.NOTE, "page_not_you")
    result = turn.result()
    return replace(result, citizen=with_wake_up(result.citizen), read=f"page {action.kind}")


_ACTS = (AddToPetition, RateAnswer, ContactWanted, WithdrawPetition)
_SHOWN_DIGITS = 3


def _hidden(phone: str) -> str:
    return "•" * (len(phone) - _SHOWN_DIGITS) + phone[-_SHOWN_DIGITS:]


def _opened(turn: Turn, opened: PageOpened, petition: Petition | None) -> None:
    """Notify the citizen in the chat that a browser, possibly somebody else's, opened the page."""
    if petition is None:
        turn.say(Slot.DONE, "page_moved_draft" if opened.shuts_out else "page_opened_draft")
    else:
        turn.say(Slot.DONE, "page_moved" if opened.shuts_out else "page_opened", code=petition.code)


def _told(post: PagePost) -> tuple[InputPart, ...]:
    """Return the texts and files of a post as parts of an input."""
    action = post.action
    words = ""
    if isinstance(action, DraftEdit):
        words = action.content or ""
    elif isinstance(action, MoreForPetition):
        words = "\n".join(filter(None, [*action.given, action.words]))
    elif isinstance(action, PageContest | TalkWanted):
        words = action.words
    elif isinstance(action, PageRating):
        words = action.reason
    text = [InputPart(key=f"{post.input_key}-0", at=post.at, type="text", text=words)] if words.strip() else []
    return (*text, *post.parts())


def _about_draft(turn: Turn, post: PagePost) -> None:
    action = post.action
    if isinstance(action, DraftDropped):
        keep_for_a_change_of_mind(turn)
        turn.say(Slot.DONE, "cancelled")
    elif isinstance(action, DraftEdit):
        _lead_in_danger(turn, action)
        edit_on_page(turn, post, action)


def _lead_in_danger(turn: Turn, edit: DraftEdit) -> None:
    """Put the emergency numbers first in the reply if lines that are new in the description report a danger."""
    new = new_lines(lines(edit.content or ""), [words_of(turn.draft.parts)])
    if not new:
        return
    reading = turn.guide.read(new, situation_of(turn.citizen, turn.entry.at))
    if reading.has(c.Danger):
        danger = Turn(turn.citizen, turn.entry, turn.guide, reading)
        meet_danger(danger)
        turn.join(danger)


def _after_draft(turn: Turn, post: PagePost, petition: Petition | None) -> None:
    """Treat an edit of a draft that was filed meanwhile as a correction of its petition."""
    action = post.action
    if petition is None or not isinstance(action, DraftEdit):
        turn.say(Slot.NOTE, "page_ended")
        return
    code, changes = petition.code, _differing(action.changes, _filed_values(petition))
    contact = _corrected(changes)
    added = [addition.text or "" for addition in petition.additions]
    words = [beyond(action.content or "", petition.content, added), action.second, *changes.values()]
    text = "\n".join(word for word in words if word and word.strip())
    typed = [InputPart(key=f"{post.input_key}-0", at=post.at, type="text", text=text)] if text else []
    parts = (*typed, *post.parts())
    if not parts:
        turn.say(Slot.NOTE, "filed_already", code=code)
        return
    turn.say(Slot.NOTE, "page_after_filing", code=code)
    turn.do(Slot.DONE, AddToPetition(code, parts, correction=True, contact=contact))


def _filed_values(petition: Petition) -> dict[str, str]:
    contact = petition.contact
    others = {"place": petition.address, "type": contact.type, "reply_by": contact.reply_by or ""}
    return contact.by_form() | others


def _correct(turn: Turn, post: PagePost, action: PageCorrection, petition: Petition) -> None:
    new = _differing(action.values, _filed_values(petition))
    contact, place = _corrected(new), new.get("place") or None
    text = "\n".join([*contact.values(), *filter(None, [place])])
    words = InputPart(key=f"{post.input_key}-0", at=post.at, type="text", text=text)
    if text:
        turn.do(Slot.DONE, AddToPetition(petition.code, (words,), correction=True, contact=contact, place=place))
    else:
        turn.say(Slot.NOTE, "page_nothing_new", code=petition.code)


def _is_sent_again(post: PagePost, petition: Petition) -> bool:
    words = _told(post)
    texts = [part.text for part in words if part.type == "text"]
    there = [addition.text for addition in petition.additions]
    names = [part.name for part in words if part.is_file()]
    known = [file.name for file in petition.files]
    return bool(texts) and all(text in there for text in texts) and all(name in known for name in names)


def _differing(values: Mapping[str, str], filed: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if str(kept_value(name, value) or "") != filed.get(name)}


def _corrected(values: Mapping[str, str]) -> dict[str, str]:
    given = {name: value for name, value in values.items() if name in CONTACT_FIELDS and value}
    numbers = {name: zalo_number(given[name]) or given[name] for name in NUMBER_FIELDS if name in given}
    return {CONTACT_FIELDS[name]: value for name, value in (given | numbers).items()}


def _about_petition(turn: Turn, post: PagePost, petition: Petition) -> None:
    """Carry out a post from a petition's page.

    If the petition's state no longer allows it, the reply explains that, and the text of the post goes to an officer.
    """
    action, code, parts = post.action, petition.code, turn.entry.telling
    if isinstance(action, MoreForPetition) and _is_sent_again(post, petition):
        turn.say(Slot.NOTE, "page_sent_again", code=code)
    elif action.kind not in actions_open(petition):
        turn.say(Slot.NOTE, "page_too_late", code=code)
        if parts:
            turn.do(Slot.DONE, ContactWanted(ContactReason.PERSON, turn.entry.text, code))
    elif isinstance(action, MoreForPetition) and parts:
        turn.change(office_messages=turn.talk.after_supplement(code).office_messages)
        turn.do(Slot.DONE, AddToPetition(code, parts))
    elif isinstance(action, PageContest):
        turn.say(Slot.DONE, "page_did_contest", code=code)
        turn.do(Slot.DONE, AddToPetition(code, parts, quiet=True))
        turn.do(Slot.DONE, ContactWanted(ContactReason.CONTESTED, action.words, code))
    elif isinstance(action, PageRating):
        after = turn.talk.after_rating(code)
        turn.change(office_messages=after.office_messages, question=after.question)
        turn.say(Slot.DONE, "page_did_rate", code=code, level=action.level)
        turn.do(Slot.DONE, RateAnswer(code, action.level, action.reason or None))
        if action.level < LOW_RATING:
            turn.say(Slot.DONE, "rated")
    elif isinstance(action, PageCorrection):
        _correct(turn, post, action, petition)
    elif isinstance(action, PageWithdrawal):
        turn.do(Slot.DONE, WithdrawPetition(code))
