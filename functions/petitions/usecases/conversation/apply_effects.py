"""The effects of a turn of the conversation, carried out in the transaction of the input that caused it.

A turn is the result of one input: texts to send, and effects such as filing a petition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from petitions.domain.citizen.citizen import has_consented
from petitions.domain.citizen.guidance import EMERGENCY, LONGEST_STORED_TEXT, Guidance, guidance_path
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.conversation.after_filing import resolve_question
from petitions.domain.conversation.turn import (
    AddToPetition,
    AskContactInfo,
    AskWhichPetition,
    CityGuide,
    ContactWanted,
    ConversationTurn,
    Effect,
    EraseCitizenData,
    FilePetition,
    GiveRatingReason,
    GuidanceEnded,
    GuidanceGiven,
    LockPages,
    LookUpStatus,
    RateAnswer,
    ReplyToOfficer,
    Say,
    WithdrawPetition,
    draft_of,
    with_draft,
)
from petitions.domain.language.redaction import masked
from petitions.domain.language.texts import Texts
from petitions.domain.notices.enclosures import InfoForm
from petitions.domain.pages.links import page_link
from petitions.domain.petition.petition import LOW_RATING, Petition, petition_path
from petitions.domain.privacy.data_storage import DataStorage
from petitions.ports.store import Transaction
from petitions.usecases.contact.request_contact import ContactWish, RequestContact, RequestedContact
from petitions.usecases.conversation.effects_outcome import EffectsCause, EffectsOutcome, earlier_parts, file_messages
from petitions.usecases.conversation.lock_pages import lock_pages
from petitions.usecases.conversation.look_up_petition import LookUpPetition
from petitions.usecases.conversation.offer_published import OfferPublished
from petitions.usecases.conversation.set_apart import SetApart
from petitions.usecases.conversation.wording import word_reply
from petitions.usecases.petition.file_petition import PetitionFiling, with_own_petition
from petitions.usecases.privacy.begin_erasure import ErasureRequest, begin_erasure
from petitions.usecases.shared.page_nudges import nudge_petition_page
from petitions.usecases.shared.petition_changes import plan_notice

OFFERING_PAGE = frozenset(
    {
        "summary",
        "confirm_again",
        "person_ask",
        "person_ask_name_residence",
        "person_ask_name_phone",
        "person_ask_residence_phone",
        "edit_which",
        "edit_what",
        "edit_unread",
        "edit_not_found",
        "matters_ask",
        "page_conflict",
        "page_newer",
        "page_changed_meanwhile",
        "page_incomplete",
        "second_matter",
    }
)
"""The keys of texts that are followed by the link to the draft's web page, where values can be seen and edited."""


ASKED_IN_CHAT = frozenset({"summary", "send_ask", "ward_ask", "ward_again", "page_not_you"}) | {
    "page_did_call",
    "page_did_person",
    "page_did_contest",
    "page_did_rate",
}
"""The keys of texts that the draft's web page does not repeat.

These are texts with numbered options, which the page has as buttons, and reports of actions on the page.
"""


@dataclass(frozen=True)
class ApplyEffects:
    """Carries out the effects of turns of the conversation."""

    guide: CityGuide
    texts: Texts
    filing: PetitionFiling
    looking_up: LookUpPetition
    contacting: RequestContact
    offering: OfferPublished
    setting_apart: SetApart
    storage: DataStorage

    def __call__(self, tx: Transaction, turn: ConversationTurn, cause: EffectsCause) -> EffectsOutcome:
        """Carry out all effects of the turn in order. Return the changed citizen, reply and messages to publish."""
        turn = self._known(tx, turn, cause)
        outcome = EffectsOutcome(turn.citizen)
        for effect in turn.effects:
            texts = self.texts.to(outcome.citizen.language)
            rest = self.setting_apart(tx, effect, texts, cause, outcome)
            if rest is not None:
                self._one(tx, rest, texts, cause, outcome)
        return outcome

    def _known(self, tx: Transaction, turn: ConversationTurn, cause: EffectsCause) -> ConversationTurn:
        for number, effect in enumerate(turn.effects):
            if isinstance(effect, AskWhichPetition):
                standings = self.looking_up.standings(tx, cause.who, effect.codes)
                at = turn.citizen.conversation.last_at or cause.now
                known = resolve_question(turn.citizen, effect, standings, self.guide, at)
                before, after = turn.effects[:number], turn.effects[number + 1 :]
                return replace(turn, citizen=known.citizen, effects=(*before, *known.effects, *after))
        return turn

    def _one(self, tx: Transaction, effect: Effect, texts: Texts, cause: EffectsCause, outcome: EffectsOutcome) -> None:
        match effect:
            case Say():
                self._say(effect, texts, outcome, cause)
            case LookUpStatus():
                status = self.looking_up(tx, cause.who, effect, texts, cause.now, outcome.citizen.erased_at)
                outcome.says.append(status.words)
                outcome.messages += [plan_notice(tx, status.files)] if status.files else []
                outcome.messages += [nudge_petition_page(status.renewed)] if status.renewed else []
            case AskContactInfo():
                outcome.form = InfoForm(title=texts.render("form_title"), subtitle=texts.render("form_subtitle"))
            case EraseCitizenData():
                at = outcome.citizen.conversation.last_at or cause.now
                request = ErasureRequest("citizen", at, cause.key, cause.now)
                outcome.citizen, messages = begin_erasure(tx, cause.who, outcome.citizen, request, self.texts)
                outcome.messages += messages
            case LockPages():
                self._lock(tx, effect, texts, outcome, cause)
            case GuidanceGiven():
                self._guided(tx, effect, texts, outcome, cause)
            case ContactWanted() | ReplyToOfficer():
                self._person(tx, effect, texts, outcome, cause)
            case GuidanceEnded():
                _settle(tx, effect, outcome)
            case AskWhichPetition():
                raise AssertionError("a turn has at most one question about own petitions")
            case _:
                self._petition(tx, effect, cause, outcome, texts)

    def _say(self, say: Say, texts: Texts, outcome: EffectsOutcome, cause: EffectsCause) -> None:
        if say.key == "summary" and not draft_of(outcome.citizen).compared:
            offered = self.offering(draft_of(outcome.citizen).content(), texts)
            outcome.says += [offered] if offered else []
            outcome.citizen = with_draft(outcome.citizen, compared=True)
        outcome.says.append(word_reply(texts, say, self.looking_up.public_url, self.storage))
        outcome.asked += [outcome.says[-1]] if say.key in ASKED_IN_CHAT else []
        draft = outcome.citizen.conversation.draft
        if say.key in OFFERING_PAGE and draft is not None and has_consented(outcome.citizen):
            letters = draft.page or self.filing.ids.token()
            outcome.citizen = with_draft(outcome.citizen, page=letters, page_at=cause.now)
            link = page_link(self.looking_up.citizen_url, letters, texts.language)
            offer = texts.render("page_draft", link=link)
            if offer not in outcome.says:
                outcome.says.append(offer)
                outcome.asked += [offer] if say.key != "second_matter" else []

    def _petition(
        self,
        tx: Transaction,
        effect: FilePetition | AddToPetition | WithdrawPetition | RateAnswer | GiveRatingReason,
        cause: EffectsCause,
        outcome: EffectsOutcome,
        texts: Texts,
    ) -> None:
        text: str | None = None
        match effect:
            case FilePetition():
                petition, message = self.filing.file(tx, cause.who, effect.draft, cause.now)
                outcome.citizen = with_own_petition(outcome.citizen, petition, effect.at)
                outcome.about, messages = (
                    petition.code,
                    [message, *file_messages(petition.code, [*effect.draft.parts, *effect.draft.beyond], cause)],
                )
                text = self.looking_up.told_filed(petition, texts)
                if self.guide.is_kept(petition.content, petition.address):
                    text = f"{text}\n\n{texts.render('filed_kept')}"
            case AddToPetition():
                outcome.about = effect.code
                outcome.added_to = outcome.added_to or effect.code
                adding = outcome.citizen.conversation.adding
                goes_on = adding is not None and adding.code == effect.code
                text, messages = self.filing.add(tx, effect, texts, cause.now, goes_on=goes_on)
                messages = [*messages, *file_messages(effect.code, earlier_parts(effect.parts, cause), cause)]
            case WithdrawPetition():
                text, messages = self.filing.withdraw(tx, effect, texts, cause.now)
            case RateAnswer():
                petition, message = self.filing.rate(tx, effect, cause.now)
                messages = [message]
                if effect.level == LOW_RATING:
                    self._dissatisfied(tx, petition, effect.reason, texts, outcome, cause, says=bool(effect.reason))
            case GiveRatingReason():
                petition, messages = self.filing.give_reason(tx, effect, cause.now)
                self._dissatisfied(tx, petition, effect.reason, texts, outcome, cause, says=not effect.quiet)
        outcome.says += [text] if text else []
        outcome.messages += messages

    def _guided(
        self, tx: Transaction, effect: GuidanceGiven, texts: Texts, outcome: EffectsOutcome, cause: EffectsCause
    ) -> None:
        _record(tx, effect, cause)
        if effect.kind == EMERGENCY:
            self._contact(tx, _wish(ContactReason.EMERGENCY, effect.text, cause, outcome), texts, outcome, cause)

    def _lock(
        self, tx: Transaction, effect: LockPages, texts: Texts, outcome: EffectsOutcome, cause: EffectsCause
    ) -> None:
        locked = lock_pages(tx, cause.who, outcome.citizen, self.filing.ids, cause.now)
        outcome.citizen = locked.citizen
        outcome.messages += locked.messages
        outcome.says.append(texts.render("pages_locked" if locked.links else "pages_none"))
        for text, letters in locked.links.items():
            link = page_link(self.looking_up.citizen_url, letters, texts.language)
            outcome.says.append(texts.render(text, link=link))
        if effect.denied is None:
            return
        request = f"{effect.denied}-{ContactReason.PERSON}"
        if self.contacting.withdraw(tx, request, effect.words, cause.now):
            outcome.says.append(texts.render("call_taken_back"))
        else:
            self._person(tx, ContactWanted(ContactReason.PERSON, effect.words, effect.code), texts, outcome, cause)

    def _person(
        self,
        tx: Transaction,
        effect: ContactWanted | ReplyToOfficer,
        texts: Texts,
        outcome: EffectsOutcome,
        cause: EffectsCause,
    ) -> None:
        """Send the citizen's words to officers, as a new contact request or as a reply to their answer.

        Words about a petition that accuses the coordinators go to the office that handles it in their place.
        """
        if isinstance(effect, ContactWanted):
            found = tx.get(petition_path(effect.code)) if effect.code else None
            about = Petition.model_validate(found) if found else None
            kept = about if about and about.accuses_coordinators else None
            wish = _wish(effect.why, effect.text, cause, outcome)
            wish = replace(wish, code=effect.code, phone=effect.phone, petition=kept)
            self._contact(tx, wish, texts, outcome, cause)
        else:
            wish = _wish(ContactReason.PERSON, effect.text, cause, outcome)
            self._told(self.contacting.add_reply(tx, effect.request, wish, cause.now), wish, texts, outcome)

    def _dissatisfied(
        self,
        tx: Transaction,
        petition: Petition,
        reason: str | None,
        texts: Texts,
        outcome: EffectsOutcome,
        cause: EffectsCause,
        *,
        says: bool,
    ) -> None:
        wish = replace(_wish(ContactReason.LOW_RATING, reason or "", cause, outcome), petition=petition, again=True)
        self._contact(tx, wish, texts, outcome, cause, says=says)

    def _contact(
        self,
        tx: Transaction,
        wish: ContactWish,
        texts: Texts,
        outcome: EffectsOutcome,
        cause: EffectsCause,
        *,
        says: bool = True,
    ) -> None:
        self._told(self.contacting(tx, wish, cause.now), wish, texts, outcome, says=says)

    @staticmethod
    def _told(
        requested: RequestedContact, wish: ContactWish, texts: Texts, outcome: EffectsOutcome, *, says: bool = True
    ) -> None:
        outcome.messages += requested.messages
        if requested.words and says:
            times = {name: texts.time(at) for name, at in requested.params.items()}
            code = {"code": wish.petition.code} if wish.petition else {}
            office = {"office": requested.office} if requested.office else {}
            outcome.says.append(texts.render(requested.words, **code, **times, **office))


def _wish(why: ContactReason, text: str, cause: EffectsCause, outcome: EffectsOutcome) -> ContactWish:
    return ContactWish(
        why,
        cause.who,
        cause.key,
        text,
        kept=outcome.citizen.consent is not None or why is ContactReason.EMERGENCY,
        beside=draft_of(outcome.citizen).content(),
        filed=tuple(own.code for own in outcome.citizen.petitions),
    )


def _record(tx: Transaction, effect: GuidanceGiven, cause: EffectsCause) -> None:
    text = masked(effect.text)[:LONGEST_STORED_TEXT]
    record = Guidance(citizen=cause.who, kind=effect.kind, text=text, at=cause.now)
    tx.create(guidance_path(effect.id), record.stored())


def _settle(tx: Transaction, effect: GuidanceEnded, outcome: EffectsOutcome) -> None:
    filed = outcome.citizen.conversation.filed if effect.outcome == "filed" else None
    for guidance_id in effect.ids:
        tx.update(guidance_path(guidance_id), {"outcome": effect.outcome, **({"code": filed.code} if filed else {})})
