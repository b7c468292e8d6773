"""What makes an answer one: its skeletons, its evidence, and when somebody has to look at it again.

Vague answers without evidence were the main complaint about a system of this kind (LAW 7.7): an answer needs a document
or picture or a stated reason why none; one that says little of its own, or what another says, is held.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from petitions.domain.files.file_types import EXTENSIONS, PICTURES
from petitions.domain.language.similarity import KEPT, pairs
from petitions.domain.petition.petition import AnswerDraft, Petition
from petitions.domain.shared.reference_data import ReferenceModel, parse

SHORTEST = 20
"""Characters below which nothing is said; refused."""
FEWEST_PAIRS = 20
"""Pairs of words beyond the skeletons below which an answer is held as too short (a choice of this project)."""
SHORTEST_REASON = 10
LONGEST_FIELD = 500
MOST_FILES = 5
MOST_BYTES = 5 * 2**20
"""Of one file of an answer: what Zalo lets an account send (PLATFORM 3.6)."""

FILE_TYPES = PICTURES | {kind for kind in EXTENSIONS if kind.startswith(("application/", "text/"))}
"""Documents and pictures: what an answer may come with."""


class AnswerTemplate(ReferenceModel):
    """A skeleton: `[...]` stands for what the officer has to say."""

    id: str
    name: str
    text: str
    basis: str


class AnswerTemplates(ReferenceModel):
    """The catalogue of skeletons."""

    version: str
    source: str
    templates: list[AnswerTemplate]

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> AnswerTemplates:
        """From the document. Raises ReferenceFaults that lists every fault."""
        return parse(cls, raw, "answers")

    def find(self, template_id: str) -> AnswerTemplate | None:
        """The skeleton with this id, or None."""
        return next((each for each in self.templates if each.id == template_id), None)

    def left_open(self, *texts: str) -> str | None:
        """The first place of a skeleton that is still to be filled in, or None."""
        places = {place for each in self.templates for place in re.findall(r"\[[^]]+\]", each.text + each.basis)}
        return next((place for text in texts for place in re.findall(r"\[[^]]+\]", text) if place in places), None)

    def own(self, text: str) -> list[int]:
        """The fingerprint of what the text says beyond the skeletons: all hashes of few words, the smallest of many."""
        said = pairs(text) - {pair for each in self.templates for pair in pairs(each.text)}
        return sorted(said)[:KEPT]


def begun(petition: Petition) -> AnswerDraft | None:
    """What the editor starts from: the draft, else the answer that has to be given again."""
    reply = petition.reply
    if petition.drafted or reply is None:
        return petition.drafted
    return AnswerDraft(
        text=reply.text,
        basis=reply.basis,
        no_evidence=reply.no_evidence,
        attachments=reply.attachments,
        by=reply.author,
        at=reply.written_at,
    )
