"""The use cases that classify and judge petitions, with the reference data of the product, for tests."""

from __future__ import annotations

from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.usecases.lifecycle.classify_petition import ClassifyPetition
from petitions.usecases.shared.accusation_judge import AccusationJudge


def classifying() -> ClassifyPetition:
    return ClassifyPetition(reference.fields(), reference.directory(), routers.routing_rules().superiors)


def accusation_judge() -> AccusationJudge:
    return AccusationJudge(reference.directory(), routers.router)
