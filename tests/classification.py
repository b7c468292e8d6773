"""The use case that classifies petitions, with the reference data of the product, for tests."""

from __future__ import annotations

from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.usecases.lifecycle.classify_petition import ClassifyPetition


def classifying() -> ClassifyPetition:
    return ClassifyPetition(reference.fields(), reference.directory(), routers.routing_rules().superiors)
