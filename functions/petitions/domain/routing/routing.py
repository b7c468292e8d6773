"""Decide on the unit for a petition, with a reason, and on whether an officer must confirm the decision.

The same text, directory, rules and model give the same decision. Orders in a text are not obeyed. No text raises an
error. A petition without a certain unit goes to the coordinators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from petitions.domain.language.phrases import QUESTION_MARK
from petitions.domain.lifecycle.states import Level
from petitions.domain.petition.petition import Location
from petitions.domain.routing.boundaries import Boundaries
from petitions.domain.routing.issues import coordinating
from petitions.domain.routing.kinds import CIVIL, GUIDED, KindVerdict, PetitionFacet, PetitionKind, judge_kind
from petitions.domain.routing.levels_of_government import GovernmentLevel, evidence_by_level, level_of_government
from petitions.domain.routing.linear_model import LinearModel, shares
from petitions.domain.routing.places import SUGGESTIONS, PlaceMatch
from petitions.domain.routing.reading import WARD, PetitionReader, PetitionReading
from petitions.domain.routing.routing_rules import RoutingRules, Superiors
from petitions.domain.routing.superiors import accusation, in_doubt, passed_on
from petitions.domain.units.directory import COORDINATORS, OUT_OF_SCOPE, UNKNOWN_WARD, Directory

_SHOWN = 3
_MOST_GRAMS = 3
_ALL = 1e6
_DANGER = 0.5
_FEWEST_DOUBTED = 4
"""The fewest words of a text for which the model's likelihood of misconduct counts. "ảnh gửi sau" is too short."""
_OF_CONDUCT = (PetitionFacet.CONDUCT, PetitionFacet.BOTH)


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit in the ranking. "OOS" means guidance without a unit, "PX-?" an unknown ward."""

    code: str
    score: float
    """Its likelihood, 0 to 1. Candidates for the ward get parts of one likelihood, the first up to all of it."""
    words: tuple[str, ...]
    """The phrases in the text that speak for the unit."""


@dataclass(frozen=True, slots=True)
class RoutingDecision:
    """The decision of the routing on one petition."""

    units: tuple[RankedUnit, ...]
    """At least three units, the likeliest first."""
    kind: PetitionKind
    facet: PetitionFacet
    level: Level
    tier: GovernmentLevel
    """The level of government of the first unit."""
    place: PlaceMatch
    confidence: float
    """The probability, 0 to 1, that the first unit is the right one."""
    sure: bool
    """Whether the first unit is certain enough to do without a person's decision."""
    auto: bool
    """Whether the petition goes to the first unit without a person. Otherwise it goes to the coordinators."""
    coordinating: tuple[str, ...]
    """The units that should help: the superior if a delay is at issue, and units of further issues. Never the accused
    unit.
    """
    accused: str | None
    """The unit whose own conduct is at issue ("PX" is the ward concerned). It must not learn the filer's identity."""
    doubted: bool
    """Whether the text may be about the conduct of an unknown unit. Then a person must decide."""
    closed: bool
    """Whether the text reports misconduct. Then only coordinators may read it until they know the accused unit."""
    why: tuple[str, ...]
    """The words in the text on which the decision rests."""
    directory_version: str
    rules_version: str
    model_version: str

    @property
    def top(self) -> tuple[str, ...]:
        return tuple(unit.code for unit in self.units[:_SHOWN])

    @property
    def ward(self) -> str | None:
        """Code of the ward if it is certain, or None."""
        return self.place.ward if self.place.sure else None

    @property
    def ward_open(self) -> bool:
        """Whether a ward is responsible but uncertain, so that the citizen or an officer must choose it."""
        return self.tier is GovernmentLevel.WARD and not self.place.sure

    @property
    def ward_choices(self) -> tuple[str, ...]:
        """Wards to choose from if `ward_open`, likeliest first. Empty if there are no candidates."""
        return tuple(ward.code for ward in self.place.wards[:SUGGESTIONS]) if self.ward_open else ()

    @property
    def handler(self) -> str:
        """Unit that gets the petition now: the first unit if it is certain, otherwise the coordinators' unit."""
        first = self.units[0].code
        return first if self.auto and first not in (OUT_OF_SCOPE, UNKNOWN_WARD) else COORDINATORS


class Router:
    """The routing for one directory, one version of the rules and one model, in compiled form. Create once, reuse."""

    def __init__(
        self, directory: Directory, rules: RoutingRules, model: LinearModel, boundaries: Boundaries | None = None
    ) -> None:
        """Compile the directory and the rules, which takes some tens of milliseconds."""
        self._directory = directory
        self._rules = rules
        self._model = model
        self._reader = PetitionReader(directory, rules, boundaries)

    @property
    def superiors(self) -> Superiors:
        """Superiors of accused offices, and the names by which people call the coordinators."""
        return self._rules.superiors

    def route(self, text: str, address: str | None = None, location: Location | None = None) -> RoutingDecision:
        """Return the units for a petition and the kind of its text. No text raises an error."""
        reading = self._reader.read(text, address, location)
        misconduct = self._model.misconduct_of({**reading.grams, **reading.marked})
        kinds = shares(self._model.kind.odds(reading.grams, reading.kinds.weights))
        if misconduct < self._model.doubted:  # praise for refusing a gift is no denunciation
            kinds[PetitionKind.DENUNCIATION] = 0.0
        verdict = judge_kind(reading.kinds, kinds)
        if reading.place.outside and not verdict.guidance:
            verdict = KindVerdict(PetitionKind.CONDUCT, verdict.facet, verdict.level, False, ())
        likely = self._likely(reading, verdict, kinds)
        accused = None
        if not verdict.guidance and not reading.place.outside:
            superiors, field = self._rules.superiors, reading.ward_field
            accused = accusation(reading.conduct, likely, self._directory, superiors, field)
        if accused:
            likely = passed_on(likely, accused)
            facet = PetitionFacet.BOTH if verdict.kind is PetitionKind.REGULATION else PetitionFacet.CONDUCT
            verdict = replace(verdict, facet=facet)
        shown = accused.words if accused else in_doubt(reading.conduct) or reading.hints
        ranked = self._rank(reading, likely, verdict)
        first = ranked[0].code
        tier = level_of_government(first, self._directory)
        confidence = round(self._model.confidence(likely[WARD if tier is GovernmentLevel.WARD else first]), 3)
        ward_open = tier is GovernmentLevel.WARD and not reading.place.sure
        suspected = verdict.kind is PetitionKind.EMERGENCY and first != OUT_OF_SCOPE
        likely_enough = misconduct >= self._model.doubted and len(reading.text) >= _FEWEST_DOUBTED
        maybe_conduct = bool(shown) or likely_enough
        for_somebody = first != OUT_OF_SCOPE or verdict.kind is PetitionKind.DENUNCIATION
        doubted = maybe_conduct and accused is None and for_somebody
        sure = confidence >= self._model.threshold and not (ward_open or suspected or doubted)
        # Conduct at a counter may be a ward's or the service centre's, and the centre is the superior of neither.
        served = verdict.facet in _OF_CONDUCT and self._directory.is_service_centre(first)
        closed = misconduct >= self._model.closed
        return RoutingDecision(
            units=ranked,
            kind=verdict.kind,
            facet=verdict.facet,
            level=verdict.level,
            tier=tier,
            place=reading.place,
            confidence=confidence,
            sure=sure,
            auto=sure and not (served or closed),
            coordinating=coordinating(first, reading, verdict, self._rules.superiors, accused),
            accused=accused.unit if accused else None,
            doubted=doubted,
            closed=closed,
            why=self._why(reading, verdict, ranked[0], tier, shown),
            directory_version=self._directory.version,
            rules_version=self._rules.version,
            model_version=self._model.version,
        )

    def _likely(self, reading: PetitionReading, verdict: KindVerdict, kinds: Mapping[str, float]) -> dict[str, float]:
        """Return the likelihoods by unit, "PX" and "OOS", which sum to 1.

        The likelihood of a unit is that of its level of government times its share within the level. If a unit is
        dissolved, its heir gets the likelihood. A danger that is only suspected does not lower the likelihoods of the
        units.
        """
        guided, danger = sum(kinds.get(name, 0.0) for name in GUIDED), kinds.get(PetitionKind.EMERGENCY, 0.0)
        tiers = shares(
            self._model.tier.odds(
                reading.grams, evidence_by_level(reading.weights, self._directory, ward_named=reading.place.sure)
            )
        )
        odds = self._model.unit.odds(reading.grams, reading.weights)
        known = {WARD, OUT_OF_SCOPE, *odds}
        odds |= {code: self._model.unit.evidence * w for code, w in reading.weights.items() if code not in known}
        found = {WARD: tiers[GovernmentLevel.WARD], OUT_OF_SCOPE: tiers[GovernmentLevel.NONE]}
        for tier in (GovernmentLevel.DEPARTMENT, GovernmentLevel.AGENCY):
            within = shares(
                {code: value for code, value in odds.items() if level_of_government(code, self._directory) is tier}
            )
            found.update({code: tiers[tier] * share for code, share in within.items()})
        if reading.place.outside:
            guided = 1.0
        elif danger >= _DANGER or not reading.grams:
            guided = max(guided, 0.9)
        elif verdict.kind is PetitionKind.EMERGENCY:
            guided -= danger
        else:
            guided = max(guided, 0.5) if verdict.guidance else 0.0
        found[OUT_OF_SCOPE] += guided / (1 - guided) if guided < 1 else _ALL
        total = sum(found.values())
        likely: dict[str, float] = {}
        for code, share in found.items():
            heir = self._directory.heir(code)
            likely[heir] = likely.get(heir, 0.0) + share / total
        return likely

    def _rank(
        self, reading: PetitionReading, likely: Mapping[str, float], verdict: KindVerdict
    ) -> tuple[RankedUnit, ...]:
        found = dict(likely)
        if verdict.kind is PetitionKind.EMERGENCY:
            for step, code in enumerate(self._rules.emergency_units[1:]):
                found[code] = max(found.get(code, 0.0), 0.05 - 0.01 * step)
        ward = found.pop(WARD)
        rows = [RankedUnit(code, round(share, 4), reading.words.get(code, ())) for code, share in found.items()]
        rows += _ward_rows(ward, reading.words.get(WARD, ()), reading.place)
        return tuple(sorted(rows, key=lambda row: (-row.score, row.code)))

    def _why(
        self,
        reading: PetitionReading,
        verdict: KindVerdict,
        first: RankedUnit,
        tier: GovernmentLevel,
        conduct: tuple[str, ...],
    ) -> tuple[str, ...]:
        """Return the matched phrases of the deciding rules or, if no rule fired, the words with the highest weights."""
        outside = reading.place.why if reading.place.outside else ()
        why = [word for word in (*verdict.words, *conduct, *first.words, *outside) if word != QUESTION_MARK]
        if not why:
            head, name = (
                (self._model.tier, tier)
                if tier in (GovernmentLevel.WARD, GovernmentLevel.NONE)
                else (self._model.unit, first.code)
            )
            if verdict.guidance:
                head, name = self._model.kind, CIVIL if verdict.kind is PetitionKind.QUESTION else verdict.kind
            loudest = (reading.meant.get(gram, gram) for gram in head.supporting_grams(reading.grams, name))
            why = [word for word in loudest if "#" not in word][:_MOST_GRAMS]
        if first.code.startswith(WARD):
            why += reading.place.why
        return tuple(dict.fromkeys(why))


def _ward_rows(share: float, words: tuple[str, ...], place: PlaceMatch) -> list[RankedUnit]:
    """Return the rows of wards in the ranking: the certain ward alone, or the candidates and UNKNOWN_WARD."""
    named = place.wards[:_SHOWN]
    if place.sure:
        named = named[:1]
    parts = (0.5, 0.4, 0.3) if place.doubt else (1.0, 0.4, 0.3)
    rows = [
        RankedUnit(ward_candidate.code, round(share * part, 4), words)
        for ward_candidate, part in zip(named, parts, strict=False)
    ]
    if place.sure:
        return rows
    return [*rows, RankedUnit(UNKNOWN_WARD, round(share * (1.0 if place.doubt or not named else 0.5), 4), words)]
