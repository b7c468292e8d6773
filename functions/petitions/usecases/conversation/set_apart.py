"""What is left of an effect when its words tell of misconduct and are kept from the unit that would read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.citizen.draft import InputPart
from petitions.domain.contact.contact_request import ContactRequest, contact_path
from petitions.domain.conversation.turn import (
    AddToPetition,
    Effect,
    GiveRatingReason,
    RateAnswer,
    ReplyToOfficer,
    with_conversation,
)
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.petition.petition import COORDINATORS
from petitions.domain.shared.records import replace
from petitions.ports.store import Transaction
from petitions.usecases.accusations.keep_apart import KeepApart, KeptApart
from petitions.usecases.conversation.effects_outcome import EffectsCause, EffectsOutcome, carried, earlier
from petitions.usecases.petition.file_petition import addition_of
from petitions.usecases.shared.petition_changes import Actor, petition_in


@dataclass(frozen=True)
class SetApart:
    """Judges what effects would store where a unit reads it; requests for a person are judged where they are stored."""

    keep_apart: KeepApart

    def __call__(
        self, tx: Transaction, effect: Effect, texts: Texts, cause: EffectsCause, outcome: EffectsOutcome
    ) -> Effect | None:
        """Return the effect without words that tell of misconduct; None if nothing is left of it."""
        code, parts = _words_for_a_unit(tx, effect, cause)
        if code is None:
            return effect
        told = [addition_of(part, "citizen") for part in parts]
        files = [part.reference() for part in parts if part.is_file()]
        first, filer = petition_in(tx, code), Actor(Role.CITIZEN)
        kept = self.keep_apart(tx, first, told, files, filer, cause.now)
        if kept is None:
            return effect
        _tell(kept, parts, texts, cause, outcome)
        return replace(effect, reason=None) if isinstance(effect, RateAnswer) else None


def _tell(
    kept: KeptApart, parts: Sequence[InputPart], texts: Texts, cause: EffectsCause, outcome: EffectsOutcome
) -> None:
    """Say who reads the words; what follows goes with them, unless the first petition waits for its filer."""
    code = kept.petition.code
    outcome.about = code
    outcome.added_to = outcome.added_to or code
    outcome.citizen = kept.remembered_by(outcome.citizen)
    outcome.says.append(kept.words(texts))
    outcome.messages += [*kept.messages, *carried(code, earlier(parts, cause), cause)]
    adding = outcome.citizen.conversation.adding
    if adding and adding.code == kept.first.code and kept.first.state is not State.AWAITING_CITIZEN:
        onwards = replace(adding, code=code, correcting=False)
        outcome.citizen = with_conversation(outcome.citizen, stage=onwards)


def _words_for_a_unit(tx: Transaction, effect: Effect, cause: EffectsCause) -> tuple[str | None, tuple[InputPart, ...]]:
    """Return the petition whose unit would read words of the effect, and these; None if coordinators alone would."""
    match effect:
        case AddToPetition(by="citizen"):
            return effect.code, effect.parts
        case RateAnswer(reason=str(reason)) | GiveRatingReason(reason=reason):
            return effect.code, _as_part(reason, cause)
        case ReplyToOfficer():
            return _unit_asked(tx, effect.request), _as_part(effect.text, cause)
        case _:
            return None, ()


def _as_part(text: str, cause: EffectsCause) -> tuple[InputPart, ...]:
    return (InputPart(key=f"{cause.key}-0", at=cause.now, type="text", text=text),)


def _unit_asked(tx: Transaction, request_id: str) -> str | None:
    """Return the petition whose unit reads what is written back to it; None if coordinators read it."""
    found = tx.get(contact_path(request_id))
    request = ContactRequest.model_validate(found) if found else None
    return request.code if request and request.unit != COORDINATORS else None
