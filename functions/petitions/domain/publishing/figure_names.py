"""The names of units, fields and wards, for those who read the figures and not the reference data."""

from __future__ import annotations

from petitions.domain.shared.records import Root

FIGURE_NAMES_PATH = "site/names"


class FigureNames(Root):
    """`site/names` in the public database; names by code."""

    units: dict[str, str]
    fields: dict[str, str]
    wards: dict[str, str]
