"""Measure how well the bot carries out a citizen's corrections of a draft.

Usage: `PYTHONPATH=functions python -m infra.conversation.edits [FILE ...]`. A line of a file has the draft before a
message, the message, and the draft that a careful clerk would make of it: `{"id", "before": {field: value}, "text",
"after": {changed field: value}, "or": [other good outcomes]}`. The message goes through the real conversation. Case,
punctuation and spaces are not compared. A case is right if the draft then equals one of the good outcomes. It is wrong
if a field was changed to a value that no good outcome has.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from petitions.adapters import reference
from petitions.adapters.understanding import network, routers
from petitions.domain.citizen.citizen import CONSENT_VERSION, Citizen, Consent
from petitions.domain.citizen.conversation import Conversation, Writing
from petitions.domain.citizen.draft import ConversationStep, InputPart, PetitionDraft
from petitions.domain.conversation.flow import respond
from petitions.domain.conversation.turn import CitizenInput, FilePetition
from petitions.domain.petition.contacts import dialled, zalo_number
from petitions.domain.understanding.text import Text
from petitions.usecases.conversation.guide import HanoiGuide

TEXTS = Path(__file__).parent / "texts"
FIELDS = ("content", "place", "name", "phone", "home", "email")
_AT = datetime(2026, 11, 30, 3, tzinfo=UTC)
_WARD = "00000"
"""The ward in a draft whose place does not name a ward."""
_GUIDED = ["complaint", "denunciation", "question", "civil", "field", "outside"]


@dataclass(frozen=True)
class Outcome:
    """The result of one test case. If a change is missing but no value is false, it is neither right nor wrong."""

    id: str
    right: bool
    wrong: bool
    values: Mapping[str, str]


@cache
def _guide() -> HanoiGuide:
    places = routers.places()
    return HanoiGuide(reference.directory(), places, routers.router(), network.reader(places), 5, reference.texts())


def outcome(case: Mapping[str, Any]) -> Outcome:
    """Send a test case's message through the conversation and return the result."""
    before = _values(case["before"])
    goods = [before | _values(good, partly=True) for good in (case["after"], *case.get("or", []))]
    after = _after(_citizen(before, company=bool(case["before"].get("org"))), case["text"])
    same = {name: _bare(after[name]) for name in FIELDS}
    right = any(all(same[name] == _bare(good[name]) for name in FIELDS) for good in goods)
    changed = [name for name in FIELDS if same[name] != _bare(before[name])]
    wrong = any(all(same[name] != _bare(good[name]) for good in goods) for name in changed)
    return Outcome(case["id"], right, wrong, after)


def _values(given: Mapping[str, Any], *, partly: bool = False) -> dict[str, str]:
    named = {**given, **({"name": given["org"]} if given.get("org") else {})}
    return {name: str(named.get(name) or "") for name in FIELDS if not partly or name in named}


def _citizen(before: Mapping[str, str], *, company: bool) -> Citizen:
    wards, _ = _guide().wards(before["place"], None)
    draft = PetitionDraft(
        parts=[InputPart(key="first", at=_AT, type="text", text=before["content"])],
        address=before["place"] or None,
        ward=wards[0] if wards else _WARD,
        address_attempts=1,
        name=before["name"] or None,
        residence=before["home"],
        phone=zalo_number(before["phone"]) or "",
        email=before["email"] or None,
        type="business" if company else "individual",
        notice_shown=True,
        matters_asked=True,
        duplicate_asked=True,
        guided=_GUIDED,
    )
    talk = Conversation(stage=Writing(step=ConversationStep.CONFIRM, draft=draft), last_at=_AT)
    consent = Consent(version=CONSENT_VERSION, at=_AT)
    return Citizen(zalo_id="1", last_interaction_at=_AT, following=True, consent=consent, conversation=talk)


def _after(citizen: Citizen, text: str) -> dict[str, str]:
    at = _AT + timedelta(minutes=5)
    typed = InputPart(key="second", at=at, type="text", text=text)
    turn = respond(citizen, CitizenInput("second", at, (typed,)), _guide())
    filed = next((effect.draft for effect in turn.effects if isinstance(effect, FilePetition)), None)
    draft = filed or turn.citizen.conversation.draft or PetitionDraft()
    return {
        "content": draft.content(),
        "place": draft.address or "",
        "name": draft.name or "",
        "phone": dialled(draft.phone) if draft.phone else "",
        "home": draft.residence or "",
        "email": draft.email or "",
    }


def _bare(value: str) -> str:
    return " ".join(word.raw.lower() for word in Text.of(value).words)


def cases(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the test cases in a file: JSON objects with a draft, a message and the good outcomes."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def main(argv: list[str] | None = None) -> int:
    """Print the shares of right and wrong cases in every file."""
    paths = [Path(name) for name in (sys.argv[1:] if argv is None else argv)]
    for path in paths or sorted(TEXTS.glob("edits*/*.jsonl")):
        found = [outcome(case) for case in cases(path)]
        right, wrong = (sum(getattr(one, name) for one in found) / len(found) for name in ("right", "wrong"))
        sys.stdout.write(
            f"{path.parent.name}/{path.stem}: {len(found)} messages, right {right:.3f}, wrong {wrong:.3f}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
