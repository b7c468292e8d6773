"""The public data of a petition: its state, unit and dates by code, and the published result.

It cannot hold personal data: the petitioner is removed from its texts, and an officer reads them before publishing.
"""

from __future__ import annotations

from pydantic import Field

from petitions.domain.clock.punctuality import late_steps
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.petition.codes import ALPHABET, as_letters
from petitions.domain.petition.confidentiality import is_protected, named_unit
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.late_step import LateStep, late_step
from petitions.domain.shared.edges import Until
from petitions.domain.shared.identity import pseudonym
from petitions.domain.shared.records import Instant, Record, Root

_INNER = {State.RETURNED: State.ACCEPTED, State.AWAITING_APPROVAL: State.IN_PROGRESS, State.REDO: State.IN_PROGRESS}
ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})
"""The states in which an answer is in force."""

_PUBLISHED = frozenset({State.PUBLISHED, State.CLOSED})

_ID_LENGTH = 12
_LONGEST_ID = 40


def result_id(key: bytes, code: str) -> str:
    """Return the public id of a petition's result, `KQ-XXXX-XXXX-XXXX`: 60 bits that do not reveal the code.

    The code and four digits of a telephone number open the petitioner's own view, so lists of results must not show it.
    """
    number = int(pseudonym(key, f"result {code}"), 16)
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(_ID_LENGTH))
    return f"KQ-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def find_result_id(text: str) -> str | None:
    """Return the result id in the text, or None.

    It may be typed with spaces, without dashes, in lower case, or with O for 0.
    """
    if len(text) > _LONGEST_ID:
        return None
    typed = "".join(letter for letter in text.upper() if letter.isalnum())
    letters = as_letters(typed.removeprefix("KQ"))
    if not typed.startswith("KQ") or len(letters) != _ID_LENGTH or not {*letters} <= {*ALPHABET}:
        return None
    return f"KQ-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def shown_state(state: State) -> State:
    """Return the state to show to the public. An internal step appears as the public step to which it belongs."""
    return _INNER.get(state, state)


class PublicResult(Record):
    """The published result of a petition, and whether its answer was in time."""

    summary: str
    answer: str
    in_time: bool | None = None
    """Whether reception, every transfer and every answer were in time (LAW 7.4). None without a deadline for the
    answer.
    """
    late_steps: list[ClockName] = Field(default_factory=list)


class PublicStatus(Root):
    """The public data of one petition, stored as `statuses/{code}` in the public database."""

    published_at: Instant | None = None
    """The time of publication. Present if and only if `result` is."""
    result: PublicResult | None = None
    result_id: str | None = None
    """The public id of the result, present if and only if `result` is."""
    code: str
    state: State
    unit: str
    unit_name: str = ""
    filed_at: Instant
    due_at: Instant | None = None
    due_why: str | None = None
    late_step: LateStep | None = None
    """The step for which the filer waits. It is late after its due instant."""
    answered_at: Instant | None = None
    merged_into: str | None = None
    version: int
    """The version of the petition, so that older data never overwrite newer ones."""


def public_status(petition: Petition, unit_name: str, id_key: bytes) -> PublicStatus:
    """Return the public data of the petition. `unit_name` is the name of `named_unit`.

    The code lists every field, so that no other data can become public.
    """
    clock, result = petition.citizens_clock, _result(petition)
    public_id = result_id(id_key, petition.code) if result else None
    published_at = petition.publication.at if result and petition.publication else None
    return PublicStatus(
        published_at=published_at,
        result=result,
        result_id=public_id,
        code=petition.code,
        state=shown_state(petition.state),
        unit=named_unit(petition),
        unit_name=unit_name,
        filed_at=petition.filed_at,
        due_at=clock.due_at if clock else None,
        due_why=(clock.simple_explanation or None) if clock else None,
        late_step=late_step(petition),
        answered_at=petition.reply.approved_at if petition.reply and petition.state in ANSWERED else None,
        # An accused person could file a decoy against themselves to get the code of the petition that accuses them.
        merged_into=None if is_protected(petition) else petition.merged_into,
        version=petition.version,
    )


def public_answer(petition: Petition) -> str | None:
    """Return the published answer of the petition, or None if it is not published."""
    result = _result(petition)
    return result.answer if result else None


def _result(petition: Petition) -> PublicResult | None:
    """Return the published result of the answer in force, or None.

    A publication from before a reopening does not count.
    """
    reply, published = petition.reply, petition.publication
    if petition.state not in _PUBLISHED or reply is None or published is None:
        return None
    if reply.approved_at is not None and published.at in Until(reply.approved_at):
        return None
    late = late_steps(petition.clocks)
    in_time = not late if ClockName.ANSWER in petition.clocks else None
    return PublicResult(summary=published.summary, answer=published.answer, in_time=in_time, late_steps=late)


def status_path(code: str) -> str:
    return f"statuses/{code}"
