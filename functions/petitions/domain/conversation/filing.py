"""Complete a petition being written (a draft): fill in values, ask the next question, show the summary, file it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from petitions.domain.citizen.citizen import CONSENT_VERSION, PRIVACY_PAGE, Consent, has_consented, own_twin
from petitions.domain.citizen.conversation import OpenQuestion, Writing
from petitions.domain.citizen.draft import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    NOWHERE,
    InputPart,
    PetitionDraft,
    SaidValue,
    contact_of,
    missing_of,
)
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft_changes import PAGE_FIELDS
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.conversation.same_place import beside_place, is_as_above, tidy_address
from petitions.domain.conversation.story import ask_about_two, guide_story, story_spans
from petitions.domain.conversation.turn import (
    AskContactInfo,
    AskWhichPetition,
    CityGuide,
    ContactWanted,
    FilePetition,
    GuidanceEnded,
    Slot,
    Turn,
    without_draft,
)
from petitions.domain.language.words import normal, shortened
from petitions.domain.petition.contacts import dialled, zalo_number
from petitions.domain.petition.petition import CONTACT_FIELDS, Location
from petitions.domain.shared.edges import AtMost
from petitions.domain.shared.local_day import local_day
from petitions.domain.shared.records import replace
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.edit_message import labels_in
from petitions.domain.understanding.other_people import OtherPeople, beside_values, is_beside_values
from petitions.domain.understanding.text import Text

MAX_CHOICES = 6
FEWEST_DIALLED = 6
"""A number with fewer digits is not taken for a phone number."""
ASKED_TWICE = 2
"""How often to ask for a place in which no ward is found, before leaving it to the coordinators."""
WAY_OUT_AFTER = 2
"""The number of missed answers after which a question also explains how to go on without an answer."""
LONGEST_CONTENT, LONGEST_LINE, LONGEST_QUOTED = 800, 120, 160
"""The most characters of the content, of an address and of quoted words in a reply."""
SEND, EDIT, DROP = 1, 2, 3
"""The numbers of the summary's options."""

ATTRIBUTES: Mapping[str, str] = {"org": "name"} | {name: PAGE_FIELDS[name][0] for name in CONTACT_FIELDS}
"""The attributes of a draft with contact data, by the names in commands."""
STEPS: Mapping[str, Step] = {
    "name": Step.NAME,
    "org": Step.NAME,
    "phone": Step.PHONE,
    "home": Step.RESIDENCE,
    "place": Step.ADDRESS,
    "email": Step.EMAIL,
}
_PERSON: Mapping[str, Step] = {"name": Step.NAME, "residence": Step.RESIDENCE, "phone": Step.PHONE}
_NEEDED = tuple(_PERSON)


# Values.


def give_values(turn: Turn) -> None:
    """Store values that the message gives, such as name and place, in the draft. Show changes of known values."""
    gives = turn.take(c.Give)
    if not gives:
        return
    shown = turn.step is Step.CONFIRM
    stories = {start for start, _ in story_spans(turn)}
    # An address in a story is the place of the matter, unless it stands with the writer's name: “tôi là An, ở 12 phố
    # Huế”.
    named = {give.start for give in gives if give.field == "name"}
    homeless = stories - named
    gives = [
        replace(give, field="place") if give.field == "home" and give.start in homeless else give for give in gives
    ]
    gives = _without_people(turn, gives)
    places = [give for give in gives if give.field == "place"]
    home = next((give.value for give in gives if give.field == "home"), None)
    if places:
        _give_place(turn, _whole_place(turn, places), shown=shown)
    elif home and turn.step is Step.ADDRESS:  # a single address is taken as the place, and the summary shows it
        _give_place(turn, home, shown=False)
    for give in gives:
        known = turn.reading.has(c.Tell, c.Add, c.Contest) and getattr(turn.draft, ATTRIBUTES.get(give.field, "name"))
        if give.field not in {"place", "content"} and not known:  # a person in a story is not its writer
            give_value(turn, give.field, give.value, shown=shown)


def _without_people(turn: Turn, gives: Sequence[c.Give]) -> list[c.Give]:
    """Return the values given. Names of people given in answer to the question for the place are left out.

    If such an answer has nothing else, ask for the place again.
    """
    if turn.step is not Step.ADDRESS:
        return list(gives)
    answers = [give for give in gives if give.field in {"place", "home"}]
    people = [give for give in answers if not turn.is_place(give.value)]
    if people and len(people) == len(answers):
        ask_place_again(turn)
    return [give for give in gives if give not in people]


def ask_place_again(turn: Turn) -> None:
    """Ask once more for the place. After two answers without a place, leave it to the coordinators."""
    draft = turn.draft
    turn.change_draft(address_attempts=draft.address_attempts + 1)
    if turn.draft.address_attempts < ASKED_TWICE:
        turn.ask("address_again")
    else:
        turn.change_draft(address=draft.address or NOWHERE)


def _whole_place(turn: Turn, places: Sequence[c.Give]) -> str:
    values, words = [give.value for give in places], places[0].words
    begin, end = words.find(values[0]), words.rfind(values[-1]) + len(values[-1])
    value = words[begin:end] if begin >= 0 and values[-1] in words[begin:] else ", ".join(values)
    told_beside = not turn.guide.wards(value, None)[1] and turn.guide.wards(words, None)[1]
    return words if told_beside and turn.step is Step.ADDRESS and turn.is_place(words) else value


def give_value(turn: Turn, field: str, value: str, *, shown: bool) -> None:
    """Store a value in the draft. Invalid and unchanged values are ignored.

    A value that may be another person's is noted in `turn.doubted` instead. The reply shows the change if a value was
    known before, or if `shown`.
    """
    draft, name = turn.draft, ATTRIBUTES[field]
    new = kept_as(turn, field, value)
    old = getattr(draft, name)
    if new is not None and turn.step is STEPS[field]:
        turn.answered = True
    if new is None or new == old:
        return
    if not turn.owned and _is_doubtful(turn, field, value):
        turn.doubted.append(SaidValue(field=field, value=value))
        return
    if field == "name" and draft.type == "business" and old:
        new = f"{old} ({new})" if "(" not in old else old
    if field == "org" and old and draft.type == "individual":
        new = f"{new} ({old})"
    kind = {"type": "business"} if field == "org" else {}
    turn.change_draft(**{name: new} | kind)
    known = getattr(turn.draft_before, name)
    if known or shown:
        show_edit(turn, field, known, new)


# The owners of values.


def of_others(draft: PetitionDraft) -> list[SaidValue]:
    """Return the names, phone numbers and addresses in the draft's text that belong to other people."""
    content = draft.content()
    numbers = [SaidValue(field="phone", value=number) for number in OtherPeople(Text.of(content)).numbers()]
    named = [one for one in draft.others if one.field != "phone" and one.value in content]
    own = {one: getattr(draft, ATTRIBUTES[one.field]) for one in (*named, *numbers)}
    found = {_alike(one): one for one, known in own.items() if not known or _alike(one) != _alike(one, known)}
    return list(found.values())


def _alike(one: SaidValue, value: str | None = None) -> tuple[str, str]:
    value = one.value if value is None else value
    return ATTRIBUTES[one.field], zalo_number(value) or value if one.field == "phone" else Text.of(value).folded


def _is_doubtful(turn: Turn, field: str, value: str) -> bool:
    """Return whether a value may belong to another person.

    That is so if the message or the draft's text connects it with somebody else. It is also so if the bot did not ask
    for the value and no words present it as the citizen's own.
    """
    text = turn.reading.text
    people = OtherPeople(text)
    if people.have(field, value):
        return True
    if people.presents_writer():
        return False
    given = SaidValue(field=field, value=value)
    if any(_alike(given) == _alike(other) for other in of_others(turn.draft_before)):
        return True
    asked = turn.step is STEPS[field] or turn.step in _PERSON.values()
    known = Text.of(getattr(turn.draft_before, ATTRIBUTES[field]) or "").folded.split()
    replaced = any(word.folded in known for word in beside_values(text, [value]))  # "Mai -> Mây"
    return not (asked or replaced or turn.step in _TELLING or is_presented(turn))


_TELLING = frozenset({Step.CONSENT, Step.CONTENT})
"""The steps at which the citizen describes the problem. Values given then need no question."""


def is_presented(turn: Turn) -> bool:
    """Return whether words beside the values present them as the citizen's: a label, or a wish to change them."""
    given = turn.reading.valued
    values = [one.value for one in given if one.value]
    text, named = turn.reading.text, any(one.field == "name" for one in given)
    labelled = any(map(is_beside_values, beside_values(text, values)))
    return OtherPeople(text).presents_writer() or (labelled and (named or turn.step in {Step.CONFIRM, None}))


def ask_whose(turn: Turn, values: Sequence[SaidValue], codes: Sequence[str] = ()) -> None:
    """Ask whether values are the citizen's own or another person's. They change nothing before the answer.

    `codes` are the filed petitions that the values would correct.
    """
    parts = [part for part in turn.entry.telling if part.type == "text" and not turn.has_place(part)]
    given = turn.reading.valued
    if sum(one.field in ATTRIBUTES for one in given) > len(
        values
    ):  # the citizen's own values beside them are no part of the story
        parts = [replace(part, text="; ".join(one.value for one in values)) for part in parts[:1]]
    question = OpenQuestion(purpose="whose", values=list(values), codes=list(codes), parts=parts, at=turn.entry.at)
    turn.ask_about(question, "whose_ask", values=shown_values(values))


def shown_values(values: Sequence[SaidValue]) -> str:
    """Return the values in one line for display, separated by "; " and shortened."""
    return shortened("; ".join(readable(one.value) for one in values), LONGEST_QUOTED)


# Values in the draft.


def kept_as(turn: Turn, field: str, value: str) -> str | None:
    """Return a value in the form in which the draft stores it, or None if it is invalid.

    An address such as "như trên" (as above) becomes the place of the matter.
    """
    if field == "phone":
        return zalo_number(value) or (value if value.startswith("+") else None)
    if field == "home" and is_as_above(value):
        return here(turn)
    if field == "home":
        value = beside_place(value, here(turn)) or tidy_address(value)
    return normal(value) or None


def here(turn: Turn) -> str | None:
    """Return the place of the matter in words, or None while it is unknown."""
    draft = turn.draft
    known = draft.address if draft.address != NOWHERE else None
    return known or (turn.guide.ward_name(draft.ward) if draft.ward else None)


def _give_place(turn: Turn, value: str, *, shown: bool) -> None:
    draft = turn.draft
    if is_as_above(value):
        if not draft.address:
            return  # it refers to nothing, so the question is still open
        value = draft.address
    tells = turn.reading.has(c.Tell, c.Add, c.Contest)
    if draft.address and (tells or not shown) and turn.step not in {Step.ADDRESS, Step.WARD}:
        return  # the first place named is that of the matter, until the citizen corrects it
    old = place_shown(draft, turn.guide)
    where = normal(tidy_address(value))
    if draft.address_attempts == 1 and draft.ward is None and draft.address and not draft.ward_choices:
        where = where if draft.address in where else f"{draft.address}, {where}"
    else:
        turn.change_draft(address_attempts=0, location=None if shown else draft.location)
    resolve_place(turn, where, turn.entry.location)
    if shown:
        show_edit(turn, "place", old, place_shown(turn.draft, turn.guide))


def place_shown(draft: PetitionDraft, guide: CityGuide) -> str | None:
    """Return the place of a draft with its ward, for display. Empty or None if unknown."""
    ward = guide.ward_name(draft.ward) if draft.ward else None
    named = draft.address or ""
    return named if not ward or ward.lower() in named.lower() else f"{named} ({ward})".strip()


def resolve_place(turn: Turn, address: str | None, location: Location | None) -> None:
    """Store the place of the matter with its ward if that is certain, else with the wards to choose from."""
    wards, sure = turn.guide.wards(address, location)
    turn.change_draft(
        address=address,
        location=location or turn.draft.location,
        address_attempts=turn.draft.address_attempts + 1,
        ward=wards[0] if sure and wards else None,
        ward_choices=[] if sure else list(wards[:MAX_CHOICES]),
    )


def show_edit(turn: Turn, field: str, old: str | None, new: str | None) -> None:
    """Add the old and the new value of a field to the reply."""
    key = "edited" if old else "edited_new"
    turn.say(Slot.DONE, key, what=field, old=readable(old), new=readable(new))


def readable(value: str | None) -> str:
    """Return a value as replies show it: phone numbers grouped, long values shortened, "" for None."""
    if not value:
        return ""
    return shortened(dialled(value) if value.isdigit() else value, LONGEST_QUOTED)


def with_contact_info(turn: Turn) -> None:
    """Store the contact data of Zalo's form in the draft. Without the citizen's consent, do nothing."""
    entry = turn.entry
    known = {
        "name": normal(entry.name or "")[:LONGEST_NAME],
        "phone": zalo_number(entry.phone or ""),
        "residence": normal(entry.address or "")[:LONGEST_ADDRESS],
    }
    known = {name: value for name, value in known.items() if value}
    if turn.citizen.consent and known:
        turn.change_draft(**known)


# Consent.


def consented(turn: Turn) -> bool:
    """Return whether the citizen has consented to the current version of the privacy notice (LAW 5.1)."""
    return has_consented(turn.citizen)


def consent(turn: Turn) -> None:
    """Record the citizen's consent to the use of their data, and go on to the content of the petition."""
    given = Consent(version=CONSENT_VERSION, at=turn.entry.at)
    turn.citizen = replace(turn.citizen, consent=given)
    turn.go_to(Step.CONTENT)
    if turn.draft.content():
        turn.say(Slot.NOTE, "story_kept")


# The next question.


def begin(turn: Turn, parts: list[InputPart]) -> None:
    """Begin a draft with these message parts. It first waits for consent, unless that was given before."""
    turn.change(question=None, stage=Writing(step=Step.CONTENT if consented(turn) else Step.CONSENT))
    turn.keep(parts)


def ask_next(turn: Turn, *, whole: bool = False) -> None:
    """Ask for the first value that the draft still lacks. If it lacks none, show the summary.

    A summary shown before is not repeated, unless `whole`.
    """
    draft = turn.draft
    if not consented(turn):
        first = not turn.draft.notice_shown
        turn.go_to(Step.CONSENT)
        turn.change_draft(notice_shown=True)
        guide_story(turn)
        turn.ask("consent_ask" if first else "consent_again", **({"link": PRIVACY_PAGE} if first else {}))
    elif not draft.content() or draft.rewriting:
        _ask_story(turn)
    elif turn.step is Step.DUPLICATE and draft.similar:
        turn.ask("duplicate_ask", code=draft.similar)
    elif not (ask_about_two(turn) or _ask_about_similar(turn)):
        guide_story(turn)
        _fill_in_known(turn)
        _ask_value(turn, whole=whole)


def _ask_story(turn: Turn) -> None:
    turn.go_to(Step.CONTENT)
    spoken = any(part.type == "audio" for part in turn.draft.parts)
    key = "voice_received" if spoken else "content_words" if turn.draft.parts else "content_ask"
    turn.ask("content_rewrite" if turn.draft.rewriting else key)
    if spoken and "voice" not in turn.draft.declined:
        _have_voice_heard(turn)
    elif spoken and not turn.draft.rewriting:
        turn.ask("voice_waits")


def _have_voice_heard(turn: Turn) -> None:
    """Request a call to a citizen who sends voice messages instead of text. Without a phone number, ask for it."""
    known = turn.citizen.contact.phone if turn.citizen.contact else None
    phone = turn.draft.phone or known or turn.reading.value("phone")
    if phone:
        turn.change_draft(declined=[*turn.draft.declined, "voice"])
        turn.do(Slot.DONE, ContactWanted(ContactReason.PERSON, VOICE, phone=readable(phone)))
    else:
        turn.ask_about(OpenQuestion(purpose="callback", at=turn.entry.at), "voice_phone_ask")


VOICE = "Người gửi nói bằng tin thoại, không viết được; xin gọi lại để nghe."
"""The officers' text of a request to call back a citizen who sends voice messages."""


def _ask_about_similar(turn: Turn) -> bool:
    if turn.draft.duplicate_asked:
        return False
    twin = own_twin(turn.citizen, turn.draft, turn.entry.at)
    turn.change_draft(duplicate_asked=True)
    if twin:
        turn.ask_which(AskWhichPetition("duplicate", (twin,)))
    return twin is not None


def _fill_in_known(turn: Turn) -> None:
    """Fill in the ward named in the text, and the contact data of earlier petitions. The summary shows both."""
    draft, contact = turn.draft, turn.citizen.contact
    if draft.address is None and draft.location is None:
        wards, sure = turn.guide.wards(draft.content(), None)
        if sure and wards:
            turn.change_draft(address=turn.guide.ward_name(wards[0]))
    if contact and draft.name is None and draft.phone is None:
        turn.change_draft(**missing_of(contact, draft))


def _ask_value(turn: Turn, *, whole: bool) -> None:
    draft = turn.draft
    if draft.address is None and draft.location is None:
        turn.go_to(Step.ADDRESS)
        turn.ask("address_ask")
        return
    if draft.ward is None and draft.address_attempts == 0:
        resolve_place(turn, draft.address, draft.location)
        draft = turn.draft
    if draft.ward is None and not draft.ward_choices and draft.address_attempts < ASKED_TWICE:
        turn.go_to(Step.ADDRESS)
        turn.ask("address_unknown")
    elif draft.ward_choices:
        turn.go_to(Step.WARD)
        turn.ask("ward_ask", choices=ward_lines(draft, turn.guide))
    elif any(getattr(draft, name) is None for name in _NEEDED):
        _ask_person(turn)
    else:
        shown = turn.step is Step.CONFIRM and not whole
        turn.go_to(Step.CONFIRM)
        turn.ask("send_ask") if shown else show_summary(turn)


def _ask_person(turn: Turn) -> None:
    draft = turn.draft
    missing = [name for name in _NEEDED if getattr(draft, name) is None]
    turn.go_to(_PERSON[missing[0]])
    keys = {3: "person_ask", 1: f"{missing[0]}_ask"}
    turn.ask(keys.get(len(missing), f"person_ask_{'_'.join(missing)}"))
    if not draft.form_sent:
        turn.change_draft(form_sent=True)
        turn.do(Slot.QUESTION, AskContactInfo())


def repeat(turn: Turn) -> None:
    """Ask the draft's current question once more. Do nothing without a draft or if `turn.silent`."""
    draft, step = turn.draft, turn.step
    if step is None or turn.silent:
        return
    if step is Step.WARD and not draft.ward_choices:
        ask_next(turn)
        return
    params = _PARAMETERS[step](draft, turn.guide) if step in _PARAMETERS else {}
    if step is Step.CONSENT:
        turn.ask("consent_again")
    elif step is Step.CONFIRM:
        turn.ask("send_ask")
    elif any(step is asked and getattr(draft, name) is None for name, asked in _PERSON.items()):
        _ask_person(turn)
    elif step is Step.CONTENT and draft.content() and not draft.rewriting:
        ask_next(turn)
    elif step is Step.CONTENT and not draft.rewriting:
        turn.ask("content_words" if draft.parts else "content_ask")
    else:
        turn.ask({Step.CONTENT: "content_rewrite"}.get(step, f"{step}_ask"), **params)


def ask_again(turn: Turn) -> None:
    """Ask the draft's current question in other words, after an answer that missed it.

    From the third time on, also explain how to go on without an answer, and notify the coordinators.
    """
    stage = turn.talk.stage
    if not isinstance(stage, Writing):
        return
    if stage.step is Step.WARD and not stage.draft.ward_choices:
        ask_next(turn)
        return
    turn.change(stage=replace(stage, missed=stage.missed + 1))
    params = _PARAMETERS[stage.step](stage.draft, turn.guide) if stage.step in _PARAMETERS else {}
    misdialled = stage.step is Step.NAME and _names_number(turn.reading.text)
    turn.ask(f"{Step.PHONE if misdialled else stage.step}_again", **params)
    if stage.missed >= WAY_OUT_AFTER and stage.step in LEFT_OPEN:
        turn.say(Slot.QUESTION, f"way_out_{stage.step}")
        turn.do(Slot.QUESTION, ContactWanted(ContactReason.STUCK, stage.draft.content()))


def _names_number(text: Text) -> bool:
    digits = sum(letter.isdigit() for letter in text.raw)
    return digits >= FEWEST_DIALLED and "phone" in labels_in(text)


LEFT_OPEN = frozenset({Step.ADDRESS, Step.WARD, Step.NAME, Step.RESIDENCE, Step.PHONE})
"""The questions that the citizen may leave unanswered. The texts of these questions explain how."""

_PARAMETERS: Mapping[Step, Callable[[PetitionDraft, CityGuide], dict[str, str]]] = {
    Step.WARD: lambda draft, guide: {"choices": ward_lines(draft, guide)},
    Step.DUPLICATE: lambda draft, _: {"code": draft.similar or ""},
}


def ward_lines(draft: PetitionDraft, guide: CityGuide) -> str:
    """Return the wards to choose from, one per line with its number."""
    return "\n".join(f"{number}. {guide.ward_name(code)}" for number, code in enumerate(draft.ward_choices, 1))


def show_summary(turn: Turn) -> None:
    """Show the summary of the draft with the values of other people in it, and ask whether to send it."""
    turn.ask("summary", **summary(turn.draft, turn.guide))
    others = of_others(turn.draft)
    if others:
        turn.say(Slot.QUESTION, "summary_others", values=shown_values(others))


def summary(draft: PetitionDraft, guide: CityGuide) -> dict[str, Any]:
    """Return the parameters of the text `summary`, which the citizen confirms. Missing values are None."""
    return {
        "content": _shown(draft.content(), LONGEST_CONTENT),
        "files": len(draft.files()),
        "address": shortened(draft.address or "", LONGEST_LINE) or None,
        "ward": guide.ward_name(draft.ward) if draft.ward else None,
        "name": draft.name or None,
        "type": draft.type,
        "residence": shortened(draft.residence or "", LONGEST_LINE) or None,
        "phone": ", ".join(map(readable, contact_of(draft).phones)) or None,
        "email": draft.email,
    }


def _shown(text: str, most: int) -> str:
    """Return a long text as its beginning and its end, so that an edit at the end is visible."""
    half = most // 2
    return text if len(text) <= most else f"{text[:half].rsplit(' ', 1)[0]} … {text[-half:].split(' ', 1)[-1]}"


# Skipping.


def skip(turn: Turn) -> None:
    """Leave the open question unanswered if the law allows it (LAW 1.3), or else explain once why it is asked."""
    step, draft = turn.step, turn.draft
    if step in _PERSON.values():  # all missing values were asked for at once
        step = next((_PERSON[name] for name in _NEEDED if getattr(draft, name) is None), None)
    if step in {Step.ADDRESS, Step.WARD}:
        turn.change_draft(address=draft.address or NOWHERE, address_attempts=ASKED_TWICE, ward_choices=[])
    elif step is Step.EMAIL:
        turn.go_to(Step.CONFIRM)
    elif draft.name is not None and draft.residence is not None and step in LEFT_OPEN:
        _without_phone(turn)
    elif step in LEFT_OPEN and step:
        if step.value in draft.declined:
            ask_again(turn)
        else:
            turn.change_draft(declined=[*draft.declined, step.value])
            turn.ask(f"{step}_why")


def _without_phone(turn: Turn) -> None:
    """Continue without a phone number if it was declined twice or other data were given.

    Otherwise explain once why it is asked for.
    """
    draft = turn.draft
    if "phone" in draft.declined or turn.says(Slot.DONE) or turn.reading.has(c.Give):
        turn.change_draft(phone="")
    else:
        turn.change_draft(declined=[*draft.declined, "phone"])
        turn.ask("phone_why")


# Sending and ending.


def send(turn: Turn) -> None:
    """File the draft as a petition.

    A draft with missing values is not filed. Nor is one whose summary has not reached the citizen, or one beyond the
    daily limit (LAW 7.12). It then stays a draft.
    """
    draft = turn.draft
    if any(getattr(draft, name) is None for name in _NEEDED) or not draft.content():
        return
    if turn.entry.untold:
        show_summary(turn)  # nobody sends a summary without having seen it
        return
    filed_today = local_day(turn.entry.at).count(own.filed_at for own in turn.citizen.petitions)
    if not AtMost(turn.guide.petitions_a_day).has_room(filed_today):
        turn.ask("petitions_enough", count=turn.guide.petitions_a_day)  # the draft stays
        return
    turn.citizen = without_draft(replace(turn.citizen, contact=contact_of(draft)))
    turn.change(question=None)
    turn.do(Slot.DONE, FilePetition(draft, turn.entry.at))
    if draft.guidance:
        turn.do(Slot.DONE, GuidanceEnded(tuple(draft.guidance), "filed"))
    if draft.then:
        turn.say(Slot.NOTE, "second_matter")
        begin(turn, draft.then)
        turn.change_draft(matters_asked=True, duplicate_asked=True)


def end_draft(turn: Turn) -> None:
    """Drop the draft. The guidance given for it is recorded as ended without a petition."""
    ids = tuple(turn.draft.guidance)
    turn.citizen = without_draft(turn.citizen)
    if ids:
        turn.do(Slot.DONE, GuidanceEnded(ids, "cancelled"))


def restart(turn: Turn) -> None:
    """Drop the draft and begin an empty one. The messages sent so far stay stored."""
    end_draft(turn)
    begin(turn, [])


def keep_for_a_change_of_mind(turn: Turn) -> None:
    """End the draft, but keep it for a day, in which the citizen can have it restored."""
    draft = turn.draft
    end_draft(turn)
    turn.change(question=OpenQuestion(purpose="reconsider", draft=draft, at=turn.entry.at))


def reconsider(turn: Turn, question: OpenQuestion) -> None:
    """Restore a draft that the citizen dropped or refused consent for.

    If the privacy notice was shown, this also records the consent.
    """
    draft = question.draft or PetitionDraft()
    turn.change(question=None, stage=Writing(step=Step.CONTENT, draft=draft))
    turn.change_draft(guidance=[])
    if not consented(turn) and draft.notice_shown:
        consent(turn)
