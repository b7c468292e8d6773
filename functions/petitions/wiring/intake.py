"""Builds the use cases of `intake`, the function that handles citizens' messages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import (
    boundaries,
    clock,
    ids,
    in_force,
    petitions_store,
    published_index,
    publisher,
    settings_of,
    storage_of,
    timekeeping,
)

if TYPE_CHECKING:
    from petitions.adapters.reference import ReferenceSet
    from petitions.usecases.conversation.apply_effects import ApplyEffects
    from petitions.usecases.conversation.sweep_citizens import SweepCitizens
    from petitions.usecases.conversation.take_input import TakeInput
    from petitions.usecases.pages.take_post import TakePost


@in_force
def conversation_effects(reference: ReferenceSet) -> ApplyEffects:
    from petitions.adapters.ids import RandomIds
    from petitions.adapters.understanding import network, routers
    from petitions.domain.routing.proposed_class import judge_readers
    from petitions.usecases.accusations.keep_apart import KeepApart
    from petitions.usecases.contact.request_contact import RequestContact
    from petitions.usecases.conversation.apply_effects import ApplyEffects
    from petitions.usecases.conversation.guide import HanoiGuide
    from petitions.usecases.conversation.look_up_petition import LookUpPetition
    from petitions.usecases.conversation.offer_published import OfferPublished
    from petitions.usecases.conversation.set_apart import SetApart
    from petitions.usecases.petition.file_petition import PetitionFiling
    from petitions.usecases.shared.named_officers import CoordinatorsJudge

    texts, directory, places = reference.texts, reference.directory, routers.places_of(reference, boundaries())
    settings = settings_of(config.IntakeSettings)
    public_url, router = settings.public_url, routers.router_of(reference, boundaries())
    filing = PetitionFiling(RandomIds(), texts, timekeeping())
    judge = CoordinatorsJudge(router.superiors, directory, *judge_readers(router.route))
    return ApplyEffects(
        guide=HanoiGuide(
            directory,
            places,
            router,
            network.reader(places),
            timekeeping().chores.petitions_a_day,
            texts,
        ),
        texts=texts,
        filing=filing,
        contacting=RequestContact(texts, timekeeping(), judge),
        looking_up=LookUpPetition(directory, public_url, settings.citizen_url),
        offering=OfferPublished(published_index(), public_url),
        setting_apart=SetApart(KeepApart(judge, filing, texts)),
        storage=storage_of(settings),
    )


@in_force
def take_input(_: ReferenceSet) -> TakeInput:
    from petitions.usecases.conversation.take_input import TakeInput

    settings = settings_of(config.IntakeSettings)
    return TakeInput(
        store=petitions_store(),
        publisher=publisher(),
        clock=clock(),
        id_key=settings.id_key,
        effects=conversation_effects(),
        silence=timedelta(minutes=settings.officer_silence_minutes),
    )


@in_force
def take_post(_: ReferenceSet) -> TakePost:
    """Return the use case that handles a form sent from a citizen's page."""
    from petitions.usecases.pages.take_post import TakePost

    return TakePost(petitions_store(), publisher(), clock(), conversation_effects())


@in_force
def sweep_citizens(_: ReferenceSet) -> SweepCitizens:
    """Return the scheduled job that handles citizens' silence: unfinished drafts, and storage without consent."""
    from petitions.usecases.conversation.sweep_citizens import SweepCitizens

    return SweepCitizens(petitions_store(), publisher(), clock(), ids(), conversation_effects())
