"""Several issues in one petition, and who else must know of it: one unit is accountable, the others coordinate."""

from __future__ import annotations

from collections.abc import Mapping

from petitions.domain.directory import OUT_OF_SCOPE, UNKNOWN_WARD
from petitions.domain.kinds import Facet, Verdict
from petitions.domain.reading import WARD, Reading

_OWN_ISSUE = 2.2
_MOST = 3


def coordinating(first: str, reading: Reading, verdict: Verdict, superiors: Mapping[str, str]) -> tuple[str, ...]:
    """The units beside the first: the superior of one whose own conduct is meant (R3), then those of further issues.

    A further issue is a rule that speaks mainly for another unit, strongly and on words of its own (R4).
    """
    if verdict.guidance or reading.place.outside or first == OUT_OF_SCOPE:
        return ()
    found: list[str] = []
    if verdict.facet in (Facet.CONDUCT, Facet.BOTH):
        found.append(superiors.get(first, superiors["*"]))
    main = WARD if first.startswith(WARD) else first
    taken = {word for item in reading.evidence if item.code == main for word in item.words}
    strongest = {}
    for item in reading.evidence:
        if item.weight > strongest.get(item.words, (0.0, ""))[0]:
            strongest[item.words] = (item.weight, item.code)
    for words, (weight, code) in sorted(strongest.items(), key=lambda row: (-row[1][0], row[1][1], row[0])):
        if code in (main, OUT_OF_SCOPE) or weight < _OWN_ISSUE or taken.intersection(words):
            continue
        named = (reading.place.ward if reading.place.sure else UNKNOWN_WARD) if code == WARD else code
        found.append(named or UNKNOWN_WARD)
    return tuple(code for code in dict.fromkeys(found) if code not in (first, UNKNOWN_WARD))[:_MOST]
