"""Answers: their templates, their evidence, and the checks that make an approver look twice.

Vague answers without evidence were the main complaint about a system of this kind (LAW 7.7). An answer therefore needs
a document or picture, or a stated reason for having none. If an answer adds little to its template, or repeats another
one, the approver must give a reason to approve it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field

from petitions.domain.files.file_types import EXTENSIONS, PICTURES
from petitions.domain.language.letters import Letter
from petitions.domain.language.similarity import MOST_HASHES, pairs
from petitions.domain.language.words import shortened
from petitions.domain.petition.confidentiality import is_confidential
from petitions.domain.petition.known_person import masks_in
from petitions.domain.petition.outcomes import DraftDocument
from petitions.domain.petition.petition import TITLE_LENGTH, Petition
from petitions.domain.petition.stored_answer import AnswerDraft
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Instant, Root, replace
from petitions.domain.shared.reference_data import ReferenceModel, parse

SHORTEST_ANSWER = 20
"""The fewest characters of an answer. Anything shorter is refused as meaningless."""
FEWEST_PAIRS = 20
"""The fewest pairs of adjacent words that an answer must add to its template. With fewer, the approver is warned."""
SHORTEST_REASON = 10
LONGEST_FIELD = 500
MOST_FILES = 5
MOST_BYTES = 5 * 2**20
"""The most bytes of one file of an answer: the size that Zalo lets an account send (PLATFORM 3.6)."""

ANSWER_FILE_TYPES = PICTURES | {kind for kind in EXTENSIONS if kind.startswith(("application/", "text/"))}
"""The media types of documents and pictures that can be attached to an answer."""

_PLACE = re.compile(r"\[[^\[\]]+\]")
_MATTER = "[nội dung phản ánh]"


def _matter(petition: Petition) -> str:
    """Return the opening words of the petition, including personal data, as the value of a placeholder.

    For a confidential petition, return the placeholder unchanged.
    """
    if not masks_in(petition.title):
        return petition.title
    return _MATTER if is_confidential(petition) else shortened(" ".join(petition.content.split()), TITLE_LENGTH)


FACTS: Mapping[str, Callable[[Petition], str]] = {
    "[mã hồ sơ]": lambda petition: petition.code,
    "[ngày gửi]": lambda petition: f"{hanoi(petition.filed_at):%d/%m/%Y}",
    _MATTER: _matter,
    "[nơi xảy ra]": lambda petition: petition.address,
}
"""The value of every placeholder that the software fills in from the petition. Officers fill in all other placeholders.
"""


_DONE = "đã "
_ONLY_RECEIVED = ("đã nhận", "đã tiếp nhận", "đã ghi nhận", "đã chuyển", "đã phản ánh", "đã gửi", "đã quan tâm")


def is_hollow(text: str, petition: Petition) -> bool:
    """Return whether an answer states no number, date or action, apart from the facts of the petition itself."""
    words = unicodedata.normalize("NFC", text)
    for fact in FACTS.values():
        words = words.replace(fact(petition), "")
    words = " ".join(words.lower().split())
    for phrase in _ONLY_RECEIVED:
        words = words.replace(phrase, "")
    return _DONE not in words and not any(letter.isdigit() for letter in words)


class AnswerTemplate(ReferenceModel):
    """A ready-made text for answers. Its `[...]` placeholders are filled in by the software or the officer."""

    id: str
    name: str
    text: str
    basis: str

    def is_in(self, text: str) -> bool:
        """Return whether the text contains more than half of the template, leaving out placeholders and greetings."""
        pieces = [piece.strip() for piece in _PLACE.split(Letter.of(self.text).body)]
        return 2 * sum(len(piece) for piece in pieces if piece in text) > sum(map(len, pieces))

    def added_to(self, text: str) -> str:
        """Return the text with the template appended, and with only one salutation and one closing."""
        return Letter.of(text).with_body(Letter.of(self.text).body) if text.strip() else self.text


class AnswerTemplates(ReferenceModel):
    """The catalogue of answer templates, with its version and its source."""

    version: str
    source: str
    templates: list[AnswerTemplate]

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> AnswerTemplates:
        """Return the catalogue read from its document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "answers")

    def with_own(self, own: UnitAnswers | None) -> AnswerTemplates:
        """Return the catalogue with a unit's own templates before those of the city. Unchanged if `own` is None."""
        return replace(self, templates=[*own.templates, *self.templates]) if own else self

    def filled(self, petition: Petition) -> AnswerTemplates:
        """Return the catalogue with the petition's facts filled into the placeholders (see `FACTS`)."""
        facts = {place: fact(petition) for place, fact in FACTS.items()}
        filled = [replace(template, text=_filled(template.text, facts)) for template in self.templates]
        return replace(self, templates=filled)

    def find(self, template_id: str) -> AnswerTemplate | None:
        return next((template for template in self.templates if template.id == template_id), None)

    def left_open(self, *texts: str) -> str | None:
        """Return the first placeholder of a template that is left in one of the texts, or None."""
        places = {place for template in self.templates for place in _PLACE.findall(template.text + template.basis)}
        return next((place for text in texts for place in _PLACE.findall(text) if place in places), None)

    def own_words_fingerprint(self, text: str) -> list[int]:
        """Return a fingerprint of the officer's own words, without those of the templates.

        The fingerprint is the MOST_HASHES smallest hashes of pairs of words that occur in no template. Two answers with
        common hashes are probably copies.
        """
        own_pairs = pairs(text) - {pair for template in self.templates for pair in pairs(template.text)}
        return sorted(own_pairs)[:MOST_HASHES]


class UnitAnswers(Root):
    """The answer templates of one unit, stored as `unit_answers/{unit}`."""

    templates: list[AnswerTemplate] = Field(default_factory=list)
    by: str
    at: Instant


def unit_answers_path(unit: str) -> str:
    return f"unit_answers/{unit}"


def _filled(text: str, facts: Mapping[str, str]) -> str:
    for place, fact in facts.items():
        text = text.replace(place, fact)
    return text


def answer_to_edit(petition: Petition) -> AnswerDraft | None:
    """Return the answer with which the editor starts: the draft, otherwise the previous answer, otherwise None."""
    reply = petition.reply
    if petition.drafted or reply is None:
        return petition.drafted
    return AnswerDraft(
        text=reply.text,
        basis=reply.basis,
        no_evidence=reply.no_evidence,
        attachments=reply.attachments,
        outcome=reply.outcome,
        document=DraftDocument.of(reply.document),
        by=reply.author,
        at=reply.written_at,
    )
