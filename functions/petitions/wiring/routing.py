"""Builds the use case of `routing`, the function that determines the unit of a petition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions.wiring.base import boundaries, clock, in_force, once, petitions_store, publisher

if TYPE_CHECKING:
    from petitions.adapters.reference import ReferenceSet
    from petitions.domain.routing.routing import Router
    from petitions.usecases.routing.route_petition import RoutePetition


@in_force
def route_petition(reference: ReferenceSet) -> RoutePetition:
    from petitions.adapters.understanding.routers import router_of
    from petitions.usecases.routing.route_petition import RoutePetition

    router = router_of(reference, boundaries())
    return RoutePetition(petitions_store(), publisher(), clock(), router, reference.directory)


@once
def router() -> Router:
    """Return the router over the package's directory of units, for commands that route petitions read from files."""
    from petitions.adapters import reference
    from petitions.adapters.understanding.routers import router_of

    return router_of(reference.shipped(), boundaries())
