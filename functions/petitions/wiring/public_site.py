"""What `public_site` is built of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import attachment_files, clock, once, public_store, seals, settings_of

if TYPE_CHECKING:
    from petitions.usecases.publishing.public_view import PublicView
    from petitions.usecases.publishing.see_own import SeeOwn


@once
def public_view() -> PublicView:
    """What everyone sees."""
    from petitions.usecases.publishing.public_view import PublicView

    return PublicView(public_store(), clock())


@once
def see_own() -> SeeOwn:
    """What a petition's filer sees."""
    from petitions.adapters.firestore import FirestoreStore
    from petitions.usecases.publishing.see_own import SeeOwn

    settings = public_settings()
    tries = FirestoreStore(settings.project, settings.tries_database)
    return SeeOwn(public_store(), tries, attachment_files(), seals(), clock())


def public_settings() -> config.PublicSettings:
    """The settings of `public_site`."""
    return settings_of(config.PublicSettings)
