"""The classifying of petitions over the shipped data."""

from __future__ import annotations

from petitions.adapters import reference
from petitions.usecases.lifecycle.classify_petition import ClassifyPetition


def classifying() -> ClassifyPetition:
    """Return the part that `ActOnPetition` takes."""
    return ClassifyPetition(reference.fields(), reference.directory(), reference.routing_rules().superiors)
