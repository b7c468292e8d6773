"""The conversation: (citizen, input) -> (citizen, effects), pure. What to say is a text key; what to do an effect.

One input leads to at most one reply. A text older than the last one applied never answers the question in hand:
it joins the content, or the petition already filed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from petitions.domain import understanding as said
from petitions.domain.citizen import CONSENT_VERSION, Citizen, Consent, Draft, Step
from petitions.domain.codes import find_code, looks_like_code
from petitions.domain.drafting import BURST, in_burst, informed, is_late, talking, unsaid, with_parts
from petitions.domain.petition import Contact, Location
from petitions.domain.turns import AddTo, FilePetition, Guide, Input, LookUp, Rate, Turn

MAX_CHOICES = 6

SHORT = 40
"""Characters: a code and a few words around it, or an answer; a longer text is something told."""

QUESTION = 120
"""Characters: where nothing is being written, a text with a code in it that is no longer asks how it stands."""


def converse(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    """Apply one input. Total: every input in every step has an outcome and leaves a next step."""
    talk = citizen.conversation
    if is_late(talk, entry):
        turn = _late(citizen, entry)
        if turn is not None:
            return turn
    else:
        citizen = talking(citizen, last_at=entry.at)
    if talk.step is Step.IDLE:
        command = _command(citizen, entry)
        return command if command is not None else _idle(citizen, entry, guide)
    if not entry.text:
        return _silent(citizen, entry, guide)
    # A picture with a caption is kept, whatever its caption answers.
    citizen = with_parts(citizen, unsaid(entry.parts))
    command = _command(citizen, entry)
    return command if command is not None else _STEPS[talk.step](citizen, entry, guide)


def menu(citizen: Citizen) -> Turn:
    """The greeting with its numbers: from now on a number answers it, and no question that stood before."""
    return Turn(talking(citizen, menu_shown=True)).say("menu")


def _late(citizen: Citizen, entry: Input) -> Turn | None:
    """An input that Zalo delivered after a newer one; None where nothing was being written when it was sent."""
    talk = citizen.conversation
    if talk.draft is not None:
        return Turn(informed(with_parts(citizen, entry.parts), entry))
    if talk.in_hand and (talk.in_hand_since is None or entry.at <= talk.in_hand_since):
        told = any(part.type != "sticker" for part in entry.parts)
        return Turn(citizen, (AddTo(talk.in_hand, entry.parts),) if told else ())
    return None


def _silent(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    """Pictures, files, positions, contact data: they join the draft; the question in hand stays."""
    before = with_parts(citizen, entry.parts)
    citizen = informed(before, entry)
    step = citizen.conversation.step
    if step in {Step.CONSENT, Step.CONTENT}:
        return _acknowledge(citizen, entry)
    if step is Step.ADDRESS and entry.location:
        return _placed(citizen, None, entry.location, guide)
    if citizen != before:
        return _ask(citizen, guide)
    if in_burst(citizen, entry):
        return Turn(citizen)
    return _repeat(talking(citizen, acknowledged_at=entry.at), guide)


def _repeat(citizen: Citizen, guide: Guide) -> Turn:
    """The question in hand once more."""
    talk = citizen.conversation
    if talk.step in {Step.WARD, Step.CONFIRM}:
        return _ask(citizen, guide)
    return Turn(citizen).say(talk.step.value + "_ask")


def _acknowledge(citizen: Citizen, entry: Input) -> Turn:
    """One acknowledgement a burst."""
    if in_burst(citizen, entry):
        return Turn(citizen)
    key = "consent_again" if citizen.conversation.step is Step.CONSENT else "content_more"
    return Turn(talking(citizen, acknowledged_at=entry.at)).say(key)


def _command(citizen: Citizen, entry: Input) -> Turn | None:
    """Words that mean the same at every step."""
    talk = citizen.conversation
    word = said.plain(entry.text)
    level = said.rating(entry.text)
    if talk.rating_for and level and not word.isdigit():
        return _rated(citizen, talk.rating_for, level)
    if word in said.CANCEL:
        key = "cancelled" if talk.draft is not None else "nothing_to_cancel"
        return Turn(talking(citizen, step=Step.IDLE, draft=None, acknowledged_at=None)).say(key)
    if word in said.HELP:
        return menu(citizen) if talk.step is Step.IDLE else Turn(citizen).say("help_" + talk.step.value)
    asks = len(entry.text) <= (QUESTION if talk.step is Step.IDLE else SHORT)
    code = find_code(entry.text)
    if code and asks:
        return Turn(citizen, (LookUp(code),))
    if talk.step is Step.IDLE and code is None and looks_like_code(entry.text) and asks:
        return Turn(citizen).say("code_wrong")
    return None


def _idle(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    if citizen.conversation.supplement_for:
        supplement = _supplement(citizen, entry, citizen.conversation.supplement_for)
        if supplement is not None:
            return supplement
    if all(part.type in {"text", "sticker"} for part in entry.parts):
        small = _small_talk(citizen, entry)
        if small is not None:
            return small
    begins_empty = said.plain(entry.text) in said.BEGIN
    citizen = with_parts(citizen, unsaid(entry.parts) if begins_empty else entry.parts)
    if citizen.consent is None or citizen.consent.version != CONSENT_VERSION:
        return Turn(talking(citizen, step=Step.CONSENT, acknowledged_at=entry.at)).say("consent_ask")
    if begins_empty:
        return Turn(talking(citizen, step=Step.CONTENT, acknowledged_at=None)).say("content_ask")
    return Turn(talking(citizen, step=Step.CONTENT, acknowledged_at=entry.at)).say("content_more")


def _supplement(citizen: Citizen, entry: Input, code: str) -> Turn | None:
    """A unit has asked for more: what is sent is the answer to it; None for words that clearly mean something else."""
    talk, word = citizen.conversation, said.plain(entry.text)
    number = word.isdigit()
    elsewhere = word in said.GREETING or (said.rating(entry.text) and talk.rating_for and not number)
    if elsewhere or (word in said.BEGIN and (talk.menu_shown or not number)):
        return None
    if word in said.DONE:
        return Turn(talking(citizen, supplement_for=None, acknowledged_at=None)).say("supplement_done", code=code)
    told = tuple(part for part in entry.parts if part.type != "sticker")
    if not told:
        return None
    effect = AddTo(code, told, quiet=in_burst(citizen, entry))
    return Turn(talking(citizen, acknowledged_at=entry.at), (effect,))


def _rated(citizen: Citizen, code: str, level: int) -> Turn:
    rated = talking(citizen, rating_for=None)
    return Turn(rated, (Rate(code, level),)).say("rated" if level < 3 else "rated_low")  # noqa: PLR2004


def _small_talk(citizen: Citizen, entry: Input) -> Turn | None:
    """Words, or no words at all, that begin no petition."""
    talk, word, late = citizen.conversation, said.plain(entry.text), is_late(citizen.conversation, entry)
    level = said.rating(entry.text)
    if late and (level or word in said.BEGIN):
        return Turn(citizen)
    if talk.rating_for and level and not (talk.menu_shown and word.isdigit()):
        return _rated(citizen, talk.rating_for, level)
    just_filed = talk.in_hand_since is not None and entry.at - talk.in_hand_since < BURST and not talk.menu_shown
    if talk.in_hand and just_filed and word in said.SUBMIT:
        return Turn(citizen).say("filed_already", code=talk.in_hand)
    if word in said.THANKS:
        return Turn(citizen).say("you_are_welcome")
    if word in said.BEGIN:
        return None
    wordless = not any(letter.isalpha() for letter in entry.text)
    return menu(citizen) if wordless or word in said.GREETING | said.YES | said.NO else None


def _consent(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    word = said.plain(entry.text)
    if word in said.NO:
        return Turn(talking(citizen, step=Step.IDLE, draft=None, acknowledged_at=None)).say("consent_refused")
    if word not in said.YES:
        joined = with_parts(citizen, entry.parts)
        return Turn(joined).say("consent_again") if len(entry.text) <= SHORT else _acknowledge(joined, entry)
    agreed = citizen.model_copy(update={"consent": Consent(version=CONSENT_VERSION, at=entry.at)})
    draft = agreed.conversation.draft
    if draft and draft.content():
        return Turn(talking(agreed, step=Step.CONTENT, acknowledged_at=entry.at)).say("content_more")
    return Turn(talking(agreed, step=Step.CONTENT, acknowledged_at=None)).say("content_ask")


def _content(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    draft = citizen.conversation.draft or Draft()
    if said.plain(entry.text) in said.DONE:
        if not draft.content():
            return Turn(citizen).say("content_needed")
        if draft.name is None and draft.phone is None and citizen.contact:
            draft = draft.model_copy(update={"name": citizen.contact.name, "phone": citizen.contact.phone})
        return _ask(talking(citizen, draft=draft, acknowledged_at=None), guide)
    return _acknowledge(with_parts(citizen, entry.parts), entry)


def _ask(citizen: Citizen, guide: Guide) -> Turn:
    """Go to the first question that is still open, or to the summary."""
    draft = citizen.conversation.draft or Draft()
    if draft.address is None and draft.location is None:
        return Turn(talking(citizen, step=Step.ADDRESS)).say("address_ask")
    if draft.ward is None and draft.address_attempts == 0:
        return _placed(citizen, draft.address, draft.location, guide)
    if draft.ward_choices:
        choices = "\n".join(f"{n}. {guide.ward_name(code)}" for n, code in enumerate(draft.ward_choices, 1))
        return Turn(talking(citizen, step=Step.WARD)).say("ward_ask", choices=choices)
    if draft.name is None:
        return Turn(talking(citizen, step=Step.NAME)).say("name_ask")
    if draft.phone is None:
        return Turn(talking(citizen, step=Step.PHONE)).say("phone_ask")
    return Turn(talking(citizen, step=Step.CONFIRM)).say("summary", **_summary(draft, guide))


def _summary(draft: Draft, guide: Guide) -> dict[str, Any]:
    return {
        "content": draft.content(),
        "files": len(draft.files()),
        "address": draft.address or "vị trí đã chia sẻ",
        "ward": guide.ward_name(draft.ward) if draft.ward else "chưa rõ, cán bộ sẽ xác định",
        "name": draft.name,
        "phone": "0" + (draft.phone or "").removeprefix("84"),
    }


def _placed(citizen: Citizen, address: str | None, location: Location | None, guide: Guide) -> Turn:
    """Resolve a place: sure, one of several, or unknown (asked once more, then left to the coordinators)."""
    draft = citizen.conversation.draft or Draft()
    wards, sure = guide.wards(address, location)
    attempts = draft.address_attempts + 1
    draft = draft.model_copy(
        update={
            "address": address or draft.address,
            "location": location or draft.location,
            "address_attempts": attempts,
            "ward": wards[0] if sure and wards else None,
            "ward_choices": [] if sure else list(wards[:MAX_CHOICES]),
        }
    )
    citizen = talking(citizen, draft=draft)
    if not wards and attempts == 1:
        return Turn(talking(citizen, step=Step.ADDRESS)).say("address_unknown")
    return _ask(citizen, guide)


def _address(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    """A second address completes the first, in which no ward was found: the street is not lost to the ward's name."""
    draft = citizen.conversation.draft or Draft()
    address = entry.text
    if draft.address and draft.address not in address:
        address = f"{draft.address}, {address}"
    return _placed(citizen, address, entry.location, guide)


def _ward(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    draft = citizen.conversation.draft or Draft()
    number = said.choice(entry.text)
    if number == 0:
        return _ask(talking(citizen, draft=draft.model_copy(update={"ward_choices": []})), guide)
    if number and number <= len(draft.ward_choices):
        chosen = {"ward": draft.ward_choices[number - 1], "ward_choices": []}
        return _ask(talking(citizen, draft=draft.model_copy(update=chosen)), guide)
    wards, sure = guide.wards(entry.text, None)
    if wards and sure:
        chosen = {"ward": wards[0], "ward_choices": []}
        return _ask(talking(citizen, draft=draft.model_copy(update=chosen)), guide)
    return _ask(citizen, guide)


def _name(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    name = said.name(entry.text)
    if name is None:
        return Turn(citizen).say("name_wrong")
    draft = citizen.conversation.draft or Draft()
    told = {"name": name, "phone": draft.phone or said.phone(entry.text)}
    return _ask(talking(citizen, draft=draft.model_copy(update=told)), guide)


def _phone(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    phone = said.phone(entry.text)
    if phone is None:
        return Turn(citizen).say("phone_wrong")
    draft = citizen.conversation.draft or Draft()
    return _ask(talking(citizen, draft=draft.model_copy(update={"phone": phone})), guide)


_NO_PLACE: dict[str, Any] = {"address": None, "location": None, "ward": None, "ward_choices": [], "address_attempts": 0}

_EDITS: dict[int, tuple[Step, str, dict[str, Any]]] = {
    3: (Step.ADDRESS, "address_ask", _NO_PLACE),
    4: (Step.NAME, "name_ask", {"name": None}),
    5: (Step.PHONE, "phone_ask", {"phone": None}),
}


def _confirm(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    draft = citizen.conversation.draft or Draft()
    number = said.choice(entry.text)
    if said.plain(entry.text) in said.SUBMIT and draft.name and draft.phone:
        filed = citizen.model_copy(update={"contact": Contact(name=draft.name, phone=draft.phone)})
        filed = talking(
            filed, step=Step.IDLE, draft=None, acknowledged_at=None, in_hand_since=entry.at, menu_shown=False
        )
        return Turn(filed, (FilePetition(draft),))
    if number == 2:  # noqa: PLR2004 - the summary's numbers
        files = unsaid(draft.parts)
        emptied = talking(citizen, step=Step.CONTENT, draft=draft.model_copy(update={"parts": files}))
        return Turn(emptied).say("content_rewrite")
    if number in _EDITS:
        step, key, changes = _EDITS[number]
        return Turn(talking(citizen, step=step, draft=draft.model_copy(update=changes))).say(key)
    if len(entry.text) > SHORT:
        return _ask(with_parts(citizen, entry.parts), guide)
    return Turn(citizen).say("confirm_again")


_STEPS: dict[Step, Callable[[Citizen, Input, Guide], Turn]] = {
    Step.CONSENT: _consent,
    Step.CONTENT: _content,
    Step.ADDRESS: _address,
    Step.WARD: _ward,
    Step.NAME: _name,
    Step.PHONE: _phone,
    Step.CONFIRM: _confirm,
}
