"""The router of petitions to units and the finder of places, compiled from reference data, and the data of both.

They are not in `reference`, so that functions that route nothing carry neither the rules nor the model.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from petitions.adapters import reference
from petitions.adapters.reference import ReferenceSet
from petitions.domain.routing.boundaries import Boundaries
from petitions.domain.routing.linear_model import LinearModel
from petitions.domain.routing.places import Places
from petitions.domain.routing.routing import Router
from petitions.domain.routing.routing_rules import RoutingRules


@cache
def routing_rules() -> RoutingRules:
    """Return the phrases and weights by which petitions are routed."""
    return RoutingRules.load(reference.parsed("routing_rules.json"))


@cache
def routing_model() -> LinearModel:
    """Return the linear model by which petitions are routed."""
    return LinearModel.load(reference.raw("routing_model.json"))


def router_of(data: ReferenceSet, boundaries: Boundaries | None = None) -> Router:
    """Return a newly compiled router of petitions to the units of `data`. `boundaries` resolve positions on the map."""
    with _uncollected():
        return Router(data.directory, routing_rules(), routing_model(), boundaries)


def places_of(data: ReferenceSet, boundaries: Boundaries | None = None) -> Places:
    """Return a newly compiled finder of wards and places in texts. `boundaries` resolve positions on the map."""
    rules = routing_rules()
    return Places(data.directory, rules.elsewhere, rules.spellings, rules.landmarks, boundaries)


@cache
def router() -> Router:
    """Return the router of petitions to units, with the package's directory. It is compiled once per process."""
    return router_of(reference.shipped())


@cache
def places() -> Places:
    """Return the finder of wards and places, with the package's directory. It is compiled once per process."""
    return places_of(reference.shipped())


@contextmanager
def _uncollected() -> Iterator[None]:
    """Switch the garbage collector off in this context, while a router is compiled.

    Compiling makes no garbage, and the collector's passes took two fifths of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
