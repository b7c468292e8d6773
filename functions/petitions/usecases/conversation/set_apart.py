"""Protection of reports of misconduct in later texts from the unit that would otherwise read them."""

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
from petitions.usecases.conversation.effects_outcome import EffectsCause, EffectsOutcome, earlier_parts, file_messages
from petitions.usecases.petition.file_petition import addition_of
from petitions.usecases.shared.petition_changes import Actor, petition_in


@dataclass(frozen=True)
class SetApart:
    """Checks the words of effects that a unit would read, before they are stored.

    Contact requests are not checked here, but where they are stored.
    """

    keep_apart: KeepApart

    def __call__(
        self, tx: Transaction, effect: Effect, texts: Texts, cause: EffectsCause, outcome: EffectsOutcome
    ) -> Effect | None:
        """Return the effect without words that report misconduct, or None if nothing of it is left.

        Such words become a petition of their own, which the unit cannot read, and the reply mentions that petition.
        Only coordinators can read it, or only their superior if the words accuse the coordinators.
        """
        code, parts = _words_for_a_unit(tx, effect, cause)
        if code is None:
            return effect
        additions = [addition_of(part, "citizen") for part in parts]
        files = [part.reference() for part in parts if part.is_file()]
        first, filer = petition_in(tx, code), Actor(Role.CITIZEN)
        kept = self.keep_apart(tx, first, additions, files, filer, cause.now)
        if kept is None:
            return effect
        _tell(kept, parts, texts, cause, outcome)
        return replace(effect, reason=None) if isinstance(effect, RateAnswer) else None


def _tell(
    kept: KeptApart, parts: Sequence[InputPart], texts: Texts, cause: EffectsCause, outcome: EffectsOutcome
) -> None:
    code = kept.petition.code
    outcome.about = code
    outcome.added_to = outcome.added_to or code
    outcome.citizen = kept.remembered_by(outcome.citizen)
    outcome.says.append(kept.words(texts))
    outcome.messages += [*kept.messages, *file_messages(code, earlier_parts(parts, cause), cause)]
    adding = outcome.citizen.conversation.adding
    if adding and adding.code == kept.first.code and kept.first.state is not State.AWAITING_CITIZEN:
        onwards = replace(adding, code=code, correcting=False)
        outcome.citizen = with_conversation(outcome.citizen, stage=onwards)


def _words_for_a_unit(tx: Transaction, effect: Effect, cause: EffectsCause) -> tuple[str | None, tuple[InputPart, ...]]:
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
    found = tx.get(contact_path(request_id))
    request = ContactRequest.model_validate(found) if found else None
    return request.code if request and request.unit != COORDINATORS else None
