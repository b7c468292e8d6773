"""Builds the use cases of `attachments`, the function that downloads citizens' files and erases personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import attachment_files, clock, ids, in_force, once, petitions_store, publisher, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitions.adapters.reference import ReferenceSet
    from petitions.usecases.files.carry_attachments import CarryAttachments
    from petitions.usecases.files.keep_attachments import KeepAttachments
    from petitions.usecases.files.make_thumbnail import MakeThumbnail
    from petitions.usecases.files.sweep_attachments import SweepAttachments
    from petitions.usecases.privacy.erase_citizen import EraseCitizen


@in_force
def keep_attachments(reference: ReferenceSet) -> KeepAttachments:
    from petitions.adapters.download import make_downloader
    from petitions.adapters.ids import RandomIds
    from petitions.adapters.thumbnails import PillowThumbnails
    from petitions.usecases.files.keep_attachments import KeepAttachments
    from petitions.usecases.files.tell_attachments import TellAttachments

    return KeepAttachments(
        store=petitions_store(),
        publisher=publisher(),
        clock=clock(),
        ids=RandomIds(),
        downloader=make_downloader(settings_of(config.AttachmentsSettings).hosts),
        files=attachment_files(),
        thumbnails=PillowThumbnails(),
        tell=TellAttachments(reference.texts),
    )


@once
def carry_attachments() -> CarryAttachments:
    from petitions.usecases.files.carry_attachments import CarryAttachments

    return CarryAttachments(petitions_store(), publisher(), clock())


@once
def make_thumbnail() -> MakeThumbnail:
    from petitions.adapters.thumbnails import PillowThumbnails
    from petitions.usecases.files.make_thumbnail import MakeThumbnail

    return MakeThumbnail(petitions_store(), attachment_files(), PillowThumbnails())


@once
def sweep_attachments() -> SweepAttachments:
    from petitions.usecases.files.sweep_attachments import SweepAttachments

    return SweepAttachments(petitions_store(), publisher(), clock())


@once
def erasures() -> Callable[[], None]:
    """Return the scheduled job that erases personal data on request and at the end of their retention."""
    from petitions.usecases.privacy.end_retention import EndRetention

    erase, end = erase_citizen(), EndRetention(petitions_store(), clock(), attachment_files())

    def sweep() -> None:
        erase()
        end()

    return sweep


@once
def erase_citizen() -> EraseCitizen:
    from petitions.usecases.privacy.erase_citizen import EraseCitizen
    from petitions.usecases.privacy.mask_elsewhere import MaskElsewhere
    from petitions.usecases.privacy.restrict_petition import RestrictPetition

    store, files = petitions_store(), attachment_files()
    restrict = RestrictPetition(store, publisher(), clock(), ids(), files)
    years = settings_of(config.AttachmentsSettings).kept_years
    return EraseCitizen(store, clock(), files, restrict, MaskElsewhere(store, restrict), years)
