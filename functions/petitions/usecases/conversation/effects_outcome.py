"""The cause of a turn of the conversation, and the result of the effects carried out so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.draft import InputPart
from petitions.domain.notices.enclosures import InfoForm
from petitions.ports.messages import Message
from petitions.usecases.shared.outbox import nudge


@dataclass(frozen=True)
class EffectsCause:
    """The citizen, input and time that caused a turn of the conversation."""

    who: str
    """The pseudonym of the citizen whose input caused the turn."""
    key: str
    """The key of the input that caused the turn."""
    now: datetime
    """The instant at which the turn is carried out."""


@dataclass
class EffectsOutcome:
    """The result of the effects carried out so far: the citizen, the reply, and messages to publish."""

    citizen: Citizen
    """The citizen as changed by these effects."""
    says: list[str] = field(default_factory=list)
    """The paragraphs of the reply."""
    asked: list[str] = field(default_factory=list)
    """The paragraphs that only the chat needs: questions, and the link to the citizen's web page."""
    messages: list[Message] = field(default_factory=list)
    """The messages to publish on Pub/Sub."""
    about: str | None = None
    """The code of the petition that the reply is about."""
    added_to: str | None = None
    """The code of the petition to which the files of the input belong."""
    form: InfoForm | None = None

    @property
    def text(self) -> str:
        """Return the paragraphs joined as one reply."""
        return "\n\n".join(self.says)

    @property
    def on_page(self) -> str:
        """Return the paragraphs of the reply that the citizen's web page shows too."""
        return "\n\n".join(words for words in self.says if words not in self.asked)


def file_messages(code: str, parts: Sequence[InputPart], cause: EffectsCause) -> list[Message]:
    """Return the message that asks the function `attachments` to assign the files of the parts to the petition.

    Return an empty list if none of the parts is a file.
    """
    files = any(part.is_file() for part in parts)
    return [nudge("attachments", cause.who, {"code": code, "event": cause.key})] if files else []


def earlier_parts(parts: Sequence[InputPart], cause: EffectsCause) -> list[InputPart]:
    """Return the parts that came with earlier inputs.

    Files of the current input are downloaded for the petition at once.
    """
    return [part for part in parts if not part.key.startswith(cause.key)]
