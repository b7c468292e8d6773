"""One message of a notice in the chat: a text, a file that is uploaded first, or Zalo's form for contact data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.notices.enclosures import Enclosure, InfoForm
from petitions.domain.notices.sending import NoticePart
from petitions.domain.shared.outcome import Outcome
from petitions.errors import NotFound, Retryable
from petitions.ports.files import Files
from petitions.ports.zalo import Delivery
from petitions.usecases.notices.send_zalo import SendZalo


@dataclass(frozen=True)
class SendPart:
    """Sends one part of a notice in the chat."""

    zalo: SendZalo
    files: Callable[[], Files]
    """A function that returns the bucket, called on first use."""
    form_image: str
    """The address of the picture in the form."""

    def __call__(self, part: NoticePart, user_id: str, until: datetime) -> Delivery:
        """Send a part of a notice and return the result. After the instant `until`, refuse without sending.

        A refusal means that nothing reached the citizen.
        """
        if isinstance(part, Enclosure):
            return self._file(part, user_id, until)
        if isinstance(part, InfoForm):
            return self.zalo(
                lambda messages, token: messages.send_form(token, user_id, part.title, part.subtitle, self.form_image),
                until,
            )
        return self.zalo(lambda messages, token: messages.send_text(token, user_id, part), until)

    def _file(self, file: Enclosure, user_id: str, until: datetime) -> Delivery:
        try:
            content = b"".join(self.files().read(file.object))
        except NotFound:
            return Delivery(Outcome.REFUSED, error="file_gone")
        except Retryable:
            return Delivery(Outcome.REFUSED, error="storage")
        given = self.zalo(
            lambda messages, token: messages.upload(token, file.upload, file.name, file.media_type, content), until
        )
        if given.outcome is not Outcome.OK:
            return given
        return self.zalo(
            lambda messages, token: messages.send_upload(token, user_id, file.upload, given.message_id), until
        )
