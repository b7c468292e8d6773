"""The use case that classifies petitions, with the reference data of the product, for tests."""

from __future__ import annotations

from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.usecases.lifecycle.classify_petition import ClassifyPetition


def classifying() -> ClassifyPetition:
    """Return the use case that classifies petitions, as `ActOnPetition` needs it."""
    return ClassifyPetition(reference.fields(), reference.directory(), routers.routing_rules().superiors)
