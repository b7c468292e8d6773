"""The directory of wards, the routing and the reader of messages, as one service for the conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from petitions.domain.citizen.guidance import EMERGENCY, guidance_kind
from petitions.domain.conversation.repairs import hardly_consents
from petitions.domain.conversation.story import TOLD_TOO
from petitions.domain.language.texts import Texts
from petitions.domain.petition.petition import Location
from petitions.domain.routing.dangers import reports_care, reports_return, reports_violence, without_denials
from petitions.domain.routing.kinds import PetitionKind
from petitions.domain.routing.places import Places
from petitions.domain.routing.proposed_class import mentions, reports_misconduct
from petitions.domain.routing.routing import Router
from petitions.domain.understanding.commands import (
    Ask,
    CallPerson,
    Command,
    Danger,
    Deny,
    Remove,
    Situation,
    Skip,
    Talk,
    Tell,
)
from petitions.domain.understanding.reading import Reader, Reading
from petitions.domain.understanding.text import Text
from petitions.domain.understanding.told_asides import asks_who_reads, asks_yes_or_no, is_only_told, wants_secrecy
from petitions.domain.units.directory import COORDINATORS, Directory

_ABOUT_READERS = frozenset({"competence", "handler", "privacy", "accused_knows", "secrecy", "denunciation"})
"""The topics as which a question about the readers of a petition is often misread."""
_UNSEEN_DANGERS = frozenset({"suicide", "other"})
"""Kinds of danger that a text may report without any visible act."""
_OF_THE_ILL = frozenset({"medical", "other"})
"""The kinds of danger that an ill person is no longer in when cared for."""
_REFUSALS = (Remove, Deny, Skip)
"""The commands as which a wish for secrecy is often misread, such as "đừng gửi cho phường"."""
_LATEST = 128
"""The number of latest texts for which `nature` caches its result."""
_FEWEST_TELLING = 5
"""The fewest words of a message at which a question may in fact describe a problem."""


@dataclass(frozen=True)
class HanoiGuide:
    """Implements `turn.CityGuide` with one version of the directory of units and of the routing rules."""

    directory: Directory
    finder: Places
    router: Router
    reader: Reader
    petitions_a_day: int
    texts: Texts

    def wards(self, address: str | None, location: Location | None) -> tuple[Sequence[str], bool]:
        """Return the codes of possible wards for an address or position, best first, and whether the first is sure."""
        match = self.finder.find("", address, location)
        return [candidate.code for candidate in match.wards], match.sure

    def names_of_places(self, text: Text) -> Sequence[tuple[int, int]]:
        """Return the spans of a text that hold names of wards, districts, streets and known places."""
        mentions = self.finder.mentions(text.words)
        return [(text.words[name.start].start, text.words[name.end - 1].end) for name in mentions]

    def outside(self, text: str) -> bool:
        """Return whether a text is about a place that is not in Hanoi."""
        return self.finder.find(text).outside

    def has_ward(self, code: str) -> bool:
        """Return whether a ward has this code."""
        return self.directory.ward(code) is not None

    def ward_name(self, code: str) -> str:
        """Return the ward's name with its type, or the code if it is unknown."""
        ward = self.directory.ward(code)
        return ward.name if ward else code

    def is_kept(self, text: str, address: str) -> bool:
        """Return whether a petition with this text would be hidden from the unit or the people it accuses."""
        decision = self.router.route(text, address)
        return decision.closed or decision.doubted or decision.accused is not None

    def nature(self, text: str) -> str | None:
        """Return the kind of guidance that the text needs, or None. Negated statements in it do not count."""
        return self._natures(text)

    @cached_property
    def _natures(self) -> Callable[[str], str | None]:
        return lru_cache(_LATEST)(self._nature)

    def _nature(self, text: str) -> str | None:
        calm = without_denials(text)
        if text.strip() and not calm.strip():
            return None
        decision = self.router.route(calm)
        return guidance_kind(decision.kind, decision.facet)

    def responsible(self, text: str, *, surely: bool) -> str | None:
        """Return the code of the unit to which the routing would send the text, or None for the coordinators.

        With `surely`, return a unit only if the routing is certain.
        """
        decision = self.router.route(text)
        unit = decision.units[0].code
        matter = decision.kind in {PetitionKind.CONDUCT, PetitionKind.REGULATION} and unit != COORDINATORS
        return unit if matter and (decision.sure or not surely) else None

    def labels(self, key: str, language: str | None) -> Sequence[str]:
        """Return the labels of the numbered options in a text of the catalogue, from option 1 on."""
        return self.texts.to(language).labels(key)

    def read(self, text: str, situation: Situation, labels: Sequence[str] = ()) -> Reading:
        """Return the reading of a message, given the labels of the options shown.

        Some questions are read as descriptions of a problem, even if the bot has an answer to them: questions about
        misconduct, those about an accused person's knowledge of the sender, and words that only look like a question.
        """
        reading = self.reader.read(Text.of(text), situation, labels)
        if situation is Situation.CONSENT and hardly_consents(reading):
            reading = replace(self.reader.read(reading.text, Situation.CONTENT), situation=situation)
        reading = self._with_danger(_without_asides(reading))
        if not _only_asks(reading):
            return reading
        asked = any(ask.topic in TOLD_TOO for ask in reading.of(Ask))
        if not (self._betrayed(text) or (asked and reports_misconduct(self.router.route(text)))):
            return reading
        return replace(reading, commands=tuple(map(_story, reading.commands)))

    def _betrayed(self, text: str) -> bool:
        superiors = self.router.superiors
        knows = mentions(text, superiors.reported) and mentions(text, superiors.found_out)
        return knows and not asks_yes_or_no(text)

    def _with_danger(self, reading: Reading) -> Reading:
        """Return the reading with dangers added or removed as the routing judges the text.

        A threat or a beating that the routing takes for an emergency is a danger. For an urgent wish for a person, the
        words are read again as a description. An ill person in care is in no danger, unless the routing sees one.
        """
        text, calls = reading.text.raw, reading.has(CallPerson) and not reading.has(Danger)
        medical = reading.has(Danger) and all(one.kind in _OF_THE_ILL for one in reading.of(Danger))
        cared, violent = medical and reports_care(text), not reading.has(Danger) and reports_violence(text)
        if reading.taught or not (calls or cared or violent):
            return reading
        urgent = self.nature(text) == EMERGENCY
        if cared and not urgent:
            commands = (_story(one) if isinstance(one, Danger) else one for one in reading.commands)
            return replace(reading, commands=tuple(commands))
        if not urgent or cared:
            return reading
        if violent:
            danger = Danger(kind="violence", words=text, start=0, end=len(text), chance=1.0)
            return replace(reading, commands=(*reading.commands, danger))
        as_story = self.reader.read(reading.text, Situation.CONTENT)
        return replace(reading, commands=(*reading.commands, *as_story.of(Danger)))


def _without_asides(reading: Reading) -> Reading:
    """Return the reading with some commands replaced.

    Questions that only report something become descriptions. Wishes for secrecy become questions about secrecy.
    """
    if reading.taught:
        return reading
    return replace(reading, commands=tuple(_read_anew(command) for command in reading.commands))


def _read_anew(one: Command) -> Command:
    home = isinstance(one, Danger) and one.kind in _UNSEEN_DANGERS and reports_return(one.words)
    if home or (isinstance(one, Ask) and is_only_told(one.words)):
        return _story(one)
    if isinstance(one, Ask) and one.topic in _ABOUT_READERS and asks_who_reads(one.words):
        return replace(one, topic="who_reads")
    if isinstance(one, _REFUSALS) and wants_secrecy(one.words):
        return Ask(topic="accused_knows", words=one.words, start=one.start, end=one.end, chance=1.0)
    return one


def _story(one: Command) -> Tell:
    return Tell(words=one.words, start=one.start, end=one.end, chance=one.chance)


def _only_asks(reading: Reading) -> bool:
    passing = all(isinstance(command, Ask | Talk) for command in reading.commands)
    return passing and reading.has(Ask) and not reading.taught and len(reading.text.words) >= _FEWEST_TELLING
